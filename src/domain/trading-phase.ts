// Where a suite's market stands: what the calendar says, unless prints show that it trades all the same.
import type { MarketPhase } from './calendar.ts';
import type { SuiteView } from './suite.ts';

/** Late prints of the closing auction and corrections prove nothing. */
const afterCloseMs = 120_000;
/** A print this young means that the market trades now. */
const tradingMs = 10_000;

/**
 * A calendar can be wrong (a product with hours of its own, an exchange's exception, a simulator that never closes); a print with the
 * exchange's own time after the close cannot. Quotes do not count: they move before an opening too. While a hub is down, it is asked whether the
 * market traded when it went. Silence gives the word back to the calendar, so nothing is ever called mute on this ground.
 */
export function tradingPhase(calendar: MarketPhase, suite: SuiteView, now: number): MarketPhase {
  if (calendar.kind === 'open') return calendar;
  const print = suite.streams.find((stream) => stream.kind === 'trade');
  const lastAt = print?.lastExchangeAt;
  if (lastAt === undefined || lastAt < calendar.closedAt + afterCloseMs) return calendar;
  const gap = suite.login.hubs.market.gaps.at(-1);
  const judgedAt = gap !== undefined && gap.endedAt === undefined ? gap.startedAt : now;
  if (judgedAt - lastAt > tradingMs) return calendar;
  return {
    kind: 'open',
    openedAt: calendar.closedAt,
    closesAt: calendar.opensAt,
    note: 'it trades although the calendar says closed',
    ...(calendar.dayEnd === undefined ? {} : { dayEnd: calendar.dayEnd }),
  };
}
