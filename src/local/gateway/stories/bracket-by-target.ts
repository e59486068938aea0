// A bracket that ends as it should: the target fills, the server cancels the stop.
import type { Story } from '../story.ts';
import { directionOf, drift, enter, farthestIn, farTicks, legOf } from '../story-moves.ts';

const leastMs = 10_000;
const mostMs = 30_000;

export default {
  name: 'bracket-by-target',
  description:
    'A bracket is entered and closed within 30 s by its target; its stop is cancelled by the server.',
  takesMs: mostMs,
  needsBrackets: true,
  tell(stage) {
    const heldMs = farthestIn(stage, leastMs, mostMs);
    const direction = directionOf(stage, drift(stage, heldMs));
    const target = (stage.touchIn(heldMs).last - stage.touch().last) * direction;
    const entry = enter(stage, direction, stage.size ?? 2, { stop: farTicks(stage), target });
    const covered = stage.truth('protected', [entry.orderId], 'stop and target of the bracket stand');
    stage.after(heldMs, () => {
      stage.execute(legOf(stage, entry, 'target'));
      covered();
      stage.truth('flat', [entry.orderId], 'closed by its target, the stop is cancelled')();
      stage.end();
    });
  },
} satisfies Story;
