// Which limits of an order can have been valid at the instant of a fill: an order may have been modified before it, after it, or unseen.
import { Decimal } from 'decimal.js';
import type { Money } from './market.ts';
import type { Fill, Order } from './order.ts';
import type { OrderStory, OrderTelling } from './trading-view.ts';

/** Stamps of fills and of orders, and what is under way between them, differ by this much at most (reference 4.5: tens of ms). */
const slackMs = 1_000;

/** The limit that the fill is beyond; where several may have been valid at it, the mildest, and undefined where that is kept. */
export function brokenLimit(fill: Fill, order: Order, story: OrderStory | undefined): Money | undefined {
  if (order.type !== 'limit' && order.type !== 'stop-limit') return undefined;
  const limits = limitsAt(fill, order, story);
  if (limits === undefined || fill.side === 'unknown') return undefined;
  const isBuy = fill.side === 'buy';
  const limit = isBuy ? Decimal.max(...limits) : Decimal.min(...limits);
  return (isBuy ? fill.price.gt(limit) : fill.price.lt(limit)) ? limit : undefined;
}

/** Limits that may have held at the fill; undefined = it is not known, and nobody may be accused. */
function limitsAt(
  fill: Fill,
  order: Order,
  story: OrderStory | undefined,
): readonly [Money, ...Money[]] | undefined {
  const present = order.limitPrice;
  if (present === undefined) return undefined;
  // Nothing is modified after the one fill that ended it: the last word is the word of then.
  if (order.status === 'filled' && fill.size >= order.size) return [present];
  const at = fill.exchangeAt;
  if (at === undefined) return undefined;
  const tellings = (story?.tellings ?? [asTelling(order)]).filter(
    ({ limitPrice }) => limitPrice !== undefined,
  );
  const possible: Money[] = [];
  for (const [index, telling] of tellings.entries()) {
    const next = tellings[index + 1];
    if ((telling.exchangeAt ?? telling.receivedAt) > at + slackMs) break;
    if (next !== undefined && at > next.receivedAt + slackMs) continue;
    if (index === 0 && isLate(telling, order, at)) return undefined;
    // What was said between these two is not kept, or was never heard: REST tells only what stands when it is asked.
    const isModified = next?.limitPrice !== undefined && !(telling.limitPrice?.eq(next.limitPrice) ?? false);
    const isGap = (index === 0 && (story?.dropped ?? 0) > 0) || (isModified && next.source === 'rest');
    if (next !== undefined && isGap) return undefined;
    if (telling.limitPrice !== undefined) possible.push(telling.limitPrice);
  }
  const [first, ...rest] = possible;
  return first === undefined ? undefined : [first, ...rest];
}

/** Without a stamp of its own update the first telling may be of any time up to its receipt. */
function isLate({ exchangeAt, receivedAt }: OrderTelling, { createdAt }: Order, at: number): boolean {
  const isStamped = exchangeAt !== undefined && exchangeAt !== createdAt;
  return !isStamped && receivedAt > at + slackMs;
}

function asTelling(order: Order): OrderTelling {
  const { source, status, size, fillVolume, limitPrice, stopPrice, filledPrice, receivedAt, words } = order;
  const exchangeAt = order.updatedAt ?? order.createdAt;
  return {
    source,
    status,
    size,
    fillVolume,
    limitPrice,
    stopPrice,
    filledPrice,
    exchangeAt,
    receivedAt,
    words,
  };
}
