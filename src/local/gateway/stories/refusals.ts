// Each kind of refusal the server has words for, one after the other; nothing is ever bought or sold.
import { priceNumber } from '../contracts.ts';
import { kind } from '../order-state.ts';
import type { Story, StoryOrder } from '../story.ts';

const everyMs = 2_000;

export default {
  name: 'refusals',
  description:
    'Placements refused every 2 s in the words of the server: brackets in Position mode, unsigned ticks, fewer than 4, a stop on the wrong side, a limit out of range, a trail off the grid, none, too wide.',
  takesMs: everyMs * 8,
  tell(stage) {
    const { contract } = stage;
    const { last } = stage.touch();
    const off = priceNumber(contract, last - 10) + priceNumber(contract, 1) / 3;
    const buy = { side: 0, size: stage.size ?? 1 };
    const stopLoss = (ticks: number) => ({ ticks, type: kind.stop });
    const positionMode =
      'Brackets are not allowed on orders in Position Brackets mode. Switch the account to Auto OCO Brackets.';
    const orders: readonly StoryOrder[] = [
      { ...buy, type: kind.market, stopLoss: stopLoss(-40), refusal: positionMode },
      { ...buy, type: kind.market, stopLoss: stopLoss(40) },
      { ...buy, type: kind.market, stopLoss: stopLoss(-2) },
      { ...buy, type: kind.stop, stopTicks: last - 20 },
      { ...buy, type: kind.limit, limitTicks: Math.round(last * 0.8) },
      { ...buy, type: kind.trailingStop, trailPrice: off },
      { ...buy, type: kind.trailingStop },
      { ...buy, type: kind.trailingStop, trailPrice: priceNumber(contract, last - 2_000) },
    ];
    orders.forEach((order, index) => {
      stage.after(everyMs * index, () =>
        stage.truth('refused', [stage.place(order)], 'refused with code 2')(),
      );
    });
    stage.after(everyMs * orders.length, () => stage.end());
  },
} satisfies Story;
