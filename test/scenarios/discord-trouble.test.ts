// A bot in a process of its own that may not write in its channel any more: the second channel hears of it, health says why, and it hears that it is over.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OverwriteType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { openDesk, type RunningDesk } from '../../src/desk.ts';
import type { Clock } from '../../src/domain/clock.ts';
import { answerOf } from '../../src/health.ts';
import { startLocalDiscord, type LocalDiscord } from '../../src/local/discord/server.ts';
import { startLocalRedis } from '../../src/local/redis/chain.ts';
import { makeLog } from '../../src/log.ts';
import { until } from '../fixtures/redis.ts';

/** Ten seconds of the desk pass in one. */
const startedAt = Date.now();
const fast: Clock = {
  now: () => startedAt + (Date.now() - startedAt) * 10,
  after(ms, run) {
    const timer = setTimeout(run, ms / 10);
    return () => clearTimeout(timer);
  },
  every(ms, run) {
    const timer = setInterval(run, ms / 10);
    return () => clearInterval(timer);
  },
};
const silent = makeLog('silent');
const told: { readonly at: number; readonly text: string }[] = [];
let discord: LocalDiscord;
let redis: Awaited<ReturnType<typeof startLocalRedis>>;
let webhook: Server;
let desk: RunningDesk;
let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'pitwatch-trouble-'));
  redis = await startLocalRedis({ dir, log: silent, prefer: 'embedded' });
  discord = await startLocalDiscord({ strict: true });
  webhook = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      told.push({ at: fast.now(), text: (JSON.parse(body) as { content: string }).content });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve));
  const { port } = webhook.address() as AddressInfo;
  const env = {
    PORT: '0',
    REDIS_URL: redis.url,
    DISCORD_TOKEN: discord.token,
    DISCORD_GUILD_ID: discord.guildId,
    DISCORD_CHANNEL_ID: discord.channelId,
    DISCORD_API: discord.apiUrl,
    PITWATCH_STAND_INS: 'gateway',
    PITWATCH_SIGNING_KEY: 'a-key-of-this-test-0123456789-0123456789',
    PITWATCH_SECOND_WEBHOOK: `http://127.0.0.1:${port}/hook`,
  };
  const file = `roles: { read: everyone, respond: ["${discord.oncallRoleId}"] }\noncall: { role: "${discord.oncallRoleId}" }\n`;
  const config = readConfig({ env, file });
  desk = await openDesk({
    config,
    roles: { bot: true, worker: false },
    clock: fast,
    log: silent,
    dataDir: dir,
  });
}, 60_000);
afterAll(async () => {
  await desk.close();
  await new Promise((resolve) => webhook.close(resolve));
  await discord.stop();
  await redis.stop();
  rmSync(dir, { recursive: true, force: true });
}, 30_000);

const check = async (name: string): Promise<string> => {
  const found = answerOf(await desk.health()).checks.find((one) => one.name === name);
  return found === undefined ? 'none' : `${found.ok ? 'ok' : 'not ok'}: ${found.detail}`;
};

it('is told, and so is its end; its sign of life and its canary stand in health', async () => {
  await until(async () => (await check('Discord')) === 'ok: connected', 15_000, 'the connection');
  await until(async () => (await check('sign of life')).startsWith('ok: Discord took it'), 10_000);
  await until(async () => (await check('wake-ups of the bot')).startsWith('ok: a canary came'), 10_000);
  const [alive] = discord.messages(discord.channelId, discord.users.lead);
  expect(alive?.content).toMatch(/Pitwatch watches nothing/);

  const denied = {
    id: discord.roles.bot,
    type: OverwriteType.Role,
    allow: '0',
    deny: String(P.SendMessages),
  };
  // On a slow machine the start itself may have taken so long that it was told, and its end.
  await until(() => told.length % 2 === 0, 10_000, 'the end of the start');
  told.splice(0);
  const takenAt = fast.now();
  discord.setOverwrites(discord.channelId, [denied]);
  await until(() => told.length > 0, 10_000, 'the second channel');
  // That it is within 30 s is held by the watch's own test, on a clock that nothing slows down.
  console.log(`told after ${Math.round((told[0]?.at ?? 0) - takenAt)} ms of the desk’s time`);
  expect(told[0]?.text).toMatch(/Discord has not worked for \d+ s: the bot lacks Send Messages/);
  expect(await check('Discord')).toMatch(/^not ok: the bot lacks Send Messages in its channel/);
  discord.setOverwrites(discord.channelId, []);
  await until(() => told.length > 1, 10_000, 'its end');
  expect(told.map(({ text }) => text).slice(1)).toEqual([expect.stringMatching(/Discord works again after/)]);
}, 60_000);
