// What to do when a hub is down or comes and goes.
import type { Playbook } from '../domain/playbook.ts';

export default {
  name: 'disconnection',
  title: 'A hub is down',
  findings: ['hub-down', 'reconnect-loop', 'gateway-unreachable'],
  steps: [
    {
      id: 'stops',
      title: 'Check your stops on the platform',
      how: 'Open the platform or the phone app: every open position must show a working stop. Orders already resting there keep working without the hub.',
    },
    {
      id: 'suite',
      title: 'Stop the suite from trading blind',
      how: 'A suite that does not notice the cut keeps acting on old prices. Pause it, or make sure that it has stopped by itself.',
    },
    {
      id: 'others',
      title: 'See whether it is only us',
      how: '/health: does REST answer? Vendor’s status page: is there an incident? Other logins of this desk: are they down too?',
    },
    {
      id: 'second',
      title: 'Rule out a second session',
      how: 'Only one market-data device at a time: is somebody signed in elsewhere, or did a second copy of the suite start?',
    },
    {
      id: 'back',
      title: 'When it is back, prove it',
      how: 'Wait for the recovery message in this thread: it says when data arrived on the new connection. An open connection alone proves nothing.',
    },
    {
      id: 'reconcile',
      title: 'Reconcile what was missed',
      how: '/orders and /positions of each suite: fills and orders from the gap are read over REST. Restart the suite if its own position differs.',
    },
  ],
} satisfies Playbook;
