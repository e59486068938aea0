// Does the balance follow, to the cent, from the fills between two balances?
import { diagnostic } from '../domain/diagnostic.ts';
import { amountText, changeText, costsUnknown } from '../domain/half-turns.ts';
import { balanceDisagrees } from '../domain/money-findings.ts';
import { accountName, balanceEvidence, likeness, mayBeCosts, truthOf } from '../domain/money-look.ts';
import { chicagoTime } from '../domain/span.ts';

export default diagnostic({
  name: 'pnl-truth',
  question: 'Does the balance match the fills?',
  severity: 'high',
  scope: 'suite',
  dependsOn: ['gateway-reachable', 'rest-session', 'voided-trades', 'fill-pnl'],
  topics: ['money'],
  findings: { 'balance-disagrees': balanceDisagrees },
  examine(suite, context) {
    const truth = truthOf(suite, context);
    if (truth.kind === 'open') return { status: 'skip', reason: truth.why };
    const since = chicagoTime(truth.anchor.at);
    const moves = truth.moves.filter(({ turns }) => turns.length > 0);
    const wrong = moves.filter((move) => !mayBeCosts(move));
    const newest = wrong.at(-1);
    if (newest !== undefined) {
      const like = likeness(newest);
      return {
        status: 'fail',
        finding: 'balance-disagrees',
        summary: `The balance of ${accountName(suite)} is off by ${changeText(newest.difference)} from what its fills explain, since ${chicagoTime(newest.toAt)}${like === undefined ? '' : `: ${like}`}.`,
        evidence: balanceEvidence(newest),
        remedy:
          'Open /pnl for the rows, compare them with the platform’s statement, and send the difference to the firm’s support.',
        sinceAt: newest.toAt,
      };
    }
    const costs = moves.at(-1);
    if (costs !== undefined) {
      return {
        status: 'skip',
        reason: `the balance is off by ${changeText(costs.difference)} from the fills, but ${costs.turns.filter(costsUnknown).length} of these came without fees or commissions, which may explain it`,
      };
    }
    if (truth.pending === 'unsaid') {
      return {
        status: 'skip',
        reason: 'the balance moved a moment ago, and Trade/search has not yet said why',
      };
    }
    if (truth.pending === 'untold') {
      return { status: 'skip', reason: 'no balance has been reported since the last fill' };
    }
    return {
      status: 'pass',
      summary: `The balance of ${accountName(suite)} matches its ${truth.turns.length} half turns since ${since}, to the cent.`,
      evidence: [
        {
          label: 'balance',
          value: `${amountText(truth.anchor.balance)} → ${amountText(truth.told.balance)}`,
          threshold: 'fail over 0.01 off',
          source: 'GatewayUserAccount, Account/search',
          at: truth.told.at,
        },
        {
          label: 'explained by fills',
          value: `${changeText(truth.explained)} (${truth.turns.length} half turns)`,
          source: 'GatewayUserTrade, Trade/search',
          at: truth.told.at,
        },
      ],
    };
  },
});
