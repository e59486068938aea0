// Which fault strikes where in run number so-and-so: by its seed alone, so that every point has its turn and a run can be run again.
import { faults, type ChaosFault } from './faults.ts';
import { journeys } from './journeys.ts';
import type { Plan } from './play.ts';
import type { Steps } from './rehearsal.ts';
import type { Point } from './trap.ts';

/** A step that a journey takes often is struck at one of its first times. */
const mostTimes = 3;
/** How often a fault is drawn where it fits, 4 unless said: long ones take their share of the time, not of the runs. */
const shares: Readonly<Record<string, number>> = {
  'kill -9': 12,
  'Redis away 20 s': 1,
  'kill -9 of all': 2,
  'event loop blocked 10 s': 3,
  'out of memory': 3,
  'Redis disk full 5 s': 3,
  'Redis memory full 5 s': 3,
  'SIGSTOP a minute, then on': 1,
  'rolling restart': 2,
  // Few points are requests to Discord, so these are drawn more often there.
  'Discord answer lost': 16,
  'Discord 500s for 3 s': 16,
  'Discord 429 for 3 s': 8,
};

/** Every point of a journey: each step, just before it is heard and just after it was done. */
export function pointsOf(steps: Readonly<Record<string, number>>): readonly Point[] {
  return Object.keys(steps).flatMap((step) =>
    (['before', 'after'] as const)
      .filter((moment) => !(moment === 'after' && step.includes('BZPOPMIN')))
      .map((moment) => ({ step, moment, nth: 1 })),
  );
}

/**
 * The run of a line that was printed, whatever the rehearsal finds today: `a page; kill -9 at bot → redis: …, asked and not heard`.
 * @throws Error where it is no such line
 */
export function planFrom(line: string): Plan {
  const parts =
    /^(?:- )?(?:seed (\d+)[:,] )?(.+?); (.+) at ((?:bot|worker) → .+?), (asked and not heard|done and the answer not arrived)(?:, time (\d+))?(?:: .*)?$/.exec(
      line.trim(),
    );
  const [, seed = '0', journey = '', fault = '', step = '', moment = '', nth = '1'] = parts ?? [];
  if (!journeys.some(({ name }) => name === journey) || !faults.some(({ name }) => name === fault))
    throw new Error(`not a line that chaos has printed: ${line}`);
  return {
    seed: Number(seed),
    journey,
    fault,
    point: { step, moment: moment === 'asked and not heard' ? 'before' : 'after', nth: Number(nth) },
  };
}

/**
 * The run of a seed, with the steps that were rehearsed.
 * @param of the faults it may be of
 */
export function planOf(seed: number, steps: Steps, of: readonly ChaosFault[] = faults): Plan {
  const turn = seed - 1;
  const journey = journeys[turn % journeys.length];
  const counts = steps[journey?.name ?? ''];
  if (journey === undefined || counts === undefined) throw new Error('no journey was rehearsed');
  const points = pointsOf(counts).filter((one) => of.some((fault) => fault.fits(one, journey.dropsHub)));
  const round = Math.floor(turn / journeys.length);
  const random = mulberry(seed);
  // A stride that has no part in common with the number of points comes to all of them before it comes back to the first.
  const point = points[(round * strideFor(points.length)) % points.length];
  if (point === undefined) throw new Error(`${journey.name} has no step that fits`);
  const fitting = of
    .filter((fault) => fault.fits(point, journey.dropsHub))
    .flatMap((fault) => Array.from({ length: shares[fault.name] ?? 4 }, () => fault));
  const fault = fitting[Math.floor(random() * fitting.length)];
  if (fault === undefined) throw new Error(`no fault fits ${point.step}`);
  const times = Math.min(mostTimes, counts[point.step] ?? 1);
  return {
    seed,
    journey: journey.name,
    point: { ...point, nth: 1 + Math.floor(random() * random() * times) },
    fault: fault.name,
  };
}

function strideFor(length: number): number {
  const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b));
  for (let stride = Math.floor(length * 0.38) + 1; ; stride += 1)
    if (common(stride, length) === 1) return stride;
}

/** A small generator whose whole state is the seed. */
function mulberry(seed: number): () => number {
  let state = Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
