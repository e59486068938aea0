// `npm run bench -- fuzz --cases=N --seed=S --only=GROUND`: what an enemy or a broken server could send, a hundred thousand of each kind.
import { messageOf } from '../src/domain/errors.ts';
import { grounds } from './fuzz/grounds.ts';
import { watchProcess, type Outcome } from './fuzz/ground.ts';
import { keep, ms } from './measure.ts';

const given = (name: string): string | undefined =>
  process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
const cases = Number(given('cases') ?? 100_000);
const seed = Number(given('seed') ?? 20_261_126);
const only = given('only');

const chosen = grounds.filter(({ name }) => only === undefined || name.includes(only));
if (chosen.length === 0) {
  process.stderr.write(
    `No ground named ${only ?? ''}. There are: ${grounds.map(({ name }) => name).join(', ')}.\n`,
  );
  process.exit(2);
}

const stop = watchProcess();
const outcomes: Outcome[] = [];
for (const ground of chosen) {
  try {
    outcomes.push(await ground.run(cases, seed));
  } catch (error) {
    // Caught here: the watch over the process would take it for one that escaped.
    process.stderr.write(
      `seed ${seed}: ${messageOf(error)}\n${error instanceof Error ? (error.stack ?? '') : ''}\n`,
    );
    process.exit(1);
  }
}
stop();
const count = (value: number): string => value.toLocaleString('en');
const ends = ({ ends: known }: Outcome): string =>
  Object.entries(known)
    .sort(([, a], [, b]) => b - a)
    .map(([end, times]) => `${count(times)} ${end}`)
    .join('; ');
const lines = [
  `Right shapes changed at up to four random points (values, members, nesting, prototype keys, huge and torn numbers, half characters, secrets), some torn as text; seed ${seed}. After every 500 frames or answers the right thing is sent and must be seen, every diagnostic, detector and exhibit is asked, and the report must be one Discord takes.`,
  '',
  '| ground | cases | what they came to | took |',
  '|---|---|---|---|',
  ...outcomes.map(
    (one) => `| ${one.ground} | ${count(one.cases)} | ${ends(one)} | ${one.tookS.toFixed(0)} s |`,
  ),
  '',
  `No crash, no unhandled rejection, no case that did not end, no secret in a log or a report. Slowest single case ${ms(Math.max(...outcomes.map(({ slowestMs }) => slowestMs)))}.`,
];
if (only === undefined) keep('fuzz', 'What nobody should send', lines);
else process.stdout.write(`${lines.join('\n')}\n`);
process.exit(0);
