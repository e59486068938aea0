// What a full ledger holds by the thousand is of one make each, however it came: a look reads all of it.
import { expect, it } from 'vitest';
import type { Fill, Order } from '../../src/domain/order.ts';
import { AccountLedger } from '../../src/projectx/account-ledger.ts';
import { toFill, toOrder } from '../../src/projectx/wire-user.ts';
import { fullLogin } from '../../bench/full-ledger.ts';
import { hiddenClasses } from '../fixtures/hidden-class.ts';

const now = Date.parse('2026-03-04T15:00:00Z');
const many = 200;
/** Some members are numbers of two kinds to the engine, and what was told twice is another copy. */
const few = 6;

const numbers = Array.from({ length: many }, (_, index) => index);
const quiet = (): void => undefined;

function tradeOf(index: number, source: 'hub' | 'rest'): Fill {
  const raw = {
    id: 2_588_000_000 + index,
    accountId: 901,
    contractId: 'CON.F.US.MNQ.Z25',
    creationTimestamp: new Date(now - (many - index) * 1_000).toISOString(),
    price: 25_410.75,
    profitAndLoss: index % 2 === 0 ? null : 8.5,
    fees: 0.74,
    side: index % 2,
    size: 2,
    voided: false,
    orderId: 3_091_000_000 + index,
  };
  const fill = toFill(raw, source, now - (many - index) * 1_000, quiet);
  if (fill === undefined) throw new Error('the trade was not read');
  return fill;
}

function orderOf(index: number, status: number): Order {
  const raw = {
    id: 3_091_000_000 + index,
    accountId: 901,
    contractId: 'CON.F.US.MNQ.Z25',
    creationTimestamp: new Date(now - 60_000).toISOString(),
    updateTimestamp: new Date(now - 60_000 + status).toISOString(),
    status,
    type: 4,
    side: 1,
    size: 2,
    stopPrice: 25_400.25,
    fillVolume: 0,
  };
  const order = toOrder(raw, 'hub', now - 60_000 + status, quiet);
  if (order === undefined) throw new Error('the order was not read');
  return order;
}

it('can be told apart from things that are of a make each', () => {
  expect(hiddenClasses(numbers.map((index) => ({ [`member ${index}`]: index })))).toBe(many);
  expect(hiddenClasses(numbers.map((index) => ({ member: index })))).toBe(1);
});

it('half turns, fills, orders and balances of an account, by hub, by REST and by both', () => {
  const account = new AccountLedger(901);
  for (const index of numbers) {
    const fill = tradeOf(index, index % 3 === 0 ? 'rest' : 'hub');
    account.takeFill(fill);
    account.money.take(fill, fill.receivedAt);
    if (index % 5 === 0) account.money.take(tradeOf(index, 'rest'), now);
    for (const status of [6, 1]) account.takeOrder(orderOf(index, status));
  }
  account.reconcile(
    {
      askedAt: now,
      positions: [],
      orders: numbers.map((index) => orderOf(index, 1)),
      withSuspended: true,
      fills: numbers.map((index) => tradeOf(index, 'rest')),
    },
    now,
  );
  const { halfTurns } = account.money.view();
  const fills = account.fills('CON.F.US.MNQ.Z25');
  const orders = account.orders('CON.F.US.MNQ.Z25');
  expect([halfTurns.length, fills.length]).toEqual([many, many]);
  expect(orders.length).toBeGreaterThan(100);
  for (const things of [halfTurns, fills, orders]) expect(hiddenClasses(things)).toBeLessThanOrEqual(few);
});

it('prints, bars and balances of a full login', () => {
  const [suite] = fullLogin(1, now).suites;
  if (suite === undefined) throw new Error('no suite');
  const { balances, halfTurns } = suite.money;
  for (const things of [balances, halfTurns, suite.prints(), suite.bars('1min')]) {
    expect(things.length).toBeGreaterThan(100);
    expect(hiddenClasses(things)).toBeLessThanOrEqual(few);
  }
});
