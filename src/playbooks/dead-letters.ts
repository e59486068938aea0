// What to do when something could not be delivered and nobody has looked at it.
import type { Playbook } from '../domain/playbook.ts';

export default {
  name: 'dead-letters',
  title: 'Dead letters wait',
  findings: ['letters-waiting'],
  steps: [
    {
      id: 'read',
      title: 'Look for anything about a position or a stop',
      how: '/deadletters list; what an incident said of a position may be among it: read its thread. /deadletters show NUMBER says why it was refused.',
    },
    {
      id: 'mend',
      title: 'Mend what refuses',
      how: 'A permission or a channel that is gone: npm run check names it. Something in the queue that is not ours: find out who can write to Redis.',
    },
    {
      id: 'again',
      title: 'Send it again, or dismiss it',
      how: '/deadletters redrive all sends each once; /deadletters dismiss NUMBER takes away what is no news any more.',
    },
  ],
} satisfies Playbook;
