// What can be wrong with orders, fills and positions, told once for diagnostics, alarms and /explain.
import type { Explanation } from './diagnostic.ts';

export const nakedPosition: Explanation = {
  concern: 'protection',
  title: 'Position without a stop',
  meaning: 'Working stops on the closing side, waiting bracket children included, do not cover the position.',
  causes: [
    'the stop was rejected, cancelled or never sent',
    'the bracket was refused and the entry was not',
    'the position grew and its stop did not',
  ],
  next: ['Put a stop on it or close it on the platform now', '/orders', '/positions'],
};

export const protectionUnknown: Explanation = {
  concern: 'protection',
  title: 'Position may be without a stop',
  meaning:
    'No working stop is seen for the position, and one that may be there cannot be seen from here: whether it is covered is not known.',
  causes: [
    'a gateway that does not answer `Order/v2/query`, which alone lists waiting bracket children',
    'an order with a status, type or side we do not know',
    'more working orders than can be read',
  ],
  next: ['Look at the stops of the position on the platform', '/orders', '/positions'],
};

export const wrongSideProtection: Explanation = {
  concern: 'protection',
  title: 'Protection on the wrong side',
  meaning: 'A stop or bracket child stands on the position’s own side: when it fills, the position grows.',
  causes: ['bracket ticks with the wrong sign', 'the suite mistakes the direction of its position'],
  next: ['Cancel it and put a stop on the other side on the platform now', '/orders'],
};

export const orphanOrder: Explanation = {
  concern: 'protection',
  title: 'Order left without a position',
  meaning: 'A stop or target still works though the position it protected is gone: its fill opens a new one.',
  causes: [
    'closing a position does not cancel orders that the server has not linked to it',
    'a stop filled and the suite did not cancel the target',
  ],
  next: ['Cancel the order on the platform now', '/orders'],
};

export const protectionRejected: Explanation = {
  concern: 'protection',
  title: 'Protective order rejected',
  meaning: 'The gateway rejected a stop while the position it was for is not covered.',
  causes: [
    'bracket orders while the account is in position-bracket mode',
    'bracket ticks without their sign, or fewer than 4',
    'a stop on the wrong side of the market',
  ],
  next: ['Put a stop on the position on the platform now', '/orders'],
};

export const orderRejected: Explanation = {
  concern: 'truth',
  title: 'Order rejected',
  meaning: 'The gateway rejected an order of the suite within the last minutes.',
  causes: [
    'bracket mode, bracket ticks, a price off the tick grid',
    'the account may not trade, or not at this hour',
  ],
  next: ['/orders with the order', 'Look at the suite’s log for the answer to its placement'],
};

export const orderExpired: Explanation = {
  concern: 'truth',
  title: 'Order expired',
  meaning: 'A working order ended by itself: what it was to do will not happen.',
  causes: ['the end of the session or of its validity'],
  next: ['/orders', 'Have the suite place it anew if it is still wanted'],
};

export const orderStuck: Explanation = {
  concern: 'truth',
  title: 'Order is stuck',
  meaning: 'An order has been pending, or pending its cancellation, for far longer than the gateway needs.',
  causes: ['an outage behind the gateway', 'an event that never came, so that it is not stuck at all'],
  next: ['Look at the order on the platform', '/orders with the order'],
};

export const fillMissed: Explanation = {
  concern: 'truth',
  title: 'Fill never seen on the hub',
  meaning: 'REST tells a fill that no event told: a suite that lives by events does not know of it.',
  causes: ['the gateway lost the event', 'the suite’s and our subscription of trades ended unseen'],
  next: ['Compare the suite’s position with /positions', 'Restart the suite if it differs'],
};

export const positionDrift: Explanation = {
  concern: 'truth',
  title: 'Position differs between hub and REST',
  meaning: 'What the hub’s events add up to is not what the gateway holds.',
  causes: ['a position event was lost', 'a fill was lost', 'a manual trade whose event was lost'],
  next: ['/positions', 'Trust the platform; restart the suite'],
};

export const duplicateOrder: Explanation = {
  concern: 'truth',
  title: 'Same order placed twice',
  meaning: 'Two orders that are equal in everything were placed within a client’s time-out of each other.',
  causes: ['a placement that timed out after it was accepted and was sent again'],
  next: ['Look at the position’s size on the platform', '/orders', 'Use a customTag for each intended order'],
};

export const fillWorseThanLimit: Explanation = {
  concern: 'data',
  title: 'Fill worse than its limit',
  meaning: 'A limit order is told as filled at a price that it does not allow.',
  causes: ['a wrong price in an event', 'an order that was modified without an event'],
  next: ['Compare with the platform', '/orders with the order'],
};

export const fillOffMarket: Explanation = {
  concern: 'data',
  title: 'Fill away from the market',
  meaning: 'A fill’s price lies outside everything that was quoted and traded around it.',
  causes: ['a wrong price in an event', 'prints that did not reach us'],
  next: ['Compare with the platform’s chart', '/orders with the order'],
};

export const openTowardsClose: Explanation = {
  concern: 'permission',
  title: 'Position open towards 15:10 CT',
  meaning: 'Positions must be flat by 15:10 Chicago time; after that the platform liquidates.',
  causes: ['the suite has no end-of-day exit', 'its exit failed'],
  next: ['Close the position', '/positions'],
};

export const accountLocked: Explanation = {
  concern: 'permission',
  title: 'Account may not trade',
  meaning: 'The gateway says canTrade:false: orders are refused, also those that would protect a position.',
  causes: ['a rule breach or daily loss limit', 'the end-of-day lock', 'an account not yet activated'],
  next: ['Look at the account on the platform', 'Stop the suite until it is clear'],
};

export const protectionTooLarge: Explanation = {
  concern: 'truth',
  title: 'Protection larger than the position',
  meaning:
    'Working stops together are larger than the position: when they fill, what is over opens a new one.',
  causes: [
    'the entry filled in part and the rest was cancelled, but the bracket kept its size',
    'a part was closed by hand',
  ],
  next: ['Set the stop to the position’s size on the platform', '/orders', '/positions'],
};

export const oddFraming: Explanation = {
  concern: 'upkeep',
  title: 'Messages are framed oddly',
  meaning:
    'Messages came split over frames or without their end mark. They were put together here; clients that are not so patient lose them.',
  causes: ['a proxy between the suite and the gateway', 'a new version of the hub server'],
  next: ['Check that the suite receives as much as this desk does: /data', 'Look for a proxy on the way'],
};

export const oddPayload: Explanation = {
  concern: 'upkeep',
  title: 'Messages we do not fully understand',
  meaning: 'The gateway sent members, enum values or shapes outside what is documented; they were left out.',
  causes: ['a new version of the gateway', 'a proxy that changes messages'],
  next: ['Report it with the sample below', 'Check that the suite’s client copes with it'],
};
