// What to do when prices or books cannot be right.
import type { Playbook } from '../domain/playbook.ts';

export default {
  name: 'wrong-prices',
  title: 'Prices cannot be right',
  findings: [
    'price-spike',
    'price-not-positive',
    'book-crossed',
    'book-frozen',
    'contract-rolled',
    'contract-inactive',
  ],
  steps: [
    {
      id: 'stops',
      title: 'Check your stops on the platform',
      how: 'Stops that rest at the exchange work by its prices; those that the suite keeps by itself work by the wrong ones.',
    },
    {
      id: 'compare',
      title: 'Compare with the platform’s chart',
      how: 'Is it the market, the feed, or only what reaches us?',
    },
    {
      id: 'suite',
      title: 'Stop the suite from acting on it',
      how: 'A wrong price trips stops and entries of the suite’s own.',
    },
    {
      id: 'fills',
      title: 'Check fills of the last minutes',
      how: '/orders: were any filled away from the prints around them?',
    },
    {
      id: 'data',
      title: 'Read what was seen',
      how: '/data of the suite lists what was off, how often, and since when.',
    },
  ],
} satisfies Playbook;
