// Is a fill held against the limit of its own instant, and nobody accused where that was never heard?
import { Decimal } from 'decimal.js';
import { expect, it } from 'vitest';
import { brokenLimit } from '../../src/domain/fill-limit.ts';
import type { Fill, Order } from '../../src/domain/order.ts';
import { aFill, anOrder, contractId, ledgerSince } from '../fakes/trading.ts';

const t0 = Date.parse('2026-03-04T16:00:00Z');
const second = 1_000;

function entry(at: number, limit: string, more: Partial<Order> = {}): Order {
  const limitPrice = new Decimal(limit);
  return anOrder('1', at, {
    type: 'limit',
    side: 'buy',
    createdAt: t0,
    stopPrice: undefined,
    limitPrice,
    ...more,
  });
}

/** What a fill of 1 lot at 25412, ten seconds after the order was made, is beyond; its tellings in the order in which they came. */
function broken(told: readonly Order[], more: Partial<Fill> = {}): string | undefined {
  const ledger = ledgerSince(t0);
  for (const order of told) ledger.takeOrder(order);
  const order = ledger.orders(contractId).find(({ id }) => id === '1');
  if (order === undefined) throw new Error('the ledger lost the order');
  const fill = aFill('10', t0 + 10 * second, { size: 1, price: new Decimal('25412'), ...more });
  return brokenLimit(fill, order, ledger.trading(contractId).story('1'))?.toFixed();
}

const later = entry(t0 + 30 * second, '25405', { fillVolume: 1 });

it('a limit that was lowered after the fill is not the limit of the fill', () => {
  expect(broken([entry(t0, '25412'), later])).toBeUndefined();
  expect(broken([entry(t0, '25405'), entry(t0 + 5 * second, '25412'), later])).toBeUndefined();
});

it('a fill beyond the limit of then is told with that limit', () => {
  expect(broken([entry(t0, '25411'), later])).toBe('25411');
  expect(broken([entry(t0, '25411')])).toBe('25411');
  expect(broken([entry(t0, '25411')], { side: 'sell' })).toBeUndefined();
});

it('where the limit changed just then, the milder one counts', () => {
  const justThen = entry(t0 + 10 * second + 300, '25412');
  expect(broken([entry(t0, '25405'), justThen])).toBeUndefined();
  expect(broken([entry(t0, '25405'), entry(t0 + 10 * second + 300, '25411')])).toBe('25411');
});

it('what it was in between is not known where it was never heard', () => {
  expect(broken([later])).toBeUndefined();
  expect(broken([{ ...later, updatedAt: undefined }])).toBeUndefined();
  expect(broken([entry(t0, '25400'), { ...later, source: 'rest' }])).toBeUndefined();
});

it('nothing is modified after the one fill that ended an order', () => {
  const ended = entry(t0 + 30 * second, '25405', { size: 1, status: 'filled', fillVolume: 1 });
  expect(broken([ended])).toBe('25405');
});
