// Orders that look like one that was sent twice: equal in everything, close together, with nothing between them that would explain both.
import { isStop } from './exposure.ts';
import type { Fill, Order } from './order.ts';

export interface Duplicate {
  readonly first: Order;
  readonly second: Order;
}

function placedAt(order: Order): number {
  return order.createdAt ?? order.receivedAt;
}

function equal(a: Order, b: Order): boolean {
  const price = (one: Order['limitPrice'], other: Order['limitPrice']): boolean =>
    one === undefined ? other === undefined : other !== undefined && one.eq(other);
  return (
    a.accountId === b.accountId &&
    a.contractId === b.contractId &&
    a.side === b.side &&
    a.type === b.type &&
    a.size === b.size &&
    price(a.limitPrice, b.limitPrice) &&
    price(a.stopPrice, b.stopPrice)
  );
}

/** Protection that the sender itself placed or changed: a bracket's children come with any placement, wanted or not. */
function isOwnProtection({ parentOrderId, type, status }: Order): boolean {
  return parentOrderId === undefined && type !== 'market' && status !== 'rejected';
}

/**
 * True where the sender shows that it knew of the first order when it placed the second, or counts both now: who repeats a placement
 * whose answer was lost has protected nothing in between, and protects one order only.
 */
function knewOfBoth(first: Order, second: Order, orders: readonly Order[], hasClosed: boolean): boolean {
  return orders.some((order) => {
    if (order.side === first.side || order.side === 'unknown' || !isOwnProtection(order)) return false;
    const at = placedAt(order);
    const between = at > placedAt(first) && at < placedAt(second) && order.size >= first.size;
    const changedAt = order.updatedAt ?? at;
    // Who closes with the first and opens the other way with the second protects what the second opens; who repeats a close thinks of none.
    if (hasClosed && isStop(order) && at >= placedAt(second) && order.size >= second.size) return true;
    return between || (changedAt >= placedAt(second) && order.size >= first.size + second.size);
  });
}

/** True where the fills of the first all closed something (what opens has no profit, reference 4.4), and none of the second did. */
function closedWhole(first: Order, second: Order, fills: readonly Fill[]): boolean {
  const of = (order: Order): readonly Fill[] => fills.filter(({ orderId }) => orderId === order.id);
  const opens = ({ profitAndLoss }: Fill): boolean => profitAndLoss === undefined || profitAndLoss.isZero();
  const [closing, opening] = [of(first), of(second)];
  return closing.length > 0 && opening.length > 0 && !closing.some(opens) && opening.every(opens);
}

/** The newest one that is equal to the one at `index`; `own` oldest first. */
function equalBefore(own: readonly Order[], index: number, windowMs: number): Order | undefined {
  const second = own[index];
  if (second === undefined) return undefined;
  for (let at = index - 1; at >= 0; at -= 1) {
    const one = own[at];
    if (one === undefined || placedAt(second) - placedAt(one) > windowMs) return undefined;
    if (equal(one, second)) return one;
  }
  return undefined;
}

/**
 * Pairs within `windowMs`. Children of brackets, and orders that differ in their tag, are meant to be two: what is sent again is the same
 * to the letter. So are entries between which the position was closed, and those after which the sender protected the one, or both.
 * @param matters which second ones are asked about: of a whole ledger only a few are of today's question
 */
export function duplicates(
  orders: readonly Order[],
  fills: readonly Fill[],
  windowMs: number,
  matters: (second: Order) => boolean = () => true,
): readonly Duplicate[] {
  const own = orders
    .filter(
      ({ parentOrderId, status, side }) =>
        parentOrderId === undefined && status !== 'rejected' && status !== 'suspended' && side !== 'unknown',
    )
    .sort((a, b) => placedAt(a) - placedAt(b));
  return own.flatMap((second, index) => {
    const first = matters(second) ? equalBefore(own, index, windowMs) : undefined;
    if (first === undefined) return [];
    if (
      first.customTag !== second.customTag ||
      knewOfBoth(first, second, orders, closedWhole(first, second, fills))
    )
      return [];
    if (first.status === 'cancelled' && first.fillVolume === 0) return [];
    const between = (at: number): boolean => at >= placedAt(first) && at <= placedAt(second);
    const turned =
      fills.some(
        ({ side, exchangeAt, receivedAt }) => side !== first.side && between(exchangeAt ?? receivedAt),
      ) ||
      // A fill that no event told still shows in its order.
      orders.some(
        ({ side, fillVolume, updatedAt, receivedAt }) =>
          side !== first.side && fillVolume > 0 && between(updatedAt ?? receivedAt),
      );
    return turned ? [] : [{ first, second }];
  });
}
