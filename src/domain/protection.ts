// What protects a position and what only looks like it: stops that work for it, stops on its own side, orders left behind.
import type { Exposure, Fill, Order, Position } from './order.ts';
import type { ClosedPosition, PositionPast, TradingView } from './trading-view.ts';
import { coverSize, isStop, isWorking, openSize } from './exposure.ts';

export function closingSide(side: 'long' | 'short'): 'buy' | 'sell' {
  return side === 'long' ? 'sell' : 'buy';
}

/** Working orders that would close the position: its stops and its targets. */
export function protecting(position: Position, orders: readonly Order[]): readonly Order[] {
  if (position.side !== 'long' && position.side !== 'short') return [];
  const closing = closingSide(position.side);
  return orders.filter((order) => isWorking(order) && order.side === closing);
}

/**
 * Working orders that would add to the position before any of its stops can fill: the market meets their price first. Others add nothing
 * that the stops could count on.
 */
export function entriesAhead(
  position: Position,
  stops: readonly Order[],
  orders: readonly Order[],
): readonly Order[] {
  const long = position.side === 'long';
  const isAhead = ({ type, limitPrice }: Order): boolean => {
    if (type === 'market' || type === 'join-bid' || type === 'join-ask') return true;
    if (type !== 'limit' || limitPrice === undefined) return false;
    return stops.every(
      ({ stopPrice }) =>
        stopPrice === undefined || (long ? limitPrice.gt(stopPrice) : limitPrice.lt(stopPrice)),
    );
  };
  return orders.filter(
    (order) =>
      order.side === (long ? 'buy' : 'sell') &&
      order.parentOrderId === undefined &&
      isWorking(order) &&
      order.status !== 'pending-cancellation' &&
      isAhead(order),
  );
}

/**
 * Orders that look like protection but would add to the position: bracket children on its own side, and, while it is not covered,
 * stops on its own side. A stop beside a covered position may be an entry that is meant, and one whose cancellation is under way is
 * on its way out: whether that hangs is another question.
 */
export function wrongSide(
  position: Position | undefined,
  exposure: Exposure,
  orders: readonly Order[],
): readonly Order[] {
  if (position === undefined || (position.side !== 'long' && position.side !== 'short')) return [];
  const own = position.side === 'long' ? 'buy' : 'sell';
  const bare = exposure.kind === 'unprotected';
  return orders.filter(
    (order) =>
      order.side === own &&
      isWorking(order) &&
      order.status !== 'pending-cancellation' &&
      (isStop(order) || order.type === 'limit') &&
      (order.parentOrderId === undefined
        ? bare && isStop(order)
        : !isWorkingParent(order.parentOrderId, orders)),
  );
}

/** By the fill that closed it, where one was told: REST alone finds it flat long after, and what was placed meanwhile is an entry. */
function endOf({ side, seenAt, flatAt }: ClosedPosition, fills: readonly Fill[]): number {
  const closing = fills.flatMap(({ side: of, exchangeAt, voided }) =>
    of === closingSide(side) &&
    !voided &&
    exchangeAt !== undefined &&
    exchangeAt <= flatAt &&
    exchangeAt >= (seenAt ?? flatAt) - aroundEntryMs
      ? [exchangeAt]
      : [],
  );
  return closing.length === 0 ? flatAt : Math.max(...closing);
}

function isWorkingParent(parentId: string, orders: readonly Order[]): boolean {
  return orders.some((order) => order.id === parentId && isWorking(order));
}

/** A position that followed one on the other side, and until when that one was held. */
export interface Turn {
  readonly turnedAt: number;
  readonly endedAt: number;
}

/** How the position of today took the place of one on the other side; undefined = it did not, as far as it was seen. */
export function turned(position: Position | undefined, { positions }: PositionPast): Turn | undefined {
  if (position === undefined) return undefined;
  const other = position.side === 'long' ? 'short' : 'long';
  const last = positions.findLastIndex(({ side }) => side === other);
  const ended = positions[last + 1];
  const begun = positions.slice(last + 1).find(({ side }) => side === position.side);
  if (last < 0 || ended === undefined || begun === undefined) return undefined;
  return { turnedAt: begun.receivedAt, endedAt: ended.receivedAt };
}

/** True where the order was placed while the position on the other side was held: it stood on the right side then. */
export function isOfTheOther(order: Order, { endedAt }: Turn): boolean {
  return (order.createdAt ?? order.receivedAt) <= endedAt;
}

/** How many lots the stops among these orders cover, or could close, as things stand. */
export function stopSize(stops: readonly Order[], orders: readonly Order[]): number {
  return stops.reduce((sum, order) => sum + coverSize(order, orders), 0);
}

export interface Orphan {
  readonly order: Order;
  /** Since when it has had nothing to protect. */
  readonly sinceAt: number;
  readonly why: 'parent is gone' | 'its position is closed';
}

/** A stop or target is placed a moment before or after the entry that it belongs to. */
const aroundEntryMs = 10_000;

/**
 * Working orders that once protected a position and now would open one. Told only where it can be proven: a bracket child whose parent
 * works no more, or an order on the closing side that was placed while the position that was closed last was open.
 */
export function orphans(
  exposure: Exposure,
  closed: ClosedPosition | undefined,
  orders: readonly Order[],
  fills: readonly Fill[],
  story: TradingView['story'],
): readonly Orphan[] {
  if (exposure.kind !== 'flat') return [];
  const closedAt = closed === undefined ? undefined : endOf(closed, fills);
  return orders.flatMap((order): readonly Orphan[] => {
    if (!isWorking(order) || openSize(order) === 0) return [];
    if (order.parentOrderId !== undefined) {
      if (isWorkingParent(order.parentOrderId, orders)) return [];
      const parent = orders.find(({ id }) => id === order.parentOrderId);
      // The fill of the entry may be told before the position that it makes (reference 4.5): it begins with the parent's end, or with
      // the list that has it no more, and never before the child itself was seen.
      const endedAt = parent?.receivedAt ?? story(order.parentOrderId)?.unlistedAt ?? 0;
      const seenAt = story(order.id)?.tellings[0]?.receivedAt ?? order.receivedAt;
      const sinceAt = Math.max(closed?.flatAt ?? 0, seenAt, endedAt);
      return [{ order, sinceAt, why: 'parent is gone' }];
    }
    if (closed === undefined || closedAt === undefined || order.side !== closingSide(closed.side)) return [];
    if (order.type !== 'limit' && !isStop(order)) return [];
    const placedAt = order.createdAt ?? order.receivedAt;
    const from = closed.seenAt === undefined ? undefined : closed.seenAt - aroundEntryMs;
    const during = placedAt <= closedAt && (from === undefined || placedAt >= from);
    return during ? [{ order, sinceAt: closed.flatAt, why: 'its position is closed' }] : [];
  });
}
