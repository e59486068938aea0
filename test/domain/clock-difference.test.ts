// How far two clocks are apart, and which lateness that explains.
import { describe, expect, it } from 'vitest';
import { clockDifference, latenessBeside } from '../../src/domain/clock-difference.ts';
import { restRecord } from '../fakes/view.ts';

const now = Date.UTC(2026, 10, 18, 15, 0, 0);
/** An answer whose `Date` says that the gateway's clock is so far ahead of ours. */
const answer = (ageMs: number, skewMs: number, tookMs = 40) => {
  const at = now - ageMs;
  return {
    ...restRecord(at, 'Status/ping'),
    at,
    tookMs,
    serverAt: Math.floor((at + skewMs) / 1_000) * 1_000,
  };
};

describe('the difference of two clocks', () => {
  it('is the middle one of the newest answers that told their time, within the second of the header', () => {
    const rest = [70, 60, 50, 40, 30, 20, 10].map((age) => answer(age * 1_000, age > 50 ? 0 : -60_000));
    const known = clockDifference(rest, now);
    expect(known?.told).toHaveLength(5);
    expect(known?.at).toBe(now - 10_000);
    expect(Math.abs((known?.skewMs ?? 0) + 60_000)).toBeLessThanOrEqual(1_000);
  });

  it('is not known from one answer, from old ones, from slow ones, or from those without a time', () => {
    expect(clockDifference([answer(1_000, 0)], now)).toBeUndefined();
    expect(clockDifference([answer(700_000, 0), answer(690_000, 0)], now)).toBeUndefined();
    expect(clockDifference([answer(2_000, 0, 1_500), answer(1_000, 0, 1_500)], now)).toBeUndefined();
    const untold = [answer(2_000, 0), answer(1_000, 0)].map((one) => ({ ...one, serverAt: undefined }));
    expect(clockDifference(untold, now)).toBeUndefined();
  });
});

describe('a lateness', () => {
  const off = { skewMs: -60_000, told: [-60_000, -60_000, -60_000], at: now };

  it('is what is left beside the clocks, where they explain some of it', () => {
    expect(latenessBeside(60_050, off)).toBe(50);
    expect(latenessBeside(150_000, off)).toBe(90_000);
    expect(latenessBeside(-7_000, { ...off, told: [5_000] })).toBe(-2_000);
    // The newest stamp is from before the clock was set: the lateness only grows towards the difference.
    expect(latenessBeside(10_600, off)).toBe(0);
  });

  it('is explained by the newest answer alone, where a clock was just set', () => {
    expect(latenessBeside(60_050, { skewMs: 0, told: [-60_000, 0, 0, 0, 0], at: now })).toBe(50);
  });

  it('stays as it is where the clocks differ the other way, where nothing is known, and within what the header cannot tell', () => {
    expect(latenessBeside(-40_000, off)).toBe(-40_000);
    expect(latenessBeside(60_000, undefined)).toBe(60_000);
    expect(latenessBeside(1_500, { ...off, told: [-900] })).toBe(1_500);
  });
});
