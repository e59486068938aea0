// Bars of one contract and timeframe, built from prints by their exchange time; a bounded window.
import { type Bar, type GridPrice, type Print, type Timeframe, timeframeMs } from '../domain/market.ts';
import { onGrid } from '../domain/price.ts';
import { Ring } from './ring.ts';
import { credible } from './stream.ts';

const kept = 500;
/** A print this late still finds its bar among the newest; an older one is left out. */
const lateBars = 3;

interface Building {
  readonly startAt: number;
  readonly open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

export class BarSeries {
  readonly #contractId: string;
  readonly #timeframe: Timeframe;
  readonly #closed = new Ring<Building>(kept);
  /** The newest bars, newest last; prints may still change them. */
  #open: Building[] = [];
  /** Bars told by the gateway, where no prints come to us. */
  #told: readonly Bar[] | undefined;

  constructor(contractId: string, timeframe: Timeframe) {
    this.#contractId = contractId;
    this.#timeframe = timeframe;
  }

  /** Prints off the grid carry a price nobody traded at: they are counted elsewhere and left out here. */
  add(print: Print): void {
    const { price, size } = print;
    if (!onGrid(price)) return;
    const periodMs = timeframeMs[this.#timeframe];
    const at = credible(print.exchangeAt, print.receivedAt) ?? print.receivedAt;
    const startAt = at - (at % periodMs);
    for (let index = this.#open.length - 1; index >= 0; index -= 1) {
      const bar = this.#open[index];
      if (bar?.startAt === startAt) {
        merge(bar, price, size);
        return;
      }
      if (bar !== undefined && bar.startAt < startAt) {
        this.#insert(index + 1, {
          startAt,
          open: price,
          high: price,
          low: price,
          close: price,
          volume: size,
        });
        return;
      }
    }
    if (this.#open.length < lateBars) {
      this.#insert(0, { startAt, open: price, high: price, low: price, close: price, volume: size });
    }
  }

  /** Replaces the window by what `History/retrieveBars` said, oldest first. */
  tell(bars: readonly Bar[]): void {
    this.#told = bars.slice(-kept);
  }

  /** How much it holds, and how much at most. */
  get fill(): readonly [entries: number, bound: number] {
    return [this.#told?.length ?? this.#closed.size + this.#open.length, kept + lateBars];
  }

  list(): readonly Bar[] {
    if (this.#told !== undefined) return this.#told;
    return [...this.#closed.list(), ...this.#open].map((bar) => ({
      contractId: this.#contractId,
      timeframe: this.#timeframe,
      ...bar,
    }));
  }

  #insert(index: number, bar: Building): void {
    this.#open.splice(index, 0, bar);
    const oldest = this.#open.length > lateBars ? this.#open.shift() : undefined;
    if (oldest !== undefined) this.#closed.push(oldest);
  }
}

function merge(bar: Building, price: GridPrice & number, size: number): void {
  if (price > bar.high) bar.high = price;
  if (price < bar.low) bar.low = price;
  bar.close = price;
  bar.volume += size;
}
