// A whole desk in this process over real sockets, wired by the same code as `npm start`, for whatever is to be measured on it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../src/clock.ts';
import { readConfig } from '../src/config.ts';
import { neverCloses, openDesk, type RunningDesk } from '../src/desk.ts';
import { startLocalDiscord, type LocalDiscord } from '../src/local/discord/server.ts';
import type { AccountSpec } from '../src/local/gateway/accounts.ts';
import { startGateway, type Gateway } from '../src/local/gateway/gateway.ts';
import { startLocalRedis, type LocalRedis } from '../src/local/redis/chain.ts';
import { makeLog } from '../src/log.ts';
import { environmentOf } from '../test/fixtures/surroundings.ts';

export interface Stage {
  readonly discord: LocalDiscord;
  readonly gateway: Gateway;
  readonly redis: LocalRedis;
  readonly desk: RunningDesk;
  /** Lines of `warn` and above, newest last, bounded. */
  readonly warnings: readonly string[];
  stop(): Promise<void>;
}

export interface StageOptions {
  readonly redis: 'server' | 'embedded';
  /** YAML for `thresholds:`; the desk's own start values where it is missing. */
  readonly thresholds?: string;
  readonly eventsPerSecond?: number;
  readonly trader?: 'live' | 'off';
  /** Logins beside the first, each with an account and one MNQ suite of its own: `desk-1` … */
  readonly moreLogins?: number;
  /** Every line the desk logs, from `info` up. */
  readonly onLine?: (line: LogLine) => void;
}

/** What the benchmarks look at in the desk's log. */
export interface LogLine {
  readonly level?: string;
  readonly event?: string;
  readonly login?: string;
  readonly key?: string;
  readonly msg?: string;
}

/** The simulated user and the secret of the additional login number `index`. */
export function userOf(index: number): { readonly username: string; readonly apiKey: string } {
  return { username: `trader-${index}`, apiKey: `simulated-key-${index}` };
}

export function accountOf(index: number): AccountSpec {
  return { id: 1_000 + index, name: `DESK-${index}`, balanceCents: 5_000_000, brackets: 'auto-oco' };
}

const keptWarnings = 200;

/** Two suites of one login, MNQ and ES, as the desk starts with. */
export const suites = `
  mnq: { instrument: MNQ, account: PRAC-V2-1, observe: direct, timeframes: [1min, 5min], depth: true }
  es: { instrument: ES, account: PRAC-V2-1, observe: direct, timeframes: [1min, 5min], depth: true }`;

/** @throws Error where a redis-server is asked for and this machine has none: a number of another engine would mislead. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const warnings: string[] = [];
  const log = makeLog(options.onLine === undefined ? 'warn' : 'info', (line) => {
    const parsed = JSON.parse(line) as LogLine;
    options.onLine?.(parsed);
    if (parsed.level === 'info') return;
    warnings.push(line);
    if (warnings.length > keptWarnings) warnings.shift();
  });
  const more = Array.from({ length: options.moreLogins ?? 0 }, (_, index) => index + 1);
  const dir = mkdtempSync(path.join(tmpdir(), 'pitwatch-bench-'));
  const redis = await startLocalRedis({ dir, log, prefer: options.redis });
  if (options.redis === 'server' && redis.kind === 'embedded') {
    await redis.stop();
    throw new Error('this benchmark needs a redis-server or valkey-server on PATH');
  }
  const gateway = await startGateway({
    trader: options.trader ?? 'off',
    moreUsers: more.map((index) => ({ ...userOf(index), accounts: [accountOf(index)] })),
    ...(options.eventsPerSecond === undefined ? {} : { eventsPerSecond: options.eventsPerSecond }),
  });
  const discord = await startLocalDiscord({ strict: true });
  const urls = `apiUrl: "${gateway.apiUrl}", userHubUrl: "${gateway.userHubUrl}", marketHubUrl: "${gateway.marketHubUrl}"`;
  const moreSuites = more.map(
    (index) =>
      `\n  mnq-${index}: { login: desk-${index}, instrument: MNQ, account: DESK-${index}, observe: direct, timeframes: [1min], depth: true }`,
  );
  const moreLogins = more.map(
    (index) =>
      `\n  desk-${index}: { username: ${userOf(index).username}, apiKeyEnv: DESK_${index}_API_KEY, ${urls} }`,
  );
  const file = `logins:${moreLogins.join('')}
suites:${suites}${moreSuites.join('')}
thresholds: ${options.thresholds ?? '{}'}
oncall: { role: "${discord.oncallRoleId}" }
roles: { respond: ["${discord.oncallRoleId}", "${discord.roles.trader}"] }
`;
  const env = {
    REDIS_URL: redis.url,
    ...environmentOf(discord, gateway),
    ...Object.fromEntries(more.map((index) => [`DESK_${index}_API_KEY`, userOf(index).apiKey])),
  };
  const desk = await openDesk({
    config: readConfig({ env, file }),
    roles: { bot: true, worker: true },
    clock: systemClock,
    log,
    dataDir: dir,
    phase: (_instrument, at) => neverCloses(at),
  });
  await desk.ready();
  return {
    discord,
    gateway,
    redis,
    desk,
    warnings,
    async stop() {
      await desk.close();
      await gateway.stop();
      await discord.stop();
      await redis.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export interface Typing {
  /** Time from typing to the acknowledgement ("is thinking" or the answer itself), ms. */
  readonly acknowledgedMs: number;
  /** Time from typing to the terminal message, ms. */
  readonly answeredMs: number;
}

export interface Typist {
  type(command: string, options?: Readonly<Record<string, string>>): Promise<Typing>;
  stop(): void;
}

const loading = 128;
const giveUpMs = 20_000;

/** Types as the on-call lead and watches the channel as the page does. */
export function typistOf(discord: LocalDiscord): Typist {
  const lead = discord.users.lead;
  const waiting = new Map<string, (terminal: boolean) => void>();
  const failures = new Map<string, (why: string) => void>();
  const stop = discord.on(lead, (event) => {
    if (event.kind === 'interaction.failed') failures.get(event.interaction)?.(event.why);
    if (event.kind !== 'message.create' && event.kind !== 'message.update') return;
    const message = event.message as {
      readonly flags?: number;
      readonly interaction_metadata?: { id: string };
    };
    const id = message.interaction_metadata?.id;
    if (id !== undefined) waiting.get(id)?.(((message.flags ?? 0) & loading) === 0);
  });
  return {
    type(command, options = {}) {
      return new Promise<Typing>((resolve, reject) => {
        const startedAt = performance.now();
        let acknowledgedMs: number | undefined;
        const id = discord.type({ user: lead, channel: discord.channelId, command, options });
        const fail = (why: string): void => {
          clearTimeout(timer);
          waiting.delete(id);
          failures.delete(id);
          reject(new Error(`/${command}: ${why}`));
        };
        const timer = setTimeout(() => {
          fail(`no terminal message within ${giveUpMs} ms`);
        }, giveUpMs);
        failures.set(id, fail);
        waiting.set(id, (terminal) => {
          acknowledgedMs ??= performance.now() - startedAt;
          if (!terminal) return;
          clearTimeout(timer);
          waiting.delete(id);
          failures.delete(id);
          resolve({ acknowledgedMs, answeredMs: performance.now() - startedAt });
        });
      });
    },
    stop,
  };
}
