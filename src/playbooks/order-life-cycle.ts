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
      how: 'Position and working orders there are the truth. Is every position covered by a stop?',
    },
    {
      id: 'suite',
      title: 'Pause the suite',
      how: 'It may act on a position that it does not have, or miss one that it has.',
    },
    {
      id: 'story',
      title: 'Read the order’s own story',
      how: '/orders with the order: hub events and REST answers with both times show where they part.',
    },
    {
      id: 'left',
      title: 'Cancel what works without a position',
      how: 'On the platform; this desk never does it for you.',
    },
    {
      id: 'restart',
      title: 'Restart the suite so that it reads its state anew',
      how: 'Then /positions: all must agree.',
    },
  ],
} satisfies Playbook;
