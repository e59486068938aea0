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
      how: 'Stops resting on the platform trigger on its own prices; stops the suite handles itself trigger on the wrong ones.',
    },
    {
      id: 'compare',
      title: 'Compare with the platform’s chart',
      how: 'Is it the market, the feed, or only what reaches Pitwatch?',
    },
    {
      id: 'suite',
      title: 'Stop the suite from acting on it',
      how: 'A wrong price triggers the suite’s own stops and entries.',
    },
    {
      id: 'fills',
      title: 'Check the fills of the last minutes',
      how: '/orders: was any order filled far from the prices around it?',
    },
    {
      id: 'data',
      title: 'Read what was seen',
      how: '/data of the suite lists what was off, how often, and since when.',
    },
  ],
} satisfies Playbook;
