// F6: a fill is missing on the user hub while REST is right, as when an event is lost on its way.
import { choice, contract, type Fault } from '../fault.ts';

const targets: Readonly<Record<string, readonly string[]>> = {
  trade: ['GatewayUserTrade'],
  order: ['GatewayUserOrder'],
  position: ['GatewayUserPosition'],
  all: ['GatewayUserTrade', 'GatewayUserOrder', 'GatewayUserPosition'],
};

export default {
  fault: 'F6',
  name: 'Fill missing on the hub',
  lasts: 'lasting',
  description: 'Events of fills do not reach the user hub; REST tells them rightly.',
  parameters: [choice('missing', Object.keys(targets), 'all', 'Which events are lost.'), contract],
  start(record) {
    const lost = targets[String(record.params['missing'])] ?? [];
    return { event: (event) => (lost.includes(event.target) ? [] : [event]) };
  },
} satisfies Fault;
