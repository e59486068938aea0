// An entry fills in part and the rest is cancelled: a smaller position than was asked for.
import { kind } from '../order-state.ts';
import type { Story } from '../story.ts';
import { directionOf, standStop } from '../story-moves.ts';

const partAfterMs = 2_000;
const cancelAfterMs = 5_000;
const heldMs = 30_000;

export default {
  name: 'partial-then-cancel',
  description:
    'A limit entry for 5 lots fills 2 of them, the other 3 are cancelled 5 s later; a stop covers the 2, closed by hand after 30 s.',
  takesMs: partAfterMs + cancelAfterMs + heldMs,
  tell(stage) {
    const direction = directionOf(stage, 1);
    const size = Math.max(2, stage.size ?? 5);
    const part = Math.max(1, Math.floor(size * 0.4));
    const { bid, ask } = stage.touch();
    const side = direction === 1 ? 0 : 1;
    const orderId = stage.place({
      type: kind.limit,
      side,
      size,
      limitTicks: direction === 1 ? bid - 1 : ask + 1,
    });
    stage.after(partAfterMs, () => {
      stage.execute(orderId, part);
      const partial = stage.truth('partial-fill', [orderId], `${part} of ${size} filled, the rest working`);
      const stop = standStop(stage, { orderId, direction, closing: 1 - side, size: part }, 20);
      const covered = stage.truth('protected', [orderId, stop], `a stop covers the ${part}`);
      stage.after(cancelAfterMs, () => {
        stage.cancel(orderId);
        partial();
        stage.after(heldMs, () => {
          stage.close();
          stage.cancel(stop);
          covered();
          stage.end();
        });
      });
    });
  },
} satisfies Story;
