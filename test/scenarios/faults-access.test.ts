// Faults of the way into the gateway on a living desk: REST in trouble, tokens that end, logins that are refused.
import { describeFaults } from '../fixtures/fault-file.ts';
import type { Story } from '../fixtures/fault-story.ts';

const refusals: readonly (readonly [number, string])[] = [
  [3, 'credentials-refused'],
  [7, 'agreements-not-signed'],
  [9, 'api-access-missing'],
  [10, 'api-key-disabled'],
];

const stories: readonly Story[] = [
  { name: 'f12-survive', faults: [{ fault: 'F12' }], label: undefined, pages: 0, lastsMs: 3_000 },
  {
    name: 'f12-closed-unprotected',
    faults: [{ fault: 'F12', close: true }],
    hold: 'unprotected',
    label: undefined,
    also: ['hub-auth-failed', 'hub-closed-by-server', 'naked-position'],
    pages: 1,
    title: 'down',
  },
  {
    name: 'f12-no-relogin',
    faults: [{ fault: 'F12', relogin: false }],
    label: 'session-expired',
    pages: 1,
    title: 'Session has expired',
  },
  {
    name: 'f12-closed-no-relogin',
    faults: [{ fault: 'F12', close: true, relogin: false }],
    label: 'session-expired',
    also: ['hub-auth-failed', 'hub-closed-by-server', 'naked-position'],
    pages: 1,
  },
  { name: 'f13-429', faults: [{ fault: 'F13', status: 429 }], label: 'rate-limited', pages: 0 },
  {
    name: 'f13-429-retry-after',
    faults: [{ fault: 'F13', status: 429, retryAfter: 1 }],
    label: 'rate-limited',
    pages: 0,
  },
  { name: 'f13-500', faults: [{ fault: 'F13', status: 500 }], label: 'gateway-failing', pages: 0 },
  { name: 'f13-503', faults: [{ fault: 'F13', status: 503 }], label: 'gateway-failing', pages: 0 },
  { name: 'f13-slow', faults: [{ fault: 'F13', delayMs: 2_500 }], label: 'gateway-slow', pages: 0 },
  ...refusals.map(
    ([code, label]): Story => ({
      name: `f14-code-${code}`,
      faults: [{ fault: 'F14', code }],
      fromStart: true,
      label,
      pages: 1,
      title: 'Login refused',
    }),
  ),
];

describeFaults('a fault of the access', stories);
