// Holds the prints of a contract against the day's volume in its quotes, minute by minute.
import type { VolumeMinute } from '../domain/data-view.ts';
import type { Print } from '../domain/market.ts';
import { newDayBetween } from '../domain/trading-day.ts';
import type { Anomalies } from './anomalies.ts';

const minuteMs = 60_000;
const kept = 30;
/** A total this small after a fall is a new day's, where one can have begun. */
const newDayShare = 0.02;
/** A print is held against so many before it: a message that comes again repeats all its records. */
const heldAgainst = 8;

interface Minute {
  prints: number;
  repeated: number;
  quoted: number;
}

export class VolumeWatch {
  readonly #anomalies: Anomalies;
  readonly #minutes = new Map<number, Minute>();
  #total: number | undefined;
  #toldAt = 0;
  /** The first minute from which on everything was seen. */
  #wholeFrom: number | undefined;
  readonly #before: Print[] = [];
  #next = 0;

  constructor(anomalies: Anomalies) {
    this.#anomalies = anomalies;
  }

  forget(): void {
    this.#minutes.clear();
    this.#total = undefined;
    this.#wholeFrom = undefined;
  }

  print(print: Print): void {
    const minute = this.#minute(print.exchangeAt ?? print.receivedAt);
    minute.prints += print.size;
    if (this.#before.some((before) => isSame(before, print))) minute.repeated += print.size;
    this.#before[this.#next] = print;
    this.#next = (this.#next + 1) % heldAgainst;
  }

  /** @param total the day's running total */
  quote(total: number | undefined, at: number): void {
    if (total === undefined) return;
    const before = this.#total;
    const beforeAt = this.#toldAt;
    this.#total = total;
    this.#toldAt = at;
    if (before === undefined || total === before) return;
    if (total < before) {
      if (total > before * newDayShare || !newDayBetween(beforeAt, at))
        this.#anomalies.note('volume-fell', at, `day volume from ${before} to ${total}`);
      // What the fall spoils cannot be compared.
      this.#minutes.clear();
      this.#wholeFrom = undefined;
      return;
    }
    this.#minute(at).quoted += total - before;
  }

  /** Whole minutes, oldest first, the running one left out. */
  list(): readonly VolumeMinute[] {
    const starts = [...this.#minutes.keys()].sort((a, b) => a - b);
    const newest = starts.at(-1);
    return starts.flatMap((startAt) => {
      const minute = this.#minutes.get(startAt);
      const whole =
        minute !== undefined && startAt !== newest && startAt > (this.#wholeFrom ?? Number.POSITIVE_INFINITY);
      return whole ? [{ startAt, ...minute }] : [];
    });
  }

  #minute(at: number): Minute {
    const startAt = at - (at % minuteMs);
    this.#wholeFrom ??= startAt;
    const known = this.#minutes.get(startAt);
    if (known !== undefined) return known;
    const begun = { prints: 0, repeated: 0, quoted: 0 };
    this.#minutes.set(startAt, begun);
    if (this.#minutes.size > kept) {
      const oldest = Math.min(...this.#minutes.keys());
      this.#minutes.delete(oldest);
    }
    return begun;
  }
}

/** Without a time of the exchange nothing tells one from the next. */
function isSame(one: Print, other: Print): boolean {
  return (
    one.exchangeAt !== undefined &&
    one.exchangeAt === other.exchangeAt &&
    one.size === other.size &&
    one.aggressor === other.aggressor &&
    one.price === other.price
  );
}
