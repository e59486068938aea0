// How fresh one kind of market event of one contract is, and how often it usually comes.
import type { MarketEventKind } from '../domain/market.ts';
import type { StreamView } from '../domain/suite.ts';

const window = 128;
/** Fewer gaps than this say nothing about what is usual; a few say something once they span a while, and are no mere burst. */
const enough = 32;
const few = 8;
/** Only in moments after the start, and then with more patience. */
const fewest = 4;
const whileMs = 2 * 60_000;
/** Quote, print and depth of one move of the market, and the records of one message, are one arrival. */
const togetherMs = 50;
/** How long the waits of the past are remembered: a burst must not make the lull after it look like a dead feed. */
const memoryMs = 30 * 60_000;
/** A gap counts as far as it could not be told from an outage (reference 12: 15 s, 20 usual gaps): a closed market is not what is usual. */
const plainGapMs = 15_000;

/** Of a busy stream such a gap, this many times the usual one, is an outage and no lull: the next one must be told as soon as the first. */
const gapsToOutage = 60;
/** Another so soon after it is a market that has become thin, and is learned from. */
const arrivalsBetween = 64;

/** A silence is a long pause beyond this, and beyond 20 × the usual gap (reference 12). */
const pauseMs = 2_000;
const gapsToPause = 20;

/** A time this far ahead of its receipt is not believed: it would hide a feed that died since. */
const aheadMs = 60_000;

/** The exchange time where it can be one. */
export function credible(exchangeAt: number | undefined, receivedAt: number): number | undefined {
  return exchangeAt !== undefined && exchangeAt <= receivedAt + aheadMs ? exchangeAt : undefined;
}

export class Stream {
  readonly #contractId: string;
  readonly #wantedSinceAt: number | undefined;
  readonly #kind: MarketEventKind;
  readonly #gaps = new Float64Array(window);
  #filled = 0;
  #next = 0;
  #arrivals = 0;
  #outageAfter = Number.NEGATIVE_INFINITY;
  #arrivedAt: number | undefined;
  /** Of the gaps remembered: their sum, and the sum of half their squares (ms²), both fading. */
  #spannedMs = 0;
  #waited = 0;
  /** The longest of them, fading. */
  #lullMs = 0;
  #events = 0;
  #lastExchangeAt: number | undefined;
  #lastReceivedAt: number | undefined;
  #firstOnConnectionAt: number | undefined;
  #pause: StreamView['pause'];
  #median: { readonly arrivals: number; readonly gapMs: number } | undefined;

  /** @param wantedSinceAt when it was first wanted; missing = from the beginning */
  constructor(contractId: string, kind: MarketEventKind, wantedSinceAt?: number) {
    this.#wantedSinceAt = wantedSinceAt;
    this.#contractId = contractId;
    this.#kind = kind;
  }

  /** One event; several records of one message are one event each with the same receipt. */
  seen(exchangeAt: number | undefined, receivedAt: number): void {
    this.#events += 1;
    if (exchangeAt !== undefined && exchangeAt > (this.#lastExchangeAt ?? 0))
      this.#lastExchangeAt = exchangeAt;
    const before = this.#lastReceivedAt;
    if (
      before !== undefined &&
      receivedAt - before > pauseMs &&
      receivedAt - before > gapsToPause * (this.#usualGapMs() ?? 0)
    ) {
      this.#pause = { fromAt: before, toAt: receivedAt };
    }
    if (this.#arrivedAt === undefined || receivedAt - this.#arrivedAt >= togetherMs) {
      // The first event after a reconnect closes a hole, not a usual gap.
      if (this.#arrivedAt !== undefined && this.#firstOnConnectionAt !== undefined)
        this.#gap(receivedAt - this.#arrivedAt);
      this.#arrivedAt = receivedAt;
    }
    this.#firstOnConnectionAt ??= receivedAt;
    this.#lastReceivedAt = receivedAt;
  }

  #gap(gapMs: number): void {
    if (this.#wasOutage(gapMs)) {
      this.#outageAfter = this.#arrivals;
      return;
    }
    const counted = Math.min(gapMs, Math.max(plainGapMs, gapsToPause * (this.#usualGapMs() ?? 0)));
    const kept = Math.exp(-gapMs / memoryMs);
    this.#lullMs = Math.max(counted, this.#lullMs * kept);
    this.#spannedMs = this.#spannedMs * kept + counted;
    this.#waited = this.#waited * kept + (counted * counted) / 2;
    this.#gaps[this.#next] = gapMs;
    this.#next = (this.#next + 1) % window;
    this.#filled = Math.min(this.#filled + 1, window);
    this.#arrivals += 1;
  }

  #wasOutage(gapMs: number): boolean {
    if (gapMs < plainGapMs || this.#arrivals - this.#outageAfter < arrivalsBetween) return false;
    const usualMs = this.#usualGapMs();
    return usualMs !== undefined && gapsToOutage * usualMs <= plainGapMs;
  }

  connectionLost(): void {
    this.#firstOnConnectionAt = undefined;
  }

  view(wanted: boolean): StreamView {
    return {
      contractId: this.#contractId,
      kind: this.#kind,
      wanted,
      ...(this.#wantedSinceAt === undefined ? {} : { wantedSinceAt: this.#wantedSinceAt }),
      events: this.#events,
      lastExchangeAt: this.#lastExchangeAt,
      lastReceivedAt: this.#lastReceivedAt,
      firstOnConnectionAt: this.#firstOnConnectionAt,
      usualGapMs: this.#usualGapMs(),
      roughGapMs: this.#paceMs(),
      lullMs: this.#lullMs,
      pause: this.#pause,
    };
  }

  /**
   * The wait for the next event that one usually has, from any instant: the mean gap of a memoryless stream, more of one that comes in
   * bursts, whose median gap says nothing of its lulls. Never less than the median, so that an even stream is not judged by half its beat.
   */
  #usualGapMs(): number | undefined {
    if (this.#filled < few || (this.#filled < enough && this.#spannedMs < whileMs)) return undefined;
    return this.#paceMs();
  }

  /** The same from as little as there is; undefined = not even that. */
  #paceMs(): number | undefined {
    if (this.#filled < fewest) return undefined;
    // A view is read often, the median moves slowly: sorted anew every few arrivals.
    if (this.#median === undefined || this.#arrivals - this.#median.arrivals >= 16) {
      const sorted = this.#gaps.slice(0, this.#filled).sort();
      this.#median = { arrivals: this.#arrivals, gapMs: sorted[Math.floor(this.#filled / 2)] ?? 0 };
    }
    return Math.max(this.#median.gapMs, this.#waited / this.#spannedMs);
  }
}
