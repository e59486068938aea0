// Where nobody can say whether a position is covered: told as doubt, neither as a missing stop nor not at all.
import { describe, expect, it } from 'vitest';
import { loadDiagnostics } from '../../src/catalogue.ts';
import naked from '../../src/diagnostics/naked-position.ts';
import { cmeCalendars } from '../../src/domain/cme-calendar.ts';
import type { Exposure, Order, Position } from '../../src/domain/order.ts';
import { phaseAt } from '../../src/domain/session-clock.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { alarmsOf } from '../../src/flows/diagnosed.ts';
import type { AccountLedger } from '../../src/projectx/account-ledger.ts';
import { AccountLedger as Ledger } from '../../src/projectx/account-ledger.ts';
import { accountId, anOrder, aPosition, contractId, viewOf } from '../fakes/trading.ts';
import { fakeLogin, firstSuite } from '../fakes/view.ts';

const alarms = alarmsOf(await loadDiagnostics()).filter(({ name }) => name.startsWith('naked-position/'));
const t0 = Date.parse('2026-03-04T16:00:00Z');
const second = 1_000;

function told(ledger: AccountLedger, now: number): readonly string[] {
  const login = fakeLogin(now, { suites: [{ patch: viewOf(ledger) }] });
  const market = () => phaseAt(cmeCalendars, 'MNQ', now);
  return alarms.flatMap((alarm) =>
    alarm.watches === 'login'
      ? alarm
          .detect(login, { now, thresholds: startThresholds, market })
          .map(({ finding, severity }) => `${severity} ${finding}`)
      : [],
  );
}

/** Every 20 s an answer of a gateway that lists suspended orders, or does not. */
function polled(
  withSuspended: boolean,
  orders: readonly Order[] = [],
  more: Partial<Position> = {},
  subscribedAt?: number,
): AccountLedger {
  const ledger = new Ledger(accountId);
  if (subscribedAt !== undefined) ledger.hubSubscribed(subscribedAt);
  const rest = { source: 'rest' as const };
  for (const at of [t0, t0 + 20 * second]) {
    const positions = [aPosition('long', 2, at, { ...rest, ...more })];
    const rows = orders.map((order) => ({ ...order, ...rest, receivedAt: at }));
    ledger.reconcile({ askedAt: at, positions, orders: rows, withSuspended, fills: [] }, at);
  }
  return ledger;
}
const now = t0 + 21 * second;
const open = { kind: 'open', openedAt: t0 - 3_600_000, closesAt: t0 + 3_600_000 } as const;
const context = {
  now,
  market: open,
  marketOf: () => open,
  thresholds: startThresholds,
  signal: new AbortController().signal,
};

it('a position without a stop is told as one where every order can be asked for', () => {
  expect(told(polled(true), now)).toEqual(['critical naked-position']);
});

it('where waiting children cannot be asked for, it is doubt, and told after the same time', () => {
  const ledger = polled(false);
  expect(ledger.exposure(contractId)).toMatchObject({ kind: 'unknown' });
  expect(told(ledger, now)).toEqual(['high protection-unknown']);
  expect(told(ledger, t0 + 9 * second)).toEqual([]);
});

it('a stop that works is a stop, whatever cannot be asked for', () => {
  const ledger = polled(false, [anOrder('9', t0)]);
  expect(ledger.exposure(contractId).kind).toBe('protected');
  expect(told(ledger, now)).toEqual([]);
});

it('of a position that began while our hub listened every order was told, so there is no doubt', () => {
  const listening = polled(false, [], { createdAt: t0 - 60 * second }, t0 - 120 * second);
  expect(told(listening, now)).toEqual(['critical naked-position']);
  const before = polled(false, [], { createdAt: t0 - 60 * second }, t0 - 30 * second);
  expect(told(before, now)).toEqual(['high protection-unknown']);
});

it('an order that may be its stop is doubt as well', () => {
  const ledger = polled(true, [anOrder('9', t0, { status: 'unknown' })]);
  expect(told(ledger, now)).toEqual(['high protection-unknown']);
});

describe('what was last read long ago', () => {
  const asked = (exposure: Exposure) => {
    const login = fakeLogin(now, {
      suites: [{ patch: { ...viewOf(polled(true, [anOrder('9', t0)])), exposure } }],
    });
    return naked.examine(firstSuite(login), context);
  };
  const readAt = now - 120 * second;

  it('is no proof that a position is covered, or that there is none', async () => {
    expect(await asked({ kind: 'protected', side: 'long', size: 2, readAt })).toEqual({
      status: 'skip',
      reason: 'mnq: orders and positions were last read 2 min ago and may have changed',
    });
    expect(await asked({ kind: 'flat', readAt })).toMatchObject({ status: 'skip' });
    expect(await asked({ kind: 'protected', side: 'long', size: 2 })).toMatchObject({ status: 'pass' });
  });

  it('is told on where it was a position without its stop', async () => {
    const login = fakeLogin(now, {
      suites: [
        {
          patch: {
            ...viewOf(polled(true)),
            exposure: { kind: 'unprotected', side: 'long', size: 2, uncovered: 2, readAt },
          },
        },
      ],
    });
    expect(await naked.examine(firstSuite(login), context)).toMatchObject({ status: 'fail' });
  });
});
