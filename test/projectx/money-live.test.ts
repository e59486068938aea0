// Money against the simulated gateway over real sockets: real orders, both hubs, a gap in the middle, and a day that never disagrees.
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import balanceJump from '../../src/diagnostics/balance-jump.ts';
import fillPnl from '../../src/diagnostics/fill-pnl.ts';
import pnlTruth from '../../src/diagnostics/pnl-truth.ts';
import positionAverage from '../../src/diagnostics/position-average.ts';
import tradeCosts from '../../src/diagnostics/trade-costs.ts';
import voidedTrades from '../../src/diagnostics/voided-trades.ts';
import type { Diagnostic, Verdict } from '../../src/domain/diagnostic.ts';
import type { SuiteView } from '../../src/domain/suite.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { startGateway, type Gateway } from '../../src/local/gateway/gateway.ts';
import { makeLog } from '../../src/log.ts';
import { openLogin, type LiveLogin } from '../../src/projectx/live-login.ts';
import { until } from './fake-gateway.ts';
import { suite } from './login-bench.ts';
import { loginTo } from '../fixtures/login-spec.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const thresholds = { ...startThresholds, moneySettleMs: 250 };
const money: readonly Diagnostic[] = [
  pnlTruth,
  balanceJump,
  fillPnl,
  positionAverage,
  tradeCosts,
  voidedTrades,
];

interface Desk {
  readonly gateway: Gateway;
  readonly login: LiveLogin;
  readonly suite: () => SuiteView;
  /** A market order, or the close of what is open. */
  readonly trade: (symbol: 'MNQ' | 'ES', side: 'buy' | 'sell', size: number) => Promise<void>;
  readonly verdicts: () => Promise<Readonly<Record<string, Verdict>>>;
}

async function open(): Promise<Desk> {
  const gateway = await startGateway({ trader: 'off', eventsPerSecond: 30 });
  stops.push(() => gateway.stop());
  const login = openLogin({
    spec: loginTo(gateway, [
      { ...suite, account: undefined },
      { ...suite, name: 'es', instrument: 'ES', account: undefined },
    ]),
    apiKey: gateway.apiKey,
    worker: 'w1',
    clock: systemClock,
    log: makeLog('silent'),
    thresholds,
    tuning: { resolveRetryMs: [100, 500] },
  });
  stops.push(() => login.close());
  login.start();
  const first = (): SuiteView => {
    const [view] = login.view().suites;
    if (view === undefined) throw new Error('no suite');
    return view;
  };
  const call = async (path: string, body: unknown, token?: string): Promise<Record<string, unknown>> => {
    const headers = {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const answer = await fetch(`${gateway.apiUrl}/${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  const { token } = await call('Auth/loginKey', { userName: gateway.username, apiKey: gateway.apiKey });
  return {
    gateway,
    login,
    suite: first,
    async trade(symbol, side, size) {
      const view = login.view().suites.find(({ spec }) => spec.instrument === symbol);
      const placed = await call(
        'Order/place',
        {
          accountId: view?.account?.id,
          contractId: view?.contract?.id,
          type: 2,
          side: side === 'buy' ? 0 : 1,
          size,
        },
        String(token),
      );
      expect(placed['success']).toBe(true);
    },
    async verdicts() {
      const market = { kind: 'open', openedAt: 0, closesAt: Number.MAX_SAFE_INTEGER } as const;
      const now = Date.now();
      const context = {
        now,
        market,
        marketOf: () => market,
        thresholds,
        signal: new AbortController().signal,
      };
      const said: Record<string, Verdict> = {};
      for (const one of money) said[one.name] = await one.examine(first(), context);
      return said;
    },
  };
}

async function settled(desk: Desk): Promise<void> {
  await until('both hubs proven and a balance', () => {
    const { hubs } = desk.login.view();
    return hubs.user.proven && hubs.market.proven && desk.suite().money.knownSinceAt !== undefined;
  });
  // The first balance must stand alone for the settling time, to start from.
  const since = Date.now();
  await until('quiet', () => Date.now() - since > 2 * thresholds.moneySettleMs);
}

const bad = (said: Readonly<Record<string, Verdict>>): readonly string[] =>
  Object.values(said).flatMap((verdict) =>
    'finding' in verdict ? [`${verdict.finding}: ${verdict.summary}`] : [],
  );

it('trades of two contracts, scaled in and out and turned round, agree with the balance to the cent', async () => {
  const desk = await open();
  await settled(desk);
  await desk.trade('MNQ', 'buy', 1);
  await desk.trade('MNQ', 'buy', 2);
  await desk.trade('ES', 'sell', 1);
  await desk.trade('MNQ', 'sell', 1);
  await desk.trade('MNQ', 'sell', 4);
  const lastTradeAt = Date.now();
  await desk.trade('ES', 'buy', 1);
  await until('six half turns', () => desk.suite().money.halfTurns.length === 6);
  // Fills come before the balance that they change.
  await until('all told and agreed', () => {
    const toldAt = desk.suite().money.balances.at(-1)?.lastToldAt ?? 0;
    return toldAt > lastTradeAt && Date.now() - toldAt > 600;
  });
  let said = await desk.verdicts();
  // The position must be agreed with REST after the last fill before its lots are judged.
  const until20 = Date.now() + 20_000;
  while (said['pnl-truth']?.status !== 'pass' && Date.now() < until20) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    said = await desk.verdicts();
  }
  expect(bad(said)).toEqual([]);
  expect(said['pnl-truth']).toMatchObject({ status: 'pass' });
  expect(desk.suite().position).toMatchObject({ side: 'short', size: 2 });
});

it('trades made while the user hub was away are asked for before anything is called wrong', async () => {
  const desk = await open();
  await settled(desk);
  await desk.trade('MNQ', 'buy', 1);
  await until('the fill', () => desk.suite().money.halfTurns.length === 1);
  desk.gateway.faults.inject({ fault: 'F1', hub: 'user' });
  await desk.trade('MNQ', 'sell', 1);
  const seen: string[] = [];
  const until20 = Date.now() + 20_000;
  let said = await desk.verdicts();
  while (Date.now() < until20) {
    said = await desk.verdicts();
    seen.push(...bad(said));
    const known = desk.suite().money.halfTurns.length === 2;
    if (known && said['pnl-truth']?.status === 'pass' && said['fill-pnl']?.status === 'pass') break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(seen).toEqual([]);
  expect(said['pnl-truth']).toMatchObject({ status: 'pass' });
  expect(said['fill-pnl']).toMatchObject({ status: 'pass' });
});
