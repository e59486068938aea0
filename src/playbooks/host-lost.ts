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
      how: 'Until a worker is back nothing here would tell you of trouble.',
    },
    {
      id: 'process',
      title: 'See whether the worker runs',
      how: 'On its machine: is the process there, what are its last lines? It says why it ended.',
    },
    {
      id: 'redis',
      title: 'See whether it reaches Redis',
      how: '/healthz of the worker names what it lacks.',
    },
    {
      id: 'start',
      title: 'Start a worker',
      how: 'npm run worker, or the compose service. It takes the login within seconds.',
    },
  ],
} satisfies Playbook;
