// What to do when a position stands without its stop.
import type { Playbook } from '../domain/playbook.ts';

export default {
  name: 'naked-position',
  title: 'A position without a stop',
  findings: ['naked-position', 'protection-unknown', 'protection-rejected', 'wrong-side-protection'],
  steps: [
    {
      id: 'now',
      title: 'Put a stop on it, or close it, on the platform now',
      how: 'Do not wait for the suite. Look at size and side there first: the platform is right.',
    },
    {
      id: 'suite',
      title: 'Stop the suite',
      how: 'If you and the suite both close the position, you end up in a new one. Pause it first if that costs no time.',
    },
    {
      id: 'why',
      title: 'Find out what happened to the stop',
      how: '/orders of the suite: was it rejected (and with what message), cancelled, never sent, or is it smaller than the position?',
    },
    {
      id: 'left',
      title: 'Look for orders left behind',
      how: 'A limit or stop still working after you are flat opens a new position if it fills. Cancel it.',
    },
    {
      id: 'restart',
      title: 'Restart the suite only once both agree',
      how: '/positions: hub, REST and the suite’s own view must say the same.',
    },
  ],
} satisfies Playbook;
