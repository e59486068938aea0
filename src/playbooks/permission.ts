// What to do when the account may not trade, or must be flat by now.
import type { Playbook } from '../domain/playbook.ts';

export default {
  name: 'permission',
  title: 'The account may not trade, or must be flat',
  findings: ['account-locked', 'account-gone', 'open-towards-close'],
  steps: [
    {
      id: 'position',
      title: 'Look at the position on the platform',
      how: 'A locked account refuses the suite’s orders, also the one that would close the position. The platform or the firm’s support can close it.',
    },
    {
      id: 'suite',
      title: 'Stop the suite',
      how: 'Each further order is refused, and some suites repeat it without end.',
    },
    {
      id: 'why',
      title: 'Find the reason',
      how: 'The platform names the rule: daily loss, trailing drawdown, the end of the day. /pnl shows what was made and lost.',
    },
    {
      id: 'back',
      title: 'See that it is flat',
      how: '/positions once the liquidation has taken place; then look for orders that still work.',
    },
  ],
} satisfies Playbook;
