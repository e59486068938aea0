// `npm run chaos -- --runs 1000`: kills, stops, cuts and silences at named points of every journey, and counts what was lost or doubled.
import { fork } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { built } from '../../test/fixtures/processes.ts';
import { keep } from '../measure.ts';
import { openChaosDesk } from './desk.ts';
import type { Wrong } from './journey.ts';
import type { FromLane, ToLane } from './lane.ts';
import { builtOf } from './earlier.ts';
import { faults, rolling } from './faults.ts';
import { planFrom, planOf } from './plan.ts';
import type { Outcome, Plan } from './play.ts';
import { rehearse, type Steps } from './rehearsal.ts';
import { reportOf } from './report.ts';
import { wordsOf } from './trap.ts';

const option = (name: string): string | undefined => {
  const index = process.argv.indexOf(`--${name}`);
  return index < 0 ? undefined : process.argv[index + 1];
};
const flag = (name: string): boolean => process.argv.includes(`--${name}`);
const runs = Number(option('runs') ?? '100');
/** A run mostly waits for locks to run out: some desks side by side fill two cores. */
const lanes = Number(option('lanes') ?? '3');
const seed = option('seed');
/** A line as it was printed: `a page; kill -9 at worker → redis: …, asked and not heard`. */
const again = option('again');
/** A commit: every run begins on its build and is upgraded to this one, process by process. */
const upgrade = option('upgrade');
/** A fault by its name, as the report has it: no run is of another. */
const only = option('fault');
const chosen = faults.filter(({ name }) => only === undefined || name === only);
const slug = only?.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
const worthKeeping = upgrade === undefined && only === undefined ? 200 : 20;
/** Longer than the rounds that a desk makes by itself. */
const idleMs = 16_000;

const folder = fileURLToPath(new URL('../../var/chaos/', import.meta.url));
const stepsFile = path.join(folder, 'steps.json');
const runsFile = path.join(
  folder,
  upgrade !== undefined ? 'upgrades.jsonl' : slug === undefined ? 'runs.jsonl' : `runs-${slug}.jsonl`,
);
const single = seed !== undefined || again !== undefined;
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

if (flag('help')) {
  say(
    [
      'npm run chaos -- --runs 1000        that many runs, seed 1 and up; the report is kept from 200 on',
      '  --lanes 3                         desks side by side',
      '  --resume                          goes on with the runs of the last time',
      '  --report                          writes the report of what was run',
      '  --seed 33                         this one again, with the steps known from the last time',
      '  --fault "kill -9"                 only this one',
      '  --again "<line>"                  a failure again, as it was printed',
      '  --upgrade HEAD~20                 every run begins on the build of that commit',
    ].join('\n'),
  );
  process.exit(0);
}
if (chosen.length === 0) {
  say(`No fault is called "${only ?? ''}". There are: ${faults.map(({ name }) => name).join(', ')}.`);
  process.exit(1);
}
await built();
mkdirSync(folder, { recursive: true });
const earlier = upgrade === undefined ? undefined : builtOf(upgrade);
const known = existsSync(stepsFile) && (flag('resume') || flag('report') || single);
if (!flag('resume') && !flag('report') && !single) rmSync(runsFile, { force: true });
if (!known && again === undefined) {
  writeFileSync(stepsFile, JSON.stringify(await rehearsed(), undefined, 2));
}
const steps = again === undefined ? (JSON.parse(readFileSync(stepsFile, 'utf8')) as Steps) : {};
const played: Outcome[] = existsSync(runsFile)
  ? readFileSync(runsFile, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Outcome)
  : [];
const done = new Set(played.map((one) => one.seed));
const wanted = seed === undefined ? Array.from({ length: runs }, (_, index) => index + 1) : [Number(seed)];
const queue: Plan[] =
  again !== undefined
    ? [planFrom(again)]
    : flag('report')
      ? []
      : wanted.filter((one) => seed !== undefined || !done.has(one)).map(planned);
const late: Wrong[] = [];
const broken: string[] = [];
let failed = 0;

function planned(of: number): Plan {
  const plan = planOf(of, steps, chosen);
  return earlier === undefined ? plan : { ...plan, fault: rolling };
}

async function rehearsed(): Promise<Steps> {
  const desk = await openChaosDesk();
  try {
    return await rehearse(desk, say, idleMs);
  } finally {
    await desk.close();
  }
}

function tell(outcome: Outcome): void {
  const { plan, end } = {
    plan: `seed ${outcome.seed}: ${outcome.journey}; ${outcome.fault} at ${wordsOf(outcome.point)}`,
    end:
      outcome.wrong.length === 0
        ? `well${outcome.struck ? '' : ', but it never came to that point'}${outcome.recoveredMs === undefined ? '' : ` after ${outcome.recoveredMs} ms`}`
        : outcome.wrong.map(({ kind, what }) => `${kind.toUpperCase()} ${what}`).join('; '),
  };
  say(`${plan}: ${end}`);
}

/** Every second desk has a third worker. */
function lane(index: number): Promise<void> {
  const child = fork(
    fileURLToPath(new URL('lane.ts', import.meta.url)),
    [folder, index % 2 === 0 ? '3' : '2', ...(earlier === undefined ? [] : [earlier.dist])],
    {
      execArgv: ['--import', 'tsx'],
    },
  );
  const send = (message: ToLane): void => {
    child.send(message);
  };
  return new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code !== 0) broken.push(`a lane ended with ${code ?? 'a signal'}`);
      resolve();
    });
    child.on('message', (answer: FromLane) => {
      if (answer.kind === 'closed') {
        late.push(...answer.late);
        return;
      }
      if (answer.kind === 'broken') broken.push(answer.why);
      if (answer.kind === 'played') {
        if (answer.outcome.wrong.length > 0) failed += 1;
        if (!single) {
          played.push(answer.outcome);
          appendFileSync(runsFile, `${JSON.stringify(answer.outcome)}\n`);
        }
        tell(answer.outcome);
      }
      const next = queue.shift();
      send(next === undefined ? { kind: 'close' } : { kind: 'play', plan: next });
    });
  });
}

const began = Date.now();
await Promise.all(Array.from({ length: Math.min(lanes, queue.length) }, (_, index) => lane(index)));
for (const { what } of late) say(`DOUBLED ${what}`);
for (const why of broken) say(`BROKEN ${why}`);
if (!single) {
  const minutes = ((Date.now() - began) / 60_000).toFixed(1);
  const lines = reportOf(played, steps, { late, broken, minutes, lanes, upgradedFrom: earlier?.sha });
  // A handful of runs proves nothing worth keeping.
  if (played.length < worthKeeping) say(lines.join('\n'));
  else
    keep(
      ['chaos', ...(earlier === undefined ? [] : ['upgrade']), ...(slug === undefined ? [] : [slug])].join(
        '-',
      ),
      earlier === undefined
        ? `What is lost when anything ${only === undefined ? 'is killed' : `suffers "${only}"`} at any moment`
        : 'What is lost while every process is upgraded from an earlier commit',
      lines,
      `npm run chaos -- --runs ${runs}${upgrade === undefined ? '' : ` --upgrade ${upgrade}`}${only === undefined ? '' : ` --fault "${only}"`}`,
    );
}
process.exit(failed + late.length + broken.length === 0 ? 0 : 1);
