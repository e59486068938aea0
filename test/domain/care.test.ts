// What an open incident needs next: wider calls while nobody moves, none once somebody does, reminders with a cap.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  beginCare,
  cared,
  carePolicies,
  moved,
  nextStep,
  type Care,
  type CaredFor,
  type CareStep,
} from '../../src/domain/care.ts';

const t0 = 1_000_000_000;
const minuteMs = 60_000;
const ada = { id: '1', name: 'Ada' };
const critical = carePolicies.critical;
const triggered: CaredFor = { kind: 'triggered' };
const taken = (at: number): CaredFor => ({ kind: 'acknowledged', by: ada, at });

/** Every step that becomes due until `untilAt`, each done the moment it is. */
function story(
  state: CaredFor,
  untilAt: number,
  begun = beginCare(t0),
): readonly (readonly [number, CareStep])[] {
  const steps: (readonly [number, CareStep])[] = [];
  let care: Care = begun;
  let now: CaredFor = state;
  for (
    let step = nextStep(now, care, critical);
    step !== undefined && step.dueAt <= untilAt;
    step = nextStep(now, care, critical)
  ) {
    steps.push([(step.dueAt - t0) / minuteMs, step]);
    care = cared(care, step, step.dueAt);
    if (step.kind === 'acknowledgement-ran-out') now = triggered;
  }
  return steps;
}
const told = (steps: ReturnType<typeof story>) =>
  steps.map(
    ([minute, step]) =>
      `${minute} ${step.kind === 'escalate' ? step.to : step.kind === 'nag' ? step.about : step.kind}`,
  );

describe('a critical incident', () => {
  it('that nobody takes calls the secondary after 3 minutes and everyone after 8, and then nobody more', () => {
    expect(told(story(triggered, t0 + 24 * 3_600_000))).toEqual(['3 secondary', '8 everyone']);
  });

  it('that somebody took and left is asked about once and called anew after ten minutes', () => {
    expect(told(story(taken(t0 + minuteMs), t0 + 30 * minuteMs))).toEqual([
      '6 no-update',
      '11 acknowledgement-ran-out',
      '14 secondary',
      '19 everyone',
    ]);
  });

  it('is left alone while somebody moves', () => {
    const care = moved(beginCare(t0), t0 + 9 * minuteMs);
    expect(nextStep(taken(t0), care, critical)).toMatchObject({ kind: 'nag', dueAt: t0 + 14 * minuteMs });
  });

  it('that is well but open is reminded of at most three times', () => {
    const well: CaredFor = { kind: 'well', sinceAt: t0 };
    expect(told(story(well, t0 + 24 * 3_600_000))).toEqual([
      '15 healthy-but-open',
      '30 healthy-but-open',
      '45 healthy-but-open',
    ]);
  });
});

describe('a low incident', () => {
  it('never calls anybody wider', () => {
    expect(nextStep(triggered, beginCare(t0), carePolicies.low)).toBeUndefined();
  });
});

describe('whatever happens', () => {
  it('no step is due before the one before it, and calls only widen within a round', () => {
    const states = fc.oneof(
      fc.constant(triggered),
      fc.integer({ min: 0, max: 1e6 }).map((ms) => taken(t0 + ms)),
      fc.integer({ min: 0, max: 1e6 }).map((ms): CaredFor => ({ kind: 'well', sinceAt: t0 + ms })),
    );
    fc.assert(
      fc.property(
        states,
        fc.constantFrom('critical' as const, 'high' as const, 'medium' as const),
        (state, severity) => {
          let care = beginCare(t0);
          let now = state;
          let lastAt = t0;
          for (let turn = 0; turn < 20; turn += 1) {
            const step = nextStep(now, care, carePolicies[severity]);
            if (step === undefined) return;
            expect(step.dueAt).toBeGreaterThanOrEqual(lastAt);
            if (step.kind === 'escalate') expect(step.to).not.toBe(care.circle);
            lastAt = step.dueAt;
            care = cared(care, step, step.dueAt);
            if (step.kind === 'acknowledgement-ran-out') now = triggered;
          }
          throw new Error('an incident that nobody touches must come to rest');
        },
      ),
      { numRuns: 300 },
    );
  });
});
