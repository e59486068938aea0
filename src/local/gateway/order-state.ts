// Orders, fills and positions as the simulated exchange holds them, and the rows they become on REST and on the hub.
import { priceOf, type SimContract } from './contracts.ts';
import { stamp } from './instants.ts';
import { Dec, type JsonRow } from './json.ts';
import { mix } from './random.ts';

/** OrderStatus of the reference, section 5. */
export const status = {
  open: 1,
  filled: 2,
  cancelled: 3,
  expired: 4,
  rejected: 5,
  pending: 6,
  pendingCancellation: 7,
  suspended: 8,
} as const;
/** OrderType. */
export const kind = {
  limit: 1,
  market: 2,
  stopLimit: 3,
  stop: 4,
  trailingStop: 5,
  joinBid: 6,
  joinAsk: 7,
} as const;
/** OrderSide. */
export const side = { buy: 0, sell: 1 } as const;

export interface Bracket {
  /** Signed, relative to the fill. */
  readonly ticks: number;
  readonly type: number;
}

export interface SimOrder {
  readonly id: number;
  readonly accountId: number;
  readonly contract: SimContract;
  readonly createdAt: number;
  updatedAt: number;
  status: number;
  readonly type: number;
  readonly side: number;
  size: number;
  limitTicks: number | null;
  stopTicks: number | null;
  /** Distance of a trailing stop in ticks. */
  trailTicks: number | null;
  fillVolume: number;
  filledTicks: number | null;
  readonly customTag: string | null;
  parentOrderId: number | null;
  linkedOrderId: number | null;
  /** Of a waiting bracket child: where it will stand, relative to the fill. */
  bracketTicks: number | null;
}

export interface SimTrade {
  readonly id: number;
  readonly accountId: number;
  readonly contract: SimContract;
  readonly at: number;
  readonly ticks: number;
  /** Null for an opening fill. */
  readonly pnlCents: number | null;
  readonly feeCents: number;
  readonly commissionCents: number;
  readonly side: number;
  readonly size: number;
  readonly orderId: number;
}

export interface SimPosition {
  readonly id: number;
  readonly accountId: number;
  readonly contract: SimContract;
  readonly openedAt: number;
  /** 1 Long, 2 Short. */
  readonly type: 1 | 2;
  /** Oldest first: closing takes the oldest lots. */
  lots: { ticks: number; size: number }[];
  /** The fill that opened it; the hub tells it again at the close. */
  readonly openedBy: SimTrade;
}

const cents = (value: number) => new Dec(value / 100);
/** Digits below the millisecond, always the same for one row; of one millisecond an order comes before its fill, a fill before its position. */
const third = { order: 0, fill: 3333, position: 6666 } as const;
const below = (id: number, at: number, row: keyof typeof third) =>
  third[row] + (mix(id, at % 1_000_000, 5) % 3333);

export const sizeOf = (position: SimPosition) => position.lots.reduce((sum, lot) => sum + lot.size, 0);

export function averageOf(position: SimPosition): Dec {
  const size = sizeOf(position);
  const sum = position.lots.reduce((total, lot) => total + lot.ticks * lot.size, 0);
  return new Dec((sum * position.contract.num) / (position.contract.den * size));
}

export function orderRow(order: SimOrder, newer = false): JsonRow {
  const { contract, id } = order;
  const price = (ticks: number | null) => (ticks === null ? null : priceOf(contract, ticks));
  return {
    id,
    accountId: order.accountId,
    contractId: contract.id,
    symbolId: contract.symbolId,
    creationTimestamp: stamp(order.createdAt, below(id, order.createdAt, 'order')),
    updateTimestamp: stamp(order.updatedAt, below(id, order.updatedAt, 'order')),
    status: order.status,
    type: order.type,
    side: order.side,
    size: order.size,
    limitPrice: price(order.limitTicks),
    stopPrice: price(order.stopTicks),
    fillVolume: order.fillVolume,
    filledPrice: price(order.filledTicks),
    customTag: order.customTag,
    ...(newer
      ? {
          trailDistance: order.trailTicks,
          trailPrice: price(order.trailTicks),
          parentOrderId: order.parentOrderId,
          linkedOrderId: order.linkedOrderId,
        }
      : {}),
  };
}

export function tradeRow(trade: SimTrade): JsonRow {
  return {
    id: trade.id,
    accountId: trade.accountId,
    contractId: trade.contract.id,
    creationTimestamp: stamp(trade.at, below(trade.id, trade.at, 'fill')),
    price: priceOf(trade.contract, trade.ticks),
    profitAndLoss: trade.pnlCents === null ? null : cents(trade.pnlCents),
    fees: cents(trade.feeCents),
    commissions: cents(trade.commissionCents),
    side: trade.side,
    size: trade.size,
    voided: false,
    orderId: trade.orderId,
  };
}

export function positionRow(position: SimPosition, where: 'rest' | 'hub'): JsonRow {
  const { contract, id } = position;
  return {
    id,
    accountId: position.accountId,
    contractId: contract.id,
    ...(where === 'hub' ? { contractDisplayName: contract.name } : {}),
    creationTimestamp: stamp(position.openedAt, below(id, position.openedAt, 'position')),
    type: position.type,
    size: sizeOf(position),
    averagePrice: averageOf(position),
  };
}
