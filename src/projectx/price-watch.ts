// Watches the prices of one contract: on the grid, above zero, and without jumps that nothing around them bears out.
import type { GridPrice, TickSize } from '../domain/market.ts';
import { onGrid } from '../domain/price.ts';
import type { Anomalies } from './anomalies.ts';

export type PriceStream = 'quote' | 'print' | 'depth';

/** A jump is suspicious beyond this many ticks, and beyond so many times the usual step. */
const leastJumpTicks = 40;
const usualSteps = 20;
/** A price that comes back to within a quarter of the jump this soon was a spike. */
const backWithinMs = 10_000;
/** The other stream has to stay where it was for so many events and this long to contradict a jump that lasts. */
const contradictions = 3;
const contradictionMs = 1_000;
const noiseOfTick = 1e-4;

interface Jump {
  readonly from: number;
  readonly to: number;
  readonly at: number;
  readonly limit: number;
  against: number;
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
  readonly #tracks: Readonly<Record<'quote' | 'print', Track>> = { quote: fresh(), print: fresh() };

  constructor(tick: TickSize, anomalies: Anomalies) {
    this.#tick = tick;
    this.#anomalies = anomalies;
  }

  /** After a gap the market may be anywhere. */
  forget(): void {
    Object.assign(this.#tracks.quote, fresh());
    Object.assign(this.#tracks.print, fresh());
  }

  see(stream: PriceStream, price: GridPrice, at: number): void {
    if (!onGrid(price)) {
      this.#offGrid(stream, price.offGrid, at);
      return;
    }
    if (stream === 'depth') return;
    const track = this.#tracks[stream];
    if (price <= 0 && track.last !== undefined && track.last > leastJumpTicks) {
      this.#anomalies.note('not-positive', at, `${stream} at ${this.#text(price)}`);
      return;
    }
    this.#follow(stream, track, price, at);
  }

  #follow(stream: 'quote' | 'print', track: Track, price: number, at: number): void {
    const { jump, last } = track;
    if (jump !== undefined) {
      const back = Math.abs(price - jump.from) <= jump.limit / 4 + Math.abs(jump.to - jump.from) / 4;
      if (back && at - jump.at <= backWithinMs) this.#spike(stream, jump, at);
      if (back || at - jump.at > backWithinMs) track.jump = undefined;
    }
    if (last !== undefined) {
      const step = Math.abs(price - last);
      const limit = Math.max(leastJumpTicks, usualSteps * track.step);
      if (step > limit && track.jump === undefined)
        track.jump = { from: last, to: price, at, limit, against: 0 };
      else track.step += (Math.min(step, limit) - track.step) / 64;
    }
    track.last = price;
    this.#contradict(stream === 'quote' ? 'print' : 'quote', price, at);
  }

  /** The other stream goes on near where this one was before its jump. */
  #contradict(jumped: 'quote' | 'print', price: number, at: number): void {
    const track = this.#tracks[jumped];
    const { jump } = track;
    if (jump === undefined || Math.abs(price - jump.from) > Math.abs(price - jump.to)) return;
    jump.against += 1;
    if (jump.against < contradictions || at - jump.at < contradictionMs) return;
    this.#spike(jumped, jump, at);
    track.jump = { ...jump, against: Number.NEGATIVE_INFINITY };
  }

  #spike(stream: 'quote' | 'print', jump: Jump, at: number): void {
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
