// F6: a fill is missing on the user hub while REST is right, as when an event is lost on its way.
import { choice, contract, type Fault, number } from '../fault.ts';

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
  parameters: [
    choice('missing', Object.keys(targets), 'all', 'Which events are lost.'),
    number('each', 1, [1, 1_000], 'Only n-th event of each kind is lost; 1 = every one.'),
    contract,
  ],
  start(record) {
    const lost = targets[String(record.params['missing'])] ?? [];
    const each = Number(record.params['each']);
    const seen = new Map<string, number>();
    return {
      event(event) {
        const { target } = event;
        if (!lost.includes(target)) return [event];
        const count = (seen.get(target) ?? 0) + 1;
        seen.set(target, count);
        return count % each === 0 ? [] : [event];
      },
    };
  },
} satisfies Fault;
