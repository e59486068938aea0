// How fast people were told and moved: what counts as met, missed, still to come or not needed, and honest percentiles.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KnownIncident } from '../../src/domain/job.ts';
import { countedFrom, goals, pageOutcome, percentile, sloOf, takenOutcome } from '../../src/domain/slo.ts';
import { bob, night, pastIncident } from '../fixtures/past-incident.ts';

const now = night + 3_600_000;
const observed = night + 400;
const paged = (
  acceptedAt: number | undefined,
  more: Parameters<typeof pastIncident>[0] = {},
): KnownIncident => ({
  ...pastIncident(more),
  refs: acceptedAt === undefined ? {} : { acceptedAt },
});
/** `more` with nobody having taken it. */
const untaken = (more: Parameters<typeof pastIncident>[0] = {}): KnownIncident => {
  const { acknowledgedAt, ...incident } = pastIncident(more).incident;
  expect(acknowledgedAt).toBeDefined();
  return { incident, refs: {} };
};

test('a critical page is in time up to five seconds after it was observed, and not a millisecond later', () => {
  expect(goals.critical).toEqual({ pagedMs: 5_000, takenMs: 300_000 });
  expect(pageOutcome(paged(observed + 5_000), now)).toEqual({ kind: 'took', ms: 5_000, isMet: true });
  expect(pageOutcome(paged(observed + 5_001), now)).toEqual({ kind: 'took', ms: 5_001, isMet: false });
});

test('a page that Discord never confirmed is missed once the goal is over, never met', () => {
  expect(pageOutcome(paged(undefined), observed + 5_000)).toEqual({ kind: 'pending' });
  expect(pageOutcome(paged(undefined), observed + 5_001)).toEqual({ kind: 'missed' });
});

test('nobody had to take what was over by itself before the goal; after it, nobody did', () => {
  const over = (after: number) =>
    untaken({ state: { kind: 'resolved', at: observed + after, by: 'recovery', acknowledgedBy: undefined } });
  expect(takenOutcome(over(300_000), now)).toEqual({ kind: 'spared' });
  expect(takenOutcome(over(300_001), now)).toEqual({ kind: 'missed' });
  expect(takenOutcome(untaken({ state: { kind: 'triggered' } }), observed + 10)).toEqual({ kind: 'pending' });
});

test('who closes it by hand without taking it has moved', () => {
  const state = { kind: 'resolved', at: observed + 60_000, by: bob, acknowledgedBy: undefined } as const;
  expect(takenOutcome(untaken({ state }), now)).toEqual({ kind: 'took', ms: 60_000, isMet: true });
});

test('time under a silence is not counted against anybody', () => {
  const held = paged(night + 600_900, { pagedAt: night + 600_000 });
  expect(countedFrom(held)).toBe(night + 600_000);
  expect(pageOutcome(held, now)).toEqual({ kind: 'took', ms: 900, isMet: true });
  expect(sloOf([held], now)).toMatchObject({ countedLater: 1, heldBack: 0 });
});

test('what was held back to its end is counted apart, per severity worst first', () => {
  const slo = sloOf(
    [paged(observed + 900, { severity: 'low' }), paged(observed + 1), paged(undefined, { paged: false })],
    now,
  );
  expect(slo.heldBack).toBe(1);
  expect(slo.rows.map(({ severity, incidents }) => [severity, incidents])).toEqual([
    ['critical', 1],
    ['low', 1],
  ]);
});

test('a percentile is always one of the measured values, and as many lie at or below it as it says', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 200 }),
      fc.constantFrom(0.5, 0.95, 0.99),
      (values, share) => {
        const sorted = [...values].sort((a, b) => a - b);
        const value = percentile(sorted, share);
        expect(sorted).toContain(value);
        const below = sorted.filter((one) => one <= value).length;
        expect(below).toBeGreaterThanOrEqual(Math.ceil(share * sorted.length));
      },
    ),
    { numRuns: 300 },
  );
});

test('every paged incident is in exactly one place of each row', () => {
  const some = fc.record({
    accepted: fc.option(fc.nat(20_000), { nil: undefined }),
    taken: fc.option(fc.nat(900_000), { nil: undefined }),
    over: fc.option(fc.nat(900_000), { nil: undefined }),
    severity: fc.constantFrom('critical', 'high', 'medium', 'low'),
  });
  fc.assert(
    fc.property(fc.array(some, { maxLength: 30 }), (drawn) => {
      const known = drawn.map(({ accepted, taken, over, severity }): KnownIncident => {
        const state =
          over === undefined
            ? ({ kind: 'triggered' } as const)
            : ({ kind: 'resolved', at: observed + over, by: 'recovery', acknowledgedBy: undefined } as const);
        const { incident } = untaken({ severity, state });
        return {
          incident: taken === undefined ? incident : { ...incident, acknowledgedAt: observed + taken },
          refs: accepted === undefined ? {} : { acceptedAt: observed + accepted },
        };
      });
      for (const { incidents, paged: page, taken } of sloOf(known, observed + 400_000).rows) {
        for (const { judged, pending, spared, missed, took, met } of [page, taken]) {
          expect(judged + pending + spared).toBe(incidents);
          expect(judged).toBe(took.length + missed);
          expect(met).toBeLessThanOrEqual(took.length);
        }
      }
    }),
    { numRuns: 200 },
  );
});
