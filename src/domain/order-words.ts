// An order, a position and a fill in a trader's words: `sell stop 2 @ 25400.25`.
import type { Money } from './market.ts';
import type { Fill, Order, Position } from './order.ts';

export function orderWords(
  order: Pick<Order, 'side' | 'type' | 'size' | 'limitPrice' | 'stopPrice'>,
): string {
  const { side, type, size, limitPrice, stopPrice } = order;
  const prices = [
    ...(stopPrice === undefined ? [] : [money(stopPrice)]),
    ...(limitPrice === undefined ? [] : [money(limitPrice)]),
  ];
  const at = prices.length === 0 ? '' : ` @ ${prices.join(' limit ')}`;
  return `${side === 'unknown' ? 'unknown side' : side} ${type.replaceAll('-', ' ')} ${size}${at}`;
}

export function positionWords({ side, size, averagePrice }: Position): string {
  if (side === 'flat' || size === 0) return 'flat';
  return `${side} ${size}${averagePrice === undefined ? '' : ` @ ${money(averagePrice)}`}`;
}

/** `long 2` or `flat`. */
export function sideWords({ side, size }: Pick<Position, 'side' | 'size'>): string {
  return side === 'flat' || size === 0 ? 'flat' : `${side} ${size}`;
}

export function fillWords({ side, size, price }: Pick<Fill, 'side' | 'size' | 'price'>): string {
  return `${side} ${size} @ ${money(price)}`;
}

/** The exact price as it stands, without trailing zeros. */
export function money(price: Money): string {
  return price.toFixed();
}

export function orderName(order: Order): string {
  return `order ${order.id} (${orderWords(order)})`;
}
