// What the market hub said of one contract in the last window: quote carried forward, prints, bars, freshness of each stream.
import type { Bar, Contract, GridPrice, MarketEventKind, Print, Quote, Timeframe } from '../domain/market.ts';
import type { StreamView } from '../domain/suite.ts';
import { BarSeries } from './bar-series.ts';
import { DataWatch } from './data-watch.ts';
import type { Notice } from './oddities.ts';
import { Ring } from './ring.ts';
import { credible, Stream } from './stream.ts';
import { toDepth, toPrint, toQuote } from './wire-market.ts';
import type { Raw } from './wire-values.ts';

/** About half a minute of a very busy contract, hours of a quiet one. */
const printsKept = 4096;

export class MarketLedger {
  /** Told anew when the gateway changes its mind about it (`activeContract`). */
  contract: Contract;
  readonly #notice: Notice;
  readonly #streams: Readonly<Record<MarketEventKind, Stream>>;
  readonly #prints = new Ring<Print>(printsKept);
  readonly #series = new Map<Timeframe, BarSeries>();
  #quote: Quote | undefined;

  readonly data: DataWatch;

  /** @param wantedSinceAt when its streams were first wanted; missing = from the beginning */
  constructor(contract: Contract, notice: Notice, wantedSinceAt?: number) {
    this.contract = contract;
    this.data = new DataWatch(contract.tickSize);
    this.#notice = notice;
    const { id } = contract;
    this.#streams = {
      quote: new Stream(id, 'quote', wantedSinceAt),
      trade: new Stream(id, 'trade', wantedSinceAt),
      depth: new Stream(id, 'depth', wantedSinceAt),
    };
  }

  get lastQuote(): Quote | undefined {
    return this.#quote;
  }

  keep(timeframes: readonly Timeframe[]): void {
    for (const timeframe of timeframes) {
      if (!this.#series.has(timeframe))
        this.#series.set(timeframe, new BarSeries(this.contract.id, timeframe));
    }
  }

  /** The hot path: one event of one kind with its records. Never throws. */
  take(kind: MarketEventKind, records: readonly Raw[], receivedAt: number): void {
    for (const record of records) {
      if (kind === 'quote') this.#takeQuote(record, receivedAt);
      else if (kind === 'trade') this.#takePrint(record, receivedAt);
      else {
        const depth = toDepth(record, this.contract, receivedAt, this.#notice);
        if (depth === undefined) continue;
        this.#seen('depth', depth.exchangeAt, receivedAt, record);
        this.#odd(depth.price, 'GatewayDepth price', record);
        this.data.depth(depth);
      }
    }
  }

  /** How much is kept, and how much at most. */
  retained(): readonly (readonly [what: string, entries: number, bound: number])[] {
    return [
      ['prints', ...this.#prints.fill],
      ...[...this.#series].map(([timeframe, series]) => [`${timeframe} bars`, ...series.fill] as const),
    ];
  }

  connectionLost(): void {
    for (const stream of Object.values(this.#streams)) stream.connectionLost();
    this.data.connectionLost();
  }

  tellBars(timeframe: Timeframe, bars: readonly Bar[]): void {
    this.keep([timeframe]);
    this.#series.get(timeframe)?.tell(bars);
  }

  prints(): readonly Print[] {
    return this.#prints.list();
  }

  bars(timeframe: Timeframe): readonly Bar[] {
    return this.#series.get(timeframe)?.list() ?? [];
  }

  streams(wanted: (kind: MarketEventKind) => boolean): StreamView[] {
    return Object.entries(this.#streams).map(([kind, stream]) =>
      stream.view(wanted(kind as MarketEventKind)),
    );
  }

  #takeQuote(record: Raw, receivedAt: number): void {
    const quote = toQuote(record, this.contract, receivedAt, this.#notice);
    const before = this.#quote;
    this.data.quote(quote);
    this.#seen('quote', quote.exchangeAt, receivedAt, record);
    this.#odd(quote.lastPrice ?? quote.bestBid ?? quote.bestAsk, 'GatewayQuote price', record);
    this.#quote =
      before === undefined
        ? quote
        : {
            contractId: quote.contractId,
            lastPrice: quote.lastPrice ?? before.lastPrice,
            bestBid: quote.bestBid ?? before.bestBid,
            bestAsk: quote.bestAsk ?? before.bestAsk,
            volume: quote.volume ?? before.volume,
            exchangeAt: quote.exchangeAt ?? before.exchangeAt,
            receivedAt,
          };
  }

  #takePrint(record: Raw, receivedAt: number): void {
    const print = toPrint(record, this.contract, receivedAt, this.#notice);
    if (print === undefined) return;
    this.#seen('trade', print.exchangeAt, receivedAt, record);
    this.#odd(print.price, 'GatewayTrade price', record);
    this.#prints.push(print);
    this.data.print(print);
    for (const series of this.#series.values()) series.add(print);
  }

  #seen(kind: MarketEventKind, exchangeAt: number | undefined, receivedAt: number, record: Raw): void {
    const at = credible(exchangeAt, receivedAt);
    if (at !== exchangeAt) this.#notice(`${kind} with a time in the future`, record);
    this.#streams[kind].seen(at, receivedAt);
  }

  #odd(price: GridPrice | undefined, what: string, record: Raw): void {
    if (typeof price === 'object') this.#notice(`${what} off the tick grid`, record);
  }
}
