// A refused placement that carries a real order id: there is an order, and it is Rejected.
import { kind } from '../order-state.ts';
import type { Story } from '../story.ts';

export default {
  name: 'rejected-with-id',
  description: 'A market order is refused with code 2; its id is that of an order that is Rejected.',
  takesMs: 1_000,
  tell(stage) {
    const orderId = stage.place({
      type: kind.market,
      side: stage.side === 'short' ? 1 : 0,
      refusal: 'Order rejected by the risk check.',
    });
    stage.truth('refused', [orderId], 'refused with code 2, nothing was bought or sold')();
    stage.after(1_000, () => stage.end());
  },
} satisfies Story;
