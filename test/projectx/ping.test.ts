// The ping's own allowance: never starved by an earlier burst, never older than a quarter of a minute, one call for all who ask.
import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Meter } from '../../src/projectx/meter.ts';
import { GatewayRest } from '../../src/projectx/rest.ts';
import { startTuning } from '../../src/projectx/tuning.ts';
import { FakeClock } from '../fakes/clock.ts';
import { startFakeGateway, until, type FakeGateway } from './fake-gateway.ts';

let gateway: FakeGateway;
beforeEach(async () => {
  gateway = await startFakeGateway();
});
afterEach(() => gateway.stop());

const secondMs = 1_000;

function make() {
  const clock = new FakeClock(Date.now());
  const tuning = { ...startTuning, restTimeoutMs: 100 * 3_600_000 };
  const rest = new GatewayRest({
    apiUrl: gateway.apiUrl,
    clock,
    meter: new Meter(clock, tuning),
    tuning,
  });
  return { clock, ping: (signal = new AbortController().signal) => rest.ping(signal), rest };
}

const sent = () => gateway.calls.filter(({ path }) => path === 'Status/ping').length;
const hang = (): void => {
  gateway.rest['Status/ping'] = () => ({ hang: true });
};

it('however often it is asked for, its answer is at most fifteen seconds old, and a minute costs seven calls at most', async () => {
  const { clock, ping } = make();
  let oldestMs = 0;
  for (let asked = 0; asked < 120; asked += 1) {
    const { at, outcome } = await ping();
    expect(outcome).toBe('ok');
    oldestMs = Math.max(oldestMs, clock.now() - at);
    await clock.forward(secondMs);
    if (asked === 59) expect(sent()).toBeLessThanOrEqual(7);
  }
  expect(oldestMs).toBeLessThan(15 * secondMs);
  expect(oldestMs).toBeGreaterThan(2 * secondMs);
  expect(sent()).toBeLessThanOrEqual(11);
});

it('a clock that was set back by an hour silences the ping for a quarter of a minute, not for an hour', async () => {
  const { clock, ping, rest } = make();
  for (let asked = 0; asked < 6; asked += 1) {
    await ping();
    await clock.forward(3 * secondMs);
  }
  const before = sent();
  clock.standStill(-3_600 * secondMs);
  await ping();
  await clock.forward(16 * secondMs);
  await ping();
  expect(sent()).toBe(before + 1);
  expect(rest.records().at(-1)?.at).toBeLessThanOrEqual(clock.now());
});

it('a question that ends takes its ping from nobody else', async () => {
  hang();
  const { clock, ping, rest } = make();
  const first = new AbortController();
  const hurried = ping(first.signal);
  const patient = ping();
  await until('sent', () => sent() === 1);
  await clock.forward(secondMs);
  first.abort();
  expect(await hurried).toMatchObject({ outcome: 'not-asked' });
  expect(rest.records()).toEqual([]);
  rest.close();
  await patient;
});

it('a question that listened for seconds says that nobody answered', async () => {
  hang();
  const { clock, ping, rest } = make();
  const asking = new AbortController();
  const asked = ping(asking.signal);
  await until('sent', () => sent() === 1);
  await clock.forward(4 * secondMs);
  asking.abort();
  expect(await asked).toMatchObject({ outcome: 'timeout', tookMs: 4_000, detail: 'no answer within 4 s' });
  rest.close();
});

it('a signal that lives as long as its worker keeps nothing of the pings it was asked with', async () => {
  const { clock, ping } = make();
  const { signal } = new AbortController();
  const before = getEventListeners(signal, 'abort').length;
  for (let asked = 0; asked < 20; asked += 1) {
    await ping(signal);
    await clock.forward(16 * secondMs);
  }
  expect(sent()).toBe(20);
  expect(getEventListeners(signal, 'abort')).toHaveLength(before);
});
