// Why the gateway refuses orders: its own words explained, and, where it says nothing, what the order itself gives away.
import type { MarketPhase } from './calendar.ts';
import type { Contract } from './market.ts';
import type { Account, Order } from './order.ts';
import { isStop } from './exposure.ts';

/** Words seen from the gateway (reference 4.3) and what to do about each. */
const known: readonly (readonly [RegExp, string])[] = [
  [/at least 4|minimum.*ticks|fewer than/i, 'Brackets need at least 4 ticks.'],
  [
    /less than zero when longing|greater than zero when shorting|invalid (stop loss|take profit) ticks/i,
    'Bracket ticks are signed from the fill: for a long the stop is negative and the target positive, for a short the reverse.',
  ],
  [
    /bracket/i,
    'The account is in Position Brackets mode: switch it to Auto OCO Brackets, or place stop and target as separate orders.',
  ],
  [
    /invalid stop price/i,
    'The stop is on the wrong side of the market: a sell stop belongs below it, a buy stop above.',
  ],
  [/outside allowed range/i, 'The limit is too far from the market: place it closer.'],
  [/tick size|not aligned/i, 'The price is off the contract’s tick grid: round it to whole ticks.'],
  [
    /trail/i,
    'The trailing stop’s distance is missing, above 1000 ticks, or there is no last price to trail from.',
  ],
  [/hours|market (is )?closed/i, 'The market is closed for this contract: place it after the open.'],
  [/fund|margin|buying power/i, 'The account does not have enough funds for it.'],
  [/custom ?tag/i, 'Its customTag was used before: it must be unique per account.'],
  [/violation|loss limit|locked/i, 'The account broke a rule or reached its loss limit.'],
  [/symbol|contract/i, 'The contract is unknown or no longer the active one.'],
];

export interface RefusalContext {
  readonly market: MarketPhase;
  readonly account: Account | undefined;
  readonly contract: Contract | undefined;
}

/** One sentence; a guess is said to be one. */
export function refusalMeaning(order: Order, { market, account, contract }: RefusalContext): string {
  const { words } = order;
  if (words !== undefined) {
    const found = known.find(([pattern]) => pattern.test(words));
    if (found !== undefined) return found[1];
    return 'Pitwatch does not know this refusal: go by the gateway’s own words.';
  }
  if (order.status === 'expired') return 'Its time in force ended.';
  if (account?.canTrade === false)
    return 'Probably because the account is not allowed to trade (canTrade:false).';
  if (contract?.activeContract === false) return 'Probably because the contract is no longer the active one.';
  if (market.kind === 'closed') return 'Probably because the market is closed.';
  if (order.parentOrderId !== undefined)
    return 'Probably its bracket: sign or number of ticks, or an account in Position Brackets mode.';
  if (isStop(order)) return 'Probably a stop on the wrong side of the market, or a price off the tick grid.';
  return 'The gateway gave no reason here: look in the suite’s log for the answer to the placement.';
}
