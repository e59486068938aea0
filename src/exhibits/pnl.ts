// The account's money row by row: every half turn with its costs, their sum, the balance before and after, and the difference.
import type { Exhibitor, TableExhibit } from '../domain/exhibit.ts';
import { balanceTruth, type BalanceTruth } from '../domain/balance-truth.ts';
import { amountText, changeText, costsUnknown, inOrder, netOf } from '../domain/half-turns.ts';
import { dueMoney, wrongTurns } from '../domain/lots.ts';
import type { Money } from '../domain/market.ts';
import { accountName, contractText, lotsOf } from '../domain/money-look.ts';
import type { HalfTurn } from '../domain/money-view.ts';
import { chicagoTime } from '../domain/span.ts';

const shown = 12;
const idsShown = 6;

const count = (turns: number): string => `${turns} half ${turns === 1 ? 'turn' : 'turns'}`;

export default {
  name: 'pnl',
  scope: 'suite',
  show(suite, context) {
    const { money } = suite;
    const truth = balanceTruth(money, context.now, context.thresholds.moneySettleMs);
    const turns = inOrder(truth.kind === 'judged' ? truth.turns : money.halfTurns);
    const found = lotsOf(suite, context);
    const wrong = new Map(
      found.kind === 'known'
        ? wrongTurns(found.lots).map((one) => [one.turn.id, dueMoney(one, found.lots.point)?.oldestFirst])
        : [],
    );
    const rows: TableExhibit = {
      kind: 'table',
      title: `Half turns of ${accountName(suite)}`,
      columns: ['time', 'fill', 'P&L', 'costs', 'net', ''],
      rows: turns
        .slice(-shown)
        .map((turn) => rowOf(turn, contractText(suite, turn.contractId), wrong.get(turn.id))),
      note: noteOf(turns, found.kind === 'open' ? found.why : undefined),
    };
    return [rows, ...sumsOf(accountName(suite), truth)];
  },
} satisfies Exhibitor;

function rowOf(turn: HalfTurn, contract: string, due: Money | undefined): readonly string[] {
  const told = (amount: Money | undefined): string => (amount === undefined ? '?' : amount.toFixed(2));
  const marks = [
    turn.voidedAt === undefined ? '' : `voided ${chicagoTime(turn.voidedAt)}`,
    due === undefined ? '' : `by its prices ${changeText(due)}`,
    turn.seenOn.includes('hub') ? '' : 'REST only',
  ];
  return [
    chicagoTime(turn.exchangeAt ?? turn.receivedAt).replace(' CT', ''),
    `${turn.side} ${turn.size} ${contract} ${turn.price.toFixed()}`,
    turn.profitAndLoss === undefined ? '–' : changeText(turn.profitAndLoss),
    `${told(turn.fees)} + ${told(turn.commissions)}`,
    turn.voidedAt === undefined ? changeText(netOf(turn)) : '(out)',
    marks.filter((mark) => mark !== '').join(', '),
  ];
}

function noteOf(turns: readonly HalfTurn[], unknown: string | undefined): string {
  if (turns.length === 0) return 'No half turn is known since the first balance was reported.';
  const earlier = turns.length - shown;
  const costs = turns.filter(costsUnknown).length;
  return [
    earlier > 0 ? `${earlier} earlier ones are not listed, but are in the sums.` : 'These are all.',
    'Chicago time; costs are fees + commissions.',
    costs > 0 ? `${costs} came without fees or commissions (?), counted as 0.` : '',
    unknown === undefined ? '' : `Their profit cannot be checked: ${unknown}.`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function sumsOf(account: string, truth: BalanceTruth): readonly TableExhibit[] {
  const title = `Balance of ${account} against its fills`;
  const columns = ['what', 'amount', 'when'];
  if (truth.kind === 'open') {
    return [{ kind: 'table', title, columns, rows: [], note: `Not known: ${truth.why}.` }];
  }
  const { anchor, told, explained, difference, moves, turns, pending } = truth;
  const ids = moves.flatMap((move) => move.turns.map(({ id }) => id)).slice(0, idsShown);
  const later = {
    unsaid: 'The balance moved since, and Trade/search has not yet said why.',
    untold: 'A fill came since, and no balance has been reported after it.',
    settling: 'A fill or a balance came a moment ago and is not included yet.',
  };
  return [
    {
      kind: 'table',
      title,
      columns,
      rows: [
        ['balance before', amountText(anchor.balance), chicagoTime(anchor.at)],
        [count(turns.length), changeText(explained), ''],
        ['balance by fills', amountText(anchor.balance.plus(explained)), ''],
        ['balance reported', amountText(told.balance), chicagoTime(told.at)],
        ['difference', changeText(difference), ''],
        ...moves.map((move) => [
          move.turns.length === 0 ? 'unexplained jump' : `off with ${count(move.turns.length)}`,
          changeText(move.difference),
          chicagoTime(move.toAt),
        ]),
      ],
      note: [
        'Profit less fees and commissions; voided trades left out, each id counted once.',
        ids.length === 0 ? '' : `Off with trade ${ids.join(', ')}.`,
        pending === undefined ? '' : later[pending],
      ]
        .filter((part) => part !== '')
        .join(' '),
    },
  ];
}
