// Flapping: begins with the third failure in ten minutes, ends after ten quiet minutes, and never begins twice for one spell.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flappingOf, flapWindowMs, keptTurns, type Flapping, type Turn } from '../../src/domain/flapping.ts';

const minuteMs = 60_000;
const t0 = 1_000_000_000;

/** Fails at each of these minutes and is well half a minute later. */
function turns(...minutes: readonly number[]): readonly Turn[] {
  return minutes.flatMap((minute): Turn[] => [
    { at: t0 + minute * minuteMs, to: 'firing' },
    { at: t0 + (minute + 0.5) * minuteMs, to: 'well' },
  ]);
}
/** Judged at every turn up to the minute, and then. */
function judged(list: readonly Turn[], minute: number): Flapping {
  const now = t0 + minute * minuteMs;
  let state: Flapping = { kind: 'steady' };
  const seen: Turn[] = [];
  for (const turn of list.filter(({ at }) => at <= now)) {
    state = flappingOf(state, seen, turn.at);
    seen.push(turn);
    state = flappingOf(state, keptTurns(seen, turn.at), turn.at);
  }
  return flappingOf(state, seen, now);
}
const kindAt = (list: readonly Turn[], minute: number) => judged(list, minute).kind;

describe('a thing that fails', () => {
  it('twice in ten minutes is steady, at the third time it flaps', () => {
    expect(kindAt(turns(0, 4), 4)).toBe('steady');
    expect(kindAt(turns(0, 4, 8), 8)).toBe('flapping');
  });

  it('three times in more than ten minutes is steady', () => {
    expect(kindAt(turns(0, 5, 10), 10)).toBe('steady');
  });

  it('goes on flapping between its turns, and counts those of the window', () => {
    expect(judged(turns(0, 2, 4, 9), 11)).toEqual({
      kind: 'flapping',
      sinceAt: t0 + 4 * minuteMs,
      turns: 3,
      overAt: t0 + 9.5 * minuteMs + flapWindowMs,
    });
  });

  it('goes on while turns come now and then, and is steady once a whole window passed without one', () => {
    expect(kindAt(turns(0, 2, 4, 13, 22, 31), 40)).toBe('flapping');
    expect(judged(turns(0, 2, 4, 13, 22, 31), 40)).toMatchObject({ sinceAt: t0 + 4 * minuteMs });
    expect(kindAt(turns(0, 2, 4), 14.4)).toBe('flapping');
    expect(kindAt(turns(0, 2, 4), 14.5)).toBe('steady');
    expect(kindAt(turns(0, 2, 4, 20), 20)).toBe('steady');
    expect(judged(turns(0, 2, 4, 20, 22, 24), 24)).toMatchObject({ sinceAt: t0 + 24 * minuteMs });
  });

  it('begins once for each spell, whatever its turns', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { maxLength: 60 }), (minutes) => {
        const sorted = [...minutes].sort((a, b) => a - b);
        const begins = new Set<number>();
        for (const minute of sorted) {
          const state = judged(turns(...sorted), minute);
          if (state.kind === 'flapping') begins.add(state.sinceAt);
        }
        const spells = sorted.filter(
          (minute, index) =>
            index === 0 || minute - (sorted[index - 1] ?? 0) - 0.5 >= flapWindowMs / minuteMs,
        );
        expect(begins.size).toBeLessThanOrEqual(spells.length);
      }),
      { numRuns: 200 },
    );
  });
});
