// F23: the platform rolls a contract: it is no longer active, its feed stops, orders are refused, search shows the next month.
import { contract, type Fault, FaultRefusal, flag } from '../fault.ts';

export default {
  fault: 'F23',
  name: 'Contract rolled',
  description:
    'The contract turns `activeContract: false`, its feed stops, orders for it answer code 9, and `Contract/search` shows the next month. All of it is taken back at the end.',
  lasts: 'lasting',
  parameters: [
    { ...contract, required: true, description: 'Which contract: symbol (MNQ), gateway root (EP) or id.' },
    flag('feedStops', true, 'Its market events stop. Off: they go on for a while, as before an expiry.'),
  ],
  check(params) {
    if (params['connection'] !== undefined)
      throw new FaultRefusal('connection: a contract rolls for everybody');
  },
  start({ params }, { contracts, market }) {
    const rolled = contracts.byId(String(params['contract']));
    if (rolled?.active !== true) return undefined;
    const takeBack = contracts.rollEarly(rolled.root);
    const resume = params['feedStops'] === true ? market.halt(rolled.id) : undefined;
    return {
      end() {
        takeBack();
        resume?.();
      },
    };
  },
} satisfies Fault;
