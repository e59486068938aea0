// What the money diagnostics share: the account's name, its truth, its lots, and why something cannot be told.
import type { Evidence, ExamineContext } from './diagnostic.ts';
import { balanceTruth, type BalanceMove, type BalanceTruth } from './balance-truth.ts';
import { amountText, changeText, costsUnknown, madeAt, netOf } from './half-turns.ts';
import { pointValue, rebuildLots, type RebuiltLots } from './lots.ts';
import type { HalfTurn, MoneyView } from './money-view.ts';
import { chicagoTime } from './span.ts';
import type { SuiteView } from './suite.ts';

export function accountName({ account, spec }: SuiteView): string {
  return account?.name ?? spec.account ?? 'the account';
}

/** The last answer for each account: several questions of several suites ask for the same one at the same instant. */
const truths = new WeakMap<
  MoneyView,
  { readonly now: number; readonly settleMs: number; readonly truth: BalanceTruth }
>();

export function truthOf({ money }: SuiteView, { now, thresholds }: ExamineContext): BalanceTruth {
  const settleMs = thresholds.moneySettleMs;
  const before = truths.get(money);
  if (before?.now === now && before.settleMs === settleMs) return before.truth;
  const truth = balanceTruth(money, now, settleMs);
  truths.set(money, { now, settleMs, truth });
  return truth;
}

export type LotsOfSuite =
  | { readonly kind: 'known'; readonly lots: RebuiltLots }
  | { readonly kind: 'open'; readonly why: string };

/** By account and contract, each grouped once for whoever asks next. */
const grouped = new WeakMap<readonly HalfTurn[], ReadonlyMap<string, readonly HalfTurn[]>>();

/** The half turns of one contract. */
export function turnsOf({ halfTurns }: MoneyView, contractId: string): readonly HalfTurn[] {
  let groups = grouped.get(halfTurns);
  if (groups === undefined) {
    const made = new Map<string, HalfTurn[]>();
    for (const turn of halfTurns) {
      const group = made.get(turn.contractId);
      if (group === undefined) made.set(turn.contractId, [turn]);
      else group.push(turn);
    }
    groups = made;
    grouped.set(halfTurns, groups);
  }
  return groups.get(contractId) ?? [];
}

/** Those that were voided at some time, found once for whoever asks next. */
const voided = new WeakMap<readonly HalfTurn[], readonly HalfTurn[]>();

export function voidedTurns({ halfTurns }: MoneyView): readonly HalfTurn[] {
  const known = voided.get(halfTurns);
  if (known !== undefined) return known;
  const found = halfTurns.filter(({ voidedAt }) => voidedAt !== undefined);
  voided.set(halfTurns, found);
  return found;
}

/** The lots of the suite's own contract; open where a thing they need is not known. */
export function lotsOf(suite: SuiteView, { now, thresholds }: ExamineContext): LotsOfSuite {
  const open = (why: string): LotsOfSuite => ({ kind: 'open', why });
  const { contract, money, position, reconciledAt, trading } = suite;
  if (contract === undefined) return open('the contract has not been found');
  const value = pointValue(contract);
  if (value === undefined) return open(`the gateway reports no tick value for ${contract.name}`);
  if (money.agreed === undefined) return open('the fills have not been read over REST yet');
  let newest = 0;
  let whole = true;
  const every = turnsOf(money, contract.id);
  const valid: HalfTurn[] = [];
  for (const turn of every) {
    newest = Math.max(newest, madeAt(turn), turn.voidedAt ?? 0);
    if (turn.voidedAt !== undefined) continue;
    whole &&= turn.side !== 'unknown' && turn.size > 0;
    valid.push(turn);
  }
  if (now - newest < thresholds.moneySettleMs) return open('a fill came a moment ago');
  if (reconciledAt === undefined) return open('the position has not been agreed with REST yet');
  if (
    position !== undefined &&
    position.receivedAt > Math.max(newest + thresholds.moneySettleMs, reconciledAt)
  ) {
    return open('the position changed, and the fills that made it have not been read over REST since');
  }
  // A fill between the question for the position and its answer may be missing in that. The hub tells it; REST alone tells it by the
  // exchange's clock, which may be this far from ours before that is told.
  const clocksMs = trading.hubSinceAt === undefined ? thresholds.clockWarnMs : 0;
  const askedAt = (trading.restAskedAt ?? reconciledAt) - clocksMs;
  if (Math.max(position?.source === 'hub' ? position.receivedAt : 0, askedAt) < newest) {
    return open('the position has not been reported since the last fill');
  }
  if (!whole) return open('a fill came without its side or size');
  if (position?.side === 'unknown') return open('the position came without its direction');
  const size = position === undefined || position.side === 'flat' ? 0 : position.size;
  const held = position?.side === 'short' ? -size : size;
  // The gateway may void a trade and leave the position as it was: then the others were booked with it, and taking it out would make
  // lots that nobody ever held.
  const turns = [valid, every].find((some) => valid.length === every.length || sizeOf(some) === held);
  if (turns === undefined) return open('a trade was voided, and whether the position counts it is not known');
  return { kind: 'known', lots: rebuildLots(turns, held, value) };
}

/** Signed: what these fills alone would make of a flat position. */
function sizeOf(turns: readonly HalfTurn[]): number {
  return turns.reduce((sum, { side, size }) => sum + (side === 'buy' ? size : -size), 0);
}

/** `MNQZ5 sell 2 at 25418.25 (trade 88123401, 09:04:40 CT)`. */
export function turnText(
  { side, size, price, id, exchangeAt, receivedAt }: HalfTurn,
  contract: string,
): string {
  return `${contract} ${side} ${size} at ${price.toFixed()} (trade ${id}, ${chicagoTime(exchangeAt ?? receivedAt)})`;
}

export function contractText(suite: SuiteView, contractId: string): string {
  const known = suite.login.suites.find(({ contract }) => contract?.id === contractId);
  return known?.contract?.name ?? contractId;
}

/** The sums behind a judgement, as evidence. */
export function balanceEvidence(move: BalanceMove): readonly [Evidence, ...Evidence[]] {
  const fills = move.turns.length === 0 ? 'no fill' : `${move.turns.length} half turns`;
  const told = { source: 'GatewayUserAccount, Account/search', at: move.toAt };
  return [
    {
      label: 'difference',
      value: changeText(move.difference),
      threshold: 'fail over 0.01',
      source: `balance against ${fills}`,
      at: move.toAt,
    },
    {
      label: 'balance',
      value: `${amountText(move.before)} → ${amountText(move.after)} between ${chicagoTime(move.fromAt)} and ${chicagoTime(move.toAt)}`,
      ...told,
    },
    {
      label: 'explained by fills',
      value: `${changeText(move.after.minus(move.before).minus(move.difference))} (${fills})`,
      source: 'GatewayUserTrade, Trade/search',
      at: move.toAt,
    },
  ];
}

/** What a difference equals to the cent, where it is something we know; undefined = nothing. */
export function likeness({ difference, turns }: BalanceMove): string | undefined {
  const whole = turns.find((turn) => turn.voidedAt !== undefined && netOf(turn).equals(difference));
  if (whole !== undefined) return `exactly the voided trade ${whole.id}, which the balance still contains`;
  const twice = turns.find((turn) => netOf(turn).abs().equals(difference.abs()) && !difference.isZero());
  if (twice !== undefined) return `exactly the net result of trade ${twice.id}`;
  const cost = turns.find((turn) =>
    [turn.fees, turn.commissions].some(
      (one) => one !== undefined && !one.isZero() && one.equals(difference.abs()),
    ),
  );
  return cost === undefined ? undefined : `exactly a fee or commission of trade ${cost.id}`;
}

/** True where the balance moved by exactly a trade that was voided, known to us only as voided: that is its explanation. */
export function takenBack({ money }: SuiteView, { difference }: BalanceMove): boolean {
  return money.halfTurns.some(
    (turn) => turn.voidedAt !== undefined && netOf(turn).negated().equals(difference),
  );
}

/**
 * True where costs that were never told can be all of the difference: the balance is lower than the fills explain, by no more than
 * 10 dollars for each lot without them (ours: above any published commission).
 */
export function mayBeCosts({ difference, turns }: BalanceMove): boolean {
  const lots = turns.filter(costsUnknown).reduce((sum, { size }) => sum + size, 0);
  return difference.isNegative() && difference.abs().lessThanOrEqualTo(10 * lots);
}
