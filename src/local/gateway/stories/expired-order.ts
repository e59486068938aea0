// A limit order that nobody fills runs out.
import { kind } from '../order-state.ts';
import type { Story } from '../story.ts';
import { directionOf, farTicks } from '../story-moves.ts';

const worksMs = 30_000;

export default {
  name: 'expired-order',
  description: 'A limit far from the market works for 30 s and expires.',
  takesMs: worksMs,
  tell(stage) {
    const direction = directionOf(stage, 1);
    const orderId = stage.place({
      type: kind.limit,
      side: direction === 1 ? 0 : 1,
      limitTicks: stage.touch().last - direction * farTicks(stage),
    });
    stage.after(worksMs, () => {
      stage.expire(orderId);
      stage.truth('expired', [orderId], 'ran out unfilled')();
      stage.end();
    });
  },
} satisfies Story;
