// What to do when the login does not work or is about to end.
import type { Playbook } from '../domain/playbook.ts';

export default {
  name: 'session',
  title: 'The login does not work',
  findings: [
    'session-expired',
    'session-expiring',
    'no-session',
    'credentials-refused',
    'agreements-not-signed',
    'api-access-missing',
    'api-key-disabled',
    'login-refused',
  ],
  steps: [
    {
      id: 'positions',
      title: 'Look at positions and stops on the platform',
      how: 'Sign in there yourself: that does not need the API key.',
    },
    {
      id: 'why',
      title: 'Read why the login is refused',
      how: '/diagnose rest-session: the gateway’s code says whether it is the key, an unsigned agreement, a missing API subscription or an expired token.',
    },
    {
      id: 'mend',
      title: 'Fix it at the source',
      how: 'Sign the agreement, renew the API subscription, or make a new key in the platform’s settings and put it where Pitwatch and the suite read it.',
    },
    {
      id: 'suite',
      title: 'Restart the suite with the new key',
      how: 'Its old token may work a while longer; do not rely on that.',
    },
  ],
} satisfies Playbook;
