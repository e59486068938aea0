// A canary in every queue of questions: it comes through while they are consumed, and where they are not that is seen within 20 s, and over by itself.
import { expect, it } from 'vitest';
import type { RunningBot } from '../../src/bot.ts';
import type { RunningWorker } from '../../src/worker.ts';
import { healthOf, type HealthState } from '../../src/desk-health.ts';
import { answerOf } from '../../src/health.ts';
import type { AskServing } from '../../src/queue/asks.ts';
import { serveAsks } from '../../src/queue/asks.ts';
import { keepBotCanary } from '../../src/queue/bot-canary.ts';
import { keepCanary } from '../../src/queue/canary.ts';
import { deskStore } from '../../src/queue/desk-store.ts';
import { health } from '../../src/queue/health.ts';
import { openRedis, type RedisLink } from '../../src/queue/redis.ts';
import { FakeClock } from '../fakes/clock.ts';
import { onEachRedis, quietLog, until } from '../fixtures/redis.ts';
import { startTcpProxy } from '../fixtures/tcp-proxy.ts';

const second = 1_000;

async function verdict(link: RedisLink, clock: FakeClock, asks: AskServing): Promise<readonly string[]> {
  const worker: RunningWorker = {
    hosted: () => ['desk'],
    views: () => [],
    canaries: () => asks.canaries(),
    unstored: () => [],
    close: () => Promise.resolve(),
  };
  const state: HealthState = {
    roles: { bot: false, worker: true },
    link,
    redis: () => health(link),
    store: deskStore(link, { clock }),
    running: { worker },
    clock,
    logTrouble: () => undefined,
  };
  return answerOf(await healthOf(state)).missing.filter((one) => !one.startsWith('login'));
}

onEachRedis('a canary', (redis) => {
  it('comes through the queue of typed questions and that of evidence, and disturbs neither', async () => {
    const asked: string[] = [];
    const asks = redis.keep(
      serveAsks(await redis.link(), 'desk', ({ askId, login }) => {
        asked.push(askId);
        return Promise.resolve({ kind: 'failed', login, why: 'looked' });
      }),
    );
    await until(() => asks.canaries().every(({ seenAt }) => seenAt !== undefined));
    expect(asks.canaries().map(({ what }) => what)).toEqual(['questions to desk', 'evidence of desk']);
    expect(asked).toEqual([]);
  });

  it('that does not come any more turns health red within 20 s though Redis answers, and green again afterwards', async () => {
    const clock = new FakeClock(Date.now());
    const proxy = await startTcpProxy(Number(new URL(redis.url).port));
    redis.keep(proxy);
    const link = redis.keep(openRedis(`redis://127.0.0.1:${proxy.port}`, quietLog));
    await link.ready();
    const asks = redis.keep(
      serveAsks(link, 'desk', ({ login }) => Promise.resolve({ kind: 'failed', login, why: '' }), clock),
    );
    await until(() => asks.canaries().every(({ seenAt }) => seenAt !== undefined));
    await deskStore(link, { clock }).enterRoster([]);
    expect(await verdict(link, clock, asks)).not.toContain(expect.stringMatching(/canary/));
    // Every connection that waits for jobs or fetches them stands still for good, also each new one (which would get one job
    // through before it waits); all others go on. Only fetching names a limiter.
    proxy.stallThose(/bzpopmin|:limiter/i);
    proxy.cut();
    await until(() => !link.up(), 8_000);
    await until(() => link.up(), 8_000);
    for (let passed = 0; passed < 20; passed += 5) await clock.forward(5 * second);
    expect(await link.producer.ping()).toBe('PONG');
    const red = await verdict(link, clock, asks);
    expect(red.find((one) => one.startsWith('questions to desk'))).toMatch(
      /no canary came through for 2\d s/,
    );
    proxy.flow();
    proxy.cut();
    await until(() => !link.up(), 8_000);
    await until(() => link.up(), 8_000);
    await clock.forward(5 * second);
    await until(() => asks.canaries().every(({ seenAt }) => seenAt === clock.now()), 15_000);
    expect(await verdict(link, clock, asks)).not.toContain(expect.stringMatching(/canary/));
  }, 40_000);

  it('of a bot alone is heard as its wake-ups are, and turns health red within 20 s where they are not, though Redis answers', async () => {
    const clock = new FakeClock(Date.now());
    const proxy = await startTcpProxy(Number(new URL(redis.url).port));
    redis.keep(proxy);
    const link = redis.keep(openRedis(`redis://127.0.0.1:${proxy.port}`, quietLog));
    await link.ready();
    const canary = keepBotCanary(link, clock);
    const bot: RunningBot = {
      status: () => Promise.resolve({ kind: 'reserve' }),
      canaries: () => [canary.view()],
      liveness: () => undefined,
      pagerTrouble: () => undefined,
      clockApart: () => undefined,
      close: () => Promise.resolve(),
    };
    const red = async (): Promise<string | undefined> => {
      const roles = { bot: true, worker: false };
      const store = deskStore(link, { clock });
      const report = await healthOf({
        roles,
        link,
        redis: () => health(link),
        store,
        running: { bot },
        clock,
        logTrouble: () => undefined,
      });
      return answerOf(report).missing.find((one) => one.startsWith('wake-ups'));
    };
    // The first may be sent before anybody listens; a second one each two seconds of ours is no rush.
    const heard = async (): Promise<void> => {
      const before = canary.view().seenAt;
      for (let sent = 0; sent < 8 && canary.view().seenAt === before; sent += 1) {
        await clock.forward(5 * second);
        await until(() => canary.view().seenAt !== before, 2_000).catch(() => undefined);
      }
    };
    await heard();
    expect(await red()).toBeUndefined();
    // Every connection that listens stands still for good, also each new one; all others go on.
    proxy.stallThose(/subscribe/i);
    proxy.cut();
    await until(() => !link.up(), 8_000);
    await until(() => link.up(), 8_000);
    for (let passed = 0; passed < 20; passed += 5) await clock.forward(5 * second);
    expect(await link.producer.ping()).toBe('PONG');
    expect(await red()).toMatch(/no canary came through for 2\d s/);
    expect(canary.view().replaced).toBeGreaterThan(0);
    proxy.flow();
    proxy.cut();
    await until(() => !link.up(), 8_000);
    await until(() => link.up(), 8_000);
    await heard();
    expect(await red()).toBeUndefined();
    canary.close();
  }, 60_000);
});

it('where none comes through its consumer is replaced, again and again, but not while Redis is away or refuses', async () => {
  const clock = new FakeClock();
  let up = true;
  let refusing = false;
  let replaced = 0;
  const link = { id: 'x', log: quietLog, up: () => up } as RedisLink;
  const canary = keepCanary({
    link,
    clock,
    what: 'questions to main',
    send: () => (refusing ? Promise.reject(new Error('OOM')) : Promise.resolve()),
    replace: () => (replaced += 1),
  });
  canary.came('canary-x-1');
  await clock.forward(11 * second);
  expect(replaced).toBe(0);
  await clock.forward(5 * second);
  expect(replaced).toBe(1);
  await clock.forward(15 * second);
  expect(replaced).toBe(2);
  up = false;
  await clock.forward(60 * second);
  up = true;
  refusing = true;
  await clock.forward(60 * second);
  expect(replaced).toBe(2);
  refusing = false;
  await clock.forward(20 * second);
  expect(replaced).toBe(3);
  // Another process' canary, or a forged one, proves nothing.
  canary.came('canary-y-1');
  canary.came(undefined);
  expect(canary.view().seenAt).toBeLessThan(clock.now() - 100 * second);
  canary.close();
  expect(clock.waiting).toBe(0);
});
