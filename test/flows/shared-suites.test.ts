// Two suites on one position, or on one account: what they share is told once and names both.
import { describe, expect, it } from 'vitest';
import accountPermission from '../../src/diagnostics/account-permission.ts';
import duplicateOrder from '../../src/diagnostics/duplicate-order.ts';
import naked from '../../src/diagnostics/naked-position.ts';
import priceSanity from '../../src/diagnostics/price-sanity.ts';
import { alertKey } from '../../src/domain/alert.ts';
import { belongs, encloses } from '../../src/domain/belonging.ts';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import { noData } from '../../src/domain/data-view.ts';
import type { Symptom } from '../../src/domain/detector.ts';
import type { Diagnostic } from '../../src/domain/diagnostic.ts';
import { onAlert } from '../../src/domain/incident-rules.ts';
import type { LoginReport } from '../../src/domain/report.ts';
import type { SuiteView } from '../../src/domain/suite.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { makeAlarm } from '../../src/flows/alarm.ts';
import { alarmsOf } from '../../src/flows/diagnosed.ts';
import { examine } from '../../src/flows/examine.ts';
import positions from '../../src/exhibits/positions.ts';
import { aSighting, anAlert } from '../fakes/alerts.ts';
import { FakeClock } from '../fakes/clock.ts';
import { anOrder, aPosition, ledgerSince, viewOf } from '../fakes/trading.ts';
import { fakeLogin, type FakeSuite, firstSuite } from '../fakes/view.ts';

const now = Date.parse('2026-03-04T16:00:00Z');
const second = 1_000;
const open: MarketPhase = { kind: 'open', openedAt: now - 3_600_000, closesAt: now + 3_600_000 };
const context = { now, thresholds: startThresholds, market: () => open };

const unprotected = viewOf(
  ledgerSince(now - 20 * second, { positions: [aPosition('long', 2, now - 20 * second)] }),
);
const own = firstSuite(fakeLogin(now)).account;
const other = own === undefined ? undefined : { ...own, id: 902, name: 'PRAC-V2-2' };

function alarms(asked: Diagnostic, suites: readonly FakeSuite[]): readonly Symptom[] {
  const login = fakeLogin(now, { suites });
  return alarmsOf([asked]).flatMap((one) => (one.watches === 'login' ? one.detect(login, context) : []));
}

const on = (name: string, patch: Partial<SuiteView>, instrument = 'MNQ'): FakeSuite => ({
  name,
  instrument,
  patch,
});

function examined(of: Diagnostic, suites: readonly ReturnType<typeof on>[]): Promise<LoginReport> {
  return examine({
    login: fakeLogin(now, { suites }),
    suites: [],
    diagnostics: [{ ...of, dependsOn: [] }],
    wanted: 'all',
    clock: new FakeClock(now),
    market: () => open,
    thresholds: startThresholds,
    signal: new AbortController().signal,
    deadlineMs: 10_000,
  });
}

describe('a position without a stop that two suites share', () => {
  const [symptom, ...more] = alarms(naked, [on('trend', unprotected), on('scalp', unprotected)]);

  it('is one alarm that names both, in its title and in its sentence', () => {
    expect(more).toEqual([]);
    expect(symptom).toMatchObject({
      title: 'Position without a stop: trend + scalp (MNQZ5)',
      suites: ['trend', 'scalp'],
      summary: 'trend + scalp: long 2 has had no working stop for 20 s.',
      sinceAt: now - 20 * second,
    });
  });

  it('is at the account and the contract, so that it is the same thing whichever suite sees it', () => {
    const flat = viewOf(ledgerSince(now - 20 * second));
    const [alone] = alarms(naked, [on('trend', flat), on('scalp', unprotected)]);
    expect(alone?.suites).toEqual(['scalp']);
    const keyOf = (one: Symptom | undefined): string =>
      one === undefined ? '' : alertKey('naked', one.place);
    expect(keyOf(alone)).toBe(keyOf(symptom));
    expect(keyOf(alone)).toBe('naked@desk-a//CON.F.US.MNQ.Z25/account 901');
  });

  it('is one finding of a report, which counts once', async () => {
    const report = await examined(naked, [on('trend', unprotected), on('scalp', unprotected)]);
    expect(report.findings.map(({ summary, suites }) => [summary, suites])).toEqual([
      ['trend + scalp: long 2 has had no working stop for 20 s.', ['trend', 'scalp']],
    ]);
    expect(report.suites.map(({ suite }) => suite)).toEqual(['trend', 'scalp']);
  });
});

describe('a position that two suites of different timeframes share', () => {
  const { spec } = firstSuite(fakeLogin(now));
  const named = (name: string, patch: Partial<SuiteView>): FakeSuite =>
    on(name, { ...patch, spec: { ...spec, name, timeframes: ['15min'] } });

  it('is one finding where its answers are the same but for the name', async () => {
    const report = await examined(naked, [on('trend', unprotected), named('scalp', unprotected)]);
    expect(report.findings.map(({ summary, suites }) => [summary, suites])).toEqual([
      ['trend + scalp: long 2 has had no working stop for 20 s.', ['trend', 'scalp']],
    ]);
    expect(report.findings[0]?.evidence).toHaveLength(
      (await examined(naked, [on('trend', unprotected)])).findings[0]?.evidence.length ?? 0,
    );
  });

  it('is told twice where the suites have seen it differently', async () => {
    const sooner = viewOf(
      ledgerSince(now - 30 * second, { positions: [aPosition('long', 2, now - 30 * second)] }),
    );
    const report = await examined(naked, [on('trend', unprotected), named('scalp', sooner)]);
    expect(report.findings.map(({ suites }) => suites)).toEqual([['scalp'], ['trend']]);
  });
});

describe('the same trade on two accounts', () => {
  it('is two findings of a report, though their words are the same but for the name', async () => {
    const report = await examined(naked, [
      on('leader', unprotected),
      on('follower', { ...unprotected, account: other }),
    ]);
    expect(report.findings.map(({ suites }) => suites)).toEqual([['follower'], ['leader']]);
  });

  it('is two positions without a stop, each told by itself', () => {
    const copy = { ...unprotected, account: other };
    const told = alarms(naked, [on('leader', unprotected), on('follower', copy)]);
    expect(told.map(({ suites, place }) => [suites, place.suite])).toEqual([
      [['leader'], 'leader'],
      [['follower'], 'follower'],
    ]);
  });

  it('is one bad price, which is the contract’s and nobody’s own', () => {
    const spike = { count: 1, firstAt: now - second, lastAt: now - second, sample: '1 instead of 25410' };
    const data = { ...noData, watchedSinceAt: now - 60 * second, anomalies: { ...noData.anomalies, spike } };
    const told = alarms(priceSanity, [on('leader', { data }), on('follower', { data, account: other })]);
    expect(told.map(({ suites, place }) => [suites, place.contract, place.suite])).toEqual([
      [['leader', 'follower'], 'CON.F.US.MNQ.Z25', undefined],
    ]);
  });
});

describe('an account that may not trade', () => {
  const locked = own === undefined ? undefined : { ...own, canTrade: false };
  const held = { exposure: { kind: 'protected', side: 'long', size: 1 } as const, account: locked };

  it('is one alarm for all of its suites that hold something, and none for another account', () => {
    const free = { ...held, account: other };
    const told = alarms(accountPermission, [
      on('a-mnq', held),
      on('a-es', held, 'ES'),
      on('b-mnq', free),
      on('a-nq', { account: locked }, 'NQ'),
    ]);
    expect(told.map(({ title, suites }) => [title, suites])).toEqual([
      ['Account is not allowed to trade: a-mnq + a-es (MNQZ5, ESZ5)', ['a-mnq', 'a-es']],
    ]);
    expect(told[0]?.evidence.length).toBeGreaterThan(1);
  });

  it('stands once in an examination for those that hold something and once for those that do not, as grave as for the worst off', async () => {
    const report = await examined(accountPermission, [
      on('a-mnq', held),
      on('a-es', { ...held, exposure: { kind: 'unprotected', side: 'long', size: 1, uncovered: 1 } }, 'ES'),
      on('a-nq', { account: locked }, 'NQ'),
    ]);
    expect(report.findings.map(({ status, severity, suites }) => [status, severity, suites])).toEqual([
      ['fail', 'critical', ['a-mnq', 'a-es']],
      ['warn', 'high', ['a-nq']],
    ]);
  });
});

it('an alarm of what suites share waits behind a lost hub as that of one suite does', () => {
  const locked = own === undefined ? undefined : { ...own, canTrade: false };
  const held = { exposure: { kind: 'protected', side: 'long', size: 1 } as const, account: locked };
  const [detector] = alarmsOf([accountPermission]);
  const cause = aSighting('hub-down', { login: 'desk-a', hub: 'user' }, now);
  const told = (names: readonly string[]): readonly string[] => {
    const suites = names.map((name) => on(name, held));
    const seen = alarms(accountPermission, suites).flatMap((symptom) =>
      detector === undefined ? [] : [{ symptom, detector }],
    );
    const alarm = makeAlarm({ thresholds: { ...startThresholds, graceFlatMs: 0 }, stakes: () => [] });
    return alarm.look([cause, ...seen], now).firing.map(({ finding }) => finding);
  };
  expect(told(['trend'])).toEqual(['hub-down']);
  expect(told(['trend', 'scalp'])).toEqual(['hub-down']);
});

describe('a place that suites share', () => {
  const shared = { login: 'main', contract: 'C', account: 901 };

  it('takes in what is at one of its suites, and nothing of another account', () => {
    expect(encloses(shared, { ...shared, suite: 'trend' })).toBe(true);
    expect(encloses(shared, { ...shared, account: 902, suite: 'copy' })).toBe(false);
  });

  it('hangs on both hubs unless it says on which, as each of its suites does', () => {
    const hub = { login: 'main', hub: 'user' } as const;
    for (const inner of [shared, { login: 'main', account: 901 }, { login: 'main', contract: 'C' }])
      expect([encloses(hub, inner), encloses(hub, { ...inner, hub: 'market' })]).toEqual([true, false]);
    expect(encloses({ ...hub, contract: 'C' }, shared)).toBe(true);
    expect(encloses({ ...shared, hub: 'user' }, shared)).toBe(false);
    expect(encloses(hub, { login: 'main' })).toBe(false);
  });

  it('takes in what an earlier version told of a suite without its account', () => {
    expect(encloses(shared, { login: 'main', contract: 'C', suite: 'trend' })).toBe(true);
  });

  it('has an incident of its own, whatever else of the login begins at the same moment', () => {
    const decision = onAlert([], { kind: 'firing', alert: anAlert('naked-position', shared, now) }, now, '1');
    const at = (account: number) => anAlert('order-stuck', { login: 'main', contract: 'C', account }, now);
    expect(decision?.incident === undefined ? [] : belongs(decision.incident, at(901))).toBe(true);
    expect(decision?.incident === undefined ? [] : belongs(decision.incident, at(902))).toBe(false);
  });
});

it('the table of a shared position says whose else it is', () => {
  const note = (suites: readonly FakeSuite[]): string | undefined => {
    const login = fakeLogin(now, { suites });
    const [table] = positions.show(firstSuite(login), {
      ...context,
      market: open,
      marketOf: () => open,
      signal: new AbortController().signal,
    });
    return table?.kind === 'table' ? table.note : undefined;
  };
  expect(note([on('trend', unprotected), on('scalp', unprotected)])).toContain('Shared with scalp');
  expect(note([on('trend', unprotected), on('copy', { ...unprotected, account: other })])).not.toContain(
    'Shared',
  );
});

it('two equal orders on a shared position may be one of each suite, and are said so', async () => {
  const ledger = ledgerSince(now - 60 * second);
  for (const id of ['1', '2'])
    ledger.takeOrder(anOrder(id, now - 20 * second, { type: 'market', side: 'buy', status: 'filled' }));
  const patch = viewOf(ledger);
  const suites = [on('trend', patch), on('scalp', patch)];
  const verdict = await duplicateOrder.examine(firstSuite(fakeLogin(now, { suites })), {
    ...context,
    market: open,
    marketOf: () => open,
    signal: new AbortController().signal,
  });
  expect(verdict).toMatchObject({ status: 'warn', severity: 'low' });
  expect('summary' in verdict && verdict.summary).toContain('once by each suite that shares the position');
});
