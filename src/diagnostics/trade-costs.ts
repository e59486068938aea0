// Do fees and commissions come with every fill, at the usual amount per lot?
import { diagnostic, type Evidence } from '../domain/diagnostic.ts';
import { centMicros, inOrder, microsOf, moneyOf } from '../domain/half-turns.ts';
import type { Money } from '../domain/market.ts';
import { costsChanged, costsMissing } from '../domain/money-findings.ts';
import { turnsOf, turnText } from '../domain/money-look.ts';
import type { HalfTurn } from '../domain/money-view.ts';

/** Fewer fills than this do not make a usual cost. */
const enough = 5;
/** What a lot of several costs need not come out even. */
const shownDecimals = 4;

export default diagnostic({
  name: 'trade-costs',
  question: 'Are fees and commissions reported, and as usual?',
  severity: 'low',
  scope: 'suite',
  dependsOn: ['gateway-reachable', 'rest-session'],
  topics: ['money'],
  findings: { 'costs-changed': costsChanged, 'costs-missing': costsMissing },
  examine({ money, contract }, { now }) {
    if (contract === undefined) return { status: 'skip', reason: 'the contract has not been found' };
    const turns = inOrder(turnsOf(money, contract.id).filter((turn) => !turn.voided && turn.size > 0));
    if (turns.length === 0) {
      return money.agreed === undefined
        ? { status: 'skip', reason: 'the fills have not been read over REST yet' }
        : {
            status: 'pass',
            summary: `No fill of ${contract.name} is known, so there are no costs to check.`,
            evidence: [],
          };
    }
    for (const member of ['fees', 'commissions'] as const) {
      const change = changeIn(turns, member);
      if (change === undefined) continue;
      const { usual, turn, count } = change;
      return {
        status: 'warn',
        finding: 'costs-changed',
        summary: `The ${member} of ${contract.name} went from ${usual.toDecimalPlaces(shownDecimals).toFixed()} to ${perLot(turn, member)?.toFixed() ?? '?'} a lot with ${turnText(turn, contract.name)}.`,
        evidence: [
          {
            label: `${member} a lot`,
            value: perLot(turn, member)?.toFixed() ?? '?',
            threshold: `usual ${usual.toDecimalPlaces(shownDecimals).toFixed()} in ${count} fills before`,
            source: `trade ${turn.id}`,
            at: turn.receivedAt,
          },
        ],
        remedy: 'Compare with the firm’s fee schedule, and set the new costs in the suite.',
        sinceAt: turn.receivedAt,
      };
    }
    const asked = turns.filter(({ seenOn }) => seenOn.includes('rest'));
    // `commissions` is newer than the documented trade (reference 4.4, N): a healthy gateway may leave it out.
    const without = asked.filter(({ fees }) => fees === undefined);
    const bare = asked.filter(({ commissions }) => commissions === undefined);
    const counted: Evidence = {
      label: 'fills without fees',
      value: `${without.length} of ${asked.length}`,
      threshold: 'none',
      source: 'GatewayUserTrade, Trade/search',
      at: now,
    };
    if (without.length > 0) {
      return {
        status: 'warn',
        finding: 'costs-missing',
        summary: `${without.length} of ${asked.length} fills of ${contract.name} carry no fees, neither on the hub nor over REST.`,
        evidence: [counted],
        remedy: 'Trust the balance, not the sum of the fills, until the gateway reports all costs.',
      };
    }
    if (asked.length === 0) return { status: 'skip', reason: 'the fills have not been read over REST yet' };
    if (bare.length > 0) {
      return {
        status: 'pass',
        summary: `${asked.length} fills of ${contract.name} carry their fees, but ${bare.length} of them no commissions: their sums may come out higher than the balance.`,
        evidence: [counted],
      };
    }
    return {
      status: 'pass',
      summary: `${asked.length === 1 ? '1 fill' : `${asked.length} fills`} of ${contract.name} with fees and commissions, at the usual amount.`,
      evidence: [counted],
    };
  },
});

type Cost = 'fees' | 'commissions';

function perLot(turn: HalfTurn, member: Cost): Money | undefined {
  return turn[member]?.div(turn.size).toDecimalPlaces(shownDecimals);
}

/** The first fill of those at the end that cost something else than the most usual before it. */
function changeIn(
  turns: readonly HalfTurn[],
  member: Cost,
): { readonly usual: Money; readonly turn: HalfTurn; readonly count: number } | undefined {
  const counts = new Map<number, number>();
  for (const turn of turns) {
    if (turn[member] === undefined) continue;
    const lot = lotMicros(turn, member);
    counts.set(lot, (counts.get(lot) ?? 0) + 1);
  }
  const most = [...counts].sort((a, b) => b[1] - a[1])[0];
  if (most === undefined) return undefined;
  const [usual] = most;
  // Whole fills are rounded to the cent, so single lots need not be the same to the last digit.
  const isLike = (turn: HalfTurn): boolean =>
    turn[member] === undefined || Math.abs(microsOf(turn[member]) - usual * turn.size) <= centMicros;
  const index = turns.findLastIndex(isLike) + 1;
  const turn = turns[index];
  if (turn === undefined) return undefined;
  const count = turns.slice(0, index).filter((one) => one[member] !== undefined && isLike(one)).length;
  return count < enough ? undefined : { usual: moneyOf(usual), turn, count };
}

/** Millionths of a dollar for one lot. */
function lotMicros(turn: HalfTurn, member: Cost): number {
  return Math.round(microsOf(turn[member]) / turn.size);
}
