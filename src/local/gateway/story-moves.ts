// What most stories begin and end with: an entry at the market whose bracket the market will reach, or none.
import { kind, side as sides } from './order-state.ts';
import type { Stage } from './story.ts';

/** A bracket leg may not be nearer than this. */
const nearestTicks = 4;

export interface Entry {
  readonly orderId: number;
  readonly direction: 1 | -1;
  /** OrderSide of what would close it. */
  readonly closing: number;
  readonly size: number;
}

/** +1 where the market will stand higher so much later. */
export function drift(stage: Stage, ms: number): 1 | -1 {
  return stage.touchIn(ms).last >= stage.touch().last ? 1 : -1;
}

/**
 * When in the time given, ms from now, the market stands farthest from here: a bracket's leg may not be near, and to fill it
 * where nothing trades would be a fault of its own.
 */
export function farthestIn(stage: Stage, fromMs: number, toMs: number): number {
  const { last } = stage.touch();
  let [best, most] = [toMs, -1];
  for (let ms = fromMs; ms <= toMs; ms += 1_000) {
    const moved = Math.abs(stage.touchIn(ms).last - last);
    if (moved > most) [best, most] = [ms, moved];
  }
  return best;
}

export function directionOf(stage: Stage, otherwise: 1 | -1): 1 | -1 {
  return stage.side === undefined ? otherwise : stage.side === 'long' ? 1 : -1;
}

export function enter(
  stage: Stage,
  direction: 1 | -1,
  size: number,
  bracket?: { readonly stop?: number; readonly target?: number },
  lateMs?: number,
): Entry {
  const distance = (ticks: number) => Math.max(nearestTicks, Math.round(ticks));
  const orderId = stage.place({
    type: kind.market,
    side: direction === 1 ? sides.buy : sides.sell,
    size,
    ...(bracket?.stop === undefined
      ? {}
      : { stopLoss: { ticks: -direction * distance(bracket.stop), type: kind.stop } }),
    ...(bracket?.target === undefined
      ? {}
      : { takeProfit: { ticks: direction * distance(bracket.target), type: kind.limit } }),
    ...(lateMs === undefined ? {} : { lateMs }),
  });
  return { orderId, direction, closing: direction === 1 ? sides.sell : sides.buy, size };
}

/** A bracket leg's id; a story without it cannot go on. */
export function legOf(stage: Stage, entry: Entry, leg: 'stop' | 'target'): number {
  const id = stage.bracketOf(entry.orderId)[leg];
  if (id === undefined) throw new Error(`the exchange made no ${leg} for order ${entry.orderId}`);
  return id;
}

/** Ticks far enough that the market does not come there while a story lasts. */
export function farTicks({ contract }: Stage): number {
  return Math.max(20, Math.round(contract.dayTicks * 0.5));
}

/** A stop order of its own, so many ticks behind the market. */
export function standStop(stage: Stage, entry: Entry, ticks: number, size = entry.size): number {
  const { last } = stage.touch();
  return stage.place({
    type: kind.stop,
    side: entry.closing,
    size,
    stopTicks: last - entry.direction * ticks,
  });
}

/** Stands a stop behind the position, holds both so long, and closes by hand; that is the story's end. */
export function holdProtected(stage: Stage, entry: Entry, stopTicks: number, heldMs: number): void {
  const stop = standStop(stage, entry, stopTicks);
  const covered = stage.truth('protected', [entry.orderId, stop], 'a stop of its own stands behind it');
  stage.after(heldMs, () => {
    stage.close();
    stage.cancel(stop);
    covered();
    stage.end();
  });
}
