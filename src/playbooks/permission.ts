// What to do when the account may not trade, or must be flat by now.
import type { Playbook } from '../domain/playbook.ts';

export default {
  name: 'permission',
  title: 'The account is not allowed to trade, or must be flat',
  findings: ['account-locked', 'account-gone', 'open-towards-close'],
  steps: [
    {
      id: 'position',
      title: 'Look at the position on the platform',
      how: 'On a locked account even an order that would close the position is refused. Close it on the platform, or through the firm’s support.',
    },
    {
      id: 'suite',
      title: 'Stop the suite',
      how: 'Every further order is refused, and some suites keep retrying.',
    },
    {
      id: 'why',
      title: 'Find the reason',
      how: 'The platform names the rule: daily loss limit, trailing drawdown, end of day. /pnl shows the account’s fills and P&L.',
    },
    {
      id: 'back',
      title: 'Check that it is flat',
      how: '/positions after the position is closed; then look for orders that are still working.',
    },
  ],
} satisfies Playbook;
