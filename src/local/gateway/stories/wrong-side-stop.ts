// A stop on the wrong side of the market is refused, and the position stands without one.
import { kind } from '../order-state.ts';
import type { Story } from '../story.ts';
import { directionOf, enter } from '../story-moves.ts';

const nakedForMs = 60_000;

export default {
  name: 'wrong-side-stop',
  description:
    'A market entry, then a stop on the wrong side of the market, refused with `Invalid stop price`; the position stands without a stop for a minute and is closed by hand.',
  takesMs: nakedForMs,
  tell(stage) {
    const entry = enter(stage, directionOf(stage, 1), stage.size ?? 2);
    const refused = stage.place({
      type: kind.stop,
      side: entry.closing,
      size: entry.size,
      stopTicks: stage.touch().last + entry.direction * 20,
    });
    stage.truth('refused', [refused], 'Invalid stop price')();
    const naked = stage.truth('naked', [entry.orderId], 'its stop was refused');
    stage.after(nakedForMs, () => {
      stage.close();
      naked();
      stage.end();
    });
  },
} satisfies Story;
