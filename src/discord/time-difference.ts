// Discord's clock against ours, from the dates of its answers: instants it puts on messages and ids are by its clock.
import { spanText } from '../domain/span.ts';

export interface TimeDifference {
  /** An answer of Discord's with its `Date` header, and when by our clock it was asked for and came. */
  heard(date: string | null, askedAt: number, cameAt: number): void;
  /** Discord's clock minus ours, ms; 0 while nothing is known of it. */
  ms(): number;
  /** A sentence or two where they are apart by more than `fromMs`. */
  words(fromMs: number): string | undefined;
}

/** The header has whole seconds: half a second of it is not known. */
const headerMs = 1_000;
/** What took longer says too little: half of the way is not known either. */
const quickMs = 1_000;
/** Less may be what is not known. */
const leastMs = 2_000;
/** The newest few decide: a clock that was set is known at once. */
const kept = 5;

export function timeDifference(): TimeDifference {
  const heard: number[] = [];
  const ms = (): number => [...heard].sort((a, b) => a - b)[Math.floor(heard.length / 2)] ?? 0;
  return {
    heard(date, askedAt, cameAt) {
      const at = date === null ? Number.NaN : Date.parse(date);
      if (Number.isNaN(at) || cameAt < askedAt || cameAt - askedAt > quickMs) return;
      heard.push(at + headerMs / 2 - (askedAt + cameAt) / 2);
      if (heard.length > kept) heard.shift();
    },
    ms,
    words(fromMs) {
      const apart = Math.abs(ms());
      if (apart <= Math.max(fromMs, leastMs)) return undefined;
      const how = ms() < 0 ? 'ahead of' : 'behind';
      return `The bot’s clock is ${spanText(apart)} ${how} Discord’s: times shown here are off by as much. Check the time synchronisation (NTP) of its machine.`;
    },
  };
}
