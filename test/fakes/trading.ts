// Orders, positions and fills in few words, and the view of a suite that an account's ledger makes of them.
import { Decimal } from 'decimal.js';
import type { Fill, Order, Position } from '../../src/domain/order.ts';
import type { SuiteView } from '../../src/domain/suite.ts';
import { AccountLedger } from '../../src/projectx/account-ledger.ts';

export const accountId = 901;
export const contractId = 'CON.F.US.MNQ.Z25';

export function anOrder(id: string, at: number, more: Partial<Order> = {}): Order {
  return {
    id,
    accountId,
    contractId,
    createdAt: at,
    updatedAt: at,
    status: 'open',
    type: 'stop',
    side: 'sell',
    size: 2,
    limitPrice: undefined,
    stopPrice: new Decimal('25400'),
    fillVolume: 0,
    filledPrice: undefined,
    customTag: undefined,
    parentOrderId: undefined,
    receivedAt: at,
    source: 'hub',
    ...more,
  };
}

export function aPosition(
  side: Position['side'],
  size: number,
  at: number,
  more: Partial<Position> = {},
): Position {
  return {
    id: '7',
    accountId,
    contractId,
    side,
    size,
    averagePrice: new Decimal('25410'),
    createdAt: at,
    receivedAt: at,
    source: 'hub',
    ...more,
  };
}

export function aFill(id: string, at: number, more: Partial<Fill> = {}): Fill {
  return {
    id,
    accountId,
    contractId,
    orderId: '1',
    exchangeAt: at,
    price: new Decimal('25410'),
    size: 2,
    side: 'buy',
    profitAndLoss: undefined,
    fees: new Decimal('0.74'),
    commissions: new Decimal('0.5'),
    voided: false,
    receivedAt: at,
    seenOn: ['hub'],
    ...more,
  };
}

export interface Told {
  readonly positions?: readonly Position[];
  readonly orders?: readonly Order[];
  readonly fills?: readonly Fill[];
}

/** An answer of REST, asked and given at once. */
export function answer(
  ledger: AccountLedger,
  at: number,
  { positions = [], orders = [], fills = [] }: Told = {},
): void {
  const byRest = { source: 'rest' as const, receivedAt: at };
  ledger.reconcile(
    {
      askedAt: at,
      positions: positions.map((one) => ({ ...one, ...byRest })),
      orders: orders.map((one) => ({ ...one, ...byRest })),
      withSuspended: true,
      fills: fills.map((one) => ({ ...one, receivedAt: at, seenOn: ['rest'] })),
    },
    at,
  );
}

/** A ledger whose user hub was subscribed at `at` and agreed with REST at that moment. */
export function ledgerSince(at: number, told: Told = {}): AccountLedger {
  const ledger = new AccountLedger(accountId);
  ledger.hubSubscribed(at);
  answer(ledger, at, told);
  return ledger;
}

/** What a suite's view takes from its account's ledger. */
export function viewOf(ledger: AccountLedger): Partial<SuiteView> {
  return {
    orders: () => ledger.orders(contractId),
    fills: () => ledger.fills(contractId),
    position: ledger.position(contractId),
    exposure: ledger.exposure(contractId),
    reconciledAt: ledger.reconciledAt,
    trading: ledger.trading(contractId),
  };
}
