// The truth about faults of orders, fills and accounts (F4 and F6-F11 on the user hub, F24, F25).
import { always, harmless, minuteMs, pick, type ScoredFault } from './scored.ts';

const hold = { kind: 'hold', holding: 'protected' } as const;

export const accountFaults: readonly ScoredFault[] = [
  // A dead user feed and a lost fill are the same from outside: REST knows what no event told.
  {
    name: 'F4 user feed dead',
    inject: always({ fault: 'F4', hub: 'user' }),
    after: hold,
    right: ['fill-missed', 'position-drift'],
    also: ['balance-disagrees', 'balance-jump'],
    knowableMs: 10_000,
    watchMs: 90_000,
    critical: true,
  },
  {
    name: 'F6 fill missing on the hub',
    inject: (draw) => [{ fault: 'F6', missing: pick(draw, ['all', 'trade']) }],
    after: hold,
    right: ['fill-missed', 'position-drift'],
    knowableMs: 10_000,
    watchMs: 90_000,
    critical: true,
  },
  {
    name: 'F6 position missing on the hub',
    inject: always({ fault: 'F6', missing: 'position' }),
    after: hold,
    right: ['position-drift', 'fill-missed'],
    knowableMs: 10_000,
    watchMs: 90_000,
    critical: true,
    // Where as much is held again, the event that is missing would have said nothing new.
    holdings: ['flat'],
  },
  // Twice or in another order, it is all told and agrees in the end (reference 4.5: any order): to be taken, not to be alarmed about.
  {
    name: 'F7 doubled or swapped',
    inject: (draw) => [{ fault: 'F7', mode: pick(draw, ['duplicate', 'swap']) }],
    after: hold,
    right: [harmless],
    knowableMs: 0,
    watchMs: 40_000,
  },
  {
    name: 'F10 stuck pending',
    inject: always({ fault: 'F10', state: 'pending' }),
    after: hold,
    right: ['order-stuck'],
    also: ['naked-position', 'orphan-order', 'protection-too-large'],
    knowableMs: 10_000,
    watchMs: 100_000,
    critical: true,
  },
  {
    name: 'F10 stuck in cancellation',
    inject: always({ fault: 'F10', state: 'pending-cancellation' }),
    before: hold,
    after: { kind: 'release' },
    right: ['order-stuck'],
    also: ['orphan-order'],
    knowableMs: 10_000,
    watchMs: 100_000,
    critical: true,
  },
  {
    name: 'F24 may not trade',
    inject: always({ fault: 'F24', mode: 'locked' }),
    right: ['account-locked'],
    knowableMs: 0,
    watchMs: 2 * minuteMs,
    critical: true,
  },
  {
    name: 'F24 balance jumps',
    inject: (draw) => [{ fault: 'F24', mode: 'jump', by: Math.round((draw() - 0.5) * 200_000) / 100 }],
    right: ['balance-jump', 'balance-disagrees'],
    knowableMs: 0,
    watchMs: 3 * minuteMs,
  },
  {
    name: 'F24 account vanishes',
    inject: always({ fault: 'F24', mode: 'vanishes' }),
    right: ['account-gone', 'account-not-found'],
    knowableMs: 0,
    watchMs: 3 * minuteMs,
    critical: true,
  },
  {
    name: 'F25 trade voided',
    inject: always({ fault: 'F25', mode: 'voided' }),
    before: hold,
    right: ['trade-voided'],
    // The position that a voided fill opened cannot be explained by the fills that are left.
    also: ['position-drift', 'balance-disagrees', 'average-disagrees'],
    knowableMs: 0,
    watchMs: 2 * minuteMs,
  },
  {
    name: 'F25 profit off',
    inject: (draw) => [{ fault: 'F25', mode: 'wrong-profit', by: 5 + Math.floor(draw() * 100) }],
    before: hold,
    after: { kind: 'release' },
    right: ['fill-pnl-wrong'],
    also: ['balance-disagrees'],
    knowableMs: 0,
    watchMs: 2 * minuteMs,
  },
];
