// What to do when no worker watches a login any more.
import type { Playbook } from '../domain/playbook.ts';

export default {
  name: 'host-lost',
  title: 'Nobody watches this login',
  findings: ['host-lost'],
  steps: [
    {
      id: 'stops',
      title: 'Check positions and stops on the platform',
      how: 'Until a worker is back, Pitwatch sees nothing of this login and pages nobody for it.',
    },
    {
      id: 'process',
      title: 'See whether the worker runs',
      how: 'On its machine: is the process there? The last lines of its log say why it ended.',
    },
    {
      id: 'redis',
      title: 'Check that it reaches Redis',
      how: 'The worker’s /healthz names what is missing.',
    },
    {
      id: 'start',
      title: 'Start a worker',
      how: 'npm run worker, or the compose service. It takes the login within seconds.',
    },
  ],
} satisfies Playbook;
