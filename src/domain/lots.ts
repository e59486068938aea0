// What each closing half turn ought to have earned: its lots rebuilt from the fills, oldest first and by average.
import { Decimal } from 'decimal.js';
import { differ, inOrder, sumOf } from './half-turns.ts';
import type { Contract, Money } from './market.ts';
import type { HalfTurn } from './money-view.ts';

/** One half turn beside what it should have earned. */
export interface EarnedTurn {
  readonly turn: HalfTurn;
  /** How much of it closed; 0 = it only opened. */
  readonly closed: number;
  /** From its lots, oldest first, and from the average price of the position; undefined = its opening fills are not known. */
  readonly due: { readonly oldestFirst: Money; readonly average: Money } | undefined;
  /** Number of the trip from flat to flat it belongs to. */
  readonly trip: number;
}

export interface RebuiltLots {
  readonly turns: readonly EarnedTurn[];
  /** What is left: signed size, and its average price both ways; undefined where lots from before the first known fill remain. */
  readonly left: {
    readonly size: number;
    readonly average: { readonly oldestFirst: Money; readonly average: Money } | undefined;
  };
}

interface Lot {
  size: number;
  readonly price: Money | undefined;
}

/** Dollars per whole point of price and lot, from the gateway's own contract; undefined where it does not say. */
export function pointValue({ tickValue, tickSize }: Contract): Money | undefined {
  return tickValue.greaterThan(0) ? tickValue.times(tickSize.den).div(tickSize.num) : undefined;
}

/**
 * Pure. @param turns of one contract, voided ones already out
 * @param heldNow signed size of the position after all of them: what the fills do not make up was held before the first
 */
export function rebuildLots(turns: readonly HalfTurn[], heldNow: number, value: Money): RebuiltLots {
  const ordered = inOrder(turns);
  const before = heldNow - ordered.reduce((sum, turn) => sum + signed(turn), 0);
  let side = Math.sign(before);
  let lots: Lot[] = before === 0 ? [] : [{ size: Math.abs(before), price: undefined }];
  let average: Money | undefined;
  let trip = 0;
  const earned = ordered.map((turn): EarnedTurn => {
    const way = turn.side === 'buy' ? 1 : -1;
    const held = lots.reduce((sum, { size }) => sum + size, 0);
    const closed = side === -way ? Math.min(held, turn.size) : 0;
    let due: EarnedTurn['due'] = { oldestFirst: new Decimal(0), average: new Decimal(0) };
    const own = trip;
    if (closed > 0) {
      const taken = take(lots, closed);
      lots = lots.filter(({ size }) => size > 0);
      const entry = costOf(taken);
      due =
        entry === undefined || average === undefined
          ? undefined
          : {
              oldestFirst: turn.price.times(closed).minus(entry).times(side).times(value),
              average: turn.price.minus(average).times(closed).times(side).times(value),
            };
      if (lots.length === 0) {
        average = undefined;
        side = 0;
        trip += 1;
      }
    }
    const opened = turn.size - closed;
    if (opened > 0) {
      const standing = held - closed;
      if (standing === 0) average = turn.price;
      else if (average !== undefined)
        average = average
          .times(standing)
          .plus(turn.price.times(opened))
          .div(standing + opened);
      lots.push({ size: opened, price: turn.price });
      side = way;
    }
    return { turn, closed, due, trip: own };
  });
  const size = lots.reduce((sum, lot) => sum + lot.size, 0);
  const cost = costOf(lots);
  return {
    turns: earned,
    left: {
      size: side * size,
      average:
        size === 0 || cost === undefined || average === undefined
          ? undefined
          : { oldestFirst: cost.div(size), average },
    },
  };
}

/** Closing turns whose profit is neither of the two, in a trip whose sum is not right either (then only the order of lots differs). */
export function wrongTurns({ turns, left }: RebuiltLots): readonly EarnedTurn[] {
  const off = turns.filter(isWrong);
  return off.filter(({ trip }) => {
    const same = turns.filter((one) => one.trip === trip);
    const over = left.size === 0 || turns.some((one) => one.trip > trip);
    if (!over || same.some(({ due }) => due === undefined)) return true;
    const paid = sumOf(same.map(({ turn }) => turn.profitAndLoss ?? new Decimal(0)));
    return differ(paid, sumOf(same.map(({ due }) => due?.oldestFirst ?? new Decimal(0))));
  });
}

function isWrong({ turn, due, closed }: EarnedTurn): boolean {
  if (due === undefined) return false;
  // Where a closing fill carries no profit at all nothing was said that could be wrong.
  if (turn.profitAndLoss === undefined) return false;
  return (
    differ(turn.profitAndLoss, due.oldestFirst) && (closed === 0 || differ(turn.profitAndLoss, due.average))
  );
}

function signed({ side, size }: HalfTurn): number {
  return side === 'buy' ? size : -size;
}

function take(lots: readonly Lot[], wanted: number): readonly Lot[] {
  let left = wanted;
  return lots.flatMap((lot) => {
    const size = Math.min(lot.size, left);
    lot.size -= size;
    left -= size;
    return size > 0 ? [{ size, price: lot.price }] : [];
  });
}

function costOf(lots: readonly Lot[]): Money | undefined {
  let cost = new Decimal(0);
  for (const { size, price } of lots) {
    if (price === undefined) return undefined;
    cost = cost.plus(price.times(size));
  }
  return cost;
}
