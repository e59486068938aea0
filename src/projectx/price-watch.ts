// Watches the prices of one contract: on the grid, above zero, and without jumps that nothing around them bears out.
import type { GridPrice, TickSize } from '../domain/market.ts';
import { onGrid } from '../domain/price.ts';
import type { Anomalies } from './anomalies.ts';

/** What is followed by itself: each side of the touch, the last price of the quotes, and the prints. */
type Followed = 'bid' | 'ask' | 'last' | 'print';
export type PriceStream = Followed | 'depth';

/** A jump is suspicious beyond this many ticks, beyond so many times the usual step, and beyond so many times the usual spread. */
const leastJumpTicks = 40;
const usualSteps = 20;
/** In a thin market one side goes away by a spread or two and comes back, and trades alternate between the sides. */
const usualSpreads = 4;
/** A price that comes back to within a quarter of the jump this soon was a spike. */
const backWithinMs = 10_000;
/** The other stream has to stay where it was for so many events and this long to contradict a jump that lasts. */
const contradictions = 3;
const contradictionMs = 1_000;
const noiseOfTick = 1e-4;

/**
 * Whose jumps a stream contradicts by going on near the old price. Nobody contradicts a last price: it belongs to the newest trade,
 * which in an illiquid contract may well be far from the book, so it is judged by its coming back alone.
 */
const contradicts: Readonly<Record<Followed, readonly Followed[]>> = {
  bid: ['print'],
  ask: ['print'],
  last: [],
  print: ['bid', 'ask'],
};

interface Jump {
  readonly from: number;
  readonly to: number;
  readonly at: number;
  readonly limit: number;
  against: number;
  /** When it was contradicted last: both sides of one quote contradict a print once. */
  againstAt: number;
  /** Trades were told at the new price of a touch, or a touch at that of a trade: a market that goes back soon was there all the same. */
  followed: boolean;
}

interface Track {
  last: number | undefined;
  /** Mean absolute step, exponentially forgotten; ticks. */
  step: number;
  jump: Jump | undefined;
}

const fresh = (): Track => ({ last: undefined, step: 1, jump: undefined });

export class PriceWatch {
  readonly #tick: TickSize;
  readonly #anomalies: Anomalies;
  readonly #tracks: Readonly<Record<Followed, Track>> = {
    bid: fresh(),
    ask: fresh(),
    last: fresh(),
    print: fresh(),
  };
  /** Mean spread, exponentially forgotten; ticks. */
  #spread = 1;

  constructor(tick: TickSize, anomalies: Anomalies) {
    this.#tick = tick;
    this.#anomalies = anomalies;
  }

  /** After a gap the market may be anywhere. */
  forget(): void {
    for (const track of Object.values(this.#tracks)) Object.assign(track, fresh());
    this.#spread = 1;
  }

  see(stream: PriceStream, price: GridPrice, at: number): void {
    if (!onGrid(price)) {
      this.#offGrid(stream, price.offGrid, at);
      return;
    }
    if (stream === 'depth') return;
    if (price <= 0 && this.#above(stream)) {
      this.#anomalies.note('not-positive', at, `${stream} at ${this.#text(price)}`);
      return;
    }
    this.#follow(stream, price, at);
  }

  /** Whether the market is known to be well above zero; a quote's members vouch for each other. */
  #above(stream: Followed): boolean {
    const { bid, ask, last, print } = this.#tracks;
    return (stream === 'print' ? [print] : [bid, ask, last]).some(
      (track) => (track.last ?? 0) > leastJumpTicks,
    );
  }

  #follow(stream: Followed, price: number, at: number): void {
    const track = this.#tracks[stream];
    const { jump, last } = track;
    if (jump !== undefined) {
      const back = Math.abs(price - jump.from) <= jump.limit / 4 + Math.abs(jump.to - jump.from) / 4;
      if (back && at - jump.at <= backWithinMs && !jump.followed) this.#spike(stream, jump, at);
      if (back || at - jump.at > backWithinMs) track.jump = undefined;
    }
    if (last !== undefined) {
      const step = Math.abs(price - last);
      const limit = Math.max(leastJumpTicks, usualSteps * track.step, usualSpreads * this.#spread);
      if (step > limit && track.jump === undefined && !this.#borneOut(stream, price, limit))
        track.jump = {
          from: last,
          to: price,
          at,
          limit,
          against: 0,
          againstAt: Number.NaN,
          followed: false,
        };
      else track.step += (Math.min(step, limit) - track.step) / 64;
    }
    track.last = price;
    if (stream === 'bid' || stream === 'ask') this.#spreadNow();
    if (stream === 'print') this.#bearOut(price);
    for (const other of contradicts[stream]) this.#contradict(other, price, at);
  }

  #spreadNow(): void {
    const { bid, ask } = this.#tracks;
    if (bid.last === undefined || ask.last === undefined || bid.jump !== undefined || ask.jump !== undefined)
      return;
    const spread = ask.last - bid.last;
    if (spread > 0) this.#spread += (spread - this.#spread) / 64;
  }

  /** A trade inside the book, however wide that is, can be true; so can a last price at which a print was told. */
  #borneOut(stream: Followed, price: number, limit: number): boolean {
    if (stream === 'bid' || stream === 'ask') return false;
    const { bid, ask, print } = this.#tracks;
    const within = limit / 4;
    if (stream === 'last' && print.last !== undefined && Math.abs(price - print.last) <= within) return true;
    if (bid.last === undefined || ask.last === undefined || bid.last > ask.last) return false;
    return price >= bid.last - within && price <= ask.last + within;
  }

  /** A print may be told just after the quote that has its price as the last one. */
  #bearOut(price: number): void {
    const { last } = this.#tracks;
    if (last.jump !== undefined && Math.abs(price - last.jump.to) <= last.jump.limit / 4)
      last.jump = undefined;
  }

  /** The other stream goes on near where this one was before its jump. */
  #contradict(jumped: Followed, price: number, at: number): void {
    const track = this.#tracks[jumped];
    const { jump } = track;
    if (jump === undefined) return;
    if (Math.abs(price - jump.from) > Math.abs(price - jump.to)) {
      if (Math.abs(price - jump.to) <= jump.limit / 4) jump.followed = true;
      return;
    }
    if (jump.followed || (jumped === 'print' && jump.againstAt === at)) return;
    jump.againstAt = at;
    jump.against += 1;
    if (jump.against < contradictions || at - jump.at < contradictionMs) return;
    this.#spike(jumped, jump, at);
    track.jump = { ...jump, against: Number.NEGATIVE_INFINITY };
  }

  #spike(stream: Followed, jump: Jump, at: number): void {
    if (jump.against === Number.NEGATIVE_INFINITY) return;
    this.#anomalies.note(
      'spike',
      at,
      `${stream} from ${this.#text(jump.from)} to ${this.#text(jump.to)} (${Math.abs(jump.to - jump.from)} ticks)`,
    );
  }

  #offGrid(stream: PriceStream, text: string, at: number): void {
    const ticks = (Number(text) * this.#tick.den) / this.#tick.num;
    if (!Number.isFinite(ticks)) return;
    const near = Math.abs(ticks - Math.round(ticks)) < noiseOfTick;
    this.#anomalies.note(near ? 'noise' : 'misaligned', at, `${stream} at ${text.slice(0, 30)}`);
  }

  #text(ticks: number): string {
    return String((ticks * this.#tick.num) / this.#tick.den);
  }
}
