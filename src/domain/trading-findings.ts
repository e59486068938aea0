// What can be wrong with orders, fills and positions, told once for diagnostics, alarms and /explain.
import type { Explanation } from './diagnostic.ts';

export const nakedPosition: Explanation = {
  concern: 'protection',
  title: 'Position without a stop',
  meaning: 'The working stops, suspended bracket children included, do not cover the whole position.',
  causes: [
    'the stop was rejected, cancelled or never sent',
    'the bracket was refused but the entry was accepted',
    'the position grew but its stop did not',
  ],
  next: ['Put a stop on it or close it now, on the platform', '/orders', '/positions'],
};

export const protectionUnknown: Explanation = {
  concern: 'protection',
  title: 'Position may be without a stop',
  meaning:
    'No working stop covers the whole position as far as Pitwatch can see, and there may be one it cannot see.',
  causes: [
    'the gateway does not answer `Order/v2/query`, the only call that lists suspended bracket children',
    'an order with an unknown status, type, side or size',
    'more working orders than can be read',
  ],
  next: ['Check on the platform now whether the position has a stop', '/orders', '/positions'],
};

export const wrongSideProtection: Explanation = {
  concern: 'protection',
  title: 'Protection on the wrong side',
  meaning: 'A stop or bracket child is on the same side as the position: if it fills, the position grows.',
  causes: ['bracket ticks with the wrong sign', 'the suite has the direction of its position wrong'],
  next: ['On the platform now: cancel it and put a stop on the closing side', '/orders'],
};

export const orphanOrder: Explanation = {
  concern: 'protection',
  title: 'Order left without a position',
  meaning:
    'A stop or target is still working although its position is gone: if it fills, it opens a new position.',
  causes: [
    'closing a position does not cancel orders the server has not linked to it',
    'a stop filled and the suite did not cancel the target',
  ],
  next: ['Cancel the order on the platform now', '/orders'],
};

export const protectionRejected: Explanation = {
  concern: 'protection',
  title: 'Protective order rejected',
  meaning: 'The gateway rejected a stop, and the position it was for is not covered.',
  causes: [
    'bracket orders while the account is in Position Brackets mode, not Auto OCO Brackets',
    'bracket ticks without their sign, or fewer than 4',
    'a stop on the wrong side of the market',
  ],
  next: ['Put a stop on the position on the platform now', '/orders'],
};

export const orderRejected: Explanation = {
  concern: 'truth',
  title: 'Order rejected',
  meaning: 'The gateway rejected an order of the suite in the last few minutes.',
  causes: [
    'bracket mode, bracket ticks, a price off the tick grid',
    'the account is not allowed to trade, or not at this hour',
  ],
  next: ['/orders with the order', 'Look in the suite’s log for the gateway’s answer to the placement'],
};

export const orderExpired: Explanation = {
  concern: 'truth',
  title: 'Order expired',
  meaning: 'A working order expired: it can no longer fill.',
  causes: ['the session or its time in force ended'],
  next: ['/orders', 'Have the suite place it again if it is still wanted'],
};

export const orderStuck: Explanation = {
  concern: 'truth',
  title: 'Order is stuck',
  meaning: 'An order has been pending, or pending cancellation, for far longer than the gateway needs.',
  causes: ['an outage behind the gateway', 'a lost event: the order may not be stuck at all'],
  next: ['Look at the order on the platform', '/orders with the order'],
};

export const fillMissed: Explanation = {
  concern: 'truth',
  title: 'Fill never seen on the hub',
  meaning:
    'REST lists a fill that the hub never reported: a suite that relies on hub events does not know about it.',
  causes: ['the gateway lost the event', 'the subscription to trades ended unnoticed'],
  next: ['Compare the suite’s position with /positions', 'Restart the suite if it differs'],
};

export const positionDrift: Explanation = {
  concern: 'truth',
  title: 'Position differs between hub and REST',
  meaning: 'The position according to hub events is not the position the gateway holds.',
  causes: ['a position event was lost', 'a fill was lost', 'a manual trade whose event was lost'],
  next: ['/positions', 'Trust the platform; restart the suite'],
};

export const duplicateOrder: Explanation = {
  concern: 'truth',
  title: 'Same order placed twice',
  meaning:
    'Two identical orders were placed so close together that one may be a retry after a client time-out.',
  causes: ['a placement that was accepted, timed out on the way back and was sent again'],
  next: ['Look at the position’s size on the platform', '/orders', 'Use a customTag for each intended order'],
};

export const fillWorseThanLimit: Explanation = {
  concern: 'data',
  title: 'Fill worse than its limit',
  meaning: 'A limit order was reported filled at a price worse than its limit.',
  causes: ['a wrong price in an event', 'an order modified without an event'],
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
  title: 'Position still open near the end of the day',
  meaning:
    'Positions must be flat by 15:10 Chicago time; on a half day, and where the product closes sooner every day (grains, livestock), before that close. After it the platform liquidates.',
  causes: ['the suite has no end-of-day exit', 'its exit failed'],
  next: ['Close the position', '/positions'],
};

export const accountLocked: Explanation = {
  concern: 'permission',
  of: 'account',
  title: 'Account is not allowed to trade',
  meaning: 'The gateway says canTrade:false: it refuses orders, even those that would protect a position.',
  causes: ['a rule breach or daily loss limit', 'the end-of-day lock', 'an account not yet activated'],
  next: ['Look at the account and its position on the platform', 'Stop the suite until the reason is clear'],
};

export const protectionTooLarge: Explanation = {
  concern: 'truth',
  title: 'Protection larger than the position',
  meaning:
    'The working stops add up to more than the position: if they all fill, the excess opens a new position.',
  causes: [
    'the entry filled only in part and the rest was cancelled, but the bracket kept its size',
    'part of the position was closed by hand',
  ],
  next: ['Set the stop to the position’s size on the platform', '/orders', '/positions'],
};

export const oddFraming: Explanation = {
  concern: 'upkeep',
  title: 'Messages are framed oddly',
  meaning:
    'Messages came split over frames or without their end mark. Pitwatch put them together; other clients may lose them.',
  causes: ['a proxy between the suite and the gateway', 'a new version of the hub server'],
  next: ['Compare what the suite receives with /data', 'Look for a proxy in between'],
};

export const oddPayload: Explanation = {
  concern: 'upkeep',
  title: 'Messages not fully understood',
  meaning: 'The gateway sent fields, values or shapes that are not documented; Pitwatch ignored those parts.',
  causes: ['a new version of the gateway', 'a proxy that changes messages'],
  next: ['Check that the suite’s client copes with it', 'Report it with the sample in the evidence'],
};
