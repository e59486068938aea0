// What a recovery can prove and what it must admit.
import { describe, expect, it } from 'vitest';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import { recoveryOf } from '../../src/flows/recovery.ts';
import type { Order } from '../../src/domain/order.ts';
import type { StreamView, SuiteView } from '../../src/domain/suite.ts';
import { nothingTraded } from '../../src/domain/trading-view.ts';
import { anAlert } from '../fakes/alerts.ts';
import { aFill, anOrder } from '../fakes/trading.ts';
import { backHub, fakeLogin, lostHub, type FakeLogin } from '../fakes/view.ts';

const now = Date.UTC(2026, 10, 18, 15, 2, 30);
const open = (): MarketPhase => ({ kind: 'open', openedAt: now - 3_600_000, closesAt: now + 3_600_000 });
const lostAt = now - 90_000;

function recovered(hub: 'market' | 'user', fake: FakeLogin = {}, market = open) {
  const login = fakeLogin(now, {
    [hub]: {
      ...backHub(hub, lostAt, now - 20_000),
      proven: true,
      gaps: [{ startedAt: lostAt, endedAt: now - 10_000 }],
    },
    ...fake,
  });
  const suites = login.suites.map((suite) => ({
    suite: suite.spec.name,
    contract: suite.contract?.name,
    exposure: suite.exposure,
  }));
  const alert = anAlert('hub-down', { login: login.login, hub }, lostAt, { suites });
  return recoveryOf(alert, login, market, now, now - 10_000);
}

describe('the recovery of a market hub', () => {
  it('ends when data proved it, and names the bars that are incomplete, by contract time', () => {
    const recovery = recovered('market');
    expect(recovery.at).toBe(now - 10_000);
    expect(recovery.missed[0]).toContain('2 1min bars are incomplete (09:01:00 CT to 09:03:00 CT)');
    expect(recovery.proof).toContain('market data flows on the new connection');
  });

  it('says what is held now, for flowing data does not say that a stop is in place', () => {
    const exposure = { kind: 'unprotected', side: 'long', size: 2, uncovered: 2 } as const;
    expect(recovered('market', { suites: [{ patch: { exposure } }] }).proof).toMatch(
      /; held now: mnq LONG 2 WITHOUT A STOP/,
    );
  });

  it('names a position that two suites share once, or it would read as two', () => {
    const exposure = { kind: 'protected', side: 'long', size: 2 } as const;
    const suites = ['trend', 'scalp'].map((name) => ({ name, patch: { exposure } }));
    expect(recovered('market', { suites }).proof).toMatch(
      /; held now: trend \+ scalp long 2, stop in place$/,
    );
    const { missed } = recovered('user', { suites });
    expect(missed.filter((line) => line.includes('no fill was missed')).length).toBe(1);
  });

  it('names it once too where the suites look at it in ways of their own', () => {
    const one = fakeLogin(now).suites;
    const spec = (name: string, more: Partial<SuiteView['spec']>) =>
      one.slice(0, 1).map((suite) => ({
        patch: {
          spec: { ...suite.spec, name, ...more },
          exposure: { kind: 'protected', side: 'long', size: 2 } as const,
        },
      }));
    const polled = spec('trend', { timeframes: ['5min'], observe: 'rest' });
    const suites = [...polled, ...spec('scalp', { depth: false })];
    const { proof, missed } = recovered('user', { suites });
    expect(proof).toMatch(/; held now: trend \+ scalp long 2, stop in place$/);
    expect(missed.filter((line) => line.includes('no fill'))).toMatchObject([
      expect.stringMatching(/^trend \+ scalp: no fill was missed/),
    ]);
  });

  it('names no bars while the market is closed, and says that data is not expected', () => {
    const closed = (): MarketPhase => ({
      kind: 'closed',
      why: 'daily-break',
      closedAt: now - 3_600_000,
      opensAt: now + 1_000,
    });
    const recovery = recovered('market', { suites: [{ silentMs: 'never' }] }, closed);
    expect(recovery.missed).toEqual([]);
    expect(recovery.proof).toContain('the market has closed');
  });
});

describe('the recovery of something else', () => {
  const since = now - 40_000;
  function recoveredOf(finding: string, streams: FakeLogin, hub?: 'market') {
    const login = fakeLogin(now, streams);
    const [suite] = login.suites;
    if (suite === undefined) throw new Error('the fake has no suite');
    const place = { login: login.login, suite: suite.spec.name, ...(hub === undefined ? {} : { hub }) };
    const suites = [{ suite: suite.spec.name, contract: suite.contract?.name, exposure: suite.exposure }];
    return recoveryOf(anAlert(finding, place, since, { suites }), login, open, now, now - 5_000);
  }
  const paused = (kind: string, pauseMs = 35_000, gap: Partial<StreamView> = {}): FakeLogin => {
    const streams = fakeLogin(now, {}).suites[0]?.streams ?? [];
    const pause = { fromAt: now - 5_000 - pauseMs, toAt: now - 5_000 };
    const changed = streams.map((one) => (one.kind === kind ? { ...one, ...gap, pause } : one));
    return { suites: [{ patch: { streams: changed } }] };
  };

  it('names no bar of a thin contract, whose prints are seconds apart and whose pace is not known yet', () => {
    const unknown = { usualGapMs: undefined };
    expect(recoveredOf('session-expired', paused('trade', 4_000, unknown)).missed.join()).not.toContain(
      'incomplete',
    );
    expect(recoveredOf('feed-mute', paused('trade', 35_000, unknown), 'market').missed[0]).toContain(
      'incomplete',
    );
  });

  it('names no bar as incomplete, and no new connection, while the prints went on', () => {
    for (const hub of [undefined, 'market'] as const) {
      const recovery = recoveredOf('orphan-order', {}, hub);
      expect(recovery.missed.join()).not.toContain('incomplete');
      expect(recovery.proof).toContain('market data flows: mnq last event');
    }
    expect(recoveredOf('stream-stopped', paused('quote'), 'market').missed).toEqual([]);
  });

  it('claims no flow of a contract that has been silent since before it was well, and says where it has rolled', () => {
    const silent = { silentMs: 19_000 };
    expect(recoveredOf('feed-mute', { suites: [silent] }, 'market').proof).toMatch(
      /^no data of mnq for 19\.\d s; held now: mnq flat$/,
    );
    const contract = fakeLogin(now, {}).suites[0]?.contract;
    if (contract === undefined) throw new Error('the fake has no contract');
    const rolled = { ...silent, patch: { contract: { ...contract, activeContract: false } } };
    expect(recoveredOf('feed-mute', { suites: [rolled] }, 'market').proof).toContain(
      'is no longer the active contract: no data is expected of it',
    );
  });

  it('claims no flow while the market hub is away, however lately data came', () => {
    const { proof } = recoveredOf('gateway-unreachable', { market: lostHub(now - 300) }, 'market');
    expect(proof).toBe('the market hub is not connected yet; held now: mnq flat');
  });

  it('names the bars in which prints paused', () => {
    expect(recoveredOf('feed-mute', paused('trade'), 'market').missed[0]).toContain(
      '2 1min bars are incomplete',
    );
  });
});

describe('the recovery of a user hub', () => {
  it('says how many subscriptions are acknowledged, and that no fill was missed only after REST was asked', () => {
    const asked = recovered('user', { suites: [{ patch: { reconciledAt: now - 5_000 } }] });
    expect(asked.proof).toMatch(/\d+ of \d+ subscriptions acknowledged/);
    expect(asked.missed[0]).toContain('no fill was missed (checked over REST at');
    const unasked = recovered('user', { suites: [{ patch: { reconciledAt: lostAt - 60_000 } }] });
    expect(unasked.missed[0]).toContain('not been checked over REST yet');
  });

  it('calls no fill missed where only REST observes: no hub of ours could have told it', () => {
    const told = (fills: readonly ReturnType<typeof aFill>[]): string | undefined =>
      recovered('user', {
        suites: [{ observe: 'rest', patch: { reconciledAt: now - 5_000, fills: () => fills } }],
      }).missed[0];
    expect(told([])).toMatch(/^mnq: no fill meanwhile \(read over REST at/);
    expect(told([aFill('1', lostAt + 5_000, { seenOn: ['rest'] })])).toBe(
      'mnq: one fill meanwhile, read over REST: buy 2 at 25410',
    );
  });

  it('claims nothing of what is held now where only REST observes and has not been read since it is well', () => {
    const exposure = { kind: 'protected', side: 'long', size: 2 } as const;
    const told = (reconciledAt: number): string =>
      recovered('user', { suites: [{ observe: 'rest', patch: { reconciledAt, exposure } }] }).proof;
    expect(told(lostAt)).toMatch(
      /; what is held now has not been read yet; at 09:01:00 CT it was: mnq long 2, stop in place$/,
    );
    expect(told(now - 12_000)).toMatch(/; held now: mnq long 2, stop in place$/);
  });

  const ended = (id: string, status: Order['status'], updatedAt: number): Order =>
    anOrder(id, updatedAt, { status, source: 'rest', receivedAt: now - 9_000 });
  const missedWith = (orders: readonly Order[], endsKnownFrom: number | undefined): string | undefined => {
    const trading = { ...nothingTraded, hubSinceAt: now - 10_000, endsKnownFrom };
    return recovered('user', { suites: [{ patch: { trading, orders: () => orders } }] }).missed[1];
  };

  it('names the orders that were cancelled or rejected while it was away, and none that ended before or was filled', () => {
    const orders = [
      ended('1', 'cancelled', lostAt + 5_000),
      ended('2', 'filled', lostAt + 5_000),
      ended('3', 'rejected', lostAt - 60_000),
    ];
    expect(missedWith(orders, lostAt - 3_600_000)).toMatch(
      /^mnq: one order ended unseen, found over REST: sell stop 2.* cancelled$/,
    );
    expect(missedWith([], lostAt - 3_600_000)).toBe(
      'mnq: no order was cancelled, rejected or expired meanwhile',
    );
  });

  it('names an order that ended with the connection, though the gateway’s clock is some seconds behind', () => {
    expect(missedWith([ended('1', 'cancelled', lostAt - 3_000)], lostAt - 3_600_000)).toContain(
      'one order ended unseen',
    );
  });

  it('admits that it is not known how orders ended until REST was asked', () => {
    expect(missedWith([], now - 10_000)).toBe(
      'mnq: how orders ended in that time has not been read: compare the platform with /orders mnq',
    );
    expect(missedWith([], undefined)).toContain('has not been read');
  });
});
