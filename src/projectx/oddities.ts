// Counts what the gateway sent and we did not understand, by kind, with one short scrubbed sample of each.
import type { Oddity } from '../domain/suite.ts';
import { scrub } from '../log.ts';

const kinds = 50;
const sampleLength = 200;

/** Takes note of something not understood; never throws. */
export type Notice = (what: string, sample: unknown) => void;

export class Oddities {
  readonly #seen = new Map<string, { count: number; firstAt: number; lastAt: number; sample: string }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  readonly notice: Notice = (what, sample) => {
    const at = this.#now();
    const known = this.#seen.get(what);
    if (known !== undefined) {
      known.count += 1;
      known.lastAt = at;
      return;
    }
    if (this.#seen.size >= kinds) {
      if (what !== 'further oddities') this.notice('further oddities', what);
      return;
    }
    this.#seen.set(what, { count: 1, firstAt: at, lastAt: at, sample: sampleOf(sample) });
  };

  /** How many kinds it holds, and how many at most (one more tells that there were further ones). */
  get fill(): readonly [entries: number, bound: number] {
    return [this.#seen.size, kinds + 1];
  }

  list(): readonly Oddity[] {
    return [...this.#seen].map(([what, entry]) => ({ what, ...entry }));
  }
}

function sampleOf(sample: unknown): string {
  let text: string;
  try {
    text = typeof sample === 'string' ? sample : sample === undefined ? 'undefined' : JSON.stringify(sample);
  } catch (error) {
    text = `not printable: ${error instanceof Error ? error.name : typeof error}`;
  }
  return scrub(text.slice(0, 2000)).slice(0, sampleLength);
}
