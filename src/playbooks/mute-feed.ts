// What to do when the connection is up and no data comes.
import type { Playbook } from '../domain/playbook.ts';

export default {
  name: 'mute-feed',
  title: 'Connected, but no data',
  findings: ['feed-mute', 'zombie', 'contract-mute', 'stream-stopped', 'feed-late', 'subscriptions-missing'],
  steps: [
    {
      id: 'stops',
      title: 'Check your stops on the platform',
      how: 'The suite sees frozen prices: trailing stops and exits it handles itself do not work. Stops resting on the platform do.',
    },
    {
      id: 'suite',
      title: 'Stop the suite from trading on old prices',
      how: 'Pause it until quotes move again.',
    },
    {
      id: 'market',
      title: 'See whether the market itself is quiet',
      how: 'Compare with the platform’s chart: a halt, a holiday or an illiquid contract is no fault. /data of the suite shows the age of each stream.',
    },
    {
      id: 'subscriptions',
      title: 'Have the suite subscribe again',
      how: 'After a reconnect, subscriptions are gone: restart the suite’s market connection. /connection shows which ones Pitwatch’s own connection has.',
    },
    {
      id: 'roll',
      title: 'Rule out a rolled contract',
      how: '/data says whether the contract is still the active one.',
    },
    {
      id: 'back',
      title: 'When data flows again, check what was built from it',
      how: 'Bars and indicators of the gap are wrong: have the suite reload its history, or restart it.',
    },
  ],
} satisfies Playbook;
