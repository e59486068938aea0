// The arithmetic of one half turn: what it moved the balance by, when, and in which order.
import { Decimal } from 'decimal.js';
import type { Money } from './market.ts';
import type { HalfTurn } from './money-view.ts';

const nothing = new Decimal(0);

/** Sums that agree within this are equal: the cent (reference 12, "> 0.01 vs balance"). */
export const cent = new Decimal('0.01');

/** Profit less fees less commissions (reference 4.4); what was not told counts as 0, and `costsUnknown` says so. */
export function netOf({ profitAndLoss, fees, commissions }: HalfTurn): Money {
  return (profitAndLoss ?? nothing).minus(fees ?? nothing).minus(commissions ?? nothing);
}

/** True where fees or commissions were never told, not even as 0. */
export function costsUnknown({ fees, commissions }: HalfTurn): boolean {
  return fees === undefined || commissions === undefined;
}

/**
 * When it happened on our own clock: the hub's receipt where it was seen there, else the exchange's time, but never later than it was told.
 */
export function madeAt({ seenOn, exchangeAt, receivedAt }: HalfTurn): number {
  if (seenOn[0] === 'hub' || exchangeAt === undefined) return receivedAt;
  return Math.min(exchangeAt, receivedAt);
}

/** In the order they were made: exchange time, then id (ids grow). */
export function inOrder(turns: readonly HalfTurn[]): readonly HalfTurn[] {
  return turns.toSorted(
    (a, b) =>
      (a.exchangeAt ?? a.receivedAt) - (b.exchangeAt ?? b.receivedAt) ||
      a.id.length - b.id.length ||
      (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  );
}

export function sumOf(amounts: readonly Money[]): Money {
  return amounts.reduce((sum, amount) => sum.plus(amount), nothing);
}

/** True where two amounts differ by more than a cent. */
export function differ(a: Money, b: Money): boolean {
  return a.minus(b).abs().greaterThan(cent);
}

/** `+1,234.50`, `-0.74`, `0.00`: what something moved the balance by. */
export function changeText(amount: Money): string {
  const rounded = amount.toDecimalPlaces(2);
  return `${rounded.greaterThan(0) ? '+' : ''}${amountText(rounded)}`;
}

/** `50,312.40`. */
export function amountText(amount: Money): string {
  const [whole = '0', cents = '00'] = amount.abs().toFixed(2).split('.');
  const sign = amount.isNegative() && !amount.toDecimalPlaces(2).isZero() ? '-' : '';
  return `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`;
}
