// What to do when REST calls fail while the gateway is there.
import type { Playbook } from '../domain/playbook.ts';

export default {
  name: 'rest-failing',
  title: 'REST calls fail',
  findings: ['gateway-failing'],
  steps: [
    {
      id: 'stops',
      title: 'Check positions and stops on the platform',
      how: 'The hubs may still show prices and fills, but an order cannot be placed, changed or cancelled over the API. Orders that rest on the platform keep working.',
    },
    {
      id: 'suite',
      title: 'Keep the suite from repeating orders',
      how: 'A call that failed may have gone through: two entries or no stop are the result. Pause the suite and compare its orders with the platform.',
    },
    {
      id: 'others',
      title: 'See whether it is only us',
      how: '/performance shows which calls fail and how. Vendor’s status page: is there an incident or maintenance?',
    },
    {
      id: 'reconcile',
      title: 'When calls are answered again, reconcile',
      how: '/orders and /positions of each suite: hub, REST and the suite’s own view must say the same before it goes on.',
    },
  ],
} satisfies Playbook;
