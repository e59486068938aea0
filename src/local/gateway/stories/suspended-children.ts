// The legs of a bracket wait while its entry works, and wake as it fills.
import { kind } from '../order-state.ts';
import type { Story } from '../story.ts';
import { directionOf, drift, farTicks, legOf } from '../story-moves.ts';

const waitMs = 20_000;
const heldMs = 30_000;

export default {
  name: 'suspended-children',
  description:
    'An entry with a price and a bracket works for 20 s, its stop and target Suspended; the market reaches it, they wake; closed by hand after 30 s. A limit order, or a stop order where the side asked for is the one the market goes to.',
  takesMs: waitMs + heldMs,
  needsBrackets: true,
  tell(stage) {
    const goes = drift(stage, waitMs);
    const direction = directionOf(stage, goes === 1 ? -1 : 1);
    const { bid, ask } = stage.touch();
    const later = stage.touchIn(waitMs);
    const size = stage.size ?? 2;
    // Filled where the market then stands: no fill a market could not give.
    const price =
      direction === goes
        ? {
            type: kind.stop,
            stopTicks: direction === 1 ? Math.max(ask + 1, later.ask) : Math.min(bid - 1, later.bid),
          }
        : {
            type: kind.limit,
            limitTicks: direction === 1 ? Math.min(bid - 1, later.ask) : Math.max(ask + 1, later.bid),
          };
    const orderId = stage.place({
      ...price,
      side: direction === 1 ? 0 : 1,
      size,
      stopLoss: { ticks: -direction * farTicks(stage), type: kind.stop },
      takeProfit: { ticks: direction * farTicks(stage), type: kind.limit },
    });
    const entry = { orderId, direction, closing: direction === 1 ? 1 : 0, size };
    const legs = [legOf(stage, entry, 'stop'), legOf(stage, entry, 'target')];
    const waiting = stage.truth('flat', [orderId, ...legs], 'the entry works, its legs are suspended');
    stage.after(waitMs, () => {
      stage.execute(orderId);
      waiting();
      const covered = stage.truth('protected', [orderId, ...legs], 'the legs woke with the fill');
      stage.after(heldMs, () => {
        stage.close();
        covered();
        stage.end();
      });
    });
  },
} satisfies Story;
