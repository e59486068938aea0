// A missing pulse means a missing host only where the desk was seen without a break, and an outage of Redis is one, however short.
import { expect, it } from 'vitest';
import type { DeskView } from '../../src/domain/desk.ts';
import { followDesk } from '../../src/flows/desk-sight.ts';
import { FakeClock } from '../fakes/clock.ts';

it('counts anew from the end of an outage, also of one shorter than what it would notice by itself', async () => {
  const clock = new FakeClock(Date.UTC(2026, 10, 18, 15));
  let isAway = false;
  let tell: (view: DeskView) => void = () => undefined;
  const sight = followDesk({ follow: (changed) => (tell = changed) }, clock, () => isAway);
  const see = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      if (!isAway) tell({ roster: [], pulses: [] });
      await clock.forward(1_000);
    }
  };
  await see(6);
  expect(sight.clear(clock.now(), 4_000)).toBe(true);
  isAway = true;
  await see(2);
  expect(sight.clear(clock.now(), 4_000)).toBe(false);
  isAway = false;
  await see(3);
  expect(sight.clear(clock.now(), 4_000)).toBe(false);
  await see(2);
  expect(sight.clear(clock.now(), 4_000)).toBe(true);
  sight.close();
});
