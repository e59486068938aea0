// A contract whose expiry is over: paged while something is or may be held in it, hardly told while flat, the cause of its own silence.
import { describe, expect, it } from 'vitest';
import { loadDiagnostics } from '../../src/catalogue.ts';
import { cmeCalendars } from '../../src/domain/cme-calendar.ts';
import type { Exposure } from '../../src/domain/order.ts';
import { phaseAt } from '../../src/domain/session-clock.ts';
import type { SuiteView } from '../../src/domain/suite.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { examine } from '../../src/flows/examine.ts';
import { FakeClock } from '../fakes/clock.ts';
import { backHub, fakeLogin, firstSuite, type FakeSuite } from '../fakes/view.ts';
import { open, pages, sightings, weekend } from './sightings.ts';

const diagnostics = await loadDiagnostics();
const protectedLong: Exposure = { kind: 'protected', side: 'long', size: 2 };
const nakedLong: Exposure = { kind: 'unprotected', side: 'long', size: 2, uncovered: 2 };
const flat: Exposure = { kind: 'flat' };

function over(now: number, fake: FakeSuite): FakeSuite {
  const { contract } = firstSuite(fakeLogin(now, { suites: [fake] }));
  const patch: Partial<SuiteView> =
    contract === undefined ? {} : { contract: { ...contract, activeContract: false } };
  return { ...fake, patch: { ...patch, ...fake.patch } };
}

async function health(now: number, suites: readonly FakeSuite[]) {
  const { findings } = await examine({
    login: fakeLogin(now, { suites }),
    suites: [],
    diagnostics,
    wanted: ['suite-setup', 'data-freshness'],
    clock: new FakeClock(now),
    market: (suite) => phaseAt(cmeCalendars, suite.spec.instrument, now),
    thresholds: startThresholds,
    signal: new AbortController().signal,
    deadlineMs: 5_000,
  });
  return findings.filter(({ suites: touched }) => touched.includes('mnq'));
}

describe('a contract that is no longer active', () => {
  const severityOf = (exposure: Exposure, now = open): readonly (string | undefined)[] =>
    sightings(fakeLogin(now, { suites: [over(now, { exposure }), { instrument: 'ES' }] }), now).map(
      ({ symptom }) => `${symptom.severity} ${symptom.finding}`,
    );

  it('is paged while something is held in it, as gravely as the matrix says', () => {
    expect(severityOf(nakedLong)).toEqual(['critical contract-inactive']);
    expect(severityOf(protectedLong)).toEqual(['high contract-inactive']);
    expect(severityOf(protectedLong, weekend)).toEqual(['medium contract-inactive']);
    expect(severityOf({ kind: 'unknown', why: 'not read yet' })).toEqual(['high contract-inactive']);
  });

  it('is of low weight while flat, and a warning in /health', async () => {
    expect(severityOf(flat)).toEqual(['low contract-inactive']);
    const found = await health(open, [over(open, {}), { instrument: 'ES' }]);
    expect(found.find(({ diagnostic }) => diagnostic === 'suite-setup')).toMatchObject({
      status: 'warn',
      severity: 'low',
      label: 'contract-inactive',
    });
  });

  it('fails /health while held', async () => {
    const found = await health(open, [over(open, { exposure: protectedLong }), { instrument: 'ES' }]);
    expect(found[0]).toMatchObject({ status: 'fail', severity: 'high', label: 'contract-inactive' });
  });

  it('observed by REST is seen as well', () => {
    const suites = [over(open, { observe: 'rest', kinds: [], exposure: protectedLong })];
    expect(pages(fakeLogin(open, { suites }), open)).toEqual(['contract-inactive']);
  });
});

describe('its silence', () => {
  const mute = (exposure: Exposure): FakeSuite => over(open, { exposure, silentMs: 200_000 });

  it('beside contracts that flow has the roll as its cause', async () => {
    const suites = [mute(protectedLong), { instrument: 'ES' }];
    expect(pages(fakeLogin(open, { suites }), open)).toEqual(['contract-inactive']);
    const silence = sightings(fakeLogin(open, { suites }), open).find(
      ({ symptom }) => symptom.finding === 'contract-mute',
    );
    expect(silence?.symptom.summary).toContain('no longer the active contract');
    const found = await health(open, suites);
    expect(found.map(({ label, consequenceOf }) => [label, consequenceOf])).toEqual([
      ['contract-inactive', undefined],
      ['contract-mute', 'suite-setup'],
    ]);
  });

  it('alone on the hub is no mute hub, and no hub that came back without data', () => {
    expect(pages(fakeLogin(open, { suites: [mute(protectedLong)] }), open)).toEqual(['contract-inactive']);
    expect(pages(fakeLogin(open, { suites: [mute(flat)] }), open)).toEqual(['contract-inactive']);
    const market = backHub('market', open - 200_000, open - 199_000);
    expect(pages(fakeLogin(open, { market, suites: [mute(protectedLong)] }), open)).toEqual([
      'contract-inactive',
    ]);
  });

  it('does not hide a hub that is mute for the contracts that are active', () => {
    const suites = [mute(flat), { instrument: 'ES', silentMs: 20_000 }];
    expect(pages(fakeLogin(open, { suites }), open)).toContain('feed-mute');
  });

  it('while flat is expected', async () => {
    const found = await health(open, [mute(flat), { instrument: 'ES' }]);
    expect(found.find(({ diagnostic }) => diagnostic === 'data-freshness')).toMatchObject({ status: 'skip' });
  });
});
