// The local Redis: which one is chosen, what it keeps, that it ends with the desk and that two desks never share a folder.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { startLocalRedis, type LocalRedis } from '../../../src/local/redis/chain.ts';
import { answers } from '../../../src/local/redis/probe.ts';
import { hasServer, quietLog, until } from '../../fixtures/redis.ts';

const dirs: string[] = [];
const running: LocalRedis[] = [];

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'pitwatch-var-'));
  dirs.push(dir);
  return dir;
}

async function start(dir: string, prefer?: 'server' | 'embedded'): Promise<LocalRedis> {
  const redis = await startLocalRedis({ dir, log: quietLog, ...(prefer === undefined ? {} : { prefer }) });
  running.push(redis);
  return redis;
}

async function withClient<T>(url: string, use: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url);
  try {
    return await use(client);
  } finally {
    client.disconnect();
  }
}

const portOf = (redis: LocalRedis): number => Number(new URL(redis.url).port);

afterEach(async () => {
  await Promise.all(running.splice(0).map((redis) => redis.stop()));
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

describe('the embedded Redis', () => {
  it('answers, says that it keeps nothing, and is gone after stop', async () => {
    const redis = await start(folder(), 'embedded');
    expect(redis).toMatchObject({ kind: 'embedded', keeps: false });
    expect(redis.describe).toContain('in memory');
    expect(await withClient(redis.url, (client) => client.ping())).toBe('PONG');
    await redis.stop();
    expect(await answers(portOf(redis))).toBe(false);
  });

  it('is what runs where no server is on PATH', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '/nowhere';
    try {
      const redis = await start(folder());
      expect(redis.kind).toBe('embedded');
      expect(redis.describe).toContain('no redis-server or valkey-server on PATH');
    } finally {
      process.env['PATH'] = path;
    }
  });
});

describe.skipIf(!hasServer)('a server on PATH', () => {
  it('is chosen, refuses to evict, and keeps its data over a restart', async () => {
    const dir = join(folder(), 'var', 'redis');
    const first = await start(dir);
    expect(first).toMatchObject({ kind: 'redis-server', keeps: true });
    await withClient(first.url, async (client) => {
      expect(await client.config('GET', 'maxmemory-policy')).toContain('noeviction');
      await client.set('kept', 'yes');
    });
    await first.stop();
    const second = await start(dir);
    expect(await withClient(second.url, (client) => client.get('kept'))).toBe('yes');
  });

  it('leaves the folder to the desk that has it: a second desk runs embedded and says why', async () => {
    const dir = folder();
    const first = await start(dir);
    const child = spawn(process.execPath, ['--import', 'tsx', '-e', desk(dir)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said = await firstLine(child);
    child.kill('SIGKILL');
    expect(first.kind).toBe('redis-server');
    expect(said).toContain('embedded');
    expect(said).toContain(`in use by another desk (process ${process.pid})`);
  });

  it('dies with a desk that is killed, and its folder is free again', async () => {
    const dir = folder();
    const child = spawn(process.execPath, ['--import', 'tsx', '-e', desk(dir)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const port = Number(/port (\d+)/.exec(await firstLine(child))?.[1]);
    expect(await answers(port)).toBe(true);
    child.kill('SIGKILL');
    await until(async () => !(await answers(port)), 5_000, 'the end of the orphan');
    expect(existsSync(join(dir, 'desk.lock'))).toBe(true);
    expect((await start(dir)).kind).toBe('redis-server');
  });
});

/** A desk of its own process that says which Redis it got and then lives on. */
function desk(dir: string): string {
  const chain = new URL('../../../src/local/redis/chain.ts', import.meta.url).href;
  const log = new URL('../../../src/log.ts', import.meta.url).href;
  return `(async () => {
    const { startLocalRedis } = await import(${JSON.stringify(chain)});
    const { makeLog } = await import(${JSON.stringify(log)});
    const redis = await startLocalRedis({ dir: ${JSON.stringify(dir)}, log: makeLog('silent') });
    console.log(redis.describe);
    setInterval(() => {}, 1000);
  })();`;
}

function firstLine(child: ReturnType<typeof spawn>): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.once('exit', () => reject(new Error(`ended early: ${text}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      if (text.includes('\n')) resolve(text.split('\n')[0] ?? '');
    });
  });
}
