// What one account's ledger believes where the gateway's own stamps cannot be.
import { expect, it } from 'vitest';
import type { Order, Position } from '../../src/domain/order.ts';
import { AccountLedger } from '../../src/projectx/account-ledger.ts';
import { toOrder, toPosition } from '../../src/projectx/wire-user.ts';

const now = Date.UTC(2026, 10, 26, 15);
const contractId = 'CON.F.US.MNQ.Z26';
const nobody = (): void => undefined;
const stamp = (at: number): string => new Date(at).toISOString();

function order(status: number, updateTimestamp: string, at: number): Order {
  const raw = { id: 31, accountId: 901, contractId, status, type: 4, side: 1, size: 2, stopPrice: 25_400 };
  const read = toOrder({ ...raw, updateTimestamp }, 'hub', at, nobody);
  if (read === undefined) throw new Error('the order of this test cannot be read');
  return read;
}

function position(id: number, size: number, creationTimestamp: string, at: number): Position {
  const raw = { id, accountId: 901, contractId, type: 1, size, averagePrice: 25_411.25, creationTimestamp };
  const read = toPosition(raw, 'hub', at, nobody);
  if (read === undefined) throw new Error('the position of this test cannot be read');
  return read;
}

it('takes the end of a stop whose last update was stamped in the year 9999', () => {
  const ledger = new AccountLedger(901);
  ledger.takeOrder(order(1, '9999-12-31T23:59:59Z', now));
  ledger.takeOrder(order(3, stamp(now + 1_000), now + 1_000));
  expect(ledger.orders(contractId).map(({ status }) => status)).toEqual(['cancelled']);
});

it('takes the position that follows one opened in the year 9999', () => {
  const ledger = new AccountLedger(901);
  ledger.takePosition(position(501, 2, '9999-12-31T23:59:59Z', now));
  ledger.takePosition(position(502, 3, stamp(now + 1_000), now + 1_000));
  expect(ledger.position(contractId)?.size).toBe(3);
});

it('still goes by the stamps where they can be: also those of a gateway a minute ahead of us', () => {
  const ledger = new AccountLedger(901);
  ledger.takeOrder(order(3, stamp(now + 62_000), now + 1_000));
  ledger.takeOrder(order(1, stamp(now + 61_000), now + 2_000));
  expect(ledger.orders(contractId).map(({ status }) => status)).toEqual(['cancelled']);
});

it('keeps a stop whose cancellation hangs where the gateway lists only what is open or pending', () => {
  const left = (withSuspended: boolean): readonly string[] => {
    const ledger = new AccountLedger(901);
    ledger.takeOrder(order(7, stamp(now), now));
    ledger.reconcile(
      { askedAt: now + 1_000, positions: [], orders: [], withSuspended, fills: [] },
      now + 1_100,
    );
    return ledger.orders(contractId).map(({ status }) => status);
  };
  expect(left(false)).toEqual(['pending-cancellation']);
  expect(left(true)).toEqual([]);
});
