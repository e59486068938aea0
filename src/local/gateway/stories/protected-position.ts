// A position with its stop, held for five minutes: nothing is wrong.
import type { Story } from '../story.ts';
import { directionOf, enter, farTicks, holdProtected } from '../story-moves.ts';

const heldMs = 300_000;

export default {
  name: 'protected-position',
  description: 'A position with a stop of its own, held for five minutes.',
  takesMs: heldMs,
  tell(stage) {
    const entry = enter(stage, directionOf(stage, 1), stage.size ?? 2);
    holdProtected(stage, entry, farTicks(stage), heldMs);
  },
} satisfies Story;
