// How cost grows: from 2 to 200 suites, from 1 to 8 workers, from 1 to 1,000 commands a minute, on real processes.
import { writeFileSync } from 'node:fs';
import { setTimeout as rest } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { curvesOf, type Curve } from './curves.ts';
import { keep, percentile } from './measure.ts';
import { numbersOf, openProcessDesk, type ProcessDesk } from './process-desk.ts';
import { typistOf } from './stage.ts';

const scale = Number(process.env['BENCH_SCALE'] ?? '1');
const windowMs = 30_000 * scale;
const settleMs = 15_000 * scale;
/** Events a second of each suite. */
const rate = 5;
const healths = 15;

interface Cost {
  /** Of one core, 0..1: all workers together, and the bot. */
  readonly workers: number;
  readonly bot: number;
  readonly workersMb: number;
  readonly botMb: number;
  /** Of the worst worker. */
  readonly lagP99Ms: number;
  /** `/health` over everything, typed to answered. */
  readonly healthP50Ms: number;
  readonly healthP95Ms: number;
  readonly redis: Readonly<{
    keys: number;
    connections: number;
    commandsPerSecond: number;
    ofOneCore: number;
  }>;
}

/** What a redis-server tells of itself (`INFO`); both counters since its start. */
async function redisOf({
  link,
}: ProcessDesk): Promise<{ commands: number; cpu: number; connections: number }> {
  const text = await link.producer.info();
  const number = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(text)?.[1]);
  return {
    commands: number('total_commands_processed'),
    cpu: number('used_cpu_sys') + number('used_cpu_user'),
    connections: number('connected_clients'),
  };
}

async function cpuOf(desk: ProcessDesk): Promise<readonly [workers: number, bot: number]> {
  const seconds = async (child: ProcessDesk['bot']): Promise<number> =>
    (await numbersOf(child)).get('pitwatch_process_cpu_seconds_total') ?? Number.NaN;
  const workers = await Promise.all(desk.workers.map(seconds));
  return [workers.reduce((sum, one) => sum + one, 0), await seconds(desk.bot)];
}

/** @param perMinute commands typed meanwhile, evenly */
async function costOf(desk: ProcessDesk, perMinute: number): Promise<Cost> {
  const typist = typistOf(desk.discord);
  try {
    await rest(settleMs);
    const began = Date.now();
    const before = await cpuOf(desk);
    const redisBefore = await redisOf(desk);
    const answered: number[] = [];
    const typing: Promise<void>[] = [];
    const total = Math.max(1, Math.round((perMinute * windowMs) / 60_000));
    for (let turn = 0; turn < total; turn += 1) {
      const waitMs = began + (turn * windowMs) / total - Date.now();
      if (waitMs > 0) await rest(waitMs);
      typing.push(typist.type('health').then(({ answeredMs }) => void answered.push(answeredMs)));
    }
    await Promise.all(typing);
    await rest(Math.max(0, began + windowMs - Date.now()));
    const after = await cpuOf(desk);
    const redis = await redisOf(desk);
    const seconds = (Date.now() - began) / 1_000;
    // Alone, where fewer than these were typed in the window.
    while (answered.length < healths) answered.push((await typist.type('health')).answeredMs);
    const numbers = await Promise.all(desk.workers.map((worker) => numbersOf(worker)));
    const bot = await numbersOf(desk.bot);
    const mb = (of: ReadonlyMap<string, number>): number =>
      (of.get('pitwatch_process_resident_memory_bytes') ?? Number.NaN) / 2 ** 20;
    return {
      workers: (after[0] - before[0]) / seconds,
      bot: (after[1] - before[1]) / seconds,
      workersMb: numbers.reduce((sum, one) => sum + mb(one), 0),
      botMb: mb(bot),
      lagP99Ms: Math.max(
        ...numbers.map((one) => 1_000 * (one.get('pitwatch_nodejs_eventloop_lag_p99_seconds') ?? Number.NaN)),
      ),
      healthP50Ms: percentile(answered, 0.5),
      healthP95Ms: percentile(answered, 0.95),
      redis: {
        keys: await desk.link.producer.dbsize(),
        connections: redis.connections,
        commandsPerSecond: (redis.commands - redisBefore.commands) / seconds,
        ofOneCore: (redis.cpu - redisBefore.cpu) / seconds,
      },
    };
  } finally {
    typist.stop();
  }
}

async function measured(suites: number, workers: number, perMinute: number): Promise<Cost> {
  process.stderr.write(`${suites} suites, ${workers} workers, ${perMinute} commands a minute\n`);
  const desk = await openProcessDesk({ suites, workers, rate });
  try {
    return await costOf(desk, perMinute);
  } finally {
    await desk.stop();
  }
}

async function series(
  values: readonly number[],
  measure: (value: number) => Promise<Cost>,
): Promise<readonly (readonly [number, Cost])[]> {
  const rows: (readonly [number, Cost])[] = [];
  for (const value of values) rows.push([value, await measure(value)]);
  return rows;
}

const bySuites = await series([2, 20, 60, 200], (suites) => measured(suites, 2, 6));
const byWorkers = await series([1, 2, 4, 8], (workers) => measured(40, workers, 6));
const byCommands = await series([1, 60, 300, 1_000], (perMinute) => measured(20, 2, perMinute));

const table = (what: string, rows: readonly (readonly [number, Cost])[]): readonly string[] => [
  `| ${what} | workers, of one core | bot, of one core | workers, MiB | bot, MiB | loop late p99 | \`/health\` p50 | p95 | Redis: keys | connections | commands/s | of one core |`,
  '|---|---|---|---|---|---|---|---|---|---|---|---|',
  ...rows.map(
    ([value, cost]) =>
      `| ${value} | ${(cost.workers * 100).toFixed(1)} % | ${(cost.bot * 100).toFixed(1)} % | ${cost.workersMb.toFixed(0)} | ${cost.botMb.toFixed(0)} | ${cost.lagP99Ms.toFixed(1)} ms | ${cost.healthP50Ms.toFixed(0)} ms | ${cost.healthP95Ms.toFixed(0)} ms | ${cost.redis.keys} | ${cost.redis.connections} | ${cost.redis.commandsPerSecond.toFixed(0)} | ${(cost.redis.ofOneCore * 100).toFixed(1)} % |`,
  ),
  '',
];

/** Between the fewest and the most. */
const perUnit = (rows: readonly (readonly [number, Cost])[], of: (cost: Cost) => number): number => {
  const [first, last] = [rows[0], rows.at(-1)];
  return first === undefined || last === undefined
    ? Number.NaN
    : (of(last[1]) - of(first[1])) / (last[0] - first[0]);
};

const curve = (
  title: string,
  rows: readonly (readonly [number, Cost])[],
  of: readonly (readonly [string, (cost: Cost) => number])[],
): Curve => ({
  title,
  lines: of.map(([name, value]) => ({ name, points: rows.map(([x, cost]) => [x, value(cost)] as const) })),
});
const share = (of: (cost: Cost) => number) => (cost: Cost) => of(cost) * 100;
writeFileSync(
  fileURLToPath(new URL('results/growth.svg', import.meta.url)),
  curvesOf('How cost grows', [
    curve('suites: % of one core', bySuites, [
      ['workers', share(({ workers }) => workers)],
      ['bot', share(({ bot }) => bot)],
    ]),
    curve('suites: /health, ms', bySuites, [
      ['p50', ({ healthP50Ms }) => healthP50Ms],
      ['p95', ({ healthP95Ms }) => healthP95Ms],
    ]),
    curve('workers: MiB together', byWorkers, [['workers', ({ workersMb }) => workersMb]]),
    curve('commands a minute: % of one core', byCommands, [
      ['workers', share(({ workers }) => workers)],
      ['bot', share(({ bot }) => bot)],
    ]),
  ]),
);
keep('growth', 'How cost grows', [
  `One bot, workers and a redis-server as real processes; two suites of each login, ${rate} events a second asked of the simulated gateway for each suite; ${(settleMs / 1_000).toFixed(0)} s to settle, then ${(windowMs / 1_000).toFixed(0)} s counted. Gateway and Discord are simulated in two other processes on the same cores, so the last rows have less than two cores for themselves.`,
  "`/health` examines every suite. The loop's lateness is the process' own p99 at `/metrics`.",
  '',
  '![the same as curves](growth.svg)',
  '',
  '## Suites (two workers, 6 commands a minute)',
  '',
  ...table('suites', bySuites),
  `One more suite costs the workers ${(perUnit(bySuites, ({ workers }) => workers) * 100).toFixed(2)} % of a core and ${perUnit(bySuites, ({ workersMb }) => workersMb).toFixed(2)} MiB, and \`/health\` over everything ${perUnit(bySuites, ({ healthP50Ms }) => healthP50Ms).toFixed(2)} ms.`,
  '',
  '## Workers (40 suites, 6 commands a minute)',
  '',
  ...table('workers', byWorkers),
  '## Commands a minute (20 suites, two workers)',
  '',
  ...table('commands', byCommands),
  `One more \`/health\` a minute costs ${(perUnit(byCommands, ({ workers, bot }) => workers + bot) * 60 * 1_000).toFixed(1)} ms of processor time, bot and workers together.`,
]);
process.exit(0);
