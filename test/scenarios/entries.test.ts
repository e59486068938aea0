// What people start: everything in one process, each part alone, a wrong configuration, and the check of a right one.
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OverwriteType, type APIMessage } from 'discord-api-types/v10';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as cast from '../../src/local/discord/cast.ts';
import { startLocalDiscord, type LocalDiscord } from '../../src/local/discord/server.ts';
import { startLocalRedis } from '../../src/local/redis/chain.ts';
import { answers } from '../../src/local/redis/probe.ts';
import { textOf } from '../fixtures/desk.ts';
import { built, run, tell, type Child, type Env } from '../fixtures/processes.ts';
import { freePort } from '../fixtures/real-redis.ts';
import { hasServer, quietLog, until } from '../fixtures/redis.ts';

let dir: string;
/** A PATH with nothing on it, so no redis-server either. */
let bare: Env;
const started: Child[] = [];

beforeAll(async () => {
  await built();
  dir = mkdtempSync(path.join(tmpdir(), 'pitwatch-entries-'));
  mkdirSync(path.join(dir, 'tmp'));
  bare = { PATH: path.join(dir, 'nothing'), TMPDIR: path.join(dir, 'tmp'), PORT: '0' };
}, 200_000);

afterAll(async () => {
  await Promise.all(started.filter((child) => child.alive()).map((child) => child.kill('SIGKILL')));
  rmSync(dir, { recursive: true, force: true });
}, 30_000);

function start(entry: string, args: readonly string[], env: Env): Child {
  const child = run(entry, args, env, dir);
  started.push(child);
  return child;
}
const pitwatch = (args: readonly string[], env: Env): Child => start('src/main.js', args, env);

/** Where the redis-server of that desk listens. */
const portOf = (desk: Child): number => Number(/from PATH on port (\d+)/.exec(desk.said())?.[1]);

/** Types /health as a person at the page would, over HTTP, and waits for its end. */
async function askHealth(page: string): Promise<string> {
  const messagesAt = `${page}/local/channels/${cast.opsChannelId}/messages?user=${cast.leadId}`;
  const typed = await fetch(`${page}/local/commands`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: cast.leadId, channel: cast.opsChannelId, command: 'health', options: {} }),
  });
  const { interaction, error } = (await typed.json()) as { interaction?: string; error?: string };
  if (interaction === undefined) throw new Error(error);
  let found: APIMessage | undefined;
  await until(
    async () => {
      const { messages } = (await (await fetch(messagesAt)).json()) as { messages: readonly APIMessage[] };
      found = messages.find(
        ({ interaction_metadata, flags }) =>
          interaction_metadata?.id === interaction && ((flags ?? 0) & 128) === 0,
      );
      return found !== undefined;
    },
    15_000,
    'the answer',
  );
  return found === undefined ? '' : textOf(found);
}

describe('npm start', () => {
  it('runs the whole desk without a redis-server on PATH, and leaves nothing behind', async () => {
    const startedAt = Date.now();
    const desk = pitwatch([], bare);
    const url = await desk.ready();
    tell('pitwatch ready on the embedded Redis (promised 5,000)', Date.now() - startedAt);
    expect(desk.said()).toContain('Redis: embedded');
    const health = await fetch(`${url}/healthz`);
    expect([health.status, await health.json()]).toMatchObject([200, { status: 'ok', missing: [] }]);
    const text = await askHealth(url);
    expect(text).toContain('mnq');
    expect(text).toContain('es');
    const exit = await desk.kill('SIGTERM');
    expect(exit.code, desk.said()).toBe(0);
    expect(exit.afterMs).toBeLessThan(10_000);
    expect(readdirSync(path.join(dir, 'tmp')).filter((name) => name.includes('pitwatch'))).toEqual([]);
    expect(desk.said()).not.toMatch(/Warning|"level":"(error|fatal)"/);
  }, 40_000);

  // The reason is printed by the fixture.
  it.skipIf(!hasServer)(
    'takes its redis-server along, also when it is killed',
    async () => {
      const env = { ...bare, PATH: process.env['PATH'] ?? '' };
      const desk = pitwatch([], env);
      await desk.ready();
      const port = portOf(desk);
      expect(await answers(port)).toBe(true);
      await desk.kill('SIGKILL');
      await until(async () => !(await answers(port)), 10_000, 'the end of the redis-server');
      const again = pitwatch([], env);
      await again.ready();
      const exit = await again.kill('SIGTERM');
      expect(exit.code, again.said()).toBe(0);
      expect(await answers(portOf(again))).toBe(false);
    },
    40_000,
  );
});

/** Linux has a file on which nothing ever finds room. */
const fullDisk = '/dev/full';
const hasFullDisk = existsSync(fullDisk);
if (!hasFullDisk) console.log(`not run: a log on a full disk (there is no ${fullDisk} here)`);

describe.skipIf(!hasFullDisk)('a disk that is full where the log goes', () => {
  it('ends nothing: the desk answers, and says since when its log is lost', async () => {
    const port = await freePort();
    const output = openSync(fullDisk, 'w');
    const desk = run('src/main.js', [], { ...bare, PORT: String(port) }, dir, output);
    started.push(desk);
    const url = `http://127.0.0.1:${port}`;
    const health = async (): Promise<{ readonly status?: string; readonly checks?: unknown }> => {
      const response = await fetch(`${url}/healthz`).catch(() => undefined);
      return response === undefined ? {} : ((await response.json()) as { status?: string });
    };
    await until(async () => (await health()).status === 'ok', 30_000, 'a desk that is well').catch(
      (error: unknown) => {
        throw new Error(`it said:\n${desk.said()}`, { cause: error });
      },
    );
    expect(await askHealth(url)).toContain('mnq');
    expect((await health()).checks).toContainEqual({
      name: 'log',
      ok: false,
      detail: expect.stringMatching(/^cannot be written since .*, \d+ lines lost: ENOSPC/) as string,
      neededFor: [],
    });
    expect((await desk.kill('SIGTERM')).code, desk.said()).toBe(0);
    closeSync(output);
  }, 60_000);
});

describe('gateway, discord, bot and worker, each a process of its own', () => {
  it('make a desk that shares nothing but a Redis', async () => {
    const redis = await startLocalRedis({ dir, log: quietLog, prefer: 'embedded' });
    const gateway = start('src/local/gateway/main.js', ['--port', '0'], bare);
    const discord = start('src/local/discord/main.js', ['--port', '0'], bare);
    await until(() => gateway.said().includes('\n') && discord.said().includes('CHANNEL_ID'), 15_000);
    const there = JSON.parse(gateway.said()) as Record<string, string>;
    const chat = Object.fromEntries(
      [...discord.said().matchAll(/^(DISCORD_\w+)=(.+)$/gm)].map(([, name, value]) => [name, value]),
    ) as Env;
    const env = {
      ...bare,
      ...chat,
      REDIS_URL: redis.url,
      PROJECT_X_USERNAME: there['username'] ?? '',
      PROJECT_X_API_KEY: there['apiKey'] ?? '',
      PROJECTX_API_URL: there['apiUrl'] ?? '',
      PROJECTX_USER_HUB_URL: there['userHubUrl'] ?? '',
      PROJECTX_MARKET_HUB_URL: there['marketHubUrl'] ?? '',
      PITWATCH_CONFIG: path.join(dir, 'split.yaml'),
    };
    writeFileSync(
      env.PITWATCH_CONFIG,
      'suites: { mnq: { instrument: MNQ, observe: direct } }\nroles: { read: everyone }\n',
    );
    const [bot, worker] = ['bot', 'worker'].map((role) => pitwatch(['--role', role], env));
    await Promise.all([bot?.ready(), worker?.ready()]);
    const page = /local discord ready (\S+)/.exec(discord.said())?.[1] ?? '';
    expect(await askHealth(page)).toContain('mnq');
    for (const child of [worker, bot, discord, gateway]) {
      const exit = await child?.kill('SIGTERM');
      expect(exit?.code, child?.said()).toBe(0);
    }
    await redis.stop();
  }, 40_000);
});

describe('a wrong configuration', () => {
  const discordEnv = (discord: LocalDiscord): Env => ({
    ...bare,
    DISCORD_TOKEN: discord.token,
    DISCORD_GUILD_ID: discord.guildId,
    DISCORD_CHANNEL_ID: discord.channelId,
    DISCORD_API: discord.apiUrl,
    PITWATCH_CONFIG: 'roles.yaml',
  });

  /** Ends by itself with code 1, having said what to do. */
  async function refused(args: readonly string[], env: Env, words: readonly RegExp[]): Promise<number> {
    const child = pitwatch(args, env);
    const exit = await child.ended(20_000);
    expect(exit.code, child.said()).toBe(1);
    for (const word of words) expect(child.said()).toMatch(word);
    expect(child.said()).not.toMatch(/^\s+at .*:\d+:\d+/m);
    return exit.afterMs;
  }

  it('is refused at the start, in words that say what to do', async () => {
    writeFileSync(path.join(dir, 'torn.yaml'), 'suites:\n  mnq: { instrment: MNQ }\n');
    await Promise.all([
      refused(['--role', 'bot'], bare, [/REDIS_URL is missing/, /npm start/]),
      refused(['--role', 'chef'], bare, [/no role called chef/, /--role bot/]),
      refused(['--rolle', 'bot'], bare, [/--rolle/]),
    ]);
    await Promise.all([
      refused([], { ...bare, PITWATCH_CONFIG: 'torn.yaml' }, [/torn\.yaml/, /2/, /instrument/]),
      refused([], { ...bare, DISCORD_TOKEN: 'abc.def.ghi' }, [/DISCORD_GUILD_ID/, /DISCORD_CHANNEL_ID/]),
      refused([], { ...bare, REDIS_URL: 'redis://127.0.0.1:6379:9' }, [/REDIS_URL/, /redis:\/\/user/]),
    ]);
  }, 40_000);

  it('names a Redis that is not there, within seconds', async () => {
    const env = { ...bare, REDIS_URL: 'redis://:hush-secret@127.0.0.1:1' };
    const ms = await refused([], env, [/127\.0\.0\.1:1/, /Check that Redis runs there/]);
    tell('a wrong REDIS_URL refused', ms);
    expect(ms).toBeLessThan(15_000);
    for (const child of started) expect(child.said()).not.toContain('hush-secret');
  }, 30_000);

  it('names a port that is taken, whatever the role', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const redis = await startLocalRedis({ dir, log: quietLog, prefer: 'embedded' });
    const env = { ...bare, PORT: String(port), REDIS_URL: redis.url };
    const words = [new RegExp(`PORT ${port} is taken`), /0 = any free/];
    await Promise.all([refused([], env, words), refused(['--role', 'worker'], env, words)]);
    await redis.stop();
    taken.close();
  }, 40_000);

  describe('of Discord', () => {
    let discord: LocalDiscord;
    beforeAll(async () => {
      writeFileSync(
        path.join(dir, 'roles.yaml'),
        'roles: { read: everyone, respond: "1100000000000000030", lead: "1100000000000000030" }\n',
      );
      discord = await startLocalDiscord();
    });
    afterAll(() => discord.stop());

    it('with a token that Discord does not know ends the start with what to copy where', async () => {
      const env = { ...discordEnv(discord), DISCORD_TOKEN: `${discord.token}x` };
      tell('a wrong token refused', await refused([], env, [/token/, /DISCORD_TOKEN/]));
    }, 30_000);

    it('without roles, or far from its Redis without a signing key, does not start and says what to add', async () => {
      const roleless = { ...discordEnv(discord), PITWATCH_CONFIG: '' };
      const far = { ...discordEnv(discord), REDIS_URL: 'redis://queue.example:6379' };
      await Promise.all([
        refused([], roleless, [/roles: is missing/, /read: everyone, respond:/]),
        refused([], far, [/PITWATCH_SIGNING_KEY: is missing/, /openssl rand -hex 32/]),
        refused(['--role', 'worker'], { ...bare, REDIS_URL: far.REDIS_URL }, [
          /PITWATCH_SIGNING_KEY/,
          /openssl/,
        ]),
        refused(['--check'], roleless, [/roles: is missing/]),
        refused(['--check'], far, [/PITWATCH_SIGNING_KEY: is missing/]),
      ]);
    }, 40_000);

    it('is told by npm run check, and a sound one is not', async () => {
      const check = async (env: Env): Promise<{ readonly code: number | null; readonly said: string }> => {
        const child = pitwatch(['--check'], env);
        return { code: (await child.ended()).code, said: child.said() };
      };
      const [local, real] = await Promise.all([check(bare), check(discordEnv(discord))]);
      expect(local.code, local.said).toBe(0);
      expect(local.said).toMatch(/local Discord/);
      expect(real.code, real.said).toBe(0);
      expect(real.said).toMatch(/permissions in #ops as .*: complete/);
      // Embed Links is bit 14, Create Public Threads bit 35.
      const deny = String((1n << 14n) | (1n << 35n));
      discord.setOverwrites(discord.channelId, [
        { id: discord.roles.bot, type: OverwriteType.Role, allow: '0', deny },
      ]);
      const [lacking, stranger] = await Promise.all([
        check(discordEnv(discord)),
        check({ ...discordEnv(discord), DISCORD_TOKEN: `${discord.token}x` }),
      ]);
      expect(lacking.code, lacking.said).toBe(1);
      expect(lacking.said).toMatch(/Missing permission: Embed Links/);
      expect(lacking.said).toMatch(/Missing permission: Create Public Threads/);
      expect(stranger.code, stranger.said).toBe(1);
      expect(stranger.said).toMatch(/DISCORD_TOKEN/);
    }, 40_000);
  });
});
