// Time stamps as the gateway writes them (up to 7 fraction digits, trailing zeros cut) and every spelling it accepts.

/** `2025-11-05T15:01:12.2043118+00:00`; `sub` is the rest below a millisecond in 100 ns (0-9999). */
export function stamp(at: number, sub = 0): string {
  const seconds = new Date(at).toISOString().slice(0, 19);
  const ms = ((at % 1000) + 1000) % 1000;
  const fraction = (String(ms).padStart(3, '0') + String(sub).padStart(4, '0')).replace(/0+$/, '');
  return fraction === '' ? `${seconds}+00:00` : `${seconds}.${fraction}+00:00`;
}

/** `2025-11-05T15:04:39.` and its instant: a busy market stamps thousands of events in one second. */
let knownSecond = '';
let knownSecondAt = Number.NaN;

/** `2025-11-05T15:04:39.900Z`, the spelling of market events. */
export function zulu(at: number): string {
  const whole = Math.trunc(at);
  const secondAt = Math.floor(whole / 1000) * 1000;
  if (secondAt !== knownSecondAt) {
    knownSecond = new Date(secondAt).toISOString().slice(0, -'000Z'.length);
    knownSecondAt = secondAt;
  }
  return `${knownSecond}${String(whole - secondAt).padStart(3, '0')}Z`;
}

/** The same stamp so much later, in its own spelling. */
export function shifted(text: string, byMs: number): string {
  const at = parseInstant(text);
  if (at === undefined) return text;
  if (text.endsWith('Z')) return zulu(at + byMs);
  const below = /\.\d{3}(\d{1,4})/.exec(text)?.[1] ?? '';
  return stamp(at + byMs, Number(below.padEnd(4, '0')));
}

const shape =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/** Epoch ms, or undefined where the text is no time. A time without a zone is UTC. */
export function parseInstant(text: string): number | undefined {
  const found = shape.exec(text.trim());
  if (found === null) return undefined;
  const [, day = '', time = '00:00:00', fraction = '', zone = 'Z'] = found;
  const clock = time.length === 5 ? `${time}:00` : time;
  const offset = zone.toUpperCase() === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const at = Date.parse(`${day}T${clock}.${fraction.padEnd(3, '0').slice(0, 3)}${offset}`);
  return Number.isNaN(at) ? undefined : at;
}
