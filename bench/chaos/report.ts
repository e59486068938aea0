// What chaos found, as tables: by journey and fault, by point, and how long the way back took.
import { ms, percentile } from '../measure.ts';
import type { Wrong } from './journey.ts';
import { journeys } from './journeys.ts';
import { faults } from './faults.ts';
import { pointsOf } from './plan.ts';
import type { Outcome } from './play.ts';
import type { Steps } from './rehearsal.ts';
import { wordsOf } from './trap.ts';

export interface About {
  readonly late: readonly Wrong[];
  readonly broken: readonly string[];
  readonly minutes: string;
  readonly lanes: number;
  /** The commit whose build every run began on. */
  readonly upgradedFrom?: string | undefined;
}

const kinds: readonly Wrong['kind'][] = ['lost', 'doubled', 'hung', 'broken'];

function count(outcomes: readonly Outcome[], kind: Wrong['kind']): number {
  return outcomes.filter(({ wrong }) => wrong.some((one) => one.kind === kind)).length;
}

function cells(outcomes: readonly Outcome[]): string {
  const times = outcomes.flatMap(({ recoveredMs }) => (recoveredMs === undefined ? [] : [recoveredMs]));
  const shares = [0.5, 0.95, 0.99].map((share) => (times.length === 0 ? '–' : ms(percentile(times, share))));
  const struck = outcomes.filter((one) => one.struck).length;
  return [outcomes.length, struck, ...kinds.map((kind) => count(outcomes, kind)), ...shares].join(' | ');
}

export function reportOf(
  outcomes: readonly Outcome[],
  steps: Steps,
  { late, broken, minutes, lanes, upgradedFrom }: About,
): readonly string[] {
  const seeds = outcomes.map(({ seed }) => seed);
  const wrong = outcomes.filter((one) => one.wrong.length > 0).sort((a, b) => a.seed - b.seed);
  const header = [
    '| | runs | struck | lost | doubled | hung | broken | back p50 | p95 | p99 |',
    '|---|---|---|---|---|---|---|---|---|---|',
  ];
  return [
    'Two bots, two workers (three on every second desk) and a redis-server as real processes on a standing desk; Discord and the gateway are the local ones and stay unharmed. One run is one',
    'fault at one point of one journey. A point is a step on the wire (a Redis command or script, a request to Discord or the gateway), just before anybody heard it',
    'or just after it was done and before its answer arrived. Whoever dies is started again at once. **lost**: an answer, a page, its thread, evidence or recovery,',
    'a note, a step, a timeline entry that never came; **doubled**: any of them twice; **hung**: a reply that still says "thinking"; **broken**: an incident that stays',
    'open, or a desk that does not work again within 90 s. **back**: from the instant the cause was gone until a typed question proved fresh data.',
    '',
    ...(upgradedFrom === undefined
      ? []
      : [
          `Every run begins on a desk of commit ${upgradedFrom}; at the point all processes are ended in order and started as this build, one after the other.`,
          '',
        ]),
    `${outcomes.length} runs, seeds ${Math.min(...seeds)} to ${Math.max(...seeds)}, ${minutes} minutes in the last sitting with ${lanes} desks side by side. \`npm run chaos -- --seed N\` runs one again.`,
    '',
    '## By journey',
    '',
    ...header,
    ...journeys.map(
      ({ name }) => `| ${name} | ${cells(outcomes.filter(({ journey }) => journey === name))} |`,
    ),
    `| all | ${cells(outcomes)} |`,
    '',
    '## By fault',
    '',
    ...header,
    ...faults
      .filter(({ name }) => outcomes.some(({ fault }) => fault === name))
      .map(({ name }) => `| ${name} | ${cells(outcomes.filter(({ fault }) => fault === name))} |`),
    '',
    '## `kill -9`, by whom it was done to',
    '',
    ...header,
    ...(['bot', 'worker'] as const).map(
      (role) =>
        `| of a ${role} | ${cells(outcomes.filter(({ fault, point }) => fault === 'kill -9' && point.step.startsWith(role)))} |`,
    ),
    '',
    '## Points',
    '',
    '| journey | steps | points | struck at least once |',
    '|---|---|---|---|',
    ...journeys.map(({ name }) => {
      const points = pointsOf(steps[name] ?? {});
      const struck = new Set(
        outcomes
          .filter((one) => one.journey === name && one.struck)
          .map(({ point }) => `${point.step} ${point.moment}`),
      );
      return `| ${name} | ${Object.keys(steps[name] ?? {}).length} | ${points.length} | ${struck.size} |`;
    }),
    '',
    '## What went wrong',
    '',
    ...(wrong.length + late.length + broken.length === 0
      ? ['Nothing.']
      : [
          ...wrong.map(
            (one) =>
              `- seed ${one.seed}, ${one.journey}; ${one.fault} at ${wordsOf(one.point)}: ${one.wrong.map(({ kind, what }) => `**${kind}** ${what}`).join('; ')}`,
          ),
          ...late.map(({ what }) => `- **doubled** ${what}`),
          ...broken.map((why) => `- the harness: ${why}`),
        ]),
  ];
}
