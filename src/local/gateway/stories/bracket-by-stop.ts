// A bracket that ends as it should at a loss: the stop fills, the server cancels the target.
import type { Story } from '../story.ts';
import { directionOf, drift, enter, farthestIn, farTicks, legOf } from '../story-moves.ts';

const leastMs = 10_000;
const mostMs = 30_000;

export default {
  name: 'bracket-by-stop',
  description:
    'A bracket is entered and closed within 30 s by its stop; its target is cancelled by the server.',
  takesMs: mostMs,
  needsBrackets: true,
  tell(stage) {
    const heldMs = farthestIn(stage, leastMs, mostMs);
    const direction = directionOf(stage, drift(stage, heldMs) === 1 ? -1 : 1);
    const stop = (stage.touch().last - stage.touchIn(heldMs).last) * direction;
    const entry = enter(stage, direction, stage.size ?? 2, { stop, target: farTicks(stage) });
    const covered = stage.truth('protected', [entry.orderId], 'stop and target of the bracket stand');
    stage.after(heldMs, () => {
      stage.execute(legOf(stage, entry, 'stop'));
      covered();
      stage.truth('flat', [entry.orderId], 'closed by its stop, the target is cancelled')();
      stage.end();
    });
  },
} satisfies Story;
