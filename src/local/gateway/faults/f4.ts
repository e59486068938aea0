// F4: the feed is dead while the connection looks alive: pings and answers go on, no event arrives.
import { contract, contractsHit, type Fault, hub } from '../fault.ts';

export default {
  fault: 'F4',
  name: 'Dead feed',
  lasts: 'lasting',
  description: 'Pings and answers go on, but no event arrives any more. Everything looks healthy.',
  parameters: [hub(), contract],
  start(record, desk) {
    return {
      event: () => [],
      end() {
        // The book moved on unseen; without this a client would keep levels that went meanwhile.
        for (const one of contractsHit(record, desk)) desk.market.refresh(one, 'depth');
      },
    };
  },
} satisfies Fault;
