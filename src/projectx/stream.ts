// How fresh one kind of market event of one contract is, and how often it usually comes.
import type { MarketEventKind } from '../domain/market.ts';
import type { StreamView } from '../domain/suite.ts';

const window = 128;
/** Fewer gaps than this say nothing about what is usual. */
const enough = 8;

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
  readonly #kind: MarketEventKind;
  readonly #gaps = new Float64Array(window);
  #filled = 0;
  #next = 0;
  #events = 0;
  #lastExchangeAt: number | undefined;
  #lastReceivedAt: number | undefined;
  #firstOnConnectionAt: number | undefined;
  #pause: StreamView['pause'];
  #usual: { readonly events: number; readonly gapMs: number | undefined } = { events: 0, gapMs: undefined };

  constructor(contractId: string, kind: MarketEventKind) {
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
    // The first event after a reconnect closes a hole, not a usual gap.
    if (this.#lastReceivedAt !== undefined && this.#firstOnConnectionAt !== undefined) {
      this.#gaps[this.#next] = receivedAt - this.#lastReceivedAt;
      this.#next = (this.#next + 1) % window;
      this.#filled = Math.min(this.#filled + 1, window);
    }
    this.#firstOnConnectionAt ??= receivedAt;
    this.#lastReceivedAt = receivedAt;
  }

  connectionLost(): void {
    this.#firstOnConnectionAt = undefined;
  }

  view(wanted: boolean): StreamView {
    return {
      contractId: this.#contractId,
      kind: this.#kind,
      wanted,
      events: this.#events,
      lastExchangeAt: this.#lastExchangeAt,
      lastReceivedAt: this.#lastReceivedAt,
      firstOnConnectionAt: this.#firstOnConnectionAt,
      usualGapMs: this.#usualGapMs(),
      pause: this.#pause,
    };
  }

  #usualGapMs(): number | undefined {
    if (this.#filled < enough) return undefined;
    // A view is read often, the median moves slowly: sorted anew every few events.
    if (this.#usual.gapMs === undefined || this.#events - this.#usual.events >= 16) {
      const sorted = this.#gaps.slice(0, this.#filled).sort();
      this.#usual = { events: this.#events, gapMs: sorted[Math.floor(this.#filled / 2)] };
    }
    return this.#usual.gapMs;
  }
}
