// What is at stake: a position against the stops that work for it, and doubt told as doubt.
import { expect, it } from 'vitest';
import { exposureOf } from '../../src/domain/exposure.ts';
import type { Order, Position } from '../../src/domain/order.ts';

const position: Position = {
  id: '1',
  accountId: 901,
  contractId: 'CON.F.US.MNQ.Z26',
  side: 'long',
  size: 3,
  averagePrice: undefined,
  createdAt: undefined,
  receivedAt: 0,
  source: 'hub',
};
const stop: Order = {
  id: '9',
  accountId: 901,
  contractId: 'CON.F.US.MNQ.Z26',
  createdAt: undefined,
  updatedAt: undefined,
  status: 'open',
  type: 'stop',
  side: 'sell',
  size: 3,
  limitPrice: undefined,
  stopPrice: undefined,
  fillVolume: 0,
  filledPrice: undefined,
  customTag: undefined,
  parentOrderId: undefined,
  receivedAt: 0,
  source: 'hub',
};
const of = (
  orders: readonly Order[],
  held: Position | undefined = position,
  reconciledAt: number | undefined = 1,
) => exposureOf({ position: held, orders, reconciledAt });

it('no position is flat only once the positions were read', () => {
  expect(exposureOf({ position: undefined, orders: [], reconciledAt: 1 })).toEqual({ kind: 'flat' });
  expect(exposureOf({ position: undefined, orders: [], reconciledAt: undefined }).kind).toBe('unknown');
  expect(of([stop], { ...position, side: 'flat', size: 0 })).toEqual({ kind: 'flat' });
});

it.each(['open', 'pending', 'pending-cancellation', 'suspended'] as const)(
  'a stop that is %s covers',
  (status) => {
    expect(of([{ ...stop, status }])).toEqual({ kind: 'protected', side: 'long', size: 3 });
  },
);

it.each(['filled', 'cancelled', 'expired', 'rejected', 'none'] as const)(
  'a stop that is %s does not',
  (status) => {
    expect(of([{ ...stop, status }])).toEqual({ kind: 'unprotected', side: 'long', size: 3, uncovered: 3 });
  },
);

it('only what is left of a stop counts, and several add up', () => {
  expect(of([{ ...stop, fillVolume: 1 }])).toMatchObject({ kind: 'unprotected', uncovered: 1 });
  expect(
    of([
      { ...stop, size: 2 },
      { ...stop, id: '10', size: 1, type: 'trailing-stop' },
    ]).kind,
  ).toBe('protected');
});

it.each([
  ['a target', { type: 'limit' }],
  ['a stop on the same side', { side: 'buy' }],
  ['a stop of another contract', { contractId: 'CON.F.US.EP.Z26' }],
  ['a stop of another account', { accountId: 902 }],
] as const)('%s does not protect', (_what, change) => {
  expect(of([{ ...stop, ...change }]).kind).toBe('unprotected');
});

it('a short position wants buy stops', () => {
  const short: Position = { ...position, side: 'short' };
  expect(of([{ ...stop, side: 'buy' }], short)).toEqual({ kind: 'protected', side: 'short', size: 3 });
  expect(of([stop], short).kind).toBe('unprotected');
});

it('doubt is unknown: an unknown status, type or side that might cover, unread orders, an unknown direction', () => {
  expect(of([{ ...stop, status: 'unknown' }]).kind).toBe('unknown');
  expect(of([{ ...stop, type: 'unknown' }]).kind).toBe('unknown');
  expect(of([{ ...stop, side: 'unknown' }]).kind).toBe('unknown');
  expect(exposureOf({ position, orders: [], reconciledAt: undefined }).kind).toBe('unknown');
  expect(exposureOf({ position, orders: [stop], reconciledAt: undefined }).kind).toBe('protected');
  expect(of([stop], { ...position, side: 'unknown' }).kind).toBe('unknown');
});
