// A position towards the early close of a half day: told while it can still be closed, in words of that day.
import { expect, it } from 'vitest';
import dayEnd from '../../src/diagnostics/day-end.ts';
import { cmeCalendars } from '../../src/domain/cme-calendar.ts';
import { phaseAt } from '../../src/domain/session-clock.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { aPosition } from '../fakes/trading.ts';
import { fakeLogin, firstSuite } from '../fakes/view.ts';

async function told(clock: string): Promise<readonly [string, string]> {
  const now = Date.parse(`2026-11-27T${clock}:00-06:00`);
  const patch = {
    position: aPosition('long', 2, now),
    exposure: { kind: 'protected', side: 'long', size: 2 } as const,
  };
  const market = phaseAt(cmeCalendars, 'MNQ', now);
  const verdict = await dayEnd.examine(firstSuite(fakeLogin(now, { suites: [{ patch }] })), {
    now,
    market,
    marketOf: () => market,
    thresholds: startThresholds,
    signal: new AbortController().signal,
  });
  return [verdict.status, verdict.status === 'skip' ? verdict.reason : verdict.summary];
}

it('a position is warned of, then told before the early close, and after it by that close', async () => {
  expect(await told('11:30')).toEqual(['pass', 'mnq: the end of the day is not near.']);
  expect(await told('12:01')).toEqual([
    'warn',
    'mnq holds long 2 and must be flat in 4 min: the market closes early today, at 12:15:00 CT.',
  ]);
  expect(await told('12:07')).toEqual([
    'fail',
    'mnq still holds long 2, and the market closes early today, at 12:15:00 CT, in 8 min.',
  ]);
  expect(await told('12:25')).toEqual([
    'fail',
    'mnq still holds long 2, 10 min after the early close at 12:15:00 CT.',
  ]);
});
