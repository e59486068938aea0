// F25: trades are voided after the fact, their profit is not price times point value, or their costs are not those of the balance.
import { choice, contract, type Fault, flag, number } from '../fault.ts';
import { topicOf } from '../hub-methods.ts';
import { amountOf, Dec, isRow, type Json, type JsonRow } from '../json.ts';
import { tradeRow } from '../order-state.ts';

export default {
  fault: 'F25',
  name: 'Voided trade, wrong profit or costs',
  lasts: 'lasting',
  description:
    'REST tells the newest trade as voided, closing trades carry a profit that their prices do not give, or fees differ from what the balance lost.',
  parameters: [
    choice('mode', ['voided', 'wrong-profit', 'wrong-fees'], 'voided', 'What is wrong with trades.'),
    number('by', 25, [-1e6, 1e6], 'For wrong-profit and wrong-fees: so many dollars off.'),
    flag('onHub', false, 'For voided: the user hub tells it too, as an update of the trade.'),
    contract,
  ],
  start({ params }, desk) {
    const voided = params['mode'] === 'voided';
    const wanted = params['contract'];
    const off = (row: JsonRow): JsonRow => {
      const by = Number(params['by']);
      if (params['mode'] === 'wrong-fees') return { ...row, fees: new Dec(amountOf(row['fees']) + by) };
      const profit = row['profitAndLoss'];
      if (profit === null || profit === undefined) return row;
      return { ...row, profitAndLoss: new Dec(amountOf(profit) + by) };
    };
    if (voided && params['onHub'] === true) {
      for (const id of desk.accountIds) {
        const of = desk.exchange
          .trades(id)
          .filter((one) => wanted === undefined || one.contract.id === wanted);
        const newest = of.at(-1);
        if (newest === undefined) continue;
        desk.publish({
          target: 'GatewayUserTrade',
          action: 1,
          topic: topicOf.account('trades', id),
          contractId: newest.contract.id,
          data: { ...tradeRow(newest), voided: true },
        });
      }
    }
    return {
      event: (event) =>
        voided || event.target !== 'GatewayUserTrade' || !isRow(event.data)
          ? [event]
          : [{ ...event, data: off(event.data) }],
      answer(answer, { path }) {
        const trades = answer['trades'];
        if (path !== '/api/trade/search' || !Array.isArray(trades)) return answer;
        const rows = trades as readonly Json[];
        const hit = (row: Json): row is JsonRow =>
          isRow(row) && (wanted === undefined || row['contractId'] === wanted);
        const newest = rows.filter(hit).reduce((last, row) => Math.max(last, Number(row['id'])), 0);
        return {
          ...answer,
          trades: rows.map((row) => {
            if (!hit(row)) return row;
            if (!voided) return off(row);
            return Number(row['id']) === newest ? { ...row, voided: true } : row;
          }),
        };
      },
    };
  },
} satisfies Fault;
