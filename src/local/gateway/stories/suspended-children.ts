// The legs of a bracket wait while its entry works, and wake as it fills.
import { kind } from '../order-state.ts';
import type { Story } from '../story.ts';
import { directionOf, farTicks, legOf } from '../story-moves.ts';

const waitMs = 20_000;
const heldMs = 30_000;

export default {
  name: 'suspended-children',
  description:
    'A limit entry with a bracket works for 20 s, its stop and target Suspended; it fills, they wake; closed by hand after 30 s.',
  takesMs: waitMs + heldMs,
  needsBrackets: true,
  tell(stage) {
    const direction = directionOf(stage, 1);
    const { bid, ask } = stage.touch();
    const later = stage.touchIn(waitMs);
    const size = stage.size ?? 2;
    const orderId = stage.place({
      type: kind.limit,
      side: direction === 1 ? 0 : 1,
      size,
      limitTicks: direction === 1 ? Math.min(bid - 1, later.ask) : Math.max(ask + 1, later.bid),
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
