// The watch over Discord itself: told within 30 s by one bot, not for a reconnect, and its end is told, also by the bot after it.
import { expect, it } from 'vitest';
import type { Trouble } from '../../src/domain/pager-store.ts';
import { watchDiscord, type DiscordSight } from '../../src/flows/discord-watch.ts';
import { makeLog } from '../../src/log.ts';
import { FakeClock } from '../fakes/clock.ts';

function scene() {
  const clock = new FakeClock();
  const told: string[] = [];
  const state = {
    sight: { kind: 'works' } as DiscordSight,
    redis: true,
    deaf: false,
    between: (): void => undefined,
  };
  let kept: Trouble | undefined;
  let keptUntilAt = Infinity;
  const there = <T>(work: () => T): Promise<T> =>
    state.redis ? Promise.resolve(work()) : Promise.reject(new Error('Redis does not answer'));
  const bot = (look: () => DiscordSight = () => state.sight) =>
    watchDiscord({
      look: () => Promise.resolve(look()),
      pagers: {
        beginTrouble: (trouble) =>
          there(() => {
            const isFirst = kept === undefined || clock.now() >= keptUntilAt;
            if (isFirst) {
              kept = trouble;
              keptUntilAt = clock.now() + 60_000;
              state.between();
            }
            return isFirst;
          }),
        toldTrouble: (trouble) =>
          there(() => {
            kept = trouble;
            keptUntilAt = Infinity;
          }),
        endTrouble: () =>
          there(() => {
            const over = kept;
            kept = undefined;
            return over;
          }),
      },
      clock,
      log: makeLog('silent'),
      sound: (text) => {
        if (state.deaf) return Promise.reject(new Error('the webhook answered 500'));
        told.push(text);
        return Promise.resolve();
      },
    });
  return { clock, told, state, bot };
}

const broken: DiscordSight = { kind: 'broken', why: 'the channel is gone' };

it('says nothing of a reconnect', async () => {
  const { clock, told, state, bot } = scene();
  const close = bot();
  state.sight = broken;
  await clock.forward(15_000);
  state.sight = { kind: 'works' };
  await clock.forward(60_000);
  expect(told).toEqual([]);
  await close();
});

it('tells within 30 s what does not work and why, once, and once that it works again', async () => {
  const { clock, told, state, bot } = scene();
  const close = bot();
  await clock.forward(10_000);
  state.sight = broken;
  await clock.forward(30_000);
  expect(told).toEqual([
    expect.stringMatching(/^Discord has not worked for 20 s: the channel is gone\. Nobody/),
  ]);
  await clock.forward(600_000);
  expect(told).toHaveLength(1);
  state.sight = { kind: 'works' };
  await clock.forward(10_000);
  expect(told.slice(1)).toEqual([
    expect.stringMatching(/^Discord works again after 10 min .*channel is gone/),
  ]);
  await clock.forward(60_000);
  expect(told).toHaveLength(2);
  state.sight = broken;
  await clock.forward(30_000);
  expect(told).toHaveLength(3);
  await close();
});

it('is told by the next bot where the one that was to tell it died before the second channel took it', async () => {
  const { clock, told, state, bot } = scene();
  const dying = bot();
  state.sight = broken;
  state.deaf = true;
  await clock.forward(30_000);
  await dying();
  state.deaf = false;
  const next = bot();
  await clock.forward(90_000);
  expect(told).toEqual([expect.stringMatching(/^Discord has not worked/)]);
  await clock.forward(600_000);
  expect(told).toHaveLength(1);
  await next();
});

it('is told once by two bots, and its end by the bot that was started after it', async () => {
  const { clock, told, state, bot } = scene();
  const before = [bot(() => broken), bot(() => broken)];
  await clock.forward(40_000);
  expect(told).toHaveLength(1);
  for (const close of before) await close();
  const after = bot(() => state.sight);
  await clock.forward(10_000);
  expect(told.slice(1)).toEqual([expect.stringMatching(/^Discord works again/)]);
  await after();
});

it('is told without Redis too, and again where the second channel did not take it', async () => {
  const { clock, told, state, bot } = scene();
  const close = bot();
  Object.assign(state, { redis: false, deaf: true, sight: broken });
  await clock.forward(40_000);
  expect(told).toEqual([]);
  state.deaf = false;
  await clock.forward(2_000);
  expect(told).toHaveLength(1);
  state.sight = { kind: 'works' };
  await clock.forward(10_000);
  expect(told).toHaveLength(2);
  await close();
});

it('after a minute in which this process stood still, just before it was told, waits for the connection to come back', async () => {
  const { clock, told, state, bot } = scene();
  const close = bot();
  state.sight = broken;
  await clock.forward(20_500);
  clock.standStill(60_000);
  await clock.forward(3_000);
  state.sight = { kind: 'works' };
  await clock.forward(60_000);
  expect(told).toEqual([]);
  await close();
});

it('is told once, within 30 s of waking, where it does not come back after such a minute, and so is its end', async () => {
  const { clock, told, state, bot } = scene();
  const close = bot();
  state.sight = broken;
  await clock.forward(20_500);
  clock.standStill(60_000);
  await clock.forward(30_000);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(/^Discord has not worked for 1 min \d+ s/);
  clock.standStill(60_000);
  await clock.forward(30_000);
  state.sight = { kind: 'works' };
  await clock.forward(30_000);
  expect(told).toHaveLength(2);
  await close();
});

it.each([
  ['another bot pages meanwhile', { kind: 'unknown' }],
  ['Discord works again', { kind: 'works' }],
] satisfies [string, DiscordSight][])(
  'of a bot stopped just before it calls the second channel is not told where %s',
  async (_what, then) => {
    const { clock, told, state, bot } = scene();
    const close = bot();
    state.sight = broken;
    state.between = () => {
      clock.standStill(60_000);
      state.sight = then;
      state.between = () => undefined;
    };
    await clock.forward(120_000);
    expect(told.filter((text) => text.includes('has not worked'))).toEqual([]);
    await close();
  },
);

it.each([10_000, 60_000])(
  'of a bot stopped for %d ms just before it calls the second channel is told once, within 30 s of waking, where it is still true',
  async (stoppedMs) => {
    const { clock, told, state, bot } = scene();
    const close = bot();
    state.sight = broken;
    let wokeAt = 0;
    state.between = () => {
      clock.standStill(stoppedMs);
      wokeAt = clock.now();
      state.between = () => undefined;
    };
    await clock.forward(20_000 + stoppedMs);
    await clock.forward(Math.max(0, wokeAt + 30_000 - clock.now()));
    expect(told).toEqual([expect.stringMatching(/^Discord has not worked for/)]);
    await clock.forward(120_000);
    expect(told).toHaveLength(1);
    await close();
  },
);

it('is not for who only waits in reserve', async () => {
  const { clock, told, state, bot } = scene();
  const close = bot();
  state.sight = { kind: 'unknown' };
  await clock.forward(120_000);
  expect(told).toEqual([]);
  await close();
  expect(clock.waiting).toBe(0);
});
