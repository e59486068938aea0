// The whole naked-position accident of the reference's section 4.5, with its timing.
import { kind } from '../order-state.ts';
import type { Story } from '../story.ts';
import { directionOf, drift, enter, standStop } from '../story-moves.ts';

const stopAfterMs = 200;
const orphanForMs = 202_000;
const nakedForMs = 52_000;

export default {
  name: 'accident',
  description:
    'A bracket is refused; market entry with a stop and a limit of their own; the stop fills 0.2 s later, the limit is not cancelled; 3 min 22 s later it fills and opens an unprotected position; closed by hand 52 s later.',
  takesMs: stopAfterMs + orphanForMs + nakedForMs,
  tell(stage) {
    const size = stage.size ?? 15;
    // Short as it was, unless the market goes up meanwhile: then the limit below would never be reached.
    const later = stage.touchIn(stopAfterMs + orphanForMs);
    const direction = directionOf(stage, drift(stage, stopAfterMs + orphanForMs));
    const side = direction === 1 ? 0 : 1;
    const refused = stage.place({
      type: kind.market,
      side,
      size,
      stopLoss: { ticks: -direction * 8, type: kind.stop },
      takeProfit: { ticks: direction * 16, type: kind.limit },
      refusal:
        'Brackets are not allowed on orders in Position Brackets mode. Switch the account to Auto OCO Brackets.',
    });
    stage.truth('refused', [refused], 'the bracket order is refused with code 2')();
    const entry = enter(stage, direction, size);
    const stop = standStop(stage, entry, 1);
    const { bid, ask } = stage.touch();
    const reached = direction === 1 ? Math.max(ask + 1, later.bid) : Math.min(bid - 1, later.ask);
    const limit = stage.place({ type: kind.limit, side: entry.closing, size, limitTicks: reached });
    const covered = stage.truth('protected', [entry.orderId, stop], 'a stop of its own stands behind it');
    stage.after(stopAfterMs, () => {
      stage.execute(stop);
      covered();
      const left = stage.truth('orphan-order', [limit], 'flat, and the limit is still working');
      stage.after(orphanForMs, () => {
        stage.execute(limit);
        left();
        const naked = stage.truth('naked', [limit], 'the limit left behind opened a position without a stop');
        stage.after(nakedForMs, () => {
          stage.close();
          naked();
          stage.end();
        });
      });
    });
  },
} satisfies Story;
