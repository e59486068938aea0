// However a start of the Discord side ends, whatever it had opened is closed: a pager left behind would go on deciding for ever.
import { createServer, type AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { openDesk, type RunningDesk } from '../src/desk.ts';
import type { Cancel, Clock } from '../src/domain/clock.ts';
import { startLocalDiscord, type LocalDiscord } from '../src/local/discord/server.ts';
import { startLocalRedis } from '../src/local/redis/chain.ts';
import { makeLog } from '../src/log.ts';
import { until } from './fixtures/redis.ts';

const silent = makeLog('silent');
let discord: LocalDiscord;
let redis: Awaited<ReturnType<typeof startLocalRedis>>;
let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'pitwatch-bot-'));
  redis = await startLocalRedis({ dir, log: silent, prefer: 'embedded' });
  discord = await startLocalDiscord({ strict: true });
}, 60_000);
afterAll(async () => {
  await discord.stop();
  await redis.stop();
  rmSync(dir, { recursive: true, force: true });
}, 30_000);

/** Twenty seconds pass in one; knows which timers wait. */
function countingClock() {
  const startedAt = Date.now();
  const waiting = new Set<object>();
  const kept = (stop: (timer: object) => void, timer: object): Cancel => {
    waiting.add(timer);
    return () => {
      waiting.delete(timer);
      stop(timer);
    };
  };
  const clock: Clock = {
    now: () => startedAt + (Date.now() - startedAt) * 20,
    after(ms, run) {
      const timer = setTimeout(() => {
        waiting.delete(timer);
        run();
      }, ms / 20);
      return kept(() => clearTimeout(timer), timer);
    },
    every(ms, run) {
      const timer = setInterval(run, ms / 20);
      return kept(() => clearInterval(timer), timer);
    },
  };
  return { clock, waiting };
}

function botAt(api: string, token: string, clock: Clock): Promise<RunningDesk> {
  const env = {
    PORT: '0',
    REDIS_URL: redis.url,
    DISCORD_TOKEN: token,
    DISCORD_GUILD_ID: discord.guildId,
    DISCORD_CHANNEL_ID: discord.channelId,
    DISCORD_API: api,
    PITWATCH_STAND_INS: 'gateway',
    PITWATCH_SIGNING_KEY: 'a-key-of-this-test-0123456789-0123456789',
  };
  const config = readConfig({
    env,
    file: `roles: { read: everyone, respond: ["${discord.oncallRoleId}"] }\n`,
  });
  return openDesk({ config, roles: { bot: true, worker: false }, clock, log: silent, dataDir: dir });
}

const discordOf = async (desk: RunningDesk): Promise<string> =>
  (await desk.health()).checks.find(({ name }) => name === 'Discord')?.detail ?? '';

it('a token that Discord refuses again and again leaves nothing running', async () => {
  const { clock, waiting } = countingClock();
  const desk = await botAt(discord.apiUrl, discord.token.replace(/^.{8}/, 'AAAAAAAA'), clock);
  const refused = async (): Promise<boolean> => (await discordOf(desk)).includes('does not know this token');
  await until(refused, 20_000, 'a refusal');
  const atFirst = waiting.size;
  // It tries again every thirty seconds: four times more.
  await new Promise((resolve) => setTimeout(resolve, 6_500));
  await until(refused, 20_000, 'a refusal');
  const later = waiting.size;
  await desk.close();
  // One that is left behind by each try makes four; a ping of Redis under way makes one.
  expect(later - atFirst).toBeLessThan(3);
  expect(waiting.size).toBe(0);
}, 60_000);

it('a login that is given up because the seat is lost leaves nothing running', async () => {
  const { clock, waiting } = countingClock();
  const away = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => away.listen(0, '127.0.0.1', resolve));
  const { port } = away.address() as AddressInfo;
  const desk = await botAt(`http://127.0.0.1:${port}/api`, discord.token, clock);
  await until(async () => (await discordOf(desk)).startsWith('connecting'), 20_000, 'the login');
  await desk.close();
  // What waits for READY runs out by itself.
  await until(() => waiting.size === 0, 10_000, 'the last timer');
  away.close();
}, 60_000);
