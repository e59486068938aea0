// A fill reaches the hub before anything else is known of its order.
import type { Story } from '../story.ts';
import { directionOf, enter, holdProtected } from '../story-moves.ts';

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
      holdProtected(stage, entry, 20, heldMs);
    });
  },
} satisfies Story;
