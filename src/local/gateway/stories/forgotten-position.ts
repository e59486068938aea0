// A position with its stop that nobody closes for twenty minutes; told from 15:00 in Chicago it is still open at 15:10.
import type { Story } from '../story.ts';
import { directionOf, enter, farTicks, holdProtected } from '../story-moves.ts';

const heldMs = 20 * 60_000;

export default {
  name: 'forgotten-position',
  description:
    'A position with a stop of its own, held for twenty minutes: told at 15:00 CT it is open at 15:10, when it must be flat.',
  takesMs: heldMs,
  tell(stage) {
    const entry = enter(stage, directionOf(stage, 1), stage.size ?? 2);
    holdProtected(stage, entry, farTicks(stage), heldMs);
  },
} satisfies Story;
