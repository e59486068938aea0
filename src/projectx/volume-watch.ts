// Holds the prints of a contract against the day's volume in its quotes, minute by minute.
import type { VolumeMinute } from '../domain/data-view.ts';
import type { Print, Quote } from '../domain/market.ts';
import { newDayBetween } from '../domain/trading-day.ts';
import type { Anomalies } from './anomalies.ts';
import { credible } from './stream.ts';

const minuteMs = 60_000;
const kept = 30;
/** A total this small after a fall is a new day's, where one can have begun. */
const newDayShare = 0.02;
/** A quote may be overtaken by a newer one by this much (reference 11, F21); times further back say nothing of the order. */
const overtakenMs = 5_000;
/** A print is held against so many before it: a message that comes again repeats all its records. */
const heldAgainst = 8;

interface Minute {
  prints: number;
  repeated: number;
  quoted: number;
  readonly owedBefore: number;
  owedAfter: number;
}

export class VolumeWatch {
  readonly #anomalies: Anomalies;
  readonly #minutes = new Map<number, Minute>();
  #total: number | undefined;
  #toldAt = 0;
  /** The newest exchange time of a quote with a total. */
  #stampedAt: number | undefined;
  /** Lots printed since a quote told the total. */
  #owed = 0;
  /** Rises of the total since a print was told. */
  #unprinted = 0;
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
    this.#stampedAt = undefined;
    this.#owed = 0;
    this.#unprinted = 0;
    this.#wholeFrom = undefined;
  }

  /** How often the total rose, which trades make it do, since a print was told. */
  get unprinted(): number {
    return this.#unprinted;
  }

  print(print: Print): void {
    this.#unprinted = 0;
    const minute = this.#minute(credible(print.exchangeAt, print.receivedAt) ?? print.receivedAt);
    minute.prints += print.size;
    this.#owed += print.size;
    minute.owedAfter = this.#owed;
    if (this.#before.some((before) => isSame(before, print))) minute.repeated += print.size;
    this.#before[this.#next] = print;
    this.#next = (this.#next + 1) % heldAgainst;
  }

  quote({
    volume: total,
    exchangeAt,
    receivedAt,
  }: Pick<Quote, 'volume' | 'exchangeAt' | 'receivedAt'>): void {
    if (total === undefined) return;
    const stampedAt = credible(exchangeAt, receivedAt);
    const at = stampedAt ?? receivedAt;
    const before = this.#total;
    // What was true before the total we know is lower, and no fall.
    if (before !== undefined && total < before && this.#isOvertaken(stampedAt)) return;
    if (stampedAt !== undefined) this.#stampedAt = Math.max(stampedAt, this.#stampedAt ?? stampedAt);
    const beforeAt = this.#toldAt;
    this.#total = total;
    this.#toldAt = at;
    // What was printed before the first total cannot be compared.
    if (before === undefined) this.#wholeFrom = startOf(at);
    if (before === undefined || total === before) {
      this.#settle(this.#minutes.get(startOf(at)));
      return;
    }
    if (total < before) {
      if (total > before * newDayShare || !newDayBetween(beforeAt, at))
        this.#anomalies.note('volume-fell', at, `day volume from ${before} to ${total}`);
      // What the fall spoils cannot be compared.
      this.#minutes.clear();
      this.#owed = 0;
      this.#wholeFrom = undefined;
      return;
    }
    this.#unprinted += 1;
    const minute = this.#minute(at);
    minute.quoted += total - before;
    this.#settle(minute);
  }

  #isOvertaken(stampedAt: number | undefined): boolean {
    if (stampedAt === undefined || this.#stampedAt === undefined) return false;
    return stampedAt < this.#stampedAt && this.#stampedAt - stampedAt <= overtakenMs;
  }

  /** The total was told. */
  #settle(minute: Minute | undefined): void {
    this.#owed = 0;
    if (minute !== undefined) minute.owedAfter = 0;
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
    const startAt = startOf(at);
    this.#wholeFrom ??= startAt;
    const known = this.#minutes.get(startAt);
    if (known !== undefined) return known;
    const begun = {
      prints: 0,
      repeated: 0,
      quoted: 0,
      owedBefore: this.#owed,
      owedAfter: this.#owed,
    };
    this.#minutes.set(startAt, begun);
    if (this.#minutes.size > kept) {
      const oldest = Math.min(...this.#minutes.keys());
      this.#minutes.delete(oldest);
    }
    return begun;
  }
}

function startOf(at: number): number {
  return at - (at % minuteMs);
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
