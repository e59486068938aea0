// When the sign of life is said: before it is late, soon after a change of what is watched, again where it was not taken, in the same message after a restart.
import { expect, it } from 'vitest';
import { livenessOf, type Liveness } from '../../src/domain/liveness.ts';
import { keepLiveness } from '../../src/flows/liveness.ts';
import { makeLog } from '../../src/log.ts';
import { FakeClock } from '../fakes/clock.ts';

const everyMs = 300_000;

function scene() {
  const clock = new FakeClock();
  const said: { readonly at: number; readonly known: string | undefined }[] = [];
  const state = { watched: ['mnq'], down: false, redis: true };
  let kept: string | undefined;
  const there = <T>(value: T): Promise<T> =>
    state.redis ? Promise.resolve(value) : Promise.reject(new Error('Redis does not answer'));
  const start = () =>
    keepLiveness({
      everyMs,
      look: (): Liveness => ({
        at: clock.now(),
        nextBy: clock.now() + everyMs,
        lookedAt: clock.now(),
        watched: state.watched,
        unwatched: [],
      }),
      say: (_liveness, known) => {
        if (state.down) return Promise.reject(new Error('Discord answered 500'));
        said.push({ at: clock.now(), known });
        return Promise.resolve(known ?? 'm1');
      },
      store: {
        known: () => there(kept),
        keep: (id) => {
          kept = id;
          return there(undefined);
        },
      },
      clock,
      log: makeLog('silent'),
    });
  return { clock, said, state, start };
}

it('is said before it is late, for as long as the bot lives, in one message', async () => {
  const { clock, said, start } = scene();
  const alive = start();
  await clock.forward(3_600_000);
  expect(said.length).toBeGreaterThanOrEqual(12);
  expect(said.length).toBeLessThanOrEqual(14);
  const gaps = said.slice(1).map(({ at }, index) => at - (said[index]?.at ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(everyMs);
  expect(new Set(said.slice(1).map(({ known }) => known))).toEqual(new Set(['m1']));
  await alive.close();
  const before = said.length;
  const next = start();
  await clock.forward(10_000);
  expect(said.slice(before).map(({ known }) => known)).toEqual(['m1']);
  await next.close();
  expect(clock.waiting).toBe(0);
});

it('tells within 40 s that something else is watched, and no more than twice a minute', async () => {
  const { clock, said, state, start } = scene();
  const alive = start();
  await clock.forward(60_000);
  const before = said.length;
  state.watched = ['mnq', 'es'];
  await clock.forward(40_000);
  expect(said.length).toBe(before + 1);
  for (let passed = 0; passed < 60; passed += 5) {
    state.watched = [...state.watched, String(passed)];
    await clock.forward(5_000);
  }
  expect(said.length).toBeLessThanOrEqual(before + 3);
  for (let passed = 0; passed < 3_500; passed += 50) {
    state.watched = [String(passed)];
    await clock.forward(50_000);
  }
  // What stands longer than an hour may be edited about thirty times an hour.
  expect(said.filter(({ at }) => clock.now() - at < 3_600_000).length).toBeLessThan(26);
  await alive.close();
});

it('is tried again where Discord did not take it, and says since when and why', async () => {
  const { clock, said, state, start } = scene();
  const alive = start();
  await clock.forward(10_000);
  state.down = true;
  await clock.forward(600_000);
  const view = alive.view();
  expect(clock.now() - (view.acceptedAt ?? 0)).toBeGreaterThan(everyMs + 60_000);
  expect(view.why).toBe('Discord answered 500');
  state.down = false;
  const before = said.length;
  await clock.forward(40_000);
  expect(said.length).toBe(before + 1);
  expect(alive.view().why).toBeUndefined();
  await alive.close();
});

it('goes on in its message while Redis is away', async () => {
  const { clock, said, state, start } = scene();
  const alive = start();
  await clock.forward(10_000);
  state.redis = false;
  await clock.forward(300_000);
  expect(said.at(-1)?.known).toBe('m1');
  await alive.close();
});

it('counts as watched only what was looked at within five seconds, and tells the oldest of the looks', () => {
  const now = 100_000;
  const pulse = { worker: 'w', bootId: 'b' };
  const suite = (name: string) => ({ suite: name, instrument: 'MNQ', observe: 'direct' as const });
  const desk = {
    roster: [
      { login: 'a', suites: [suite('mnq')], since: 0 },
      { login: 'b', suites: [suite('es'), suite('nq')], since: 0 },
      { login: 'c', suites: [suite('cl')], since: 0 },
    ],
    pulses: [
      { ...pulse, login: 'a', at: now - 1_000 },
      { ...pulse, login: 'b', at: now - 3_000 },
      { ...pulse, login: 'c', at: now - 9_000 },
    ],
  } as unknown as Parameters<typeof livenessOf>[0];
  expect(livenessOf(desk, now, everyMs)).toEqual({
    at: now,
    nextBy: now + everyMs,
    lookedAt: now - 3_000,
    watched: ['mnq', 'es', 'nq'],
    unwatched: [{ suite: 'cl', login: 'c' }],
  });
});
