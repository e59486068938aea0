// Counts what was said against what was so: per fault, over all, and as a confusion matrix; pure, the same runs make the same bytes.
import { percentile } from '../measure.ts';
import type { Played } from './play.ts';

export interface Row {
  readonly fault: string;
  readonly runs: number;
  /** 0..1 */
  readonly right: number;
  /** First findings, most frequent first. */
  readonly firsts: readonly (readonly [label: string, runs: number])[];
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  readonly pageP95Ms: number | undefined;
  readonly extra: readonly (readonly [label: string, runs: number])[];
  /** Runs whose end was watched, and how many of them cleared. */
  readonly watched: number;
  readonly cleared: number;
  readonly clearP95Ms: number | undefined;
}

export interface Tally {
  readonly rows: readonly Row[];
  readonly runs: number;
  readonly right: number;
  readonly worst: number;
  readonly criticalP95Ms: number | undefined;
  readonly mutating: number;
  readonly share: number;
  readonly failing: readonly Played[];
}

function counted(words: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

const share = (runs: readonly Played[]): number =>
  runs.length === 0 ? Number.NaN : runs.filter(({ right }) => right).length / runs.length;

const at = (samples: readonly number[], part: number): number | undefined =>
  samples.length === 0 ? undefined : percentile(samples, part);

/**
 * @param faults names of the rows, in the order of the table
 * @param critical names of those with trading halted or positions at risk
 */
export function tally(
  played: readonly Played[],
  faults: readonly string[],
  critical: ReadonlySet<string>,
): Tally {
  const ordered = [...played].sort(
    (a, b) =>
      faults.indexOf(a.fault) - faults.indexOf(b.fault) ||
      a.seed - b.seed ||
      (a.holding < b.holding ? -1 : a.holding > b.holding ? 1 : 0),
  );
  const rows = faults.flatMap((fault): readonly Row[] => {
    const runs = ordered.filter((one) => one.fault === fault);
    if (runs.length === 0) return [];
    const times = runs.flatMap(({ rightMs }) => rightMs ?? []);
    const ends = runs.filter(({ ended }) => ended);
    const clears = ends.flatMap(({ clearedMs }) => clearedMs ?? []);
    return [
      {
        fault,
        runs: runs.length,
        right: share(runs),
        firsts: counted(runs.map(({ first }) => first)),
        p50Ms: at(times, 0.5),
        p95Ms: at(times, 0.95),
        pageP95Ms: at(
          runs.flatMap(({ pageMs }) => pageMs ?? []),
          0.95,
        ),
        extra: counted(runs.flatMap(({ extra }) => extra)),
        watched: ends.length,
        cleared: clears.length,
        clearP95Ms: at(clears, 0.95),
      },
    ];
  });
  const grave = ordered.filter(({ fault }) => critical.has(fault)).flatMap(({ rightMs }) => rightMs ?? []);
  return {
    rows,
    runs: ordered.length,
    right: share(ordered),
    worst: Math.min(...rows.map(({ right }) => right)),
    criticalP95Ms: at(grave, 0.95),
    mutating: ordered.reduce((sum, one) => sum + one.mutating, 0),
    share: Math.max(0, ...ordered.map((one) => one.share)),
    failing: ordered.filter(({ right }) => !right),
  };
}
