// F9: the protection of a position fails: its orders are rejected, never made, or left working after it is flat.
import { account, choice, contract, type Fault, hitsOrder } from '../fault.ts';
import type { SimOrder } from '../order-state.ts';

export default {
  fault: 'F9',
  name: 'Protective order lost or left over',
  lasts: 'lasting',
  description:
    'Bracket children are rejected as their parent fills, or never created, or stay working when the position is flat.',
  parameters: [
    choice('mode', ['rejected', 'never-created', 'orphan'], 'rejected', 'What becomes of them.'),
    account,
    contract,
  ],
  start(record, desk) {
    const { mode } = record.params;
    const hits = ({ accountId, contract: of }: SimOrder) =>
      hitsOrder(record, desk, { accountId, contractId: of.id });
    const end = desk.exchange.bend(
      mode === 'orphan'
        ? { keeps: (order) => order.parentOrderId !== null && hits(order) }
        : { child: (parent) => (hits(parent) ? (mode as 'rejected' | 'never-created') : undefined) },
    );
    return { end };
  },
} satisfies Fault;
