// What each closing half turn ought to have earned: its lots rebuilt from the fills, oldest first and by average.
import { Decimal } from 'decimal.js';
import { differ, inOrder, microsOf, moneyOf } from './half-turns.ts';
import type { Contract, Money, TickSize } from './market.ts';
import type { HalfTurn } from './money-view.ts';
import { gridMoney, onGrid, toGrid } from './price.ts';

/** One half turn beside what it should have earned. */
export interface EarnedTurn {
  readonly turn: HalfTurn;
  /** How much of it closed; 0 = it only opened. */
  readonly closed: number;
  /** Undefined = its opening fills are not known. */
  readonly due: Due | undefined;
  /** Number of the trip from flat to flat it belongs to. */
  readonly trip: number;
}

/** A closing fill and what it closed, in whole ticks; turned into money only where somebody looks. */
export interface Due {
  /** Millionths of a dollar, from its lots oldest first. */
  readonly oldestFirst: number;
  /** Average price of the position before it, in ticks; undefined = it only opened. */
  readonly averageTicks: Decimal | number | undefined;
}

export interface RebuiltLots {
  readonly point: PointValue;
  readonly turns: readonly EarnedTurn[];
  /** What is left: signed size, and its average price both ways; undefined where lots from before the first known fill remain. */
  readonly left: {
    readonly size: number;
    readonly average: { readonly oldestFirst: Money; readonly average: Money } | undefined;
  };
}

/** What a tick of one lot is worth, from the gateway's own contract. */
export interface PointValue {
  readonly tick: TickSize;
  /** Millionths of a dollar. */
  readonly tickMicros: number;
}

interface Lot {
  size: number;
  /** Undefined = from before the first known fill. */
  readonly ticks: number | undefined;
}

/** Undefined where the gateway does not say. */
export function pointValue({ tickValue, tickSize }: Contract): PointValue | undefined {
  return tickValue.greaterThan(0) ? { tick: tickSize, tickMicros: microsOf(tickValue) } : undefined;
}

/**
 * Pure. @param turns of one contract, voided ones already out
 * @param heldNow signed size of the position after all of them: what the fills do not make up was held before the first
 */
export function rebuildLots(turns: readonly HalfTurn[], heldNow: number, point: PointValue): RebuiltLots {
  const ordered = inOrder(turns);
  const before = heldNow - ordered.reduce((sum, turn) => sum + signed(turn), 0);
  let side = Math.sign(before);
  let held = Math.abs(before);
  let lots: Lot[] = before === 0 ? [] : [{ size: held, ticks: undefined }];
  let average: Decimal | number | undefined;
  let trip = 0;
  const earned = ordered.map((turn): EarnedTurn => {
    const way = turn.side === 'buy' ? 1 : -1;
    const price = toGrid(numberOf(turn.price), point.tick);
    // Off the grid is a price nobody can trade at: what hangs on it cannot be told.
    const ticks = onGrid(price) ? price : undefined;
    const closed = side === -way ? Math.min(held, turn.size) : 0;
    const own = trip;
    let due: Due | undefined = { oldestFirst: 0, averageTicks: undefined };
    if (closed > 0) {
      const entry = take(lots, closed);
      due =
        entry === undefined || ticks === undefined || average === undefined
          ? undefined
          : {
              oldestFirst: (ticks * closed - entry) * side * point.tickMicros,
              averageTicks: average,
            };
      held -= closed;
      if (held === 0) {
        lots = [];
        average = undefined;
        side = 0;
        trip += 1;
      } else if (lots[0]?.size === 0) lots = lots.filter(({ size }) => size > 0);
    }
    const opened = turn.size - closed;
    if (opened > 0) {
      if (held === 0) average = ticks;
      else if (average !== undefined && ticks !== undefined)
        average = new Decimal(average)
          .times(held)
          .plus(ticks * opened)
          .div(held + opened);
      else average = undefined;
      lots.push({ size: opened, ticks });
      held += opened;
      side = way;
    }
    return { turn, closed, due, trip: own };
  });
  const cost = costOf(lots);
  const priceOf = (ticks: Decimal): Money => ticks.times(point.tick.num).div(point.tick.den);
  return {
    point,
    turns: earned,
    left: {
      size: side * held,
      average:
        held === 0 || cost === undefined || average === undefined
          ? undefined
          : { oldestFirst: priceOf(new Decimal(cost).div(held)), average: priceOf(new Decimal(average)) },
    },
  };
}

/** What it should have earned, as money, both ways of counting. */
export function dueMoney(
  { turn, closed, due }: EarnedTurn,
  point: PointValue,
): { readonly oldestFirst: Money; readonly average: Money } | undefined {
  if (due === undefined) return undefined;
  const oldestFirst = moneyOf(due.oldestFirst);
  const price = gridMoney(toGrid(numberOf(turn.price), point.tick), point.tick);
  if (due.averageTicks === undefined || price === undefined) return { oldestFirst, average: oldestFirst };
  const way = turn.side === 'sell' ? 1 : -1;
  const ticks = price.times(point.tick.den).div(point.tick.num).minus(due.averageTicks);
  return {
    oldestFirst,
    average: moneyOf(point.tickMicros)
      .times(ticks)
      .times(closed * way),
  };
}

/** Closing turns whose profit is neither of the two, in a trip whose sum is not right either (then only the order of lots differs). */
export function wrongTurns({ turns, left, point }: RebuiltLots): readonly EarnedTurn[] {
  const off = turns.filter((one) => isWrong(one, point));
  return off.filter(({ trip }) => {
    const same = turns.filter((one) => one.trip === trip);
    const over = left.size === 0 || turns.some((one) => one.trip > trip);
    if (!over || same.some(({ due }) => due === undefined)) return true;
    let paid = 0;
    let due = 0;
    for (const one of same) {
      paid += microsOf(one.turn.profitAndLoss);
      due += one.due?.oldestFirst ?? 0;
    }
    return differ(paid, due);
  });
}

function isWrong(one: EarnedTurn, point: PointValue): boolean {
  // Where a closing fill carries no profit at all nothing was said that could be wrong.
  if (one.due === undefined || one.turn.profitAndLoss === undefined) return false;
  const told = microsOf(one.turn.profitAndLoss);
  if (!differ(told, one.due.oldestFirst)) return false;
  return one.closed === 0 || differ(told, microsOf(dueMoney(one, point)?.average));
}

const numbers = new WeakMap<Money, number>();

/** The very number that came over the wire; whether it is on the grid is judged exactly. */
function numberOf(price: Money): number {
  const known = numbers.get(price);
  if (known !== undefined) return known;
  const number = price.toNumber();
  numbers.set(price, number);
  return number;
}

function signed({ side, size }: HalfTurn): number {
  return side === 'buy' ? size : -size;
}

/** Takes lots off, oldest first; what they cost in ticks, undefined where one of them is not known. */
function take(lots: readonly Lot[], wanted: number): number | undefined {
  let left = wanted;
  let cost: number | undefined = 0;
  for (const lot of lots) {
    if (left === 0) break;
    const size = Math.min(lot.size, left);
    lot.size -= size;
    left -= size;
    cost = cost === undefined || lot.ticks === undefined ? undefined : cost + lot.ticks * size;
  }
  return cost;
}

function costOf(lots: readonly Lot[]): number | undefined {
  let cost = 0;
  for (const { size, ticks } of lots) {
    if (ticks === undefined) return undefined;
    cost += ticks * size;
  }
  return cost;
}
