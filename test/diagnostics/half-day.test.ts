// A position towards a close before 15:10, of a half day or a product's own: told while it can still be closed, in words of that day.
import { expect, it } from 'vitest';
import dayEnd from '../../src/diagnostics/day-end.ts';
import { cmeCalendars } from '../../src/domain/cme-calendar.ts';
import { phaseAt } from '../../src/domain/session-clock.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { aPosition } from '../fakes/trading.ts';
import { fakeLogin, firstSuite } from '../fakes/view.ts';

async function told(at: string, product = 'MNQ'): Promise<readonly [string, string]> {
  const now = Date.parse(`${at}:00-06:00`);
  const patch = {
    position: aPosition('long', 2, now),
    exposure: { kind: 'protected', side: 'long', size: 2 } as const,
  };
  const market = phaseAt(cmeCalendars, product, now);
  const verdict = await dayEnd.examine(firstSuite(fakeLogin(now, { suites: [{ patch }] })), {
    now,
    market,
    marketOf: () => market,
    thresholds: startThresholds,
    signal: new AbortController().signal,
  });
  return [verdict.status, verdict.status === 'skip' ? verdict.reason : verdict.summary];
}

it('on a half day a position is warned of, then told before the early close, and after it by that close', async () => {
  expect(await told('2026-11-27T11:30')).toEqual(['pass', 'mnq: the end of the day is not near.']);
  expect(await told('2026-11-27T12:01')).toEqual([
    'warn',
    'mnq holds long 2 and must be flat in 4 min: the market closes early today, at 12:15:00 CT.',
  ]);
  expect(await told('2026-11-27T12:07')).toEqual([
    'fail',
    'mnq still holds long 2, and the market closes early today, at 12:15:00 CT, in 8 min.',
  ]);
  expect(await told('2026-11-27T12:25')).toEqual([
    'fail',
    'mnq still holds long 2, 10 min after the early close at 12:15:00 CT.',
  ]);
});

it('a product whose market closes before 15:10 every day is told before its own close, night session or not', async () => {
  expect(await told('2026-11-17T22:00', 'ZC')).toEqual(['pass', 'mnq: the end of the day is not near.']);
  expect(await told('2026-11-18T07:44', 'ZC')).toEqual(['pass', 'mnq: the end of the day is not near.']);
  expect(await told('2026-11-18T13:06', 'ZC')).toEqual([
    'warn',
    'mnq holds long 2 and must be flat in 4 min: its market closes at 13:20:00 CT.',
  ]);
  expect(await told('2026-11-18T13:12', 'ZC')).toEqual([
    'fail',
    'mnq still holds long 2, and its market closes at 13:20:00 CT, in 8 min.',
  ]);
  expect(await told('2026-11-18T14:20', 'ZC')).toEqual([
    'fail',
    'mnq still holds long 2, 1 h after its daily close at 13:20:00 CT.',
  ]);
  expect(await told('2026-11-18T19:30', 'ZC')).toEqual(['pass', 'mnq: the end of the day is not near.']);
  expect(await told('2026-11-18T12:56', 'LE')).toEqual([
    'fail',
    'mnq still holds long 2, and its market closes at 13:05:00 CT, in 9 min.',
  ]);
});

it('on a day without a session of its own, a position left over is not told as left open today', async () => {
  expect((await told('2026-11-26T13:12', 'ZC'))[0]).toBe('pass');
  expect((await told('2026-11-25T13:12', 'ZC'))[0]).toBe('fail');
});
