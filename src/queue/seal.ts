// The desk's seal on what passes through Redis: what was forged, changed, expired or moved elsewhere is refused, and what holds a token cannot be read there.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';

/** `result` is a host's answer to one ask. */
export type SealedKind = 'ticket' | 'ask' | 'result' | 'post' | 'letter';

/** What holds an interaction's token, with which anybody could speak as the bot for 15 minutes: encrypted, not only signed. */
const veiled: readonly SealedKind[] = ['ticket'];

export type Opened<T> =
  | { readonly kind: 'sound'; readonly id: string; readonly content: T }
  /** `why` completes "it was refused because …"; nothing of its content is in it. */
  | { readonly kind: 'refused'; readonly why: string };

export interface Seal {
  /**
   * The content as text that any process with the key can prove to be ours; what holds a token is encrypted too.
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
  /** Derived from the secret: one key is never used for two things. */
  readonly veil: KeyObject;
}

interface Body {
  readonly kind: SealedKind;
  readonly id: string;
  readonly expiresAt: number;
  readonly content: unknown;
}

const version = { signed: '1', veiled: '2' } as const;
const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

export function makeSeal(keys: SealKeys): Seal {
  const current = keyOf(keys.current);
  const known = [current, ...(keys.older === undefined ? [] : [keyOf(keys.older)])];
  return {
    // The very text is signed, not the value: no two ways to write the same JSON, and nothing to sort on the hot path.
    close(kind, id, expiresAt, content) {
      const body = JSON.stringify({ kind, id, expiresAt, content } satisfies Body);
      if (veiled.includes(kind)) return `${version.veiled}.${current.id}.${veil(current, body)}`;
      return `${version.signed}.${current.id}.${signature(current, `sealed\n${body}`, 'base64url')}.${body}`;
    },
    open<T>(kind: SealedKind, text: unknown, now: number, id?: string): Opened<T> {
      const parts =
        typeof text === 'string'
          ? /^(?:1\.([0-9a-f]{8})\.([\w-]{43})\.(\{.*\})|2\.([0-9a-f]{8})\.([\w-]+))$/s.exec(text)
          : null;
      const [, signedBy, given = '', written = '', veiledBy, hidden = ''] = parts ?? [];
      if (parts === null) return refused('it carries no signature of this desk');
      const key = known.find((one) => one.id === (signedBy ?? veiledBy));
      if (key === undefined) {
        return refused(
          'it is signed with a key this process does not hold; set the same PITWATCH_SIGNING_KEY everywhere',
        );
      }
      // Tickets signed in the open are those of a bot before this version.
      const proved =
        veiledBy !== undefined
          ? unveiled(key, hidden)
          : equal(signature(key, `sealed\n${written}`, 'base64url'), given)
            ? written
            : undefined;
      if (proved === undefined) return refused('its signature does not fit: it was changed on its way');
      // Signed by us, so it is what we wrote.
      const body = JSON.parse(proved) as Body;
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
    veil: createSecretKey(Buffer.from(hkdfSync('sha256', text, '', 'pitwatch veil', 32))),
  };
}

function veil(key: Key, body: string): string {
  const nonce = randomBytes(nonceBytes);
  const seal = createCipheriv(cipher, key.veil, nonce);
  return Buffer.concat([nonce, seal.update(body, 'utf8'), seal.final(), seal.getAuthTag()]).toString(
    'base64url',
  );
}

/** Undefined where it was not made with this key, or changed since. */
function unveiled(key: Key, hidden: string): string | undefined {
  const bytes = Buffer.from(hidden, 'base64url');
  // Another spelling of the same bytes is not what we wrote.
  if (bytes.length <= nonceBytes + tagBytes || bytes.toString('base64url') !== hidden) return undefined;
  const open = createDecipheriv(cipher, key.veil, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
  open.setAuthTag(bytes.subarray(-tagBytes));
  try {
    return open.update(bytes.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + open.final('utf8');
  } catch {
    // The one thing it can mean: the tag does not fit.
    return undefined;
  }
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
