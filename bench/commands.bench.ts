// How fast a command is acknowledged and answered, alone and in a crowd, beside stock discord.js with a worker that does nothing.
import { openBare } from './bare.ts';
import { header, keep, ms, percentile, row } from './measure.ts';
import { openStage, typistOf, type Typing, type Typist } from './stage.ts';

const scale = Number(process.env['BENCH_SCALE'] ?? '1');
const acknowledged = Math.round(1_000 * scale);
const sequential = Math.round(400 * scale);
const crowd = 200;

interface Run {
  readonly alone: readonly Typing[];
  readonly bare: readonly Typing[];
  readonly acknowledged: readonly Typing[];
  readonly bareAcknowledged: readonly Typing[];
  readonly crowdMs: number;
  readonly bareCrowdMs: number;
}

/** `total` commands, `width` of them under way at any time. */
async function wide(
  typist: Typist,
  command: string,
  total: number,
  width: number,
): Promise<readonly Typing[]> {
  const done: Typing[] = [];
  let begun = 0;
  const lane = async (): Promise<void> => {
    while (begun < total) {
      begun += 1;
      done.push(await typist.type(command));
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return done;
}

async function lastOf(typist: Typist, command: string): Promise<number> {
  const all = await Promise.all(Array.from({ length: crowd }, () => typist.type(command)));
  return Math.max(...all.map((one) => one.answeredMs));
}

async function run(redis: 'server' | 'embedded'): Promise<Run> {
  const stage = await openStage({ redis });
  const floor = await openBare(stage.redis.url);
  const ours = typistOf(stage.discord);
  const theirs = typistOf(floor.discord);
  try {
    for (let warm = 0; warm < 50; warm += 1) {
      await ours.type('health');
      await theirs.type('bare');
    }
    const alone: Typing[] = [];
    const bare: Typing[] = [];
    for (let turn = 0; turn < sequential; turn += 1) {
      alone.push(await ours.type('health'));
      bare.push(await theirs.type('bare'));
    }
    const acknowledgedRuns = await wide(ours, 'health', acknowledged, 50);
    const bareAcknowledged = await wide(theirs, 'bare', acknowledged, 50);
    const crowdMs = await lastOf(ours, 'health');
    const bareCrowdMs = await lastOf(theirs, 'bare');
    return { alone, bare, acknowledged: acknowledgedRuns, bareAcknowledged, crowdMs, bareCrowdMs };
  } finally {
    ours.stop();
    theirs.stop();
    await floor.stop();
    await stage.stop();
  }
}

const answered = (runs: readonly Typing[]): readonly number[] => runs.map((one) => one.answeredMs);
const acks = (runs: readonly Typing[]): readonly number[] => runs.map((one) => one.acknowledgedMs);
const verdict = (held: boolean): string => (held ? 'held' : 'MISSED');

const server = await run('server');
const embedded = await run('embedded');

const ours = answered(server.alone);
const floor = answered(server.bare);
const p50 = percentile(ours, 0.5) / percentile(floor, 0.5);
const p99 = percentile(ours, 0.99) / percentile(floor, 0.99);
const ackP99 = percentile(acks(server.acknowledged), 0.99);
const embeddedP95 = percentile(answered(embedded.alone), 0.95);

keep('commands', 'Commands: typed to acknowledged, typed to answered', [
  'One process holds everything: local Discord, bot, worker with two live suites, simulated gateway, and the bare bot with a local Discord of its own.',
  'The bare path is discord.js with its limit of 50 requests a second lifted (it alone would make 200 at once take 3.5 s): `deferReply` → BullMQ `add` → a worker that does nothing → `editReply("done")`. The two take turns, one command each.',
  'Both share the same Redis. `/health` examines two suites each time, with a real ping of the gateway unless one is younger than 2 s.',
  '',
  header,
  row('`/health`, typed → answer, redis-server', ours),
  row('bare path, redis-server', floor),
  row('`/health`, typed → answer, embedded Redis', answered(embedded.alone)),
  row('bare path, embedded Redis', answered(embedded.bare)),
  row('acknowledgement of `/health`, 50 at once, redis-server', acks(server.acknowledged)),
  row('acknowledgement, bare, 50 at once, redis-server', acks(server.bareAcknowledged)),
  row('acknowledgement of `/health`, 50 at once, embedded Redis', acks(embedded.acknowledged)),
  '',
  '| target | measured | |',
  '|---|---|---|',
  `| acknowledgement p99 ≤ 300 ms of ${acknowledged}, 50 at once | ${ms(ackP99)} | ${verdict(ackP99 <= 300)} |`,
  `| \`/health\` p50 ≤ 1.5 × bare | ${p50.toFixed(2)} × | ${verdict(p50 <= 1.5)} |`,
  `| \`/health\` p99 ≤ 2 × bare | ${p99.toFixed(2)} × | ${verdict(p99 <= 2)} |`,
  `| \`/health\` on the embedded Redis p95 ≤ 300 ms | ${ms(embeddedP95)} | ${verdict(embeddedP95 <= 300)} |`,
  `| ${crowd} at once on a redis-server, last answer ≤ 600 ms (bare: ${ms(server.bareCrowdMs)}) | ${ms(server.crowdMs)} | ${verdict(server.crowdMs <= 600)} |`,
  '',
]);
process.exit(0);
