// A position without any stop, held for five minutes.
import type { Story } from '../story.ts';
import { directionOf, enter } from '../story-moves.ts';

const heldMs = 300_000;

export default {
  name: 'unprotected-position',
  description: 'A position without a stop, held for five minutes and closed by hand.',
  takesMs: heldMs,
  tell(stage) {
    const entry = enter(stage, directionOf(stage, 1), stage.size ?? 2);
    const naked = stage.truth('naked', [entry.orderId], 'no stop was ever placed');
    stage.after(heldMs, () => {
      stage.close();
      naked();
      stage.end();
    });
  },
} satisfies Story;
