// What to do when this machine's clock and the gateway's are far apart.
import type { Playbook } from '../domain/playbook.ts';

export default {
  name: 'wrong-clock',
  title: 'The clocks disagree',
  findings: ['clock-skewed'],
  steps: [
    {
      id: 'close',
      title: 'Read the time to the close on the platform',
      how: 'A position that must be flat by 15:10 CT is watched by this clock, and is warned of too early or too late.',
    },
    {
      id: 'machine',
      title: 'Find out which clock is wrong',
      how: 'Compare this machine with any other clock; a status page may say that the gateway’s is the wrong one.',
    },
    {
      id: 'set',
      title: 'Set the machine’s clock',
      how: 'Let its time synchronisation run, and find out why it had stopped; a machine that slept or was restored wakes with an old time.',
    },
    {
      id: 'suite',
      title: 'Check the suite’s own machine',
      how: 'If it is the same one, its bars and timers were off by as much.',
    },
    {
      id: 'prove',
      title: 'Prove that it is over',
      how: '/data of the suite says by how much the clocks still differ.',
    },
  ],
} satisfies Playbook;
