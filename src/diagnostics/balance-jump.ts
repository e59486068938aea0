// Did the balance move while no trade was made or voided?
import { diagnostic } from '../domain/diagnostic.ts';
import { amountText, changeText } from '../domain/half-turns.ts';
import { balanceJumped } from '../domain/money-findings.ts';
import { accountName, balanceEvidence, takenBack, truthOf } from '../domain/money-look.ts';
import { chicagoTime } from '../domain/span.ts';

export default diagnostic({
  name: 'balance-jump',
  question: 'Did the balance move only by trades?',
  severity: 'high',
  scope: 'suite',
  dependsOn: ['gateway-reachable', 'rest-session'],
  topics: ['money'],
  findings: { 'balance-jump': balanceJumped },
  examine(suite, context) {
    const truth = truthOf(suite, context);
    if (truth.kind === 'open') return { status: 'skip', reason: truth.why };
    const jumps = truth.moves.filter((move) => move.turns.length === 0 && !takenBack(suite, move));
    const [first, ...further] = jumps;
    const newest = further.at(-1) ?? first;
    if (first === undefined || newest === undefined) {
      if (truth.pending === 'unsaid') {
        return {
          status: 'skip',
          reason: 'the balance moved a moment ago, and Trade/search has not yet said why',
        };
      }
      return {
        status: 'pass',
        summary: `Every move of the balance of ${accountName(suite)} since ${chicagoTime(truth.anchor.at)} came with a trade.`,
        evidence: [
          {
            label: 'balance',
            value: amountText(truth.told.balance),
            source: 'GatewayUserAccount, Account/search',
            at: truth.told.at,
          },
        ],
      };
    }
    const more = further.length === 0 ? '' : `, and ${further.length} more without one before`;
    return {
      status: 'fail',
      finding: 'balance-jump',
      summary: `The balance of ${accountName(suite)} moved by ${changeText(newest.difference)} to ${amountText(newest.after)} at ${chicagoTime(newest.toAt)} without a trade${more}.`,
      evidence: balanceEvidence(newest),
      remedy:
        'Look for a payout, reset or correction on the platform; do not size positions by the balance until it is explained.',
      sinceAt: newest.toAt,
    };
  },
});
