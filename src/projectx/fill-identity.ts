// What a fill is does not change by not being said again: what one telling of it leaves out, another may have told.
import type { Fill } from '../domain/order.ts';

type Identity = Pick<Fill, 'orderId' | 'exchangeAt' | 'side' | 'size'>;

/** What `first` says, and what it leaves out as `second` says it. */
export function identityOf(first: Identity, second: Identity): Identity {
  return {
    orderId: first.orderId === '' ? second.orderId : first.orderId,
    exchangeAt: first.exchangeAt ?? second.exchangeAt,
    side: first.side === 'unknown' ? second.side : first.side,
    size: first.size === 0 ? second.size : first.size,
  };
}
