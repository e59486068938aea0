// The position that was closed before anybody watched, as the fills of the day tell it.
import type { Fill } from './order.ts';
import type { ClosedPosition } from './trading-view.ts';

type Turn = Pick<Fill, 'exchangeAt' | 'side' | 'size' | 'profitAndLoss' | 'voided'>;

/**
 * Told backwards from being flat now: before its last fill the position had that fill's size, and so on until the fill that opened it.
 * Undefined where that one is not among them, or where one has no time or side: then nothing is proven.
 * @param turns of one contract on one account, in any order
 */
export function closedBefore(turns: readonly Turn[]): ClosedPosition | undefined {
  const standing = turns.filter(({ voided }) => !voided);
  const timed = standing.flatMap((turn) =>
    turn.exchangeAt === undefined || turn.side === 'unknown' ? [] : [{ ...turn, at: turn.exchangeAt }],
  );
  const newestFirst = timed.toSorted((a, b) => b.at - a.at);
  const [last] = newestFirst;
  // What opens a position has no profit (reference 4.4): a position that is told in a moment is not one that was closed.
  if (last?.profitAndLoss === undefined || timed.length < standing.length) return undefined;
  const side = last.side === 'sell' ? 'long' : 'short';
  let held = 0;
  let most = 0;
  for (const turn of newestFirst) {
    held += turn.side === last.side ? turn.size : -turn.size;
    most = Math.max(most, held);
    if (held <= 0) return { side, size: most, seenAt: turn.at, flatAt: last.at };
  }
  return undefined;
}
