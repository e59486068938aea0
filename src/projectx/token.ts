// What can be read of a JWT without its key: when it was issued and when it ends.
import { asNumber, asRaw } from './wire-values.ts';

export interface TokenLife {
  readonly issuedAt: number | undefined;
  readonly expiresAt: number | undefined;
}

/** Instants in epoch ms (the JWT has seconds); both undefined where the token cannot be read. */
export function tokenLife(token: string): TokenLife {
  const unread: TokenLife = { issuedAt: undefined, expiresAt: undefined };
  const body = token.split('.')[1];
  if (body === undefined) return unread;
  try {
    const claims = asRaw(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
    const at = (claim: string): number | undefined => {
      const seconds = asNumber(claims?.[claim]);
      return seconds === undefined ? undefined : Math.round(seconds * 1000);
    };
    return { issuedAt: at('iat') ?? at('nbf'), expiresAt: at('exp') };
  } catch {
    return unread;
  }
}
