// What is at stake on a suite: its position held against the stops that work, or could work, for it.
import type { Exposure, Order, OrderStatus, OrderType, Position } from './order.ts';

/** Reference 4.3: suspended bracket children count before a position is called unprotected (statuses 1, 6, 7, 8). */
const working: readonly OrderStatus[] = ['open', 'pending', 'pending-cancellation', 'suspended'];
const stops: readonly OrderType[] = ['stop', 'stop-limit', 'trailing-stop'];

export interface Holding {
  /** Undefined = nothing was ever said about it. */
  readonly position: Position | undefined;
  /** Orders of the same account; those of other contracts are left out here. */
  readonly orders: readonly Order[];
  /** When orders and positions were last agreed with REST; undefined = never, so an absent order proves nothing. */
  readonly reconciledAt: number | undefined;
  /** Why a waiting bracket child may be there that nobody told us of; missing = it would have been told. */
  readonly unseen?: string | undefined;
}

/** True where the order may still fill. */
export function isWorking(order: Pick<Order, 'status'>): boolean {
  return working.includes(order.status);
}

/** True where a fill of the order would stop a loss, as far as its type says. */
export function isStop(order: Order): boolean {
  return stops.includes(order.type);
}

/** Part of an order that may still fill. */
export function openSize({ size, fillVolume }: Pick<Order, 'size' | 'fillVolume'>): number {
  return Math.max(size - fillVolume, 0);
}

/**
 * How much of the position an order can close as things stand: a bracket child waits for its entry (reference 4.3), so it protects no
 * more than that has filled. Where nobody told of the entry, or its status is not known, the child counts whole.
 */
export function coverSize(order: Order, orders: readonly Order[]): number {
  const open = openSize(order);
  if (order.status !== 'suspended' || order.parentOrderId === undefined) return open;
  const parent = orders.find(({ id }) => id === order.parentOrderId);
  if (parent === undefined || parent.status === 'filled' || parent.status === 'unknown') return open;
  return Math.min(open, parent.fillVolume);
}

/** The exposure of one contract on one account. Doubt is `unknown`, never `protected`. */
export function exposureOf({ position, orders, reconciledAt, unseen }: Holding): Exposure {
  if (position === undefined) {
    return reconciledAt === undefined
      ? { kind: 'unknown', why: 'the position has not been read yet' }
      : { kind: 'flat' };
  }
  if (position.side === 'flat' || position.size === 0) return { kind: 'flat' };
  if (position.side === 'unknown') {
    return { kind: 'unknown', why: 'the gateway reports a position with an unknown direction' };
  }
  const closing = position.side === 'long' ? 'sell' : 'buy';
  let covered = 0;
  let doubtful = 0;
  for (const order of orders) {
    if (order.contractId !== position.contractId || order.accountId !== position.accountId) continue;
    if (!couldCover(order, closing)) continue;
    // A size that was never told may be any.
    const rest = order.size === 0 ? Number.POSITIVE_INFINITY : coverSize(order, orders);
    if (order.size > 0 && order.side === closing && isStop(order) && isWorking(order)) covered += rest;
    else doubtful += rest;
  }
  const { side, size } = position;
  if (covered >= size) return { kind: 'protected', side, size };
  if (reconciledAt === undefined) return { kind: 'unknown', why: 'the open orders have not been read yet' };
  if (covered + doubtful >= size) {
    return {
      kind: 'unknown',
      why: 'an order that might be its stop has an unknown status, type, side or size',
    };
  }
  if (unseen !== undefined) return { kind: 'unknown', why: unseen };
  return { kind: 'unprotected', side, size, uncovered: size - covered };
}

function couldCover(order: Order, closing: 'buy' | 'sell'): boolean {
  const side = order.side === closing || order.side === 'unknown';
  const type = isStop(order) || order.type === 'unknown';
  const status = isWorking(order) || order.status === 'unknown';
  return side && type && status;
}

/** `LONG 2 WITHOUT A STOP`, `long 2, stop in place`, `flat`, `position unknown (why)`. */
export function exposureText(exposure: Exposure): string {
  switch (exposure.kind) {
    case 'flat':
      return 'flat';
    case 'protected':
      return `${exposure.side} ${exposure.size}, stop in place`;
    case 'unprotected': {
      const side = exposure.side.toUpperCase();
      return exposure.uncovered === exposure.size
        ? `${side} ${exposure.size} WITHOUT A STOP`
        : `${side} ${exposure.size}, ${exposure.uncovered} WITHOUT A STOP`;
    }
    case 'unknown':
      return `position unknown (${exposure.why})`;
  }
}
