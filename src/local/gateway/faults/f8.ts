// F8: orders fill in part, and the rest is cancelled: the position is smaller than its bracket.
import { account, contract, type Fault, hitsOrder, ms, number } from '../fault.ts';

export default {
  fault: 'F8',
  name: 'Partial fill, rest cancelled',
  lasts: 'lasting',
  description: 'Orders of two lots and more fill in part only, and what is left of them is cancelled.',
  parameters: [
    number('share', 0.5, [0.01, 0.99], 'So much of an order fills, at least one lot.'),
    ms('restMs', 400, 'So much later the rest is cancelled.'),
    account,
    contract,
  ],
  start(record, desk) {
    const { share, restMs } = record.params;
    const end = desk.exchange.bend({
      partly(order) {
        const { size, contract: of, accountId } = order;
        if (size < 2 || order.fillVolume > 0 || !hitsOrder(record, desk, { accountId, contractId: of.id }))
          return undefined;
        return { size: Math.max(1, Math.floor(size * Number(share))), restMs: Number(restMs) };
      },
    });
    return { end };
  },
} satisfies Fault;
