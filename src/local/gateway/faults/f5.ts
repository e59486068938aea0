// F5: one contract, one kind of event or one side of the book stops while everything else flows.
import { choice, contract, contractsHit, type Fault, FaultRefusal } from '../fault.ts';
import { freezeSide } from '../frozen-side.ts';
import type { MarketKind } from '../market.ts';

export default {
  fault: 'F5',
  name: 'One stream stops',
  lasts: 'lasting',
  description:
    'One contract, one kind of event, or one side of the book stops while the rest flows. A stopped side stays where it was, in quotes and book, and the market moves through it. Give at least one of contract, kind, side.',
  parameters: [
    contract,
    choice('kind', ['quote', 'trade', 'depth'], undefined, 'Which kind of market event stops.'),
    choice('side', ['bid', 'ask'], undefined, 'Which side of quotes and book stops moving.'),
  ],
  check(params) {
    const { kind, side } = params;
    if (params['contract'] === undefined && kind === undefined && side === undefined)
      throw new FaultRefusal('F5: give at least one of contract, kind, side');
    if (side !== undefined && kind === 'trade')
      throw new FaultRefusal('side: prints have no side that could stop; give kind quote or depth, or none');
  },
  start(record, desk) {
    const { kind, side } = record.params;
    if (side === 'bid' || side === 'ask') {
      const kinds: readonly MarketKind[] = kind === 'quote' || kind === 'depth' ? [kind] : ['quote', 'depth'];
      return freezeSide(side, kinds, record, desk);
    }
    return {
      event: (event) =>
        event.kind !== undefined && (kind === undefined || kind === event.kind) ? [] : [event],
      end() {
        // The book moved on unseen; without this a client would keep levels that went meanwhile.
        if (kind === undefined || kind === 'depth')
          for (const one of contractsHit(record, desk)) desk.market.refresh(one, 'depth');
      },
    };
  },
} satisfies Fault;
