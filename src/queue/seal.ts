// The desk's signature on what passes through Redis: what was forged, changed, expired or moved elsewhere is refused, with the reason.
import {
  createHash,
  createHmac,
  createSecretKey,
  randomBytes,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';

/** `result` is a host's answer to one ask. */
export type SealedKind = 'ticket' | 'ask' | 'result' | 'post';

export type Opened<T> =
  | { readonly kind: 'sound'; readonly id: string; readonly content: T }
  /** `why` completes "it was refused because …"; nothing of its content is in it. */
  | { readonly kind: 'refused'; readonly why: string };

export interface Seal {
  /**
   * The content as text that any process with the key can prove to be ours.
   * @param id whose it is; a copy under another id is refused where it is opened
   * @param expiresAt after this instant (epoch ms) it is refused
   */
  close(kind: SealedKind, id: string, expiresAt: number, content: unknown): string;
  /** Never throws, whatever the text is. @param id the id it must carry, where the place it was found says one */
  open<T>(kind: SealedKind, text: unknown, now: number, id?: string): Opened<T>;
  /** A mark that only a holder of the key can make; hex. */
  mark(text: string): string;
  /** Whether the mark was made from this text with the key, or with the older one. */
  isMark(text: string, mark: string): boolean;
}

export interface SealKeys {
  readonly current: string;
  /** Accepted, never signed with: for the time in which a key is changed. */
  readonly older?: string | undefined;
}

interface Key {
  readonly id: string;
  readonly secret: KeyObject;
}

interface Body {
  readonly kind: SealedKind;
  readonly id: string;
  readonly expiresAt: number;
  readonly content: unknown;
}

const version = '1';

export function makeSeal(keys: SealKeys): Seal {
  const current = keyOf(keys.current);
  const known = [current, ...(keys.older === undefined ? [] : [keyOf(keys.older)])];
  return {
    // The very text is signed, not the value: no two ways to write the same JSON, and nothing to sort on the hot path.
    close(kind, id, expiresAt, content) {
      const body = JSON.stringify({ kind, id, expiresAt, content } satisfies Body);
      return `${version}.${current.id}.${signature(current, `sealed\n${body}`, 'base64url')}.${body}`;
    },
    open<T>(kind: SealedKind, text: unknown, now: number, id?: string): Opened<T> {
      const parts = typeof text === 'string' ? /^1\.([0-9a-f]{8})\.([\w-]{43})\.(\{.*\})$/s.exec(text) : null;
      const [, keyId, given = '', written = ''] = parts ?? [];
      if (parts === null) return refused('it carries no signature of this desk');
      const key = known.find((one) => one.id === keyId);
      if (key === undefined) {
        return refused(
          'it is signed with a key this process does not hold; set the same PITWATCH_SIGNING_KEY everywhere',
        );
      }
      if (!equal(signature(key, `sealed\n${written}`, 'base64url'), given)) {
        return refused('its signature does not fit: it was changed on its way');
      }
      // Signed by us, so it is what we wrote.
      const body = JSON.parse(written) as Body;
      if (body.kind !== kind)
        return refused(`it was signed as ${body.kind}, and put in the place of another kind`);
      if (id !== undefined && body.id !== id) return refused('it is a copy under another id');
      if (now > body.expiresAt) return refused('it expired: it is an old one brought back');
      return { kind: 'sound', id: body.id, content: body.content as T };
    },
    mark: (text) => signature(current, `mark\n${text}`, 'hex'),
    isMark: (text, mark) => known.some((key) => equal(signature(key, `mark\n${text}`, 'hex'), mark)),
  };
}

/** For a process that shares its Redis with nobody; two of them refuse each other's jobs. */
export const ownSeal: Seal = makeSeal({ current: randomBytes(32).toString('base64url') });

function keyOf(text: string): Key {
  return {
    id: createHash('sha256').update(`pitwatch key id\n${text}`).digest('hex').slice(0, 8),
    secret: createSecretKey(Buffer.from(text, 'utf8')),
  };
}

function signature(key: Key, text: string, encoding: 'base64url' | 'hex'): string {
  return createHmac('sha256', key.secret).update(text).digest(encoding);
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function refused(why: string): { readonly kind: 'refused'; readonly why: string } {
  return { kind: 'refused', why };
}
