// A process that measures itself: samples stay bounded over days, stalls are not averaged away, and nothing goes on after the end.
import { expect, it } from 'vitest';
import { measureHost, nodeProbe, type HostProbe } from '../../src/health/host-meter.ts';
import { FakeClock } from '../fakes/clock.ts';

const hourMs = 3_600_000;

function probe(over: Partial<HostProbe> = {}): HostProbe & { closed: boolean } {
  const fake = {
    closed: false,
    heapLimit: 4e9,
    memory: () => ({ heapUsed: 100e6, rss: 200e6, external: 5e6 }),
    loop: () => ({ p50Ms: 1, p99Ms: 4, maxMs: 9, busy: 0.1 }),
    lateMs: () => 0,
    handles: () => ['Timeout', 'TCPSocketWrap', 'Timeout'],
    listenerWarnings: () => 0,
    close: () => {
      fake.closed = true;
    },
    ...over,
  };
  return fake;
}

it('samples of days fit in one bound, evenly apart', async () => {
  const clock = new FakeClock();
  const meter = measureHost(clock, probe());
  await clock.forward(5 * hourMs);
  expect(meter.view().samples).toHaveLength(601);
  await clock.forward(20 * hourMs);
  const { samples, handles } = meter.view();
  expect(samples.length).toBeLessThanOrEqual(720);
  const gaps = samples.slice(1).map(({ at }, index) => at - (samples[index]?.at ?? 0));
  expect(new Set(gaps).size).toBeLessThanOrEqual(2);
  expect((samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0)).toBeGreaterThan(24 * hourMs);
  expect(handles).toEqual({ Timeout: 2, TCPSocketWrap: 1 });
  meter.close();
});

it('one stall within a quiet minute stays visible, and is remembered', async () => {
  const clock = new FakeClock();
  let maxMs = 5;
  const meter = measureHost(clock, probe({ loop: () => ({ p50Ms: 1, p99Ms: 4, maxMs, busy: 0.2 }) }));
  expect(meter.view().loop).toBeUndefined();
  await clock.forward(20_000);
  maxMs = 1_700;
  await clock.forward(10_000);
  maxMs = 5;
  await clock.forward(20_000);
  expect(meter.view().loop).toMatchObject({
    windowMs: 50_000,
    maxMs: 1_700,
    busy: expect.closeTo(0.2) as number,
  });
  await clock.forward(60_000);
  expect(meter.view().loop?.maxMs).toBe(5);
  expect(meter.view().stalls.map(({ ms }) => ms)).toEqual([1_700]);
  meter.close();
});

it('a process that has opened all that it may open goes on, with what it measured before', async () => {
  const clock = new FakeClock();
  const meter = measureHost(clock, nodeProbe());
  const able = Object.getOwnPropertyDescriptor(process, 'memoryUsage') ?? {};
  const unable = (): never => {
    throw new Error('EMFILE: too many open files, uv_resident_set_memory');
  };
  Object.defineProperty(process, 'memoryUsage', { ...able, value: unable });
  try {
    await clock.forward(2 * 60_000);
  } finally {
    Object.defineProperty(process, 'memoryUsage', able);
  }
  expect(meter.view().samples).toHaveLength(1);
  await clock.forward(60_000);
  expect(meter.view().samples).toHaveLength(3);
  meter.close();
});

it('ends with everything it began', () => {
  const clock = new FakeClock();
  const fake = probe();
  const meter = measureHost(clock, fake);
  expect(clock.waiting).toBe(3);
  meter.close();
  expect(clock.waiting).toBe(0);
  expect(fake.closed).toBe(true);
});

it('the real process answers every question', async () => {
  const real = nodeProbe();
  await new Promise((resolve) => setTimeout(resolve, 40));
  const loop = real.loop();
  expect(loop.busy).toBeGreaterThanOrEqual(0);
  expect(loop.busy).toBeLessThanOrEqual(1);
  expect(loop.maxMs).toBeGreaterThanOrEqual(loop.p50Ms);
  expect(real.memory()?.heapUsed).toBeGreaterThan(1e6);
  expect(real.heapLimit).toBeGreaterThan(1e8);
  const before = process.listenerCount('warning');
  real.close();
  expect(process.listenerCount('warning')).toBe(before - 1);
});

it('the time in which the loop stood still is counted between two readings, and a loop that goes on has none', async () => {
  const real = nodeProbe();
  const standStill = (ms: number): void => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  };
  const before = real.lateMs();
  standStill(600);
  // Whoever asks first after a stall must not be told that there was none.
  expect(real.lateMs() - before).toBeGreaterThanOrEqual(400);
  await new Promise((resolve) => setTimeout(resolve, 150));
  const told = real.lateMs() - before;
  standStill(600);
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(real.lateMs() - before - told).toBeGreaterThanOrEqual(400);
  real.close();
});
