// The desk everybody sees: roster and pulses, quickly, and gone when nobody names them any more.
import { expect, it } from 'vitest';
import type { LoginPulse, RosterLogin } from '../../src/domain/desk.ts';
import { deskStore } from '../../src/queue/desk-store.ts';
import { FakeClock } from '../fakes/clock.ts';
import { openRedis } from '../../src/queue/redis.ts';
import { hasServer, onEachRedis, quietLog, startRealRedis, until } from '../fixtures/redis.ts';

const login = (name: string, since: number, suites: RosterLogin['suites'] = []): RosterLogin => ({
  login: name,
  suites,
  since,
});

const pulse = (name: string, at: number): LoginPulse => ({
  login: name,
  worker: 'w1',
  hostedAt: 1,
  at,
  session: 'active',
  sessionExpiresAt: undefined,
  hubs: {
    user: { state: 'connected', sinceAt: 1 },
    market: { state: 'connected', sinceAt: 1 },
  },
  suites: [],
});

onEachRedis('the desk', (redis) => {
  it('shows the roster with the first instant a login was entered, and its suites as given', async () => {
    const suites = [{ suite: 'mnq', instrument: 'MNQ', observe: 'direct' }] as const;
    const a = redis.keep(deskStore(await redis.link(), { by: 'a' }));
    const b = redis.keep(deskStore(await redis.link(), { by: 'b' }));
    await a.enterRoster([login('desk', 1_795_474_139_123, suites), login('empty', 5)]);
    await b.enterRoster([login('desk', 1_795_474_999_999, suites)]);
    expect((await b.view()).roster).toEqual([login('desk', 1_795_474_139_123, suites), login('empty', 5)]);
  });

  it('drops a login that its only source no longer names, with its pulse, and keeps one that others name', async () => {
    const a = redis.keep(deskStore(await redis.link(), { by: 'a' }));
    const b = redis.keep(deskStore(await redis.link(), { by: 'b' }));
    await a.enterRoster([login('old', 1), login('shared', 1)]);
    await b.enterRoster([login('shared', 1)]);
    await a.publishPulse(pulse('old', 1));
    await a.enterRoster([login('new', 2)]);
    const view = await a.view();
    expect(view.roster.map((one) => one.login)).toEqual(['new', 'shared']);
    expect(view.pulses).toEqual([]);
  });

  it('tells a follower of a pulse at once, and then answers from memory', async () => {
    const worker = redis.keep(deskStore(await redis.link(), { by: 'worker' }));
    const link = await redis.link();
    const bot = redis.keep(deskStore(link, { by: 'bot' }));
    await worker.enterRoster([login('desk', 1)]);
    const seen: (number | undefined)[] = [];
    bot.follow((view) => seen.push(view.pulses[0]?.at));
    await until(() => seen.length > 0);
    await worker.publishPulse(pulse('desk', 42));
    await until(() => seen.includes(42));
    link.producer.disconnect();
    expect((await bot.view()).pulses.map(({ at }) => at)).toEqual([42]);
  });

  it('is heard of by the clock of whoever asks, however far that of the worker is off', async () => {
    const clock = new FakeClock(1_000_000);
    const worker = redis.keep(deskStore(await redis.link(), { by: 'worker' }));
    const bot = redis.keep(deskStore(await redis.link(), { by: 'bot', clock }));
    const heard = async (): Promise<number | undefined> => (await bot.view()).pulses[0]?.heardAt;
    await worker.publishPulse(pulse('desk', 980_000));
    expect(await heard()).toBe(980_000);
    await clock.forward(1_000);
    await worker.publishPulse(pulse('desk', 981_000));
    expect(await heard()).toBe(1_001_000);
    await clock.forward(20_000);
    expect(await heard()).toBe(1_001_000);
  });
});

it.skipIf(!hasServer)(
  'is in its roster again at once where Redis comes back with nothing in it',
  async () => {
    const server = await startRealRedis();
    const link = openRedis(server.url, quietLog);
    await link.ready();
    const store = deskStore(link, { by: 'a' });
    try {
      await store.enterRoster([login('desk', 1)]);
      await server.kill();
      await server.startEmpty();
      const backAt = Date.now();
      await link.ready();
      await until(async () => (await store.view()).roster.length === 1);
      expect(Date.now() - backAt).toBeLessThan(3_000);
    } finally {
      await store.close();
      await link.close();
      await server.stop();
    }
  },
);
