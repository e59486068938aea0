// F25: trades are voided after the fact, or their profit is not price times point value.
import { choice, contract, type Fault, number } from '../fault.ts';
import { amountOf, Dec, isRow, type Json, type JsonRow } from '../json.ts';

export default {
  fault: 'F25',
  name: 'Voided trade, wrong profit',
  lasts: 'lasting',
  description:
    'REST tells the newest trade as voided, or closing trades carry a profit that their prices do not give.',
  parameters: [
    choice('mode', ['voided', 'wrong-profit'], 'voided', 'What is wrong with trades.'),
    number('by', 25, [-1e6, 1e6], 'For wrong-profit: so many dollars off.'),
    contract,
  ],
  start({ params }) {
    const voided = params['mode'] === 'voided';
    const wanted = params['contract'];
    const off = (row: JsonRow): JsonRow => {
      const profit = row['profitAndLoss'];
      if (profit === null || profit === undefined) return row;
      return { ...row, profitAndLoss: new Dec(amountOf(profit) + Number(params['by'])) };
    };
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
