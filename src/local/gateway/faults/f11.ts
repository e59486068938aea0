// F11: placements are refused with code 2, and their answer carries a real order id all the same.
import { account, contract, type Fault, hitsOrder, text } from '../fault.ts';

export default {
  fault: 'F11',
  name: 'Rejected placement with an order id',
  lasts: 'lasting',
  description: 'Every placement answers success:false and code 2, with the id of an order that is Rejected.',
  parameters: [text('message', 'The words of the refusal.'), account, contract],
  start(record, desk) {
    const words = String(record.params['message'] ?? 'Order rejected by the risk check.');
    const end = desk.exchange.bend({
      refuse: (placement) => (hitsOrder(record, desk, placement) ? words : undefined),
    });
    return { end };
  },
} satisfies Fault;
