// A bracket that ends as it should at a loss: the stop fills, the server cancels the target.
import type { Story } from '../story.ts';
import { directionOf, drift, enter, farTicks, legOf } from '../story-moves.ts';

const heldMs = 30_000;

export default {
  name: 'bracket-by-stop',
  description:
    'A bracket is entered and closed 30 s later by its stop; its target is cancelled by the server.',
  takesMs: heldMs,
  needsBrackets: true,
  tell(stage) {
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
