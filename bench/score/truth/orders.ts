// The truth about orders that go wrong (F7-F9, F11) and about the scripted stories of a trader, those that go well among them.
import { always, harmless, minuteMs, type ScoredFault } from './scored.ts';

const hold = { kind: 'hold', holding: 'protected' } as const;
const protectMs = 10_000;

const story = (
  name: string,
  right: readonly string[],
  more: Partial<ScoredFault> & Pick<ScoredFault, 'watchMs'>,
): ScoredFault => ({
  name: `story ${name}`,
  inject: always(),
  after: { kind: 'story', story: name },
  right,
  knowableMs: 0,
  // A story is a trade of its own: what else is held would only stand in its way.
  holdings: ['flat'],
  ...more,
});

export const orderFaults: readonly ScoredFault[] = [
  // The bracket is made for what was ordered; whether the platform shrinks it is not known. Where it does, nothing is left to tell.
  {
    name: 'F8 partial fill, rest cancelled',
    inject: (draw) => [{ fault: 'F8', share: 0.5, restMs: 200 + Math.floor(draw() * 2_000) }],
    after: hold,
    right: ['protection-too-large', harmless],
    knowableMs: 0,
    watchMs: 40_000,
  },
  {
    name: 'F9 protection rejected',
    inject: always({ fault: 'F9', mode: 'rejected' }),
    after: hold,
    right: ['protection-rejected', 'naked-position'],
    also: ['order-rejected'],
    knowableMs: 0,
    watchMs: minuteMs,
    critical: true,
    holdings: ['flat', 'protected'],
  },
  {
    name: 'F9 protection never made',
    inject: always({ fault: 'F9', mode: 'never-created' }),
    after: hold,
    right: ['naked-position'],
    knowableMs: protectMs,
    watchMs: minuteMs,
    critical: true,
    holdings: ['flat', 'protected'],
  },
  {
    name: 'F9 protection left over',
    inject: always({ fault: 'F9', mode: 'orphan' }),
    after: { kind: 'story', story: 'bracket-by-stop' },
    right: ['orphan-order'],
    // When the stop is reached is the market's affair, within the half minute that the story takes.
    knowableMs: 30_000 + protectMs,
    watchMs: 2 * minuteMs,
    critical: true,
    holdings: ['flat'],
  },
  {
    name: 'F11 rejected with an order id',
    inject: always({ fault: 'F11' }),
    after: { ...hold, refused: true },
    right: ['order-rejected'],
    knowableMs: 0,
    watchMs: minuteMs,
    holdings: ['flat'],
  },
  // The refused bracket is told first; what becomes of the limit left behind is the accident.
  story('accident', ['order-rejected', 'protection-rejected', 'orphan-order'], {
    also: ['naked-position', 'balance-jump'],
    knowableMs: protectMs,
    watchMs: minuteMs,
    critical: true,
  }),
  // Until the order is sent again there is nothing but the missing stop to see.
  story('duplicate-order', ['duplicate-order', 'naked-position'], { watchMs: minuteMs }),
  story('expired-order', ['order-expired'], { watchMs: 90_000, knowableMs: 30_000 }),
  story('rejected-with-id', ['order-rejected'], { watchMs: 30_000 }),
  // The server refuses it, so it never stands on the wrong side: a protection that was rejected.
  story('wrong-side-stop', ['protection-rejected', 'naked-position'], {
    watchMs: minuteMs,
    critical: true,
  }),
  story('unprotected-position', ['naked-position'], {
    watchMs: minuteMs,
    knowableMs: protectMs,
    critical: true,
  }),
  story('partial-then-cancel', ['protection-too-large', harmless], { watchMs: minuteMs }),
  ...[
    'bracket-by-target',
    'bracket-by-stop',
    'fill-before-answer',
    'suspended-children',
    'protected-position',
  ].map((name) => story(name, [harmless], { watchMs: minuteMs })),
];
