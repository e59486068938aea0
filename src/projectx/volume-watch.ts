// Holds the prints of a contract against the day's volume in its quotes, minute by minute.
import type { VolumeMinute } from '../domain/data-view.ts';
import { newDayBetween } from '../domain/trading-day.ts';
import type { Anomalies } from './anomalies.ts';

const minuteMs = 60_000;
const kept = 30;
/** A total this small after a fall is a new day's, where one can have begun. */
const newDayShare = 0.02;

export class VolumeWatch {
  readonly #anomalies: Anomalies;
  readonly #minutes = new Map<number, { prints: number; quoted: number }>();
  #total: number | undefined;
  #toldAt = 0;
  /** The first minute from which on everything was seen. */
  #wholeFrom: number | undefined;

  constructor(anomalies: Anomalies) {
    this.#anomalies = anomalies;
  }

  forget(): void {
    this.#minutes.clear();
    this.#total = undefined;
    this.#wholeFrom = undefined;
  }

  print(size: number, at: number): void {
    this.#minute(at).prints += size;
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

  #minute(at: number): { prints: number; quoted: number } {
    const startAt = at - (at % minuteMs);
    this.#wholeFrom ??= startAt;
    const known = this.#minutes.get(startAt);
    if (known !== undefined) return known;
    const begun = { prints: 0, quoted: 0 };
    this.#minutes.set(startAt, begun);
    if (this.#minutes.size > kept) {
      const oldest = Math.min(...this.#minutes.keys());
      this.#minutes.delete(oldest);
    }
    return begun;
  }
}
