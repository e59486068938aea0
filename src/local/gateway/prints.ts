// Every print of a contract as a pure function of the seed and the time: history, bars and the live feed all read this one source.
import type { SimContract } from './contracts.ts';
import { mix, seedOf, unit } from './random.ts';

/** One moment of trading: the best prices after it and the prints that happened. */
export interface Beat {
  /** Epoch ms. */
  readonly at: number;
  readonly bid: number;
  readonly ask: number;
  /** Price of the prints, in ticks. */
  readonly last: number;
  readonly buy: boolean;
  readonly sizes: readonly number[];
  /** A number to draw further choices from. */
  readonly salt: number;
}

export interface PrintSource {
  /** The beats of one second (epoch seconds), in order of time. */
  beats(second: number): readonly Beat[];
  /** The middle of the market in ticks, not rounded. */
  mid(at: number): number;
}

const minuteMs = 60_000;
/** Period in minutes and share of a day's range: slow waves carry the trend, fast ones the noise. */
const waves: readonly (readonly [number, number])[] = [
  [10_080, 0.9],
  [1_440, 0.5],
  [360, 0.28],
  [60, 0.14],
  [15, 0.07],
  [4, 0.03],
];

export interface PrintOptions {
  readonly seed: number;
  /** Mean beats per second before and from `rateFromAt` on: a bench may raise the live rate without making history dear. */
  readonly historyRate: number;
  readonly liveRate: number;
  readonly rateFromAt: number;
  readonly isOpen: (at: number) => boolean;
}

export function makePrints(contract: SimContract, options: PrintOptions): PrintSource {
  const seed = seedOf(options.seed, contract.root);
  const base = Math.round((contract.base * contract.den) / contract.num);
  const range = contract.dayTicks;

  const wave = (index: number, period: number, x: number): number => {
    const lattice = Math.floor(x / period);
    const t = x / period - lattice;
    const a = unit(seed, lattice, index) - 0.5;
    const b = unit(seed, lattice + 1, index) - 0.5;
    return a + (b - a) * t * t * (3 - 2 * t);
  };
  const minuteLevel = (minute: number): number =>
    waves.reduce((sum, [period, share], index) => sum + share * range * wave(index, period, minute), base);

  let heldMinute = Number.NaN;
  let from = 0;
  let to = 0;
  const mid = (at: number): number => {
    const minute = Math.floor(at / minuteMs);
    if (minute !== heldMinute) {
      from = minute === heldMinute + 1 ? to : minuteLevel(minute);
      to = minuteLevel(minute + 1);
      heldMinute = minute;
    }
    const seconds = at / 1000;
    const quick =
      Math.max(0.012 * range, 1.2) * wave(21, 20, seconds) +
      Math.max(0.005 * range, 0.9) * wave(22, 5, seconds);
    return from + (to - from) * (at / minuteMs - minute) + quick;
  };

  const count = (second: number): number => {
    const rate = second * 1000 >= options.rateFromAt ? options.liveRate : options.historyRate;
    const u = unit(seed, second, 31);
    return rate < 1 ? (u < rate ? 1 : 0) : Math.max(1, Math.round(rate * (0.5 + u)));
  };

  return {
    mid,
    beats(second) {
      const n = count(second);
      const beats: Beat[] = [];
      for (let i = 0; i < n; i += 1) {
        const salt = mix(seed, second, i, 41);
        const at = second * 1000 + Math.floor(((i + (salt & 0xff) / 256) / n) * 1000);
        if (!options.isOpen(at)) continue;
        const bid = Math.floor(mid(at));
        const ask = bid + ((salt >>> 8) % 10 === 0 ? 2 : 1);
        const buy = ((salt >>> 12) & 1) === 1;
        const sizes = [1 + ((salt >>> 13) & 3) * ((salt >>> 15) & 1)];
        if ((salt >>> 16) % 4 === 0) sizes.push(1 + ((salt >>> 18) & 7));
        if ((salt >>> 16) % 16 === 0) sizes.push(1 + ((salt >>> 21) & 15));
        beats.push({ at, bid, ask, last: buy ? ask : bid, buy, sizes, salt });
      }
      return beats;
    },
  };
}
