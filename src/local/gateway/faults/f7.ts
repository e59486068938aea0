// F7: user events come twice, or in another order than they happened, or before a placement is answered.
import { choice, contract, type Fault, ms } from '../fault.ts';
import type { HubEvent } from '../hub-wire.ts';

export default {
  fault: 'F7',
  name: 'User events doubled or swapped',
  lasts: 'lasting',
  description:
    'Events of orders, trades and positions are sent twice, each second one before the one it followed, or fills before their placement is answered.',
  parameters: [
    choice(
      'mode',
      ['duplicate', 'swap', 'fill-first'],
      'duplicate',
      'What happens to them; fill-first: placements are answered late.',
    ),
    ms('lateMs', 400, 'For fill-first: so much later than the fill the placement is answered.'),
    contract,
  ],
  start(record, desk) {
    const isUser = ({ target }: HubEvent): boolean => /^GatewayUser(Order|Trade|Position)$/.test(target);
    if (record.params['mode'] === 'fill-first') {
      const { contract: wanted, lateMs } = record.params;
      return {
        answerLateMs({ path, fields }) {
          if (path !== '/api/order/place') return 0;
          return wanted === undefined || fields.text('contractId') === wanted ? Number(lateMs) : 0;
        },
      };
    }
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
