// The score as Markdown: rows, confusion matrix, targets and every failing run; pure.
import { ms } from '../measure.ts';
import type { Row, Tally } from './tally.ts';

const percent = (part: number): string => `${(100 * part).toFixed(part === 1 || part === 0 ? 0 : 1)} %`;
const span = (value: number | undefined): string => (value === undefined ? '–' : ms(value));
const list = (counts: Row['firsts']): string => counts.map(([label, runs]) => `${label} ${runs}`).join(', ');

export interface Surroundings {
  /** File name of the picture beside it. */
  readonly picture: string;
  readonly how: string;
  readonly holes: readonly string[];
  readonly broken: readonly string[];
}

const held = (is: boolean): string => (is ? 'held' : 'MISSED');

export function reportOf(tally: Tally, { picture, how, holes, broken }: Surroundings): readonly string[] {
  const { rows, failing } = tally;
  return [
    how,
    'The first root finding that was not there before the fault counts (worst first, those explained by another left out). Time runs from when the truth could be known from outside (the rule’s own patience) to the first right root finding, and includes the second between two looks. `nothing` stands for no finding at all: a hole, or right where the fault is harmless. An extra root is one that the fault does not explain.',
    '',
    '| target | measured | |',
    '|---|---|---|',
    `| right cause first in ≥ 95 % of all runs | ${percent(tally.right)} of ${tally.runs} | ${held(tally.right >= 0.95)} |`,
    `| no fault under 80 % | ${percent(tally.worst)} | ${held(tally.worst >= 0.8)} |`,
    `| critical causes: p95 ≤ 30 s | ${span(tally.criticalP95Ms)} | ${held((tally.criticalP95Ms ?? Number.POSITIVE_INFINITY) <= 30_000)} |`,
    `| calls that change an account, counted by the gateway | ${tally.mutating} | ${held(tally.mutating === 0)} |`,
    `| share of the request allowance ≤ 10 % | ${percent(tally.share)} | ${held(tally.share <= 0.1)} |`,
    '',
    `![confusion matrix](${picture})`,
    '',
    '| true cause | runs | right first | first finding, runs | detected p50 | p95 | alert p95 | extra roots | cleared after its end |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows.map(
      (row) =>
        `| ${row.fault} | ${row.runs} | ${percent(row.right)} | ${list(row.firsts)} | ${span(row.p50Ms)} | ${span(row.p95Ms)} | ${span(row.pageP95Ms)} | ${list(row.extra)} | ${row.watched === 0 ? '–' : `${row.cleared} of ${row.watched}${row.clearP95Ms === undefined ? '' : `, p95 ${ms(row.clearP95Ms)}`}`} |`,
    ),
    '',
    ...holes.map((hole) => `- Not scored: ${hole}`),
    ...(failing.length === 0
      ? []
      : [
          '',
          'Failing runs, to be run again alone with `npm run score -- --faults F… --first-seed N --seeds 1 --exposures …`:',
          '',
          ...failing
            .slice(0, 60)
            .map(({ fault, seed, holding, first }) => `- ${fault}, seed ${seed}, ${holding}: ${first}`),
          ...(failing.length > 60 ? [`- and ${failing.length - 60} more`] : []),
        ]),
    ...(broken.length === 0
      ? []
      : ['', 'Runs that could not be played:', '', ...broken.map((one) => `- ${one}`)]),
  ];
}
