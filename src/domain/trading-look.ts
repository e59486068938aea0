// What every question about orders and positions needs first: an account, a contract, and books that were read at least once.
import type { Evidence, Verdict } from './diagnostic.ts';
import { isWorking } from './exposure.ts';
import { wasLost } from './hub-condition.ts';
import { orderWords, positionWords } from './order-words.ts';
import type { Order } from './order.ts';
import { spanText } from './span.ts';
import type { SuiteView } from './suite.ts';
import type { OrderTelling } from './trading-view.ts';

type Skip = Extract<Verdict, { status: 'skip' }>;

/** Why nothing can be told about the suite's orders; undefined = it can. */
export function withoutBooks({ spec, account, contract, reconciledAt }: SuiteView): Skip | undefined {
  if (spec.observe === 'probe')
    return { status: 'skip', reason: 'observed by a probe, which is not available yet' };
  if (contract === undefined) return { status: 'skip', reason: `${spec.name}: its contract is not found` };
  if (account === undefined) return { status: 'skip', reason: `${spec.name}: its account is not found` };
  if (reconciledAt === undefined)
    return { status: 'skip', reason: `${spec.name}: orders and positions have not been read over REST yet` };
  return undefined;
}

/**
 * Why it cannot be said that all is well with orders and positions; undefined = it can. What was wrong when they were last read is told on.
 */
export function agedBooks({ spec, exposure }: SuiteView, now: number): Skip | undefined {
  if (exposure.kind === 'unknown' || exposure.readAt === undefined) return undefined;
  return {
    status: 'skip',
    reason: `${spec.name}: orders and positions were last read ${spanText(now - exposure.readAt)} ago and may have changed`,
  };
}

/** Why nothing can be told about what the user hub missed; undefined = it can. */
export function withoutEvents(suite: SuiteView): Skip | undefined {
  const books = withoutBooks(suite);
  if (books !== undefined) return books;
  if (suite.spec.observe === 'rest')
    return { status: 'skip', reason: 'observed by REST polling: no user hub of ours to compare with' };
  if (suite.login.hubs.user.state.kind !== 'connected' || suite.trading.hubSinceAt === undefined)
    return { status: 'skip', reason: 'the user hub is not connected and subscribed', hubs: ['user'] };
  return undefined;
}

/**
 * True where it is known to have lasted that long. What only REST tells is known as of its last answer: a moment later the stop may have
 * come, or the order gone. Twice the time is enough without: a gateway that answers no more must not silence it.
 */
export function hasLasted(
  { trading, reconciledAt }: Pick<SuiteView, 'trading' | 'reconciledAt'>,
  sinceAt: number,
  now: number,
  ms: number,
): boolean {
  const knownAt = trading.hubSinceAt === undefined ? Math.min(reconciledAt ?? now, now) : now;
  return knownAt - sinceAt >= ms || now - sinceAt >= 2 * ms;
}

/** Since when an order has been told as it is, as far as that matters; REST tells it again and again, which is no change. */
export function toldSince(
  { trading }: Pick<SuiteView, 'trading'>,
  order: Order,
  matters: (telling: Pick<OrderTelling, 'status' | 'size' | 'fillVolume'>) => string,
): number {
  const tellings = trading.story(order.id)?.tellings ?? [];
  const now = matters(order);
  const before = tellings.findLastIndex((telling) => matters(telling) !== now);
  return tellings[before + 1]?.receivedAt ?? order.receivedAt;
}

/**
 * Why an order that ended at once may have escaped us lately; undefined = the user hub told every order meanwhile, or REST was asked
 * for what it missed.
 */
export function unseenOrders(suite: SuiteView, now: number, withinMs: number): Skip | undefined {
  const unseen = (why: string): Skip => ({ status: 'skip', reason: `not seen: ${why}` });
  const { spec, login, trading } = suite;
  if (spec.observe === 'rest') {
    if (trading.endsKnownFrom === undefined)
      return unseen('REST has not told which orders were rejected, cancelled or expired');
    const toldMs = now - (trading.endsPolledAt ?? now);
    return toldMs < withinMs
      ? undefined
      : unseen(`REST last told ${spanText(toldMs)} ago which orders were rejected, cancelled or expired`);
  }
  const hub = login.hubs.user;
  if (
    hub.state.kind !== 'connected' ||
    trading.hubSinceAt === undefined ||
    trading.endsKnownFrom === undefined
  )
    return { ...unseen('the user hub is not connected and subscribed'), hubs: ['user'] };
  const awayMs = now - trading.endsKnownFrom;
  // What is known from before this connection was asked for: there the span begins because we began to listen.
  const isAsked = trading.endsKnownFrom < trading.hubSinceAt;
  if (wasLost(hub) && !isAsked && awayMs < withinMs)
    return {
      ...unseen(`orders that ended while the user hub was away, until ${spanText(awayMs)} ago`),
      hubs: ['user'],
    };
  return undefined;
}

/** How far back it is known how orders ended: the whole span, or since we listen. */
export function seenSpan({ trading }: SuiteView, now: number, withinMs: number): string {
  const { endsKnownFrom, endsPolledAt } = trading;
  const heardMs = now - (endsKnownFrom ?? now);
  const span =
    heardMs < withinMs
      ? `since Pitwatch has been listening (${spanText(heardMs)})`
      : `in the last ${spanText(withinMs)}`;
  return endsPolledAt === undefined ? span : `${span}, as REST told it ${spanText(now - endsPolledAt)} ago`;
}

/** When an order became what it is: REST may tell hours later that one ended, and that is no news of now. */
export function changedAt({
  source,
  status,
  updatedAt,
  receivedAt,
}: Pick<Order, 'source' | 'status' | 'updatedAt' | 'receivedAt'>): number {
  if (source === 'hub' || isWorking({ status })) return receivedAt;
  return Math.min(updatedAt ?? receivedAt, receivedAt);
}

export function orderEvidence(order: Order, threshold?: string): Evidence {
  return {
    label: `order ${order.id}`,
    value: `${orderWords(order)}, ${order.status}${order.fillVolume > 0 ? `, ${order.fillVolume} filled` : ''}`,
    ...(threshold === undefined ? {} : { threshold }),
    source: order.source === 'hub' ? 'user hub' : 'REST orders',
    at: order.receivedAt,
  };
}

export function positionEvidence({ position, reconciledAt }: SuiteView, now: number): Evidence {
  return {
    label: 'position',
    value: position === undefined ? 'flat' : positionWords(position),
    source: position?.source === 'hub' ? 'user hub' : 'REST Position/searchOpen',
    at: position?.receivedAt ?? reconciledAt ?? now,
  };
}
