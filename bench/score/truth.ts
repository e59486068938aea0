// What each fault must be called by the one who sees it from outside: the whole table, written from the reference's fault catalogue.
import { accountFaults } from './truth/accounts.ts';
import { connectionFaults } from './truth/connections.ts';
import { marketFaults } from './truth/market.ts';
import { orderFaults } from './truth/orders.ts';
import type { ScoredFault } from './truth/scored.ts';

export const faults: readonly ScoredFault[] = [
  ...connectionFaults,
  ...marketFaults,
  ...accountFaults,
  ...orderFaults,
];

/** Every fault of the reference's catalogue. */
export const catalogued: readonly string[] = Array.from({ length: 30 }, (_, index) => `F${index + 1}`);

export const codeOf = ({ name }: ScoredFault): string => name.split(' ')[0] ?? name;

/**
 * Findings that are no second cause: a slow feed is a mute one not yet sure of itself, our own share is spent by being asked once a
 * second, and a connection lost twice within the hour is told beside why.
 */
export const traces: readonly string[] = ['share-spent', 'reconnecting-often', 'feed-slow'];

/** What cannot be scored, and why. */
export const unscored: readonly string[] = [
  'F1 with the server up: the connection is back within milliseconds and nothing is lost; one such cut is history, not a finding.',
  'F20 not reset at 17:00 CT, F16 without a rival: they need an hour of the day, or a second client, that these runs do not have.',
];
