// F24: the account may not trade any more, its balance jumps, or it vanishes from the list.
import { account, choice, type Fault, number } from '../fault.ts';
import { amountOf, Dec, isRow, type Json, type JsonRow } from '../json.ts';

export default {
  fault: 'F24',
  name: 'Account in trouble',
  lasts: 'lasting',
  description:
    'canTrade turns false in mid-session (a locked account is not among the active ones), the balance jumps, or the account is no longer listed.',
  parameters: [
    choice('mode', ['locked', 'jump', 'vanishes'], 'locked', 'What happens to the accounts.'),
    number('by', -1_500, [-1e9, 1e9], 'For jump: by so many dollars.'),
    account,
  ],
  start({ params }, { exchange }) {
    const changed = (row: JsonRow): JsonRow =>
      params['mode'] === 'locked'
        ? { ...row, canTrade: false }
        : { ...row, balance: new Dec(amountOf(row['balance']) + Number(params['by']), 2) };
    const wanted = params['account'];
    const means = (id: unknown, name: unknown): boolean =>
      wanted === undefined || Number(wanted) === id || wanted === name;
    const hits = (row: JsonRow): boolean => means(row['id'], row['name']);
    const vanishes = params['mode'] === 'vanishes';
    const locks = ({ id, name }: { readonly id: number; readonly name: string }) => means(id, name);
    const unlock = params['mode'] === 'locked' ? exchange.bend({ locks }) : undefined;
    return {
      end: () => unlock?.(),
      event: (event) => {
        if (event.target !== 'GatewayUserAccount' || !isRow(event.data) || !hits(event.data)) return [event];
        return vanishes ? [] : [{ ...event, data: changed(event.data) }];
      },
      answer(answer, { path }) {
        const accounts = answer['accounts'];
        if (path !== '/api/account/search' || !Array.isArray(accounts)) return answer;
        const rows = accounts as readonly Json[];
        const hit = (row: Json): row is JsonRow => isRow(row) && hits(row);
        if (vanishes) return { ...answer, accounts: rows.filter((row) => !hit(row)) };
        return { ...answer, accounts: rows.map((row) => (hit(row) ? changed(row) : row)) };
      },
    };
  },
} satisfies Fault;
