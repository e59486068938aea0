// How busy the market is from second to second: even, or with the bursts, lulls, busy hours and quiet nights of a real one.
import { DateTime } from 'luxon';
import { unit } from './random.ts';

/** `lively`: the rate swings over seconds and minutes, and gaps between events are as random as they are at an exchange. */
export type Rhythm = 'even' | 'lively';

export interface Pulse {
  /** How many beats happen in a second at this mean rate. */
  count(second: number, rate: number): number;
}

/** Period in seconds and how strongly the rate swings over it. */
const swings: readonly (readonly [number, number])[] = [
  [420, 0.8],
  [60, 1],
  [9, 1],
];
/** The mean of the swings' product, measured over two million seconds, so that the asked rate stays the mean. */
const swingMean = 1.33;
/** Share of the day's usual rate by hour in Chicago: the night is quiet, open and close of the day session are busy. */
const byHour = [
  0.3, 0.3, 0.45, 0.6, 0.5, 0.45, 0.5, 0.8, 2, 1.9, 1.4, 1, 0.9, 1, 1.9, 0.5, 0.3, 0.35, 0.3, 0.35, 0.4, 0.35,
  0.3, 0.3,
];

export function makePulse(rhythm: Rhythm, seed: number, hours: boolean): Pulse {
  if (rhythm === 'even') {
    return {
      count(second, rate) {
        const u = unit(seed, second, 31);
        return rate < 1 ? (u < rate ? 1 : 0) : Math.max(1, Math.round(rate * (0.5 + u)));
      },
    };
  }
  const waves = swings.map(([period, strength], index) => makeSwing(seed, period, strength, 51 + index));
  let heldHour = Number.NaN;
  let share = 1;
  const hourShare = (second: number): number => {
    const hour = Math.floor(second / 3600);
    if (hour !== heldHour) {
      const local = DateTime.fromSeconds(hour * 3600, { zone: 'America/Chicago' }).hour;
      share = byHour[local] ?? 1;
      heldHour = hour;
    }
    return share;
  };
  return {
    count(second, rate) {
      const swing = waves.reduce((sum, wave) => sum + wave(second), 0);
      const mean = (rate * Math.exp(swing) * (hours ? hourShare(second) : 1)) / swingMean;
      return poisson(mean, unit(seed, second, 31), unit(seed, second, 32));
    },
  };
}

function makeSwing(seed: number, period: number, strength: number, salt: number) {
  let held = Number.NaN;
  let a = 0;
  let b = 0;
  return (second: number): number => {
    const lattice = Math.floor(second / period);
    if (lattice !== held) {
      a = unit(seed, lattice, salt) - 0.5;
      b = unit(seed, lattice + 1, salt) - 0.5;
      held = lattice;
    }
    return strength * 2 * (a + (b - a) * (second / period - lattice));
  };
}

/** How many independent events fall into a second of this mean. */
function poisson(mean: number, u: number, v: number): number {
  if (mean > 40) {
    const normal = Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  let count = 0;
  let term = Math.exp(-mean);
  for (let sum = term; u > sum && count < 200; sum += term) {
    count += 1;
    term *= mean / count;
  }
  return count;
}
