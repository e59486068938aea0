// One JSON line per event worth keeping, with every secret scrubbed before it is written.
import { pino, type Logger } from 'pino';

export type Log = Logger;

const patterns: readonly [RegExp, string][] = [
  [/(access_token=)[^&\s"'\\]+/gi, '$1…'],
  [/(Bearer|Bot)\s+[A-Za-z0-9._~+/=-]{8,}/g, '$1 …'],
  [/\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*/g, '…jwt…'],
  [/(\/(?:webhooks|interactions)\/\d{5,}\/)[^/?\s"'\\]+/g, '$1…'],
  [/(redis(?:s|\+sentinel)?:\/\/[^:@/\s]*:)[^@\s]+@/g, '$1…@'],
];
/** Cheap sign that one of the patterns may hold; nearly every text has none. */
const suspicious = /access_token=|(?:Bearer|Bot)\s|eyJ|\/(?:webhooks|interactions)\/|redis/i;
const known = new Set<string>();

/** Registers a value (token, API key) that must never be written anywhere, whatever text it stands in. */
export function keepSecret(value: string | undefined): void {
  if (value !== undefined && value.length >= 4) known.add(value);
}

/** The text without anything that could be a credential. Every text that leaves the process goes through here. */
export function scrub(text: string): string {
  let clean = text;
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
