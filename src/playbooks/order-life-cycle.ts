// What to do when orders, fills and positions do not agree.
import type { Playbook } from '../domain/playbook.ts';

export default {
  name: 'order-life-cycle',
  title: 'Orders and positions disagree',
  findings: ['orphan-order', 'fill-missed', 'position-drift', 'order-stuck'],
  steps: [
    {
      id: 'truth',
      title: 'Look at the platform first',
      how: 'The position and working orders shown there are right. Is every position covered by a stop?',
    },
    {
      id: 'suite',
      title: 'Pause the suite',
      how: 'It may act on a position it does not have, or ignore one it has.',
    },
    {
      id: 'story',
      title: 'Read the order’s history',
      how: '/orders with the order number: hub events and REST answers, each with its times, show where they diverge.',
    },
    {
      id: 'left',
      title: 'Cancel orders without a position',
      how: 'On the platform; Pitwatch never does it for you.',
    },
    {
      id: 'restart',
      title: 'Restart the suite so that it reads its state again',
      how: 'Then /positions: hub, REST and the suite’s own view must agree.',
    },
  ],
} satisfies Playbook;
