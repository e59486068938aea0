// Session tokens of the simulated gateway: signed JWTs with a readable `exp`, revocable by logout and by a fault.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../domain/clock.ts';

export interface Session {
  readonly username: string;
  /** Counts logins; a fault that expires tokens names all up to one of these. */
  readonly serial: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly token: string;
}

export interface Tokens {
  issue(username: string): Session;
  /** Undefined: missing, forged, expired or revoked. */
  read(token: string | undefined): Session | undefined;
  revoke(token: string): void;
  /** The newest serial given out. */
  newest(): number;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';

/** `shiftMs`: how far the server's clock is ahead; its tokens say its own time, and live as long as ever. */
export function makeTokens(
  clock: Clock,
  lifeMs: number,
  isExpired: (session: Session) => boolean,
  shiftMs: () => number,
): Tokens {
  const secret = randomBytes(32);
  const known = new Map<string, Session>();
  let serial = 0;
  const sign = (text: string) => createHmac('sha256', secret).update(text).digest();

  return {
    issue(username) {
      serial += 1;
      const issuedAt = clock.now();
      const expiresAt = issuedAt + lifeMs;
      const serverMs = shiftMs();
      const secondsOf = (at: number) => Math.floor((at + serverMs) / 1000);
      const head = encode({ alg: 'HS256', typ: 'JWT' });
      const body = encode({
        [`${claims}/nameidentifier`]: String(1000 + serial),
        [`${claims}/name`]: username,
        jti: randomBytes(12).toString('hex'),
        iat: secondsOf(issuedAt),
        nbf: secondsOf(issuedAt),
        exp: secondsOf(expiresAt),
        iss: 'simulated.projectx',
        aud: 'simulated.projectx',
      });
      const token = `${head}.${body}.${sign(`${head}.${body}`).toString('base64url')}`;
      const session = { username, serial, issuedAt, expiresAt: Math.floor(expiresAt / 1000) * 1000, token };
      known.set(token, session);
      for (const [old, { expiresAt: end }] of known) if (end < issuedAt - lifeMs) known.delete(old);
      return session;
    },
    read(token) {
      if (token === undefined) return undefined;
      const session = known.get(token);
      if (session === undefined) return undefined;
      const [head = '', body = '', signature = ''] = token.split('.');
      const given = Buffer.from(signature, 'base64url');
      const wanted = sign(`${head}.${body}`);
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
      return session.expiresAt > clock.now() && !isExpired(session) ? session : undefined;
    },
    revoke: (token) => void known.delete(token),
    newest: () => serial,
  };
}
