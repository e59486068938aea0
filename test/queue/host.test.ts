// Hosting: one worker per login, given on at once when it closes, within seconds when it is killed, dropped when the lock is lost.
import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { OpsError } from '../../src/domain/errors.ts';
import { electBot } from '../../src/queue/election.ts';
import { hostLogins, type HostOptions } from '../../src/queue/host.ts';
import { openRedis } from '../../src/queue/redis.ts';
import {
  hasServer,
  onEachRedis,
  quietLog,
  startRealRedis,
  until,
  type TestRedis,
} from '../fixtures/redis.ts';
import { startTcpProxy } from '../fixtures/tcp-proxy.ts';

interface Told {
  readonly worker: string;
  readonly login: string;
  readonly what: 'took' | 'let go';
  readonly reason?: unknown;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}

async function worker(
  redis: TestRedis,
  name: string,
  logins: readonly string[],
  told: Told[],
  more: Partial<HostOptions> = {},
): Promise<ReturnType<typeof hostLogins>> {
  const link = more.link ?? (await redis.link());
  return redis.keep(
    hostLogins({
      link,
      worker: name,
      logins,
      clock: systemClock,
      log: quietLog,
      run: async (login, signal) => {
        told.push({ worker: name, login, what: 'took' });
        await untilAborted(signal);
        told.push({ worker: name, login, what: 'let go', reason: signal.reason });
      },
      ...more,
    }),
  );
}

const holders = (told: readonly Told[], login: string): string[] => {
  const now = new Set<string>();
  for (const one of told) {
    if (one.login !== login) continue;
    if (one.what === 'took') now.add(one.worker);
    else now.delete(one.worker);
  }
  return [...now];
};

onEachRedis('hosting logins', (redis) => {
  it('gives each login to exactly one of several workers, and leaves unknown logins to those who know them', async () => {
    const told: Told[] = [];
    await worker(redis, 'a', ['desk-1', 'desk-2'], told);
    await worker(redis, 'b', ['desk-1', 'desk-2', 'only:b'], told);
    await until(() => ['desk-1', 'desk-2', 'only:b'].every((login) => holders(told, login).length > 0));
    expect(holders(told, 'desk-1')).toHaveLength(1);
    expect(holders(told, 'desk-2')).toHaveLength(1);
    expect(holders(told, 'only:b')).toEqual(['b']);
    expect(told.every((one) => one.what === 'took')).toBe(true);
  });

  it('hands a login on at once when its worker closes, after it has let go', async () => {
    const told: Told[] = [];
    const first = await worker(redis, 'a', ['desk'], told);
    await until(() => holders(told, 'desk').length === 1);
    await worker(redis, 'b', ['desk'], told);
    // Let the second one block for the job, as it would in life.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const startedAt = Date.now();
    void first.close();
    await until(() => holders(told, 'desk').includes('b'));
    expect(Date.now() - startedAt).toBeLessThan(2_500);
    expect(told.map((one) => `${one.worker} ${one.what}`)).toEqual(['a took', 'a let go', 'b took']);
    expect(told[1]?.reason).toBeInstanceOf(OpsError);
    expect(told[1]?.reason).toMatchObject({ code: 'cancelled' });
  });

  it('takes no more than its capacity and leaves the rest to a worker that joins', async () => {
    const told: Told[] = [];
    const a = await worker(redis, 'a', ['one', 'two'], told, { capacity: 1 });
    await until(() => a.held().length === 1);
    const b = await worker(redis, 'b', ['one', 'two'], told, { capacity: 1 });
    await until(() => b.held().length === 1);
    expect([...a.held(), ...b.held()].sort()).toEqual(['one', 'two']);
  });

  it('takes a login again that ended by an error', async () => {
    const told: Told[] = [];
    let runs = 0;
    await worker(redis, 'a', ['desk'], told, {
      run: async (_login, signal) => {
        runs += 1;
        if (runs === 1) throw new Error('first connection failed');
        await untilAborted(signal);
      },
    });
    await until(() => runs === 2);
    expect(runs).toBe(2);
  });

  it('lets go at once when its lock is taken away, and gets the login back', async () => {
    const told: Told[] = [];
    const link = await redis.link();
    await worker(redis, 'a', ['desk'], told, { lockMs: 2_000 });
    await until(() => holders(told, 'desk').length === 1);
    await link.producer.flushall();
    await until(() => told.some((one) => one.what === 'let go'));
    expect(told[1]?.reason).toMatchObject({
      code: 'cancelled',
      message: expect.stringContaining('lost') as string,
    });
    await until(() => told.filter((one) => one.what === 'took').length === 2);
  });

  it('elects one bot, and the next when that one goes', async () => {
    const elected: string[] = [];
    const bot = (name: string): Promise<ReturnType<typeof electBot>> =>
      redis.link().then((link) =>
        redis.keep(
          electBot({
            link,
            name,
            run: async (signal) => {
              elected.push(name);
              await untilAborted(signal);
            },
          }),
        ),
      );
    const first = await bot('a');
    await until(() => elected.length === 1);
    const second = await bot('b');
    expect([first.held(), second.held()]).toEqual([true, false]);
    expect(await Promise.all([first.elsewhere(), second.elsewhere()])).toEqual([false, true]);
    await first.close();
    await until(() => second.held());
    expect(elected).toEqual(['a', 'b']);
  });
});

describe.skipIf(!hasServer)('hosting when things die', () => {
  it('hosts a killed worker’s login again within ten seconds', async () => {
    const server = await startRealRedis();
    const link = openRedis(server.url, quietLog);
    await link.ready();
    const child = spawn(process.execPath, ['--import', 'tsx', '-e', victim(server.url)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await until(() => said.includes('took desk'), 15_000, 'the first hosting');
    let took = 0;
    const hosting = hostLogins({
      link,
      worker: 'survivor',
      logins: ['desk'],
      clock: systemClock,
      log: quietLog,
      run: async (_login, signal) => {
        took = Date.now();
        await untilAborted(signal);
      },
    });
    try {
      // Blocked for the job before the other dies, as in life.
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(took).toBe(0);
      const killedAt = Date.now();
      child.kill('SIGKILL');
      await until(() => took > 0, 12_000, 'the takeover');
      expect(took - killedAt).toBeLessThan(10_000);
    } finally {
      await hosting.close();
      await link.close();
      await server.stop();
    }
  }, 40_000);

  it('drops its connections when its link to Redis goes silent, before anybody else can have the login', async () => {
    const server = await startRealRedis();
    const proxy = await startTcpProxy(server.port);
    const near = openRedis(`redis://127.0.0.1:${proxy.port}`, quietLog);
    const far = openRedis(server.url, quietLog);
    await Promise.all([near.ready(), far.ready()]);
    const order: string[] = [];
    const begin = (name: string, link: typeof near): ReturnType<typeof hostLogins> =>
      hostLogins({
        link,
        worker: name,
        logins: ['desk'],
        clock: systemClock,
        log: quietLog,
        lockMs: 2_000,
        run: async (_login, signal) => {
          order.push(`${name} took`);
          await untilAborted(signal);
          order.push(`${name} let go`);
        },
      });
    const cutOff = begin('cut off', near);
    await until(() => order.length === 1);
    const other = begin('other', far);
    try {
      proxy.stall();
      await until(() => order.length === 3, 12_000, 'the takeover');
      expect(order).toEqual(['cut off took', 'cut off let go', 'other took']);
    } finally {
      proxy.flow();
      await Promise.all([cutOff.close(), other.close()]);
      await Promise.all([near.close(), far.close()]);
      await proxy.close();
      await server.stop();
    }
  }, 40_000);
});

function victim(url: string): string {
  const file = (path: string): string => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
  return `(async () => {
    const { openRedis } = await import(${file('queue/redis.ts')});
    const { hostLogins } = await import(${file('queue/host.ts')});
    const { systemClock } = await import(${file('clock.ts')});
    const { makeLog } = await import(${file('log.ts')});
    const log = makeLog('silent');
    hostLogins({ link: openRedis(${JSON.stringify(url)}, log), worker: 'victim', logins: ['desk'], clock: systemClock, log,
      run: async (login, signal) => { console.log('took ' + login); await new Promise(() => {}); } });
  })();`;
}
