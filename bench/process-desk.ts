// A desk as it runs in earnest, for benchmarks: bot and workers as real processes on a redis-server, each counted by itself; the rest apart.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startLocalDiscord, type LocalDiscord } from '../src/local/discord/server.ts';
import { openRedis, type RedisLink } from '../src/queue/redis.ts';
import { built, run, type Child } from '../test/fixtures/processes.ts';
import { quietLog, startRealRedis, until } from '../test/fixtures/real-redis.ts';
import { alwaysOpen, environmentOf } from '../test/fixtures/surroundings.ts';
import { openFarGateway, type FarGateway } from './far-gateway.ts';
import { accountOf, userOf } from './stage.ts';

export interface ProcessDesk {
  readonly discord: LocalDiscord;
  readonly gateway: FarGateway;
  readonly link: RedisLink;
  readonly bot: Child;
  readonly workers: readonly Child[];
  addWorker(): Promise<void>;
  /** Collects the heap of one that was started as `collecting`: bytes still held, counted before anything new is made. */
  held(child: Child): Promise<number>;
  stop(): Promise<void>;
}

export interface ProcessDeskOptions {
  /** Two of each login: MNQ and ES. */
  readonly suites: number;
  readonly workers: number;
  /** Events a second of each suite's contract. */
  readonly rate: number;
  /** YAML; the desk's own start values where it is missing. */
  readonly thresholds?: string;
  /** Each process can be told to collect its heap. */
  readonly collecting?: true;
}

const collector = new URL('collect.js', import.meta.url).href;
const startMs = 60_000;
/** Collecting a hundred MiB takes a fraction of it. */
const collectedMs = 10_000;

export const suiteNames = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${index % 2 === 0 ? 'mnq' : 'es'}-${Math.floor(index / 2)}`);

/** @throws Error where no redis-server is found, or a process does not start */
export async function openProcessDesk(options: ProcessDeskOptions): Promise<ProcessDesk> {
  await built();
  const logins = Math.ceil(options.suites / 2);
  const dir = mkdtempSync(path.join(tmpdir(), 'pitwatch-bench-'));
  const server = await startRealRedis();
  const gateway = await openFarGateway({ rate: options.rate, moreLogins: logins - 1 });
  const discord = await startLocalDiscord({ strict: true });
  const urls = `apiUrl: "${gateway.apiUrl}", userHubUrl: "${gateway.userHubUrl}", marketHubUrl: "${gateway.marketHubUrl}"`;
  const more = Array.from({ length: logins - 1 }, (_, index) => index + 1);
  const suites = suiteNames(options.suites).map((name) => {
    const [symbol = '', login = ''] = name.split('-');
    const where =
      login === '0'
        ? 'account: PRAC-V2-1'
        : `login: desk-${login}, account: ${accountOf(Number(login)).name}`;
    return `  ${name}: { ${where}, instrument: ${symbol.toUpperCase()}, observe: direct, timeframes: [1min, 5min], depth: true }`;
  });
  writeFileSync(
    path.join(dir, 'pitwatch.yaml'),
    [
      'logins:',
      ...more.map(
        (index) =>
          `  desk-${index}: { username: ${userOf(index).username}, apiKeyEnv: DESK_${index}_API_KEY, ${urls} }`,
      ),
      'suites:',
      ...suites,
      `thresholds: ${options.thresholds ?? '{}'}`,
      // So that the hour of the day changes nothing.
      `calendar: ${alwaysOpen}`,
      `oncall: { role: "${discord.oncallRoleId}" }`,
      `roles: { respond: ["${discord.oncallRoleId}", "${discord.roles.trader}"] }`,
    ]
      .filter((line) => more.length > 0 || line !== 'logins:')
      .join('\n'),
  );
  const heaps = path.join(dir, 'heaps');
  mkdirSync(heaps);
  /** The collector writes its turn and what is held. */
  const written = (pid: number): readonly number[] => {
    const file = path.join(heaps, String(pid));
    return existsSync(file) ? readFileSync(file, 'utf8').split(' ').map(Number) : [];
  };
  const env = {
    REDIS_URL: server.url,
    ...environmentOf(discord, gateway),
    ...(options.collecting === undefined
      ? {}
      : { NODE_OPTIONS: `--import=${collector}`, BENCH_HEAPS: heaps }),
    ...Object.fromEntries(more.map((index) => [`DESK_${index}_API_KEY`, userOf(index).apiKey])),
  };
  const link = openRedis(server.url, quietLog);
  await link.ready();
  const start = (role: 'bot' | 'worker'): Child => run('src/main.js', ['--role', role], env, dir);
  const bot = start('bot');
  const workers = Array.from({ length: options.workers }, () => start('worker'));
  await Promise.all([bot, ...workers].map((child) => child.ready(startMs)));
  return {
    discord,
    gateway,
    link,
    bot,
    workers,
    async addWorker() {
      const worker = start('worker');
      workers.push(worker);
      await worker.ready(startMs);
    },
    async held(child) {
      const [before = 0] = written(child.pid);
      child.signal('SIGUSR2');
      await until(
        () => (written(child.pid)[0] ?? 0) > before && written(child.pid).length === 2,
        collectedMs,
      );
      return written(child.pid)[1] ?? Number.NaN;
    },
    async stop() {
      await Promise.all([bot, ...workers].map((child) => child.kill('SIGKILL')));
      await link.close();
      gateway.stop();
      const stopped = discord.stop();
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
      await stopped;
    },
  };
}

/** What a process says of itself at `/metrics`: the value of each name without labels, or the sum over its labels. */
export async function numbersOf(child: Child): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${await child.ready()}/metrics`);
  if (!response.ok) throw new Error(`/metrics answered ${response.status}`);
  const numbers = new Map<string, number>();
  for (const line of (await response.text()).split('\n')) {
    const [, name, value] = /^(\w+)(?:\{.*\})? (\S+)$/.exec(line) ?? [];
    if (name !== undefined) numbers.set(name, (numbers.get(name) ?? 0) + Number(value));
  }
  return numbers;
}
