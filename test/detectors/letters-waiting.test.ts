// The alarm for dead letters that nobody looks at: after five minutes, once for all of them.
import { expect, it } from 'vitest';
import type { DeadLetter } from '../../src/domain/letter.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { detectors, open } from './sightings.ts';

const detector = detectors.find((one) => one.name === 'letters-waiting');
const minute = 60_000;
const letter = (no: number, ago: number): DeadLetter => ({
  no,
  at: open - ago,
  what: 'answer',
  id: String(no),
  about: `Health asked by ann ${no}`,
  why: 'missing access',
  again: true,
});

function found(letters: readonly DeadLetter[] | undefined) {
  if (detector?.watches !== 'desk') throw new Error('letters-waiting must watch the desk');
  const oldest = [...(letters ?? [])].sort((a, b) => a.at - b.at);
  const waiting =
    letters === undefined
      ? {}
      : { letters: { count: letters.length, oldestAt: oldest[0]?.at ?? open, oldest } };
  return detector.detect({ roster: [], pulses: [], ...waiting }, { now: open, thresholds: startThresholds });
}

it('is silent where there are none, where none were read yet, and for five minutes', () => {
  expect(found(undefined)).toEqual([]);
  expect(found([])).toEqual([]);
  expect(found([letter(1, 5 * minute - 1)])).toEqual([]);
});

it('tells of all of them at once, from when the oldest came', () => {
  const told = found([letter(1, 5 * minute), letter(2, 10)]);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({
    finding: 'letters-waiting',
    severity: 'high',
    sinceAt: open - 5 * minute,
    summary: '2 dead letters are waiting, the oldest for 5 min: Health asked by ann 1.',
  });
});
