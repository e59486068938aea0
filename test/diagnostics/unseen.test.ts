// What was not looked at is never called well: orders that ended at once, where only polling or a hub that was away could have told them.
import { expect, it } from 'vitest';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import dataFreshness from '../../src/diagnostics/data-freshness.ts';
import duplicateOrder from '../../src/diagnostics/duplicate-order.ts';
import orderOutcomes from '../../src/diagnostics/order-outcomes.ts';
import { AccountLedger } from '../../src/projectx/account-ledger.ts';
import { anOrder, ledgerSince, viewOf } from '../fakes/trading.ts';
import { backHub, fakeLogin, firstSuite, restRecord, type FakeLogin, type FakeSuite } from '../fakes/view.ts';

const t0 = Date.parse('2026-03-04T16:00:00Z');
const second = 1_000;
const open: MarketPhase = { kind: 'open', openedAt: t0 - 3_600_000, closesAt: t0 + 6 * 3_600_000 };

function told(
  now: number,
  suite: FakeSuite = {},
  login: FakeLogin = {},
  rejected = false,
): readonly string[] {
  const ledger = ledgerSince(t0);
  if (rejected) ledger.takeOrder(anOrder('9', now - second, { status: 'rejected' }));
  const patch = { ...viewOf(ledger), ...suite.patch };
  const seen = firstSuite(fakeLogin(now, { ...login, suites: [{ ...suite, patch }] }));
  return [orderOutcomes, duplicateOrder].map((asked) => {
    const answer = asked.examine(seen, {
      now,
      signal: new AbortController().signal,
      market: open,
      marketOf: () => open,
      thresholds: startThresholds,
    });
    if (answer instanceof Promise) throw new Error('both answer at once');
    return answer.status === 'skip' ? answer.reason : `${answer.status}: ${answer.summary}`;
  });
}

it('a user hub that listens tells every order, as far back as it has listened', () => {
  expect(told(t0 + 400 * second)[0]).toMatch(/^pass: .* in the last 5 min/);
  expect(told(t0 + 40 * second)).toEqual([
    expect.stringMatching(/^pass: .* since Pitwatch has been listening \(40 s\)/),
    expect.stringMatching(/^pass: .* since Pitwatch has been listening \(40 s\)/),
  ]);
});

it('where only REST is polled, orders that ended are not seen until it told them, and then as of that moment', () => {
  const ledger = new AccountLedger(901);
  const asked = (now = t0 + 400 * second): readonly string[] =>
    told(now, { observe: 'rest', patch: { trading: ledger.trading('MNQ') } });
  for (const words of asked()) expect(words).toMatch(/^not seen: REST has not told/);
  ledger.pollEnds(t0, 35 * second);
  ledger.tellEnds([], ledger.endsOwedFrom ?? 0, t0 + 370 * second);
  for (const words of asked()) expect(words).toMatch(/^pass: .* in the last 5 min, as REST told it 30 s ago/);
  for (const words of asked(t0 + 700 * second))
    expect(words).toMatch(/^not seen: REST last told 5 min 30 s ago/);
});

it('what happened while the user hub was away was not seen', () => {
  const user = backHub('user', t0 - 30 * second, t0 - second);
  for (const words of told(t0 + 40 * second, {}, { user }))
    expect(words).toMatch(/^not seen: .* was away, until 40 s ago/);
  expect(told(t0 + 400 * second, {}, { user })[0]).toMatch(/^pass/);
});

it('a gap whose orders REST was asked for hides nothing: what is told is since when we listen', () => {
  const ledger = ledgerSince(t0);
  ledger.hubLost(t0 + 10 * second);
  ledger.hubSubscribed(t0 + 20 * second);
  const user = backHub('user', t0 + 10 * second, t0 + 20 * second);
  const patch = (): FakeSuite => ({ patch: viewOf(ledger) });
  expect(told(t0 + 60 * second, patch(), { user })[0]).toMatch(/^not seen: .* was away, until 40 s ago/);
  ledger.tellEnds([], ledger.endsOwedFrom ?? 0, t0 + 30 * second);
  expect(told(t0 + 60 * second, patch(), { user })[0]).toMatch(
    /^pass: .* since Pitwatch has been listening \(1 min\)/,
  );
});

it('what was seen is told all the same', () => {
  const user = backHub('user', t0 - 30 * second, t0 - second);
  expect(told(t0 + 40 * second, {}, { user }, true)[0]).toMatch(/^warn: .*was rejected/);
  expect(told(t0 + 40 * second, { observe: 'rest' }, {}, true)[0]).toMatch(/^warn: .*was rejected/);
});

it('a contract that said one thing and fell silent is not fresh while its pace is not known', async () => {
  const silent = (silentMs: number) => firstSuite(fakeLogin(t0, { suites: [{ silentMs, gapMs: null }] }));
  const asked = async (silentMs: number) =>
    await dataFreshness.examine(silent(silentMs), {
      now: t0,
      signal: new AbortController().signal,
      market: open,
      marketOf: () => open,
      thresholds: startThresholds,
    });
  expect((await asked(9 * second)).status).toBe('pass');
  const later = await asked(25 * second);
  expect(later.status === 'skip' && later.reason).toContain(
    'nothing for 25 s, and too little has come to know whether that is usual',
  );
});

it('two equal entries are a question while the gateway answers well, and probably a retry where it did not', () => {
  const twice = ledgerSince(t0);
  const entry = {
    type: 'market',
    side: 'buy',
    stopPrice: undefined,
    status: 'filled',
    fillVolume: 2,
  } as const;
  for (const after of [0, 31]) twice.takeOrder(anOrder(`${after}`, t0 + after * second, entry));
  const patch = (): FakeSuite => ({ patch: viewOf(twice) });
  const slow = restRecord(t0 + second, 'Order/search', { outcome: 'timeout', tookMs: 10_000 });
  expect(told(t0 + 40 * second, patch())[1]).toMatch(/^warn: .* added to on purpose, or sent again/);
  expect(told(t0 + 40 * second, patch(), { rest: [slow] })[1]).toMatch(/^warn: .* one is probably a retry/);
});
