// The system's clock keeps waits that Node's own timers cannot hold.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../src/clock.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('waits longer than 24.8 days instead of running at once', () => {
  const run = vi.fn();
  systemClock.after(2 ** 31 + 5_000, run);
  vi.advanceTimersByTime(2 ** 31 + 4_999);
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledTimes(1);
});

it('gives such a wait up where it is cancelled, also in its second part', () => {
  const run = vi.fn();
  const cancel = systemClock.after(2 ** 32, run);
  vi.advanceTimersByTime(2 ** 31 + 10);
  cancel();
  vi.advanceTimersByTime(2 ** 33);
  expect(run).not.toHaveBeenCalled();
});
