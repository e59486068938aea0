// F28: a burst of ten to a hundred times the usual rate, or a backlog that is held and then let go in one lump.
import { choice, contract, type Fault, FaultRefusal, ms, number } from '../fault.ts';
import type { HubEvent } from '../hub-wire.ts';

export default {
  fault: 'F28',
  name: 'Burst',
  description:
    'The market itself becomes so many times busier, from the next whole second on: more prints, quotes and depth, and bars that show it. Or events pile up on the way and arrive in lumps, as a slow consumer sees them.',
  lasts: 'lasting',
  parameters: [
    contract,
    choice('mode', ['rate', 'backlog'], 'rate', 'More events, or the usual ones in lumps.'),
    number('factor', 20, [2, 1000], 'For rate: so many times the usual.'),
    { ...ms('holdMs', 2000, 'For backlog: a lump each so many ms.'), min: 50 },
  ],
  check(params) {
    if (params['connection'] !== undefined)
      throw new FaultRefusal('connection: a burst comes to everybody who listens');
  },
  start({ params }, desk) {
    const id = params['contract'];
    if (params['mode'] === 'rate') {
      const over = desk.market.surge(id === undefined ? undefined : String(id), Number(params['factor']));
      return { end: over };
    }
    let held: HubEvent[] = [];
    const released = new WeakSet<HubEvent>();
    const release = () => {
      const lump = held;
      held = [];
      for (const one of lump) {
        const event = { ...one };
        released.add(event);
        desk.publish(event);
      }
    };
    const stop = desk.clock.every(Number(params['holdMs']), release);
    return {
      event(event) {
        if (event.kind === undefined || released.has(event)) return [event];
        held.push(event);
        return [];
      },
      end() {
        stop();
        release();
      },
    };
  },
} satisfies Fault;
