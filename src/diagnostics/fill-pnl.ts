// Is each closing fill's profit its price difference times the contract's point value?
import { diagnostic } from '../domain/diagnostic.ts';
import { changeText } from '../domain/half-turns.ts';
import { dueMoney, wrongTurns } from '../domain/lots.ts';
import { fillEarnedWrong } from '../domain/money-findings.ts';
import { lotsOf, turnText } from '../domain/money-look.ts';

export default diagnostic({
  name: 'fill-pnl',
  question: 'Does every fill’s booked profit match its prices?',
  severity: 'high',
  scope: 'suite',
  dependsOn: ['gateway-reachable', 'rest-session', 'voided-trades'],
  topics: ['money'],
  findings: { 'fill-pnl-wrong': fillEarnedWrong },
  examine(suite, context) {
    const found = lotsOf(suite, context);
    if (found.kind === 'open') return { status: 'skip', reason: found.why };
    const { lots } = found;
    const closing = lots.turns.filter(({ closed }) => closed > 0);
    const judged = closing.filter(({ due, turn }) => due !== undefined && turn.profitAndLoss !== undefined);
    const name = suite.contract?.name ?? '';
    const value = `tick ${suite.contract?.tickSize.text ?? ''} = ${suite.contract?.tickValue.toFixed() ?? ''}`;
    const wrong = wrongTurns(lots);
    const [first] = wrong;
    const due = first === undefined ? undefined : dueMoney(first, lots.point);
    if (first !== undefined && due !== undefined) {
      const { turn } = first;
      const told = turn.profitAndLoss ?? due.oldestFirst;
      return {
        status: 'fail',
        finding: 'fill-pnl-wrong',
        summary: `${wrong.length === 1 ? 'A fill is' : `${wrong.length} fills are`} booked with the wrong profit: ${turnText(turn, name)} is booked at ${changeText(told)}, its prices give ${changeText(due.oldestFirst)}.`,
        evidence: [
          {
            label: 'profit booked',
            value: changeText(told),
            threshold: 'fail over 0.01 off',
            source: `trade ${turn.id} on ${turn.seenOn.join(' and ')}`,
            at: turn.receivedAt,
          },
          {
            label: 'profit by its prices',
            value: `${changeText(due.oldestFirst)} FIFO, ${changeText(due.average)} by average price`,
            source: `fills in ticks (${value})`,
            at: context.now,
          },
        ],
        remedy: 'Compare the fill with the platform’s statement and send its id to the firm’s support.',
        sinceAt: turn.receivedAt,
      };
    }
    if (closing.length === 0) {
      return {
        status: 'pass',
        summary: `No closing fill of ${name} is known: there is no profit to check.`,
        evidence: [],
      };
    }
    if (judged.length === 0) {
      return {
        status: 'skip',
        reason: `${closing.length} closing fills, but the fills they closed or their profit are not known`,
      };
    }
    const unknown = closing.length - judged.length;
    const left =
      unknown === 0 ? '' : `; ${unknown} more cannot be checked: the fills they closed are not known`;
    return {
      status: 'pass',
      summary: `${judged.length} closing ${judged.length === 1 ? 'fill' : 'fills'} of ${name} are booked with the right profit${left}.`,
      evidence: [
        {
          label: 'closing fills checked',
          value: `${judged.length} of ${closing.length}`,
          threshold: 'fail over 0.01 off',
          source: `fills in ticks (${value})`,
          at: context.now,
        },
      ],
    };
  },
});
