// A gateway connection that looks open and is dead: found in time, and nothing healthy is taken for it.
import { Events } from 'discord.js';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { login, makeClient } from '../../src/discord/client.ts';
import { heartbeat, intervalIn } from '../../src/discord/heartbeat.ts';
import { startLocalDiscord } from '../../src/local/discord/server.ts';
import { until } from '../fixtures/redis.ts';

const interval = 41_250;

/** Looks once a second until `untilAt`; when it was first called dead. The last heartbeat that is answered is sent before `diesAt`. */
function firstDeath(diesAt: number, untilAt: number, offset = 0): number | undefined {
  const beats = heartbeat(0);
  const first = 7_000;
  for (let now = 1_000 + offset; now <= untilAt; now += 1_000) {
    const sent = Math.min(now - 100, diesAt) - first;
    const beatAt = sent < 0 ? -1 : first + Math.floor(sent / interval) * interval;
    if (beats.dead(beatAt, now, interval)) return now;
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
  expect(beats.dead(interval, 2 * interval + 10_000, interval)).toBe(false);
  expect(beats.dead(2 * interval + 10, 2 * interval + 11_000, interval)).toBe(false);
});

it('learns nothing from a heartbeat of the connection before', () => {
  const beats = heartbeat(100_000);
  expect(beats.dead(60_000, 200_000, interval)).toBe(false);
  expect(beats.dead(60_000, 201_000, interval)).toBe(false);
  expect([162_000, 163_000].map((now) => beats.dead(119_000, now, interval))).toEqual([false, true]);
});

it('takes no heartbeat that Discord asked for in between for the usual pace', () => {
  const beats = heartbeat(0);
  // The first by its own pace, one that was asked for 5 s later, and the next by its own pace.
  const sent = (now: number): number =>
    now < 7_000 ? -1 : now < 12_000 ? 7_000 : now < 7_000 + interval ? 12_000 : 7_000 + interval;
  const looked = Array.from({ length: 88 }, (_, second) => second * 1_000);
  expect(looked.filter((now) => beats.dead(sent(now), now, interval))).toEqual([]);
});

it('calls nothing dead before it knows how often Discord wants to hear of it', () => {
  const beats = heartbeat(0);
  expect([300_000, 301_000].map((now) => beats.dead(1_000, now, undefined))).toEqual([false, false]);
});

it('hears the pace of a new connection from the library', async () => {
  const local = await startLocalDiscord({ strict: true, heartbeatIntervalMs: 90 });
  const client = makeClient({ token: local.token, api: local.apiUrl });
  try {
    const paces: number[] = [];
    client.on(Events.Debug, (told) => {
      const pace = intervalIn(told);
      if (pace !== undefined) paces.push(pace);
    });
    await login(client, local.token, systemClock);
    await until(() => paces.length > 0, 3_000, 'its first heartbeat');
    expect(paces).toEqual([90]);
  } finally {
    await client.destroy();
    await local.stop();
  }
});
