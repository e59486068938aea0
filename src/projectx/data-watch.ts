// Everything that is watched about the soundness of one contract's data, fed by its ledger.
import type { DataView, Elsewhere, Hole, ToldBars } from '../domain/data-view.ts';
import type { DepthRecord, MarketEventKind, Print, Quote, TickSize } from '../domain/market.ts';
import { Anomalies } from './anomalies.ts';
import { BookWatch } from './book-watch.ts';
import { DepthWatch } from './depth-watch.ts';
import { LumpWatch } from './lump-watch.ts';
import { PriceWatch } from './price-watch.ts';
import { Ring } from './ring.ts';
import { VolumeWatch } from './volume-watch.ts';

/** Stamps of one stream may differ by this much in their order before it is told. */
const orderSlackMs = 200;
/** More than a feed can be mute and alive again within the minutes that are compared. */
const holesKept = 20;

export class DataWatch {
  readonly #anomalies = new Anomalies();
  readonly #prices: PriceWatch;
  readonly #book = new BookWatch();
  readonly #depth = new DepthWatch();
  readonly #volume = new VolumeWatch(this.#anomalies);
  readonly #lumps = {
    quote: new LumpWatch('quote', this.#anomalies),
    trade: new LumpWatch('trade', this.#anomalies),
  };
  readonly #last: Record<MarketEventKind, number> = { quote: 0, trade: 0, depth: 0 };
  #since: number | undefined;
  #wholeSince: number | undefined;
  #told: ToldBars | undefined;
  readonly #holes = new Ring<Hole>(holesKept);
  /** Trades that REST told while no event came. */
  elsewhere: Elsewhere | undefined;
  /** When REST last told that no trade is missing in a silence. */
  quietAt: number | undefined;

  constructor(tick: TickSize) {
    this.#prices = new PriceWatch(tick, this.#anomalies);
  }

  connectionLost(): void {
    this.#prices.forget();
    this.#book.forget();
    this.#depth.forget();
    this.#volume.forget();
    this.#lumps.quote.forget();
    this.#lumps.trade.forget();
    this.#wholeSince = undefined;
  }

  /** @param quote as it came, before anything is carried forward */
  quote(quote: Quote): void {
    const { lastPrice, bestBid, bestAsk, exchangeAt, receivedAt } = quote;
    this.#order('quote', exchangeAt, receivedAt);
    // The touch first: a last price inside it is borne out by it.
    if (bestBid !== undefined) this.#prices.see('bid', bestBid, receivedAt);
    if (bestAsk !== undefined) this.#prices.see('ask', bestAsk, receivedAt);
    if (lastPrice !== undefined) this.#prices.see('last', lastPrice, receivedAt);
    this.#book.quote(bestBid, bestAsk, receivedAt);
    this.#volume.quote(quote);
  }

  /** Its prints are told to be missing since then; until the next one. */
  missing(fromAt: number): void {
    const last = this.#holes.last();
    if (last === undefined || last.toAt !== undefined) this.#holes.push({ fromAt, toAt: undefined });
  }

  print(print: Print): void {
    const hole = this.#holes.last();
    if (hole !== undefined && hole.toAt === undefined)
      this.#holes.replaceLast({ ...hole, toAt: print.receivedAt });
    this.#order('trade', print.exchangeAt, print.receivedAt);
    this.#prices.see('print', print.price, print.receivedAt);
    this.#book.print(print.price);
    this.#depth.print(print.price, print.receivedAt);
    this.#volume.print(print);
  }

  depth(record: DepthRecord): void {
    this.#order('depth', record.exchangeAt, record.receivedAt);
    if (record.kind !== 'reset') this.#prices.see('depth', record.price, record.receivedAt);
    this.#depth.record(record, record.receivedAt);
  }

  sample(now: number): void {
    this.#depth.sample(now);
  }

  tell(told: ToldBars): void {
    this.#told = told;
  }

  view(): DataView {
    return {
      watchedSinceAt: this.#since,
      anomalies: this.#anomalies.list(),
      book: { depth: this.#depth.trouble(), ...this.#book.view() },
      volume: () => this.#volume.list(),
      unprinted: this.#volume.unprinted,
      told: this.#told,
      wholeSinceAt: this.#wholeSince,
      elsewhere: this.elsewhere,
      quietAt: this.quietAt,
      holes: this.#holes.list(),
    };
  }

  #order(kind: MarketEventKind, exchangeAt: number | undefined, receivedAt: number): void {
    this.#since ??= receivedAt;
    this.#wholeSince ??= receivedAt;
    if (exchangeAt === undefined) return;
    const behindMs = this.#last[kind] - exchangeAt;
    if (behindMs > orderSlackMs)
      this.#anomalies.note(
        'backwards',
        receivedAt,
        `${kind} ${(behindMs / 1000).toFixed(1)} s behind the one before it`,
      );
    // Against the one before it: a feed that is merely late is behind once, and in order from then on.
    this.#last[kind] = exchangeAt;
    if (kind !== 'depth') this.#lumps[kind].see(exchangeAt, receivedAt);
  }
}
