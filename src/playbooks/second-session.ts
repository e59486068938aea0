// What to do when somebody else seems to be signed in.
import type { Playbook } from '../domain/playbook.ts';

export default {
  name: 'second-session',
  title: 'A second session',
  findings: ['second-session'],
  steps: [
    {
      id: 'who',
      title: 'Find the other session',
      how: 'A browser or phone that shows market data, a second copy of the suite, or this desk’s own `direct` observation.',
    },
    {
      id: 'end',
      title: 'End one of the two',
      how: 'The exchange allows one market-data device: as long as both run, they keep logging each other out.',
    },
    {
      id: 'mode',
      title: 'Consider how Pitwatch observes',
      how: 'observe: rest needs no market-data session of its own; the README says what each mode costs.',
    },
    {
      id: 'reconcile',
      title: 'Reconcile what was missed',
      how: '/orders and /positions of each suite.',
    },
  ],
} satisfies Playbook;
