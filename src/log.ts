// One JSON line per event worth keeping, with every secret scrubbed before it is written.
import { pino, type Logger } from 'pino';

export type Log = Logger;

/** "interaction:" in base64, as which Discord spells the beginning of an interaction's token; and how that looks in base64 again. */
const interaction = 'aW50ZXJhY3Rpb246';
const interactionAgain = base64Within(Buffer.from(interaction)).join('|');

const patterns: readonly [RegExp, string][] = [
  [/(access_token(?:=|%3D))[^&\s"'\\]+/gi, '$1…'],
  [/(Bearer|Bot)\s+[A-Za-z0-9._~+/=-]{8,}/g, '$1 …'],
  [/\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*/g, '…jwt…'],
  [/((?:\/|%2F)(?:webhooks|interactions)(?:\/|%2F)\d{5,}(?:\/|%2F))[^/?%\s"'\\]+/gi, '$1…'],
  [new RegExp(`${interaction}[\\w-]{8,}=*`, 'g'), '…interaction token…'],
  [new RegExp(`[\\w+/-]{0,3}(?:${interactionAgain})[\\w+/-]{8,}=*`, 'g'), '…interaction token…'],
  [/((?:redis|smtp)s?(?:\+\w+)?:\/\/[^:@/\s]*:)[^@\s]+@/g, '$1…@'],
];
/** Cheap sign that one of the patterns may hold; nearly every text has none. */
const suspicious = new RegExp(
  `access_token|(?:Bearer|Bot)\\s|eyJ|(?:/|%2F)(?:webhooks|interactions)|${interaction}|${interactionAgain}|redis|smtp`,
  'i',
);
/** What is configured, for good. */
const lasting = new Set<string>();
/** Tokens that are renewed, oldest first: bounded, or a month of sessions would slow every line down. */
const passing = new Set<string>();
const mostPassing = 4_000;

/**
 * Registers a value (token, API key) that must never be written anywhere, whatever text it stands in and however it is written there.
 * @param life `passing` for what is replaced within a day or so, such as a session's token
 */
export function keepSecret(value: string | undefined, life: 'lasting' | 'passing' = 'lasting'): void {
  if (value === undefined || value.length < 4) return;
  const known = life === 'lasting' ? lasting : passing;
  for (const spelling of spellings(value)) known.add(spelling);
  for (const oldest of passing) {
    if (passing.size <= mostPassing) break;
    passing.delete(oldest);
  }
}

/** The value as it may stand in an address, in JSON, in a header or in a dump. */
function spellings(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const quoted = JSON.stringify(value).slice(1, -1);
  // Half of a surrogate pair has no place in an address; this is how it would be sent.
  const sound = bytes.toString();
  return [
    value,
    quoted,
    JSON.stringify(quoted).slice(1, -1),
    encodeURIComponent(sound),
    encodeURI(sound),
    ...(bytes.length < 6 ? [] : [...base64Within(bytes), bytes.toString('hex')]),
  ];
}

/** The characters of a base64 text that come from these bytes alone, wherever among others the bytes stand. */
function base64Within(bytes: Buffer): readonly string[] {
  const cores = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const whole = Math.floor(((before + bytes.length) * 8) / 6);
    return text.slice(Math.ceil((before * 8) / 6), whole);
  });
  return [...cores, ...cores.map((core) => core.replaceAll('+', '-').replaceAll('/', '_'))];
}

/** The text without anything that could be a credential. Every text that leaves the process goes through here. */
export function scrub(text: string): string {
  let clean = text;
  for (const known of [lasting, passing])
    for (const secret of known) if (clean.includes(secret)) clean = clean.split(secret).join('…');
  if (!suspicious.test(clean)) return clean;
  for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
  return clean;
}

/** Level: `PROJECTX_LOG_LEVEL`, else `LOG_LEVEL`, else info (names as Python's logging has them are understood). */
export function makeLog(
  level: string,
  write: (line: string) => void = (line) => process.stdout.write(line),
): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"at":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    {
      write: (line: string) => {
        write(scrub(line));
      },
    },
  );
}
