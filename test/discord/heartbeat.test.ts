// A gateway connection that looks open and is dead: found in time, and nothing healthy is taken for it.
import { expect, it } from 'vitest';
import { heartbeat } from '../../src/discord/heartbeat.ts';

const interval = 41_250;

/** Looks once a second until `untilAt`; when it was first called dead. The last heartbeat that is answered is sent before `diesAt`. */
function firstDeath(diesAt: number, untilAt: number, offset = 0): number | undefined {
  const beats = heartbeat(0);
  const first = 7_000;
  for (let now = 1_000 + offset; now <= untilAt; now += 1_000) {
    const sent = Math.min(now - 100, diesAt) - first;
    const beatAt = sent < 0 ? -1 : first + Math.floor(sent / interval) * interval;
    if (beats.dead(beatAt, now)) return now;
  }
  return undefined;
}

it('finds a dead gateway within 45 s, wherever between two heartbeats it died', () => {
  for (let part = 0; part < interval; part += 1_375) {
    const diesAt = 7_000 + 3 * interval + part;
    const found = firstDeath(diesAt, 500_000, part % 1_000) ?? Infinity;
    expect(found - diesAt).toBeLessThanOrEqual(45_000);
    expect(found).toBeGreaterThan(diesAt);
  }
});

it('takes no healthy connection for dead, for a day', () => {
  expect(firstDeath(Infinity, 86_400_000)).toBeUndefined();
});

it('forgives a standstill of its own after which the answer is read late', () => {
  const beats = heartbeat(0);
  beats.dead(1, 100);
  beats.dead(interval, interval + 100);
  expect(beats.dead(interval, 2 * interval + 10_000)).toBe(false);
  expect(beats.dead(2 * interval + 10, 2 * interval + 11_000)).toBe(false);
});

it('learns nothing from a heartbeat of the connection before', () => {
  const beats = heartbeat(100_000);
  beats.dead(60_000, 101_000);
  beats.dead(120_000, 121_000);
  expect(beats.dead(120_000, 200_000)).toBe(false);
  beats.dead(120_000 + interval, 162_000);
  expect([205_000, 206_000].map((now) => beats.dead(120_000 + interval, now))).toEqual([false, true]);
});
