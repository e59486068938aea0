// Products with hours of their own: grains and livestock open and close at their times, and of hours nobody told no silence is judged.
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import { cmeCalendars } from '../../src/domain/cme-calendar.ts';
import { phaseAt } from '../../src/domain/session-clock.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import dataFreshness from '../../src/diagnostics/data-freshness.ts';
import { backHub, fakeLogin, firstSuite, type FakeSuite } from '../fakes/view.ts';
import { open, pages } from '../detectors/sightings.ts';

function phase(product: string, text: string): MarketPhase {
  return phaseAt(cmeCalendars, product, DateTime.fromISO(text, { zone: 'America/Chicago' }).toMillis());
}
const words = (product: string, text: string): string => {
  const found = phase(product, text);
  return found.kind === 'open' ? 'open' : found.why;
};

describe('grains', () => {
  it.each([
    ['2026-03-01T18:59', 'weekend'],
    ['2026-03-01T19:00', 'open'],
    ['2026-03-04T07:44:59', 'open'],
    ['2026-03-04T07:45', 'daily-break'],
    ['2026-03-04T08:29:59', 'daily-break'],
    ['2026-03-04T08:30', 'open'],
    ['2026-03-04T13:19:59', 'open'],
    ['2026-03-04T13:20', 'daily-break'],
    ['2026-03-04T18:59', 'daily-break'],
    ['2026-03-04T19:00', 'open'],
    ['2026-03-06T13:20', 'weekend'],
    ['2026-11-26T10:00', 'holiday'],
    ['2026-11-27T12:04', 'open'],
    ['2026-11-27T12:05', 'holiday'],
    ['2026-11-27T13:20', 'weekend'],
  ])('at %s in Chicago are %s', (at, expected) => {
    for (const product of ['ZC', 'ZS', 'ZW', 'ZM', 'ZL', 'CON.F.US.ZCE.Z26', 'ZCZ6'])
      expect(words(product, at)).toBe(expected);
  });

  it('tell each part of the day as a session of its own', () => {
    const day = phase('ZC', '2026-03-04T09:00');
    expect(day).toMatchObject({
      openedAt: DateTime.fromISO('2026-03-04T08:30', { zone: 'America/Chicago' }).toMillis(),
    });
    const morning = phase('ZC', '2026-03-04T08:00');
    expect(morning).toMatchObject({ kind: 'closed', opensAt: day.kind === 'open' ? day.openedAt : 0 });
  });

  it('have no other hours in the weeks of the clock change, and each phase holds to its end', () => {
    let at = DateTime.fromISO('2026-03-02T00:00', { zone: 'America/Chicago' });
    for (let turn = 0; turn < 4 * 24 * 14; turn += 1) {
      const found = phaseAt(cmeCalendars, 'ZC', at.toMillis());
      const untilAt = found.kind === 'open' ? found.closesAt : found.opensAt;
      expect(untilAt).toBeGreaterThan(at.toMillis());
      const minute = at.hour * 60 + at.minute;
      const night = minute < 465 || minute >= 1140;
      if (found.kind === 'open') expect(night || (minute >= 510 && minute < 800)).toBe(true);
      at = at.plus({ minutes: 15 });
    }
  });
});

it.each([
  ['2026-03-04T08:29', 'daily-break'],
  ['2026-03-04T08:30', 'open'],
  ['2026-03-04T13:04:59', 'open'],
  ['2026-03-04T13:05', 'daily-break'],
  ['2026-03-06T13:05', 'weekend'],
])('livestock at %s in Chicago is %s', (at, expected) => {
  for (const product of ['LE', 'HE', 'GF']) expect(words(product, at)).toBe(expected);
});

it('the hours of equity indices, energy, metals, currencies and rates are known, by symbol, root, id or name', () => {
  for (const product of [
    'ES',
    'EP',
    'MNQ',
    'MNQZ5',
    'CON.F.US.ENQ.Z25',
    'M2K',
    'RTYH26',
    'CL',
    '6E',
    'E7',
    'ZB',
    'GCG6',
  ])
    expect(phase(product, '2026-03-04T10:00')).not.toHaveProperty('hours');
  expect(phase('MBT', '2026-03-04T10:00')).toMatchObject({ hours: 'unknown' });
  expect(phase('MBT', '2026-03-04T16:30')).toMatchObject({ kind: 'closed', hours: 'unknown' });
});

describe('a product whose hours nobody told', () => {
  const quiet: FakeSuite = { instrument: 'ZR', silentMs: 3_600_000 };

  it('pages nobody by its silence, beside others or alone, nor after a reconnect', () => {
    expect(pages(fakeLogin(open, { suites: [quiet, { instrument: 'ES' }] }), open)).toEqual([]);
    expect(pages(fakeLogin(open, { suites: [quiet] }), open)).toEqual([]);
    const market = backHub('market', open - 200_000, open - 199_000);
    expect(pages(fakeLogin(open, { market, suites: [quiet] }), open)).toEqual([]);
    expect(pages(fakeLogin(open, { suites: [quiet, { instrument: 'ES', silentMs: 20_000 }] }), open)).toEqual(
      ['feed-mute'],
    );
  });

  it('is told by the way out', async () => {
    const login = fakeLogin(open, { suites: [quiet, { instrument: 'ES' }] });
    const marketOf = (suite: { spec: { instrument: string } }): MarketPhase =>
      phaseAt(cmeCalendars, suite.spec.instrument, open);
    const suite = firstSuite(login);
    const verdict = await dataFreshness.examine(suite, {
      now: open,
      signal: new AbortController().signal,
      market: marketOf(suite),
      marketOf,
      thresholds: startThresholds,
    });
    expect(verdict).toMatchObject({ status: 'skip' });
    expect('reason' in verdict && verdict.reason).toMatch(/hours of ZR are not known.*`calendar`/);
  });
});
