// What the simulated exchange accepts: placements checked in the gateway's order of codes, refusals in its words.
import type { SimAccount } from './accounts.ts';
import { type ContractList, type SimContract, ticksOf } from './contracts.ts';
import type { Touch } from './market.ts';
import { type Bracket, kind, side } from './order-state.ts';

export interface Placement {
  readonly accountId: number;
  readonly contractId: string;
  readonly type: number;
  readonly side: number;
  readonly size: number;
  readonly limitPrice: number | undefined;
  readonly stopPrice: number | undefined;
  /** An absolute price; the gap to the last price becomes the trail. */
  readonly trailPrice: number | undefined;
  readonly customTag: string | undefined;
  readonly linkedOrderId: number | undefined;
  readonly stopLoss: Bracket | undefined;
  readonly takeProfit: Bracket | undefined;
}

export interface Prices {
  readonly limitTicks: number | null;
  readonly stopTicks: number | null;
  readonly trailTicks: number | null;
}

export type Checked<T> = { readonly ok: T } | { readonly refusal: string };

const minBracketTicks = 4;
const maxTrailTicks = 1000;
/** Farther from the market than this share a limit is out of range; close to the exchange's daily limit. */
const priceRange = 0.07;

function bracketRefusal(
  name: 'stop loss' | 'take profit',
  bracket: Bracket,
  isBuy: boolean,
): string | undefined {
  const wantsNegative = (name === 'stop loss') === isBuy;
  const { ticks } = bracket;
  const given = `Invalid ${name} ticks (${ticks}).`;
  if (wantsNegative ? ticks >= 0 : ticks <= 0)
    return `${given} Ticks should be ${wantsNegative ? 'less' : 'greater'} than zero when ${isBuy ? 'longing' : 'shorting'}.`;
  if (Math.abs(ticks) < minBracketTicks) return `${given} Ticks should be at least ${minBracketTicks} away.`;
  return undefined;
}

/** Undefined = the brackets are fine. */
export function checkBrackets(placement: Placement, account: SimAccount): string | undefined {
  const { stopLoss, takeProfit } = placement;
  if (stopLoss === undefined && takeProfit === undefined) return undefined;
  if (account.brackets === 'position')
    return 'Brackets are not allowed on orders in Position Brackets mode. Switch the account to Auto OCO Brackets.';
  const isBuy = placement.side === side.buy;
  if (stopLoss !== undefined) {
    const refused = bracketRefusal('stop loss', stopLoss, isBuy);
    if (refused !== undefined) return refused;
    if (stopLoss.type !== kind.stop && stopLoss.type !== kind.trailingStop)
      return `Invalid stop loss type (${stopLoss.type}). Type should be Stop or TrailingStop.`;
  }
  if (takeProfit !== undefined) {
    const refused = bracketRefusal('take profit', takeProfit, isBuy);
    if (refused !== undefined) return refused;
    if (takeProfit.type !== kind.limit)
      return `Invalid take profit type (${takeProfit.type}). Type should be Limit.`;
  }
  return undefined;
}

function onGrid(contract: SimContract, price: number | undefined, name: string): Checked<number | null> {
  if (price === undefined) return { ok: null };
  const ticks = ticksOf(contract, price);
  return ticks === undefined
    ? { refusal: `Invalid ${name} price. Price is not aligned to tick size.` }
    : { ok: ticks };
}

interface AskedPrices {
  readonly type: number;
  readonly side: number;
  readonly limitPrice: number | undefined;
  readonly stopPrice: number | undefined;
  readonly trailPrice: number | undefined;
}

/** The prices an order of this type works with, in ticks. */
export function checkPrices(asked: AskedPrices, contract: SimContract, touch: Touch): Checked<Prices> {
  const isBuy = asked.side === side.buy;
  const limit = onGrid(contract, asked.limitPrice, 'limit');
  if ('refusal' in limit) return limit;
  const stop = onGrid(contract, asked.stopPrice, 'stop');
  if ('refusal' in stop) return stop;
  const nothing = { limitTicks: null, stopTicks: null, trailTicks: null };
  const { type } = asked;
  if (type === kind.limit || type === kind.stopLimit) {
    if (limit.ok === null) return { refusal: 'Limit price not set.' };
    if (Math.abs(limit.ok - touch.last) > Math.abs(touch.last) * priceRange)
      return { refusal: 'Invalid price outside allowed range' };
  }
  if (type === kind.stop || type === kind.stopLimit) {
    if (stop.ok === null) return { refusal: 'Stop price not set.' };
    if (isBuy ? stop.ok <= touch.last : stop.ok >= touch.last) return { refusal: 'Invalid stop price' };
  }
  switch (type) {
    case kind.limit:
      return { ok: { ...nothing, limitTicks: limit.ok } };
    case kind.stopLimit:
      return { ok: { ...nothing, limitTicks: limit.ok, stopTicks: stop.ok } };
    case kind.stop:
      return { ok: { ...nothing, stopTicks: stop.ok } };
    case kind.joinBid:
      return { ok: { ...nothing, limitTicks: touch.bid } };
    case kind.joinAsk:
      return { ok: { ...nothing, limitTicks: touch.ask } };
    case kind.market:
      return { ok: nothing };
    case kind.trailingStop: {
      if (asked.trailPrice === undefined) return { refusal: 'Trail price not set.' };
      const trail = ticksOf(contract, asked.trailPrice);
      if (trail === undefined) return { refusal: 'Trail price not aligned to tick size.' };
      const distance = Math.abs(touch.last - trail);
      if (distance === 0) return { refusal: 'Trail distance not set.' };
      if (distance > maxTrailTicks) return { refusal: `Trail distance over ${maxTrailTicks} ticks.` };
      const stopTicks = touch.last + (isBuy ? distance : -distance);
      return { ok: { ...nothing, stopTicks, trailTicks: distance } };
    }
    default:
      return { refusal: 'Invalid order type' };
  }
}

/** What one lot must be covered with, in ticks' worth: about $500 for ES and $20 for MNQ, an intraday margin. */
const marginTicks = 40;

export interface PlacementContext {
  /** Lots held: long above zero, short below. */
  readonly held: number;
  readonly account: SimAccount | undefined;
  readonly contracts: ContractList;
  readonly isOpen: boolean;
}

/** A refusal before there is an order: the errorCode of `Order/place`; else the contract. */
export function admit(
  placement: Placement,
  { account, contracts, isOpen, held }: PlacementContext,
): number | SimContract {
  if (account === undefined) return 1;
  const contract = contracts.byId(placement.contractId);
  if (contract === undefined) return 8;
  if (!contract.active) return 9;
  if (!account.canTrade) return 4;
  if (!isOpen) return 5;
  const after = Math.abs(held + (placement.side === side.buy ? placement.size : -placement.size));
  const cannotPay = after * marginTicks * contract.tickCents > account.balanceCents;
  return after > Math.abs(held) && cannotPay ? 3 : contract;
}
