// Do fees and commissions come with every fill, at the usual amount per lot?
import { Decimal } from 'decimal.js';
import { diagnostic, type Evidence } from '../domain/diagnostic.ts';
import { cent, costsUnknown, inOrder } from '../domain/half-turns.ts';
import type { Money } from '../domain/market.ts';
import { costsChanged, costsMissing } from '../domain/money-findings.ts';
import { turnText } from '../domain/money-look.ts';
import type { HalfTurn } from '../domain/money-view.ts';

/** Fewer fills than this do not make a usual cost. */
const enough = 5;

export default diagnostic({
  name: 'trade-costs',
  question: 'Are fees and commissions told, and as usual?',
  severity: 'low',
  scope: 'suite',
  dependsOn: ['gateway-reachable', 'rest-session'],
  topics: ['money'],
  findings: { 'costs-changed': costsChanged, 'costs-missing': costsMissing },
  examine({ money, contract }, { now }) {
    if (contract === undefined) return { status: 'skip', reason: 'the contract has not been found' };
    const turns = inOrder(
      money.halfTurns.filter((turn) => turn.contractId === contract.id && !turn.voided && turn.size > 0),
    );
    if (turns.length === 0) return { status: 'skip', reason: `no fill of ${contract.name} is known yet` };
    for (const member of ['fees', 'commissions'] as const) {
      const change = changeIn(turns, member);
      if (change === undefined) continue;
      const { usual, turn, count } = change;
      return {
        status: 'warn',
        finding: 'costs-changed',
        summary: `The ${member} of ${contract.name} went from ${usual.toFixed()} to ${perLot(turn, member)?.toFixed() ?? '?'} a lot with ${turnText(turn, contract.name)}.`,
        evidence: [
          {
            label: `${member} a lot`,
            value: perLot(turn, member)?.toFixed() ?? '?',
            threshold: `usual ${usual.toFixed()} in ${count} fills before`,
            source: `trade ${turn.id}`,
            at: turn.receivedAt,
          },
        ],
        remedy: 'Compare with the firm’s fee schedule, and put the new costs into the suite.',
        sinceAt: turn.receivedAt,
      };
    }
    const asked = turns.filter(({ seenOn }) => seenOn.includes('rest'));
    const without = asked.filter(costsUnknown);
    const counted: Evidence = {
      label: 'fills without all costs',
      value: `${without.length} of ${asked.length}`,
      threshold: 'none',
      source: 'GatewayUserTrade, Trade/search',
      at: now,
    };
    const [first] = without;
    if (first !== undefined) {
      const missing = first.fees === undefined ? 'fees' : 'commissions';
      return {
        status: 'warn',
        finding: 'costs-missing',
        summary: `${without.length} of ${asked.length} fills of ${contract.name} carry no ${missing}, neither on the hub nor over REST.`,
        evidence: [counted],
        remedy: 'Trust the balance and not the sum of the fills, until the gateway tells all costs.',
      };
    }
    if (asked.length === 0) return { status: 'skip', reason: 'the fills have not been asked over REST yet' };
    return {
      status: 'pass',
      summary: `${asked.length} fills of ${contract.name} carry fees and commissions, at the usual amount.`,
      evidence: [counted],
    };
  },
});

function perLot(turn: HalfTurn, member: 'fees' | 'commissions'): Money | undefined {
  return turn[member]?.div(turn.size);
}

/** The first fill of those at the end that cost something else than the most usual before it. */
function changeIn(
  turns: readonly HalfTurn[],
  member: 'fees' | 'commissions',
): { readonly usual: Money; readonly turn: HalfTurn; readonly count: number } | undefined {
  const told = turns.filter((turn) => turn[member] !== undefined);
  const counts = new Map<string, number>();
  for (const turn of told) {
    const key = perLot(turn, member)?.toDecimalPlaces(4).toFixed() ?? '';
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const last = told.at(-1);
  if (last === undefined) return undefined;
  const isLike = (turn: HalfTurn, usual: Money): boolean =>
    (turn[member] ?? usual).minus(usual.times(turn.size)).abs().lessThanOrEqualTo(cent);
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  if (most === undefined) return undefined;
  const usual = new Decimal(most[0]);
  const index = told.findLastIndex((turn) => isLike(turn, usual)) + 1;
  const turn = told[index];
  const count = told.slice(0, index).filter((one) => isLike(one, usual)).length;
  return turn === undefined || count < enough ? undefined : { usual, turn, count };
}
