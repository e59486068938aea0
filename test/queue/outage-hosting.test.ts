// Hosting through outages of Redis: a host that can be sure goes on, and however it comes back, never do two have one login.
import { describe, it, type TestContext } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { electBot } from '../../src/queue/election.ts';
import { health } from '../../src/queue/health.ts';
import { hostLogins } from '../../src/queue/host.ts';
import { openRedis, type RedisLink } from '../../src/queue/redis.ts';
import { hasServer, quietLog, startRealRedis, until, type RealRedis } from '../fixtures/redis.ts';
import { startTcpProxy } from '../fixtures/tcp-proxy.ts';

const awayMs = 3_000;
const lockMs = 2_000;

/** What this test opened, closed newest first; the tests wait side by side. */
type Room = Pick<TestContext, 'onTestFinished'>;

async function serverFor(room: Room): Promise<RealRedis> {
  const server = await startRealRedis();
  room.onTestFinished(() => server.stop());
  return server;
}

async function linkTo(room: Room, server: RealRedis): Promise<RedisLink> {
  const link = openRedis(server.url, quietLog);
  room.onTestFinished(() => link.close());
  await link.ready();
  return link;
}

/** Workers that write down who takes and who lets go. */
async function workers(
  room: Room,
  server: RealRedis,
  names: readonly string[],
  told: string[] = [],
): Promise<readonly { close(): Promise<void> }[]> {
  const hostings: { close(): Promise<void> }[] = [];
  for (const name of names) {
    const hosting = hostLogins({
      link: await linkTo(room, server),
      worker: name,
      logins: ['desk'],
      clock: systemClock,
      log: quietLog,
      lockMs,
      run: async (_login, signal) => {
        told.push(`${name} took`);
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
        told.push(`${name} let go`);
      },
    });
    hostings.push(hosting);
    room.onTestFinished(() => hosting.close());
    if (told.length === 0) await until(() => told.length === 1);
  }
  // Blocked for the job before anything happens, as in life.
  await pause(300);
  return hostings;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

// One after the other: side by side their workers starve each other, and the lease counts in seconds.
describe.skipIf(!hasServer)('a login’s host', () => {
  it('goes on while Redis is gone for everybody, and has it afterwards, though its lock ran out', async ({
    expect,
    ...room
  }) => {
    const server = await serverFor(room);
    const told: string[] = [];
    await workers(room, server, ['a', 'b', 'c'], told);
    await server.kill();
    await pause(awayMs);
    await server.start();
    await pause(4_500);
    expect(told).toEqual(['a took']);
  }, 30_000);

  it('that is the last to reach Redis again still comes first', async ({ expect, ...room }) => {
    const server = await serverFor(room);
    let proxy = await startTcpProxy(server.port);
    const { port } = proxy;
    // Registered first, so that it goes last: who closes lets go through it.
    room.onTestFinished(() => proxy.close());
    const told: string[] = [];
    await workers(room, { ...server, url: `redis://127.0.0.1:${port}` }, ['a'], told);
    await workers(room, server, ['b', 'c'], told);
    await Promise.all([server.kill(), proxy.close()]);
    await pause(awayMs);
    await server.start();
    await pause(1_700);
    proxy = await startTcpProxy(server.port, port);
    await pause(3_500);
    expect(told).toEqual(['a took']);
  }, 30_000);

  it('goes on while Redis reads its file, though its lock ran out', async ({ expect, ...room }) => {
    const server = await serverFor(room);
    const told: string[] = [];
    await workers(room, server, ['a', 'b'], told);
    const link = await linkTo(room, server);
    await server.fill();
    await server.kill();
    await server.startSlowly(awayMs + lockMs);
    await until(() => link.away()?.why.includes('LOADING') ?? false);
    expect(await health(link)).toMatchObject({ ok: false });
    await link.ready(20_000);
    await pause(4_500);
    expect(told).toEqual(['a took']);
  }, 30_000);

  it('has its time to come first only begin once the sending connection is back, though the consuming one may be earlier', async ({
    expect,
    ...room
  }) => {
    const server = await serverFor(room);
    const link = await linkTo(room, server);
    await server.kill();
    await until(() => !link.up());
    let settledAt: number | undefined;
    void link.settled().then(() => (settledAt = Date.now()));
    await pause(500);
    expect(settledAt).toBeUndefined();
    await server.start();
    await until(() => link.up());
    const backAt = Date.now();
    await until(() => settledAt !== undefined, 10_000);
    expect((settledAt ?? 0) - backAt).toBeGreaterThan(2_000);
  }, 30_000);

  it('goes on where Redis comes back with nothing in it', async ({ expect, ...room }) => {
    const server = await serverFor(room);
    const told: string[] = [];
    await workers(room, server, ['a', 'b'], told);
    await server.kill();
    await pause(awayMs);
    await server.startEmpty();
    await pause(4_500);
    expect(told).toEqual(['a took']);
  }, 30_000);

  it('goes on while Redis is full, and others leave it to it when there is room again', async ({
    expect,
    ...room
  }) => {
    const server = await serverFor(room);
    const link = await linkTo(room, server);
    const told: string[] = [];
    await workers(room, server, ['a', 'b'], told);
    await link.producer.config('SET', 'maxmemory', '1');
    await pause(awayMs + lockMs);
    expect(told).toEqual(['a took']);
    await link.producer.config('SET', 'maxmemory', '0');
    await pause(4_500);
    expect(told).toEqual(['a took']);
  }, 30_000);

  it('that ended while Redis was away is followed by another within five seconds of its return', async ({
    expect,
    ...room
  }) => {
    const server = await serverFor(room);
    const told: string[] = [];
    const [first] = await workers(room, server, ['a', 'b'], told);
    await server.kill();
    void first?.close();
    await pause(1_000);
    await server.start();
    const backAt = Date.now();
    await until(() => told.includes('b took'), 10_000);
    expect(Date.now() - backAt).toBeLessThan(5_000);
  }, 30_000);
});

describe.skipIf(!hasServer).concurrent('the one bot', () => {
  it('keeps its seat where Redis comes back with nothing in it', async ({ expect, ...room }) => {
    const server = await serverFor(room);
    const told: string[] = [];
    for (const name of ['a', 'b']) {
      const lease = electBot({
        link: await linkTo(room, server),
        name,
        lockMs,
        run: async (signal) => {
          told.push(`${name} took`);
          await new Promise<void>((resolve) => {
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
          told.push(`${name} let go`);
        },
      });
      room.onTestFinished(() => lease.close());
      if (told.length === 0) await until(() => told.length === 1);
    }
    await pause(300);
    await server.kill();
    await pause(awayMs);
    await server.startEmpty();
    await pause(4_500);
    expect(told).toEqual(['a took']);
  }, 30_000);
});
