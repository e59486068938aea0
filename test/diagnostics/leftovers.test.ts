// What is left behind, or seems to be: orders whose cancellation is under way, children told before their position, ends that were told late, an account that vanished.
import { describe, expect, it } from 'vitest';
import { loadDiagnostics } from '../../src/catalogue.ts';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { examine } from '../../src/flows/examine.ts';
import type { AccountLedger } from '../../src/projectx/account-ledger.ts';
import { FakeClock } from '../fakes/clock.ts';
import { aFill, anOrder, answer, aPosition, contractId, ledgerSince, viewOf } from '../fakes/trading.ts';
import { fakeLogin, type FakeSuite } from '../fakes/view.ts';

const diagnostics = await loadDiagnostics();
/** A Wednesday, 10:00 in Chicago. */
const t0 = Date.parse('2026-03-04T16:00:00Z');
const second = 1_000;
const open: MarketPhase = { kind: 'open', openedAt: t0 - 3_600_000, closesAt: t0 + 6 * 3_600_000 };

async function labels(now: number, suite: FakeSuite): Promise<readonly string[]> {
  const report = await examine({
    login: fakeLogin(now, { suites: [suite] }),
    suites: [],
    diagnostics,
    wanted: [
      'orphan-order',
      'order-stuck',
      'order-outcomes',
      'duplicate-order',
      'naked-position',
      'position-drift',
      'suite-setup',
    ],
    clock: new FakeClock(now),
    market: () => open,
    thresholds: startThresholds,
    signal: new AbortController().signal,
    deadlineMs: 5_000,
  });
  return report.findings.flatMap(({ label, status, consequenceOf }) =>
    label === undefined || consequenceOf !== undefined ? [] : [`${status} ${label}`],
  );
}
const ofLedger = (ledger: AccountLedger, now: number): Promise<readonly string[]> =>
  labels(now, { patch: viewOf(ledger) });

it('an order whose cancellation hangs is stuck, and left behind only once that has failed', async () => {
  const child = anOrder('9', t0, { parentOrderId: '1' });
  const ledger = ledgerSince(t0, { positions: [aPosition('long', 2, t0)], orders: [child] });
  const at = t0 + 30 * second;
  ledger.takePosition(aPosition('long', 0, at, { side: 'flat' }));
  ledger.takeOrder({ ...child, status: 'pending-cancellation', updatedAt: at, receivedAt: at });
  expect(await ofLedger(ledger, at + 12 * second)).toEqual(['warn order-stuck']);
  expect(await ofLedger(ledger, at + 61 * second)).toEqual(['fail order-stuck']);
});

it('children of an entry that has just been filled are not left behind before its position is told', async () => {
  const entry = anOrder('1', t0, { type: 'limit', side: 'buy' });
  const child = anOrder('9', t0, { status: 'suspended', parentOrderId: '1' });
  const ledger = ledgerSince(t0, { orders: [entry, child] });
  const at = t0 + 30 * second;
  ledger.takeOrder({ ...entry, status: 'filled', fillVolume: 2, updatedAt: at, receivedAt: at });
  ledger.takeOrder({ ...child, status: 'open', updatedAt: at, receivedAt: at });
  ledger.takeFill(aFill('31', at));
  expect(await ofLedger(ledger, at + 20)).toEqual([]);
  expect(await ofLedger(ledger, at + 11 * second)).toEqual(['fail orphan-order']);
});

it('children of an entry that REST lists no more a moment before its fill is told are not left behind, however long ago a position was closed', async () => {
  const ledger = ledgerSince(t0, { positions: [aPosition('long', 2, t0)] });
  ledger.takePosition(aPosition('long', 0, t0 + second, { side: 'flat' }));
  const at = t0 + 60 * second;
  const entry = anOrder('50', at, { type: 'limit', side: 'buy' });
  const child = anOrder('51', at, { status: 'suspended', parentOrderId: '50' });
  ledger.takeOrder(entry);
  ledger.takeOrder(child);
  const filledAt = at + 40 * second;
  answer(ledger, filledAt, { orders: [child] });
  expect(await ofLedger(ledger, filledAt)).toEqual([]);
  expect(await ofLedger(ledger, filledAt + 9 * second)).toEqual([]);
  answer(ledger, filledAt + 10 * second, { orders: [child] });
  expect(await ofLedger(ledger, filledAt + 11 * second)).toEqual(['fail orphan-order']);
});

it('a child found without its entry is counted from when it was first seen, however often REST tells it again', async () => {
  const child = anOrder('51', t0 - 60 * second, { parentOrderId: '50' });
  const ledger = ledgerSince(t0, { orders: [child] });
  expect(await ofLedger(ledger, t0 + 9 * second)).toEqual([]);
  answer(ledger, t0 + 20 * second, { orders: [child] });
  expect(await ofLedger(ledger, t0 + 21 * second)).toEqual(['fail orphan-order']);
});

it('the end of an earlier position that is told late does not end the one that is held', async () => {
  const first = aPosition('long', 2, t0, { id: '7' });
  const ledger = ledgerSince(t0, { positions: [first] });
  const at = t0 + 30 * second;
  ledger.takePosition(aPosition('short', 1, at, { id: '8', createdAt: at }));
  ledger.takePosition({ ...first, side: 'flat', size: 0, receivedAt: at + 500 });
  expect(ledger.position(contractId)).toMatchObject({ id: '8', size: 1, side: 'short' });
  expect(await ofLedger(ledger, at + 11 * second)).toEqual(['fail naked-position']);
});

it('a row of REST that cannot be read makes nothing flat and takes no stop away', async () => {
  const stop = anOrder('9', t0);
  const held = aPosition('long', 2, t0);
  const ledger = ledgerSince(t0, { positions: [held], orders: [stop] });
  const at = t0 + 20 * second;
  const empty = { askedAt: at, positions: [], orders: [], withSuspended: true, fills: [] };
  ledger.reconcile({ ...empty, unread: { positions: true, orders: true } }, at);
  expect(await ofLedger(ledger, at + 15 * second)).toEqual([]);
  expect(ledger.exposure(contractId).kind).toBe('protected');
  answer(ledger, at + 20 * second);
  expect(ledger.exposure(contractId).kind).toBe('flat');
});

it('an account that is no longer listed is told, and wakes people', async () => {
  const accountProblem = 'PRAC-V2-1 is no longer among the 0 active account(s) of this login.';
  expect(await labels(t0, { patch: { accountProblem } })).toEqual(['fail account-gone']);
  expect(await labels(t0, {})).toEqual([]);
  expect(diagnostics.find(({ name }) => name === 'suite-setup')?.alarms).toContain('account-gone');
});

describe('an order that ended untold, and was told by REST hours later', () => {
  const hour = 3_600 * second;
  const byRest = (id: string, at: number, more: Parameters<typeof anOrder>[2]) =>
    anOrder(id, at, { source: 'rest', receivedAt: t0 + 8 * hour, ...more });
  const told = (orders: readonly ReturnType<typeof anOrder>[]) => {
    const ledger = ledgerSince(t0);
    ledger.hubLost(t0 + 60 * second);
    ledger.hubSubscribed(t0 + 8 * hour);
    answer(ledger, t0 + 8 * hour, { positions: [aPosition('long', 2, t0 + 7 * hour)] });
    ledger.tellEnds(orders, ledger.endsOwedFrom ?? 0, t0 + 8 * hour);
    return ofLedger(ledger, t0 + 8 * hour + 20 * second);
  };

  it('is no news: neither its rejection nor that it was placed twice', async () => {
    const entry = { type: 'market', side: 'buy', status: 'filled', fillVolume: 2 } as const;
    expect(
      await told([
        byRest('5', t0 + hour, { status: 'rejected' }),
        byRest('6', t0 + 2 * hour, entry),
        byRest('7', t0 + 2 * hour + 3 * second, entry),
      ]),
    ).toEqual(['fail naked-position']);
  });

  it('is news where it ended a moment ago', async () => {
    expect(
      await told([byRest('5', t0 + hour, { status: 'rejected', updatedAt: t0 + 8 * hour - second })]),
    ).toEqual(['fail protection-rejected']);
  });
});
