// Every print of a contract as a pure function of the seed and the time: history, bars and the live feed all read this one source.
import type { SimContract } from './contracts.ts';
import { mix, seedOf, unit } from './random.ts';
import type { Pulse } from './rhythm.ts';

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

/** Open, high, low, close in ticks and the volume; empty while `volume` is 0. */
export interface Tally {
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

export interface PrintSource {
  /** Adds the prints of one second with `from` ≤ time < `to`; the same prints as `beats`, without making objects. */
  tally(second: number, from: number, to: number, into: Tally): void;
  /** The beats of one second (epoch seconds), in order of time. */
  beats(second: number): readonly Beat[];
  /** The beats with `after` < time ≤ `upTo`; asked many times a second. */
  between(after: number, upTo: number): readonly Beat[];
  /** The middle of the market in ticks, not rounded. */
  mid(at: number): number;
}

const minuteMs = 60_000;
const nothing: readonly Beat[] = [];
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
  readonly pulse: Pulse;
  /** How many times the usual rate in a second: surges. */
  readonly factor: (second: number) => number;
  readonly isOpen: (at: number) => boolean;
}

export function makePrints(contract: SimContract, options: PrintOptions): PrintSource {
  const seed = seedOf(options.seed, contract.root);
  const base = Math.round((contract.base * contract.den) / contract.num);
  const range = contract.dayTicks;

  /** Smooth noise over a lattice; the two lattice points in use are remembered, neighbours ask for the same ones. */
  const makeWave = (index: number, period: number) => {
    let held = Number.NaN;
    let a = 0;
    let b = 0;
    return (x: number): number => {
      const lattice = Math.floor(x / period);
      if (lattice !== held) {
        a = unit(seed, lattice, index) - 0.5;
        b = unit(seed, lattice + 1, index) - 0.5;
        held = lattice;
      }
      const t = x / period - lattice;
      return a + (b - a) * t * t * (3 - 2 * t);
    };
  };
  const slow = waves.map(([period, share], index) => ({
    wave: makeWave(index, period),
    share: share * range,
  }));
  const swell = makeWave(21, 20);
  const ripple = makeWave(22, 5);
  const swellTicks = Math.max(0.012 * range, 1.2);
  const rippleTicks = Math.max(0.005 * range, 0.9);
  const minuteLevel = (minute: number): number =>
    slow.reduce((sum, { wave, share }) => sum + share * wave(minute), base);

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
    const quick = swellTicks * swell(seconds) + rippleTicks * ripple(seconds);
    return from + (to - from) * (at / minuteMs - minute) + quick;
  };

  const count = (second: number): number => {
    const rate = second * 1000 >= options.rateFromAt ? options.liveRate : options.historyRate;
    return options.pulse.count(second, rate * options.factor(second));
  };

  /** One beat, worked out into these; the tally and the live feed share it so that they cannot differ. */
  const now = { at: 0, bid: 0, ask: 0, last: 0, buy: false, salt: 0, first: 0, second: 0, third: 0 };
  const work = (second: number, i: number, n: number) => {
    const salt = mix(seed, second, i, 41);
    now.salt = salt;
    now.at = second * 1000 + Math.floor(((i + (salt & 0xff) / 256) / n) * 1000);
    now.bid = Math.floor(mid(now.at));
    now.ask = now.bid + ((salt >>> 8) % 10 === 0 ? 2 : 1);
    now.buy = ((salt >>> 12) & 1) === 1;
    now.last = now.buy ? now.ask : now.bid;
    now.first = 1 + ((salt >>> 13) & 3) * ((salt >>> 15) & 1);
    now.second = (salt >>> 16) % 4 === 0 ? 1 + ((salt >>> 18) & 7) : 0;
    now.third = (salt >>> 16) % 16 === 0 ? 1 + ((salt >>> 21) & 15) : 0;
  };

  /** The live feed looks at the same second twenty times; whether the market is open may change meanwhile. */
  let heldSecond = Number.NaN;
  let heldBeats: readonly Beat[] = [];
  const draw = (second: number): readonly Beat[] => {
    if (second === heldSecond) return heldBeats;
    const n = count(second);
    const beats: Beat[] = [];
    for (let i = 0; i < n; i += 1) {
      work(second, i, n);
      const { at, bid, ask, last, buy, salt } = now;
      const sizes = [now.first, now.second, now.third].filter((size) => size > 0);
      beats.push({ at, bid, ask, last, buy, sizes, salt });
    }
    heldSecond = second;
    heldBeats = beats;
    return beats;
  };

  return {
    mid,
    beats: (second) => draw(second).filter((beat) => options.isOpen(beat.at)),
    between(after, upTo) {
      let found: Beat[] | undefined;
      for (let second = Math.floor(after / 1000); second * 1000 <= upTo; second += 1)
        for (const beat of draw(second))
          if (beat.at > after && beat.at <= upTo && options.isOpen(beat.at)) (found ??= []).push(beat);
      return found ?? nothing;
    },
    tally(second, from, to, into) {
      const n = count(second);
      for (let i = 0; i < n; i += 1) {
        work(second, i, n);
        if (now.at < from || now.at >= to || !options.isOpen(now.at)) continue;
        const { last } = now;
        if (into.volume === 0) into.open = into.high = into.low = last;
        else if (last > into.high) into.high = last;
        else if (last < into.low) into.low = last;
        into.close = last;
        into.volume += now.first + now.second + now.third;
      }
    },
  };
}
