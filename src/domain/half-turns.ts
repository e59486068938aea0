// The arithmetic of one half turn: what it moved the balance by, when, and in which order.
import { Decimal } from 'decimal.js';
import type { Money } from './market.ts';
import type { HalfTurn } from './money-view.ts';

const million = 1_000_000;

/** Sums that agree within this are equal: the cent (reference 12, "> 0.01 vs balance"), in millionths of a dollar. */
export const centMicros = 10_000;

/**
 * Amounts are added up in whole millionths of a dollar: exact far beyond any balance, and a hundred times cheaper than decimals over a
 * day of fills. An amount told with more than six decimals is rounded to them.
 */
const known = new WeakMap<Money, number>();

export function microsOf(amount: Money | undefined): number {
  if (amount === undefined) return 0;
  const before = known.get(amount);
  if (before !== undefined) return before;
  const micros = amount.times(million).round().toNumber();
  known.set(amount, micros);
  return micros;
}

export function moneyOf(micros: number): Money {
  return new Decimal(micros).div(million);
}

/** Profit less fees less commissions (reference 4.4); what was not told counts as 0, and `costsUnknown` says so. */
export function netMicros({ profitAndLoss, fees, commissions }: HalfTurn): number {
  return microsOf(profitAndLoss) - microsOf(fees) - microsOf(commissions);
}

export function netOf(turn: HalfTurn): Money {
  return moneyOf(netMicros(turn));
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

/** True where two amounts in millionths differ by more than a cent. */
export function differ(a: number, b: number): boolean {
  return Math.abs(a - b) > centMicros;
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
