// What to do when something could not be delivered and nobody has looked at it.
import type { Playbook } from '../domain/playbook.ts';

export default {
  name: 'dead-letters',
  title: 'Dead letters are waiting',
  findings: ['letters-waiting'],
  steps: [
    {
      id: 'read',
      title: 'Look for anything about a position or a stop',
      how: '/deadletters list. A message about a position may be among them: read the incident’s thread. /deadletters show NUMBER says why it was refused.',
    },
    {
      id: 'mend',
      title: 'Fix what refused them',
      how: 'A missing permission or channel: npm run check names it. Something in the queue that is not from this desk: find out who can write to Redis.',
    },
    {
      id: 'again',
      title: 'Send them again, or dismiss them',
      how: '/deadletters redrive all sends each once; /deadletters dismiss NUMBER removes what no longer matters.',
    },
  ],
} satisfies Playbook;
