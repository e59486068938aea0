// The score is an ornament: never above what the worst finding allows, never a number for the unknown.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { overall, score } from '../../src/domain/score.ts';
import { anyReport, finding, login, report } from '../discord/presenter/reports.ts';

const passes = Array.from({ length: 50 }, (_, index) => finding(`p${index}`, 'pass'));

test('fifty passes do not average one dead part away', () => {
  expect(
    score(report([login('main', [...passes, finding('f', 'fail', { severity: 'critical' })])])),
  ).toBeLessThanOrEqual(10);
});

test('all passes are 100, one skip among them is not', () => {
  expect(score(report([login('main', passes)]))).toBe(100);
  expect(score(report([login('main', [...passes, finding('s', 'skip')])]))).toBeLessThan(100);
});

test('who did not answer lowers the score and the verdict', () => {
  const partial = report([login('main', passes)], [{ login: 'b', suites: [], why: 'away' }]);
  expect(score(partial)).toBeLessThanOrEqual(30);
  expect(overall(partial)).toBe('unknown');
});

test('skips alone are unknown and have no score', () => {
  const skipped = report([login('main', [finding('s', 'skip'), finding('e', 'error')])]);
  expect(score(skipped)).toBeUndefined();
  expect(overall(skipped)).toBe('unknown');
});

test('a further finding never raises the score', () => {
  fc.assert(
    fc.property(
      anyReport,
      fc.constantFrom('warn' as const, 'fail' as const, 'error' as const),
      (any, status) => {
        const worse = { ...any, logins: [...any.logins, login('more', [finding('x', status)])] };
        const before = score(any);
        const after = score(worse);
        if (before !== undefined && after !== undefined) expect(after).toBeLessThanOrEqual(before);
        if (after !== undefined) expect(after).toBeGreaterThanOrEqual(0);
      },
    ),
    { numRuns: 100, seed: 3 },
  );
});
