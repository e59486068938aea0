// Is an order that was sent again told from one that was added on purpose?
import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { duplicates } from '../../src/domain/duplicates.ts';
import type { Order } from '../../src/domain/order.ts';
import { aFill, anOrder } from '../fakes/trading.ts';

const t0 = Date.parse('2026-03-04T16:00:00Z');
const second = 1_000;

function entry(id: string, after: number, more: Partial<Order> = {}): Order {
  const filled = { status: 'filled', fillVolume: 2, stopPrice: undefined } as const;
  return anOrder(id, t0 + after * second, { type: 'market', side: 'buy', ...filled, ...more });
}

const stop = (after: number, size: number, more: Partial<Order> = {}): Order =>
  anOrder(`stop-${after}`, t0 + after * second, { size, ...more });

const pairs = (...orders: readonly Order[]): number => duplicates(orders, [], 45_000).length;

describe('two equal entries', () => {
  const both = [entry('1', 0), entry('2', 31)] as const;

  it('may be one that was sent twice, with a stop for one of them', () => {
    expect(pairs(...both)).toBe(1);
    expect(pairs(...both, stop(32, 2))).toBe(1);
  });

  it('are meant where the sender protected the first before it placed the second', () => {
    expect(pairs(...both, stop(1, 2))).toBe(0);
    // The children of a bracket come with every placement, also with one whose answer was lost.
    expect(pairs(...both, stop(1, 2, { parentOrderId: '1' }))).toBe(1);
    expect(pairs(...both, stop(1, 2, { status: 'rejected' }))).toBe(1);
    expect(pairs(...both, stop(1, 1))).toBe(1);
  });

  it('are meant where the sender protects both, by a new stop or by the old one made larger', () => {
    expect(pairs(...both, stop(32, 4))).toBe(0);
    expect(pairs(...both, stop(-60, 4, { updatedAt: t0 + 33 * second }))).toBe(0);
    expect(pairs(...both, stop(-60, 4))).toBe(1);
  });

  it('are meant where a tag tells them apart, also where only one bears one', () => {
    expect(pairs(entry('1', 0, { customTag: 'a' }), entry('2', 5, { customTag: 'b' }))).toBe(0);
    expect(pairs(entry('1', 0, { customTag: 'a' }), entry('2', 5))).toBe(0);
  });
});

describe('two equal orders that turn a position round', () => {
  const sold = [entry('1', 0, { side: 'sell' }), entry('2', 20, { side: 'sell' })] as const;
  const fills = [
    aFill('11', t0, { orderId: '1', side: 'sell', profitAndLoss: new Decimal(30) }),
    aFill('12', t0 + 20 * second, { orderId: '2', side: 'sell' }),
  ];
  const told = (...orders: readonly Order[]): number => duplicates(orders, fills, 45_000).length;

  it('are meant where what the second one opened has a stop of its own', () => {
    expect(told(...sold, stop(21, 2, { side: 'buy' }))).toBe(0);
  });

  it('may be a close that was sent twice where nobody protected what it opened', () => {
    expect(told(...sold)).toBe(1);
    expect(told(...sold, stop(-60, 2, { side: 'buy' }))).toBe(1);
    expect(told(...sold, stop(21, 2, { side: 'buy', type: 'limit' }))).toBe(1);
    expect(duplicates([...sold, stop(21, 2, { side: 'buy' })], [], 45_000).length).toBe(1);
  });
});
