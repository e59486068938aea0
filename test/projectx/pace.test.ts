// Latencies in bounded histograms: right within 8 %, the recent apart from the usual, failures counted and not averaged in.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Pace, recentMs } from '../../src/projectx/pace.ts';

const start = Date.parse('2026-03-04T16:00:00Z');

it('each percentile is at or just above the true one, never more than 8 %', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 300 }), (took) => {
      const pace = new Pace('x');
      for (const [index, ms] of took.entries()) pace.note(ms, start + index);
      const { recent } = pace.view(start + 1_000);
      const sorted = [...took].sort((a, b) => a - b);
      const truth = (share: number): number => sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? 0;
      expect(recent?.count).toBe(took.length);
      expect(recent?.maxMs).toBe(sorted.at(-1));
      for (const [seen, share] of [
        [recent?.p50Ms, 0.5],
        [recent?.p95Ms, 0.95],
        [recent?.p99Ms, 0.99],
      ] as const) {
        expect(seen).toBeGreaterThanOrEqual(truth(share) * 0.999);
        expect(seen).toBeLessThanOrEqual(truth(share) * 1.081);
      }
    }),
    { numRuns: 200 },
  );
});

it('ten minutes later the recent is the usual, and nothing is lost on the way', () => {
  const pace = new Pace('x');
  for (let index = 0; index < 25; index += 1) pace.note(80, start + index * 60_000);
  const now = start + 24 * 60_000 + 59_000;
  const { recent, before } = pace.view(now);
  expect([recent?.count, before?.count]).toEqual([10, 15]);
  const later = pace.view(now + recentMs);
  expect([later.recent, later.before?.count]).toEqual([undefined, 25]);
  pace.note(900, now + recentMs + 1);
  expect(pace.view(now + recentMs + 2)).toMatchObject({
    recent: { count: 1, maxMs: 900 },
    before: { count: 25, maxMs: 80 },
  });
});

it('a silence of hours leaves no slice behind, and failures are told apart', () => {
  const pace = new Pace('x');
  pace.note(50, start);
  pace.note(undefined, start + 1);
  pace.note(60, start + 26 * 3_600_000);
  expect(pace.view(start + 26 * 3_600_000)).toMatchObject({
    recent: { count: 1 },
    before: { count: 1, maxMs: 50 },
    recentFailed: 0,
    beforeFailed: 1,
    lastFailedAt: start + 1,
  });
});
