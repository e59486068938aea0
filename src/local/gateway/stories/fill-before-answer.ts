// A fill reaches the hub before anything else is known of its order.
import type { Story } from '../story.ts';
import { directionOf, enter, standStop } from '../story-moves.ts';

const lateMs = 500;
const heldMs = 30_000;

export default {
  name: 'fill-before-answer',
  description:
    'A market entry whose fill and position reach the hub half a second before the first event of its order.',
  takesMs: lateMs + heldMs,
  tell(stage) {
    const entry = enter(stage, directionOf(stage, 1), stage.size ?? 2, undefined, lateMs);
    const told = stage.truth('filled-before-told', [entry.orderId], 'filled, and the order not yet told');
    stage.after(lateMs, () => {
      told();
      const stop = standStop(stage, entry, 20);
      const covered = stage.truth('protected', [entry.orderId, stop], 'a stop of its own stands behind it');
      stage.after(heldMs, () => {
        stage.close();
        stage.cancel(stop);
        covered();
        stage.end();
      });
    });
  },
} satisfies Story;
