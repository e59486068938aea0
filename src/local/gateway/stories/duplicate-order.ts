// A client repeats a placement whose answer it never got: twice the position, half of it covered.
import type { Story } from '../story.ts';
import { directionOf, enter, farTicks, standStop } from '../story-moves.ts';

const repeatAfterMs = 5_000;
const heldMs = 60_000;

export default {
  name: 'duplicate-order',
  description:
    'A market entry is accepted but its answer lost; 5 s later the client places it again: the position is twice as large as meant and its stop covers half; closed by hand a minute later.',
  takesMs: repeatAfterMs + heldMs,
  tell(stage) {
    const direction = directionOf(stage, 1);
    const first = enter(stage, direction, stage.size ?? 2);
    const naked = stage.truth('naked', [first.orderId], 'filled, and the client does not know');
    stage.after(repeatAfterMs, () => {
      const second = enter(stage, direction, first.size);
      const stop = standStop(stage, second, farTicks(stage));
      naked();
      const ids = [first.orderId, second.orderId];
      const doubled = stage.truth('duplicate-order', ids, 'the same order twice');
      const half = stage.truth('partly-protected', [...ids, stop], 'the stop covers half of the position');
      stage.after(heldMs, () => {
        stage.close();
        stage.cancel(stop);
        doubled();
        half();
        stage.end();
      });
    });
  },
} satisfies Story;
