// F7: user events come twice, or in another order than they happened.
import { choice, contract, type Fault } from '../fault.ts';
import type { HubEvent } from '../hub-wire.ts';

export default {
  fault: 'F7',
  name: 'User events doubled or swapped',
  lasts: 'lasting',
  description:
    'Events of orders, trades and positions are sent twice, or each second one before the one it followed.',
  parameters: [choice('mode', ['duplicate', 'swap'], 'duplicate', 'What happens to them.'), contract],
  start(record, desk) {
    const isUser = ({ target }: HubEvent): boolean => /^GatewayUser(Order|Trade|Position)$/.test(target);
    if (record.params['mode'] === 'duplicate')
      return { event: (event) => (isUser(event) ? [event, { ...event }] : [event]) };
    let held: HubEvent | undefined;
    const passed = new WeakSet<HubEvent>();
    const release = (): void => {
      const event = held;
      held = undefined;
      if (event === undefined) return;
      passed.add(event);
      desk.publish(event);
    };
    return {
      event(event) {
        if (!isUser(event) || passed.has(event)) return [event];
        if (held === undefined) {
          held = event;
          // Alone it would be lost, not swapped.
          desk.clock.after(holdMs, release);
          return [];
        }
        const before = held;
        held = undefined;
        return [event, before];
      },
      end: release,
    };
  },
} satisfies Fault;

const holdMs = 500;
