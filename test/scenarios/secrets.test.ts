// Canary secrets through a whole desk, its journeys, every adapter's failure and every entry: none of them may be found anywhere afterwards.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { APIMessage } from 'discord-api-types/v10';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { neverCloses, openDesk, type RunningDesk } from '../../src/desk.ts';
import { messageOf } from '../../src/domain/errors.ts';
import { startDeadMan } from '../../src/health/dead-man.ts';
import { sound } from '../../src/health/second-channel.ts';
import { startLocalDiscord, type LocalDiscord } from '../../src/local/discord/server.ts';
import { startGateway, type Gateway } from '../../src/local/gateway/gateway.ts';
import { startLocalRedis } from '../../src/local/redis/chain.ts';
import { makeLog, scrub, type Log } from '../../src/log.ts';
import { openRedis, type RedisLink } from '../../src/queue/redis.ts';
import { FakeClock } from '../fakes/clock.ts';
import { awaitAnswer, isAnswer } from '../fixtures/answer.ts';
import { Canaries } from '../fixtures/canaries.ts';
import { textOf } from '../fixtures/desk.ts';
import { built, run, type Child } from '../fixtures/processes.ts';
import { hasServer, quietLog, startRealRedis, until } from '../fixtures/redis.ts';
import { startUnkindVendor, type UnkindVendor } from '../fixtures/unkind-vendor.ts';

const canaries = new Canaries();
const secret = {
  discord: canaries.add('Discord token', 'MTEwMDAwMDAwMDAwMDAwMDAwMQ.Canary.of-the-discord-token_0123456789'),
  apiKey: canaries.add('API key', 'canary/of+the=api"key\\0123456789'),
  otherKey: canaries.add('API key of a file', 'canary-of-the-second-api-key-0123456789'),
  signing: canaries.add('signing key', 'canary-of-the-signing-key-0123456789abcdef'),
  olderSigning: canaries.add('older signing key', 'canary-of-the-older-signing-key-0123456789'),
  redis: canaries.add('Redis password', hasServer ? 'canary@of/the:redis?password' : ''),
  webhook: canaries.add('webhook', 'canary-of-the-webhook-0123456789'),
  mail: canaries.add('SMTP password', 'canary@of:the/smtp password'),
  deadMan: canaries.add('dead man’s switch', 'canary-of-the-dead-man-0123456789'),
};

/** A Redis that says secrets in its error; what it is given is this test's attack, not something Pitwatch wrote. */
const unkindScript = `return redis.error_reply('ERR ' .. ARGV[1])`;

/** Everything that left a process, by where it went. */
const said = new Map<string, string[]>();
const hear = (where: string, text: string): void => {
  said.set(where, [...(said.get(where) ?? []), text]);
};

let log: Log;
let dir: string;
let link: RedisLink;
let discord: LocalDiscord;
let gateway: Gateway;
let discordSide: UnkindVendor;
let gatewaySide: UnkindVendor;
let nobody: UnkindVendor;
let mailServer: Server;
let desk: RunningDesk;
let env: Record<string, string>;
const closing: (() => Promise<unknown>)[] = [];
const children: Child[] = [];

beforeAll(async () => {
  await built();
  dir = mkdtempSync(path.join(tmpdir(), 'pitwatch-secrets-'));
  closing.push(() => {
    rmSync(dir, { recursive: true, force: true });
    return Promise.resolve();
  });
  log = makeLog('trace', (line) => hear('log', line));
  const plain = hasServer
    ? await startRealRedis()
    : await startLocalRedis({ dir, log: quietLog, prefer: 'embedded' });
  closing.push(() => plain.stop());
  if (hasServer) {
    const first = openRedis(plain.url, quietLog);
    await first.ready();
    await first.producer.config('SET', 'requirepass', secret.redis);
    await first.close();
  } else {
    console.log(
      'skipped: the password of Redis, because no redis-server is on PATH and the embedded one has none',
    );
  }
  const redisUrl = hasServer ? plain.url.replace('//', `//:${encodeURIComponent(secret.redis)}@`) : plain.url;
  link = openRedis(redisUrl, quietLog);
  closing.push(() => link.close());
  await link.ready();
  if (hasServer && 'monitor' in link.producer) {
    // Also what stands there for a moment only, and what is published.
    const monitor = await link.producer.duplicate().monitor();
    monitor.on('monitor', (_time: string, args: string[]) => {
      if (!args.includes(unkindScript)) hear('Redis commands', args.join(' '));
    });
    closing.push(() => {
      monitor.disconnect();
      return Promise.resolve();
    });
  }

  gateway = await startGateway({ trader: 'off', eventsPerSecond: 20, apiKey: secret.apiKey });
  discord = await startLocalDiscord({ strict: true, token: secret.discord });
  closing.push(
    () => gateway.stop(),
    () => discord.stop(),
  );
  const words = (): string => canaries.spoken();
  gatewaySide = await startUnkindVendor(gateway.url, words, ({ authorization, url, answer }) => {
    const token =
      /"token":"([^"]+)"/.exec(answer)?.[1] ?? /access_token=([^&]+)/.exec(url)?.[1] ?? authorization;
    if (token !== undefined) canaries.add('session token', token.replace(/^Bearer /, ''));
  });
  discordSide = await startUnkindVendor(discord.url, words, ({ url, body }) => {
    const token = /\/(?:interactions|webhooks)\/\d+\/([^/?]+)/.exec(url)?.[1];
    if (token !== undefined) canaries.add('interaction token', decodeURIComponent(token));
    hear('sent to Discord', body);
  });
  nobody = await startUnkindVendor(undefined, words);
  mailServer = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('220 mail ESMTP\r\n');
    socket.on('data', (chunk) => {
      const line = chunk.toString();
      if (/^EHLO/i.test(line)) socket.write('250-mail\r\n250 AUTH PLAIN LOGIN\r\n');
      else socket.write(`535 5.7.8 refused: ${canaries.spoken()} ${line.trim()}\r\n`);
    });
  });
  await new Promise<void>((resolve) => mailServer.listen(0, '127.0.0.1', resolve));
  closing.push(
    () => gatewaySide.stop(),
    () => discordSide.stop(),
    () => nobody.stop(),
    () => new Promise((resolve) => mailServer.close(resolve)),
  );

  const files = path.join(dir, 'secrets');
  mkdirSync(files);
  const file = (name: string, value: string): string => {
    writeFileSync(path.join(files, name), `${value}\n`);
    return path.join(files, name);
  };
  const at = (url: string): string =>
    url.replace(gateway.url, gatewaySide.url).replace(/:\d+\//, `:${gatewaySide.port}/`);
  const mailPort = (mailServer.address() as { port: number }).port;
  env = {
    PORT: '0',
    LOG_LEVEL: 'trace',
    REDIS_URL: redisUrl,
    DISCORD_TOKEN_FILE: file('discord', secret.discord),
    DISCORD_GUILD_ID: discord.guildId,
    DISCORD_CHANNEL_ID: discord.channelId,
    DISCORD_API: discord.apiUrl.replace(discord.url, discordSide.url),
    PITWATCH_SIGNING_KEY: secret.signing,
    PITWATCH_SIGNING_KEY_OLD_FILE: file('older', secret.olderSigning),
    PITWATCH_SECOND_WEBHOOK: `${nobody.url}/api/webhooks/1/${secret.webhook}`,
    PITWATCH_SMTP_URL: `smtp://desk:${encodeURIComponent(secret.mail)}@127.0.0.1:${mailPort}`,
    PITWATCH_SMTP_TO: 'desk@example.org',
    PITWATCH_DEADMAN_URL: `${nobody.url}/${secret.deadMan}`,
    PROJECT_X_USERNAME: gateway.username,
    PROJECT_X_API_KEY: secret.apiKey,
    PROJECTX_API_URL: at(gateway.apiUrl),
    PROJECTX_USER_HUB_URL: at(gateway.userHubUrl),
    PROJECTX_MARKET_HUB_URL: at(gateway.marketHubUrl),
    DESK_B_API_KEY_FILE: file('key', secret.otherKey),
  };
  const yaml = `suites:
  mnq: { instrument: MNQ, account: PRAC-V2-1, observe: direct, depth: true }
  b: { login: desk-b, instrument: ES, account: PRAC-V2-1, observe: rest }
logins:
  desk-b: { username: trader-b, apiKeyEnv: DESK_B_API_KEY }
thresholds: { naked: 1h, graceUnprotected: 0s, graceProtected: 300ms, graceFlat: 600ms, resolveAfter: 500ms, startup: 4s, opening: 0s }
oncall: { role: "${discord.oncallRoleId}" }
roles: { read: everyone, respond: ["${discord.oncallRoleId}"], lead: ["${discord.oncallRoleId}"] }
`;
  writeFileSync(path.join(dir, 'pitwatch.yaml'), yaml);
  desk = await openDesk({
    config: readConfig({ env, file: yaml }),
    roles: { bot: true, worker: true },
    clock: systemClock,
    log,
    dataDir: dir,
    phase: (_instrument, now) => neverCloses(now),
  });
  closing.push(() => desk.close());
  await desk.ready();
}, 240_000);

afterAll(async () => {
  for (const child of children) if (child.alive()) await child.kill('SIGKILL');
  for (const close of closing.splice(0).reverse()) await close();
}, 60_000);

const lead = (): string => discord.users.lead;
const everything = (): readonly APIMessage[] => [
  ...discord.messages(discord.channelId, lead()),
  ...discord.threads().flatMap(({ id }) => discord.messages(id, lead())),
];

/** The terminal message of a command, in place or as a message of its own that says whose it is. */
async function ask(command: string, options: Record<string, string> = {}): Promise<string> {
  const id = discord.type({ user: lead(), channel: discord.channelId, command, options });
  return textOf(await awaitAnswer(discord, id, everything, 20_000));
}

it('the journeys of a desk: commands, a page, its thread, its buttons', async () => {
  await until(async () => /MNQ|mnq/.test(await ask('health')), 20_000, 'a report');
  for (const [command, options] of [
    ['suites', {}],
    ['connection', { suite: 'mnq' }],
    ['performance', { suite: 'mnq' }],
    ['checklist', { sequence: 'startup', suite: 'mnq' }],
    ['orders', { suite: 'mnq' }],
    ['health', { suite: 'no-such-suite' }],
    ['audit show', {}],
  ] as const)
    await ask(command, options);
  const fault = gateway.faults.inject({ fault: 'F1', hub: 'market', down: true });
  const page = await discord.expect(
    () => everything().find((one) => !isAnswer(one) && /hub/i.test(textOf(one)) && one.components?.length),
    20_000,
  );
  const incident = /incident:(\d+):/.exec(JSON.stringify(page.components))?.[1] ?? '';
  for (const action of ['acknowledge', 'rerun', 'escalate'])
    discord.press({
      user: lead(),
      channel: discord.channelId,
      message: page.id,
      custom_id: `incident:${incident}:${action}`,
    });
  await ask('incident show', { incident });
  await ask('postmortem', { incident });
  gateway.faults.remove(fault.id);
  expect(canaries.count('session token')).toBeGreaterThan(0);
  expect(canaries.count('interaction token')).toBeGreaterThan(5);
}, 90_000);

it('each adapter fails with every secret in the vendor’s error text', async () => {
  gatewaySide.turn('unkind');
  await until(() => gatewaySide.told() > 4, 20_000, 'a gateway that was unkind');
  expect(await ask('connection', { suite: 'mnq' })).toMatch(/hub|session|token/i);
  gatewaySide.turn('kind');

  const before = discordSide.told();
  discordSide.turn('unkind');
  discord.type({ user: lead(), channel: discord.channelId, command: 'health', options: {} });
  await until(() => discordSide.told() - before > 3, 20_000, 'a Discord that was unkind');
  discordSide.turn('kind');
  await ask('suites');

  const { second } = readConfig({ env, file: readFileSync(path.join(dir, 'pitwatch.yaml'), 'utf8') });
  for (const way of [{ ...second, mail: undefined }, { ...second, webhook: undefined }, second])
    await sound(way, `told of ${canaries.spoken()}`).catch((error: unknown) =>
      hear('errors', messageOf(error)),
    );
  expect(said.get('errors')).toHaveLength(3);
  const clock = new FakeClock();
  const stop = startDeadMan(second.deadMan ?? '', () => Promise.resolve(true), clock, log);
  await clock.forward(61_000);
  await until(
    () => (said.get('log') ?? []).some((line) => line.includes('dead-man-failed')),
    5_000,
    'a failed switch',
  );
  stop();

  await link
    .run(unkindScript, [], [canaries.spoken()])
    .catch((error: unknown) => hear('errors', messageOf(error)));
  expect(said.get('errors')).toHaveLength(4);
}, 90_000);

it('a wrong password of Redis is told without either password', async () => {
  if (!hasServer) return;
  const wrong = canaries.add('wrong Redis password', 'canary-of-a-wrong-redis-password');
  const refused = openRedis((env['REDIS_URL'] ?? '').replace(/:[^:@]*@/, `:${wrong}@`), log);
  await refused.ready(1_500).catch((error: unknown) => {
    hear('errors', messageOf(error));
    expect(messageOf(error)).toMatch(/WRONGPASS|password/);
  });
  await refused.close();
});

it('a process of its own, its check, and its refusal to start', async () => {
  const start = (args: readonly string[], more: Record<string, string> = {}): Child => {
    const child = run('src/main.js', args, { ...env, ...more }, dir);
    children.push(child);
    return child;
  };
  const worker = start(['--role', 'worker']);
  const url = await worker.ready(30_000);
  for (const path of ['/', '/healthz', '/metrics'])
    hear(`worker ${path}`, await (await fetch(url + path)).text());
  for (const line of commandLines(worker.pid)) hear('command lines', line);
  expect(said.get('command lines')?.join(' ')).toContain('--role worker');
  await worker.kill('SIGTERM');

  const checked = start(['--check']);
  expect((await checked.ended(30_000)).code).toBe(0);
  discordSide.turn('unkind');
  const refusing = [
    start(['--check']),
    start([], { DISCORD_GUILD_ID: secret.discord, PORT: secret.signing }),
    start([], { PITWATCH_SIGNING_KEY: '', PITWATCH_SIGNING_KEY_FILE: secret.signing }),
    start(['--role', 'worker'], {
      REDIS_URL: `redis://:${encodeURIComponent(secret.redis)}@127.0.0.1:9`,
    }),
  ];
  const ends = await Promise.all(refusing.map((child) => child.ended(30_000)));
  expect(ends.map(({ code }) => code)).toEqual([1, 1, 1, 1]);
  discordSide.turn('kind');
  for (const child of children) hear('processes', child.said());
  expect(refusing[1]?.said()).toMatch(/does not start/);
}, 120_000);

it('and then no secret is found anywhere, in no spelling', async () => {
  for (const path of ['/', '/healthz', '/metrics'])
    hear(`desk ${path}`, await (await fetch(desk.url + path)).text());
  for (const message of everything()) hear('Discord', JSON.stringify(message));
  for await (const text of redisContent(link)) hear('Redis', text);
  await desk.close();
  for (const where of [
    'log',
    'errors',
    'processes',
    'Discord',
    'sent to Discord',
    'Redis',
    'command lines',
    'desk /metrics',
  ])
    expect(said.get(where)?.join('').length, where).toBeGreaterThan(50);
  const found = [...said].flatMap(([where, texts]) =>
    texts.flatMap((text) =>
      canaries.foundIn(text).map((what) => `${what}, in ${where}: ${text.slice(0, 400)}`),
    ),
  );
  expect(found.slice(0, 5)).toEqual([]);
}, 60_000);

it('which would have been seen: each secret is found where it does stand', () => {
  for (const name of canaries.names()) expect(canaries.count(name), name).toBeGreaterThan(0);
  const found = canaries.foundIn(canaries.spoken()).join('\n');
  for (const name of canaries.names().filter((one) => one !== 'Redis password' || hasServer)) {
    expect(found).toContain(`${name}, plain`);
    expect(found).toContain(`${name}, base64`);
  }
  expect(canaries.foundIn(scrub(canaries.spoken()))).toEqual([]);
});

/** Every key with its value, of every type. */
async function* redisContent({ producer }: RedisLink): AsyncGenerator<string> {
  const names = await producer.keys('*');
  expect(names.length).toBeGreaterThan(10);
  for (const key of names) {
    const type = await producer.type(key);
    // Expired since the names were read (BullMQ's marks live for seconds).
    if (type === 'none') continue;
    const value: unknown =
      type === 'string'
        ? await producer.get(key)
        : type === 'hash'
          ? await producer.hgetall(key)
          : type === 'list'
            ? await producer.lrange(key, 0, -1)
            : type === 'set'
              ? await producer.smembers(key)
              : type === 'zset'
                ? await producer.zrange(key, 0, '-1', 'WITHSCORES')
                : type === 'stream'
                  ? await producer.xrange(key, '-', '+')
                  : undefined;
    expect(value, `${type} ${key}`).toBeDefined();
    yield `${key} ${JSON.stringify(value)}`;
  }
}

/** Of the process and all that it started, as anybody on the machine can read them. */
function commandLines(pid: number): readonly string[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const parent = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]);
        const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return [{ pid: Number(name), parent, line }];
      } catch {
        // It ended while we looked.
        return [];
      }
    });
  const family = new Set([pid]);
  for (const { pid: child, parent } of all) if (family.has(parent)) family.add(child);
  return all.filter((one) => family.has(one.pid)).map(({ line }) => line);
}
