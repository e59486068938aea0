// Faults of the hubs' connections on a living desk: each its own label, one page, its evidence and its recovery.
import { describeFaults } from '../fixtures/fault-file.ts';
import type { Story } from '../fixtures/fault-story.ts';

const market = 'Market hub is down';
const barred = ['hub-dropped', 'hub-cannot-connect'];

const cannotConnect = [
  'negotiate-503',
  'negotiate-401',
  'wrong-json',
  'handshake-error',
  'handshake-silence',
];

const stories: readonly Story[] = [
  {
    name: 'f1-market-down',
    faults: [{ fault: 'F1', hub: 'market', down: true }],
    label: 'hub-dropped',
    also: barred,
    pages: 1,
    title: market,
  },
  {
    name: 'f1-both-down',
    faults: [{ fault: 'F1', hub: 'both', down: true }],
    label: 'hub-dropped',
    also: barred,
    pages: 1,
    title: 'down',
  },
  {
    name: 'f1-user-unprotected',
    faults: [{ fault: 'F1', hub: 'user', down: true }],
    hold: 'unprotected',
    label: 'hub-dropped',
    also: [...barred, 'naked-position'],
    pages: 1,
    title: 'User hub is down',
  },
  {
    name: 'f2-final',
    faults: [{ fault: 'F2', hub: 'market', allowReconnect: false, down: true }],
    label: 'hub-closed-by-server',
    also: barred,
    pages: 1,
    title: market,
  },
  {
    name: 'f2-may-reconnect',
    faults: [{ fault: 'F2', hub: 'user', allowReconnect: true, down: true }],
    label: 'hub-closed-by-server',
    also: barred,
    pages: 1,
    title: 'User hub is down',
  },
  {
    name: 'f3-half-open',
    faults: [{ fault: 'F3', hub: 'market', newConnections: true }],
    label: 'hub-half-open',
    also: ['reconnect-loop'],
    pages: 1,
    title: 'Market hub',
  },
  {
    name: 'f3-both',
    faults: [{ fault: 'F3', hub: 'both', newConnections: true }],
    label: 'hub-half-open',
    also: ['reconnect-loop'],
    pages: 1,
  },
  ...cannotConnect.map(
    (mode): Story => ({
      name: `f26-${mode}`,
      faults: [
        { fault: 'F26', mode, hub: 'market' },
        { fault: 'F1', hub: 'market' },
      ],
      label: mode === 'negotiate-401' ? 'hub-auth-failed' : 'hub-cannot-connect',
      also: barred,
      pages: 1,
      title: market,
    }),
  ),
  {
    name: 'f29-market',
    faults: [{ fault: 'F29', hub: 'market', everyMs: 300 }],
    label: 'reconnect-loop',
    also: barred,
    pages: 1,
    title: 'Market hub',
  },
];

describeFaults('a fault of a connection', stories);
