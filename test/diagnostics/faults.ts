// Every fault as a view of a login, with the label that must stand for it.
import type { SessionState } from '../../src/domain/suite.ts';
import { backHub, lives, lostHub, restRecord, subscriptionsOf, type FakeLogin } from '../fakes/view.ts';

/** A Wednesday, 10:00 in Chicago. */
export const open = Date.parse('2026-03-04T16:00:00Z');

const refused = (code: number): SessionState => ({
  kind: 'refused',
  sinceAt: open - 5_000,
  code,
  reason: 'no',
});
const active = (leftMs: number, renewalError?: string): SessionState => ({
  kind: 'active',
  sinceAt: open - 3_600_000,
  expiresAt: open + leftMs,
  renewedAt: undefined,
  renewalError,
});
const waiting = { kind: 'waiting', sinceAt: open - 25_000 } as const;

export const faults: readonly (readonly [string, readonly string[], FakeLogin])[] = [
  ['F1 socket killed', ['hub-dropped'], { market: lostHub(open - 2_000) }],
  [
    'F2 closed by the gateway',
    ['hub-closed-by-server'],
    { market: lostHub(open - 2_000, 'server-close-final') },
  ],
  [
    'F2 closed for good',
    ['hub-closed-by-server'],
    {
      user: {
        state: {
          kind: 'closed',
          sinceAt: open - 2_000,
          drop: { reason: 'server-close-final', detail: 'Close', at: open - 2_000 },
        },
      },
    },
  ],
  [
    'F3 pings unanswered',
    ['hub-half-open'],
    { market: { lastFrameAt: open - 6_000, lastPongAt: open - 6_000, pingUnansweredSinceAt: open - 5_500 } },
  ],
  [
    'F3 no frame for 31 s',
    ['hub-half-open'],
    { user: { lastFrameAt: open - 31_000, lastPongAt: undefined } },
  ],
  ['F3 found and reconnecting', ['hub-half-open'], { market: lostHub(open - 2_000, 'half-open') }],
  ['no frame for 22 s', ['hub-silent'], { user: { lastFrameAt: open - 22_000, lastPongAt: undefined } }],
  [
    'F4 no events',
    ['feed-mute'],
    {
      suites: [
        { instrument: 'MNQ', silentMs: 16_000 },
        { instrument: 'ES', silentMs: 17_000 },
      ],
    },
  ],
  [
    'F5 one contract',
    ['contract-mute'],
    { suites: [{ instrument: 'MNQ', silentMs: 16_000 }, { instrument: 'ES' }] },
  ],
  ['F5 one kind', ['stream-stopped'], { suites: [{ instrument: 'MNQ', silentMs: { trade: 23_000 } }] }],
  [
    'F12 session expired',
    ['session-expired'],
    { session: { kind: 'expired', sinceAt: open - 2_000, expiresAt: open - 2_000, why: 'REST 401' } },
  ],
  [
    'F12 session expired and hubs refused',
    ['session-expired'],
    {
      session: { kind: 'expired', sinceAt: open - 2_000, expiresAt: open - 2_000, why: 'REST 401' },
      market: { state: { kind: 'auth-failed', sinceAt: open - 1_000, detail: '401', attempt: 2 } },
    },
  ],
  ['F12 only the hub’s token is over', ['hub-token-expired'], { user: { tokenExpiresAt: open - 60_000 } }],
  [
    'F12 a hub is refused though the session is good',
    ['hub-auth-failed'],
    { market: { state: { kind: 'auth-failed', sinceAt: open - 4_000, detail: '401', attempt: 2 } } },
  ],
  ['the token has 4 min', ['session-expiring'], { session: active(240_000) }],
  ['the renewal fails', ['renewal-failing'], { session: active(7_200_000, 'code 3') }],
  [
    'F13 429',
    ['rate-limited'],
    { meter: { tooMany: [{ at: open - 5_000, path: 'Order/search', retryAfterMs: undefined }] } },
  ],
  [
    'F13 5xx',
    ['gateway-failing'],
    {
      rest: [1, 2, 3].map((n) =>
        restRecord(open - 9_000 + n, 'Trade/search', { outcome: 'server-error', status: 502 }),
      ),
    },
  ],
  [
    'F13 ping answers 503',
    ['gateway-failing'],
    { ping: { outcome: 'server-error', status: 503, detail: 'maintenance' } },
  ],
  ['F13 slow', ['gateway-slow'], { ping: { tookMs: 6_000 } }],
  [
    'F13 slow, and no ping may be sent',
    ['gateway-slow'],
    {
      ping: {
        outcome: 'not-asked',
        status: undefined,
        tookMs: 0,
        detail: 'our share of the requests is spent',
      },
      rest: [restRecord(open - 30_000, 'Position/searchOpen', { tookMs: 2_600 })],
    },
  ],
  [
    'F13 slow now and then',
    ['gateway-slow'],
    {
      rest: [3_000, 50, 50, 50].map((tookMs, n) => restRecord(open - 60_000 + n, 'Trade/search', { tookMs })),
    },
  ],
  [
    'answers that waited for us alone',
    [],
    {
      rest: [0, 1, 2].map((n) =>
        restRecord(open - 60_000 + n, 'Trade/search', { tookMs: 6_000, ownMs: 5_900 }),
      ),
    },
  ],
  [
    'F13 slow, beside a stall of our own',
    ['gateway-slow'],
    { rest: [restRecord(open - 60_000, 'Trade/search', { tookMs: 6_000, ownMs: 3_000 })] },
  ],
  [
    'one slow answer at the start, and quick ones ever since',
    [],
    {
      rest: [3_000, 50, 50, 50, 50].map((tookMs, n) =>
        restRecord(open - 60_000 + n, 'Contract/search', { tookMs }),
      ),
    },
  ],
  [
    'the gateway is gone',
    ['gateway-unreachable'],
    {
      ping: { outcome: 'unreachable', status: undefined, detail: 'ECONNREFUSED' },
      market: lostHub(open - 5_000),
      user: lostHub(open - 5_000),
    },
  ],
  ['our share is spent', ['share-spent'], { meter: { used: 20 } }],
  ['F14 code 3', ['credentials-refused'], { session: refused(3) }],
  ['F14 code 7', ['agreements-not-signed'], { session: refused(7) }],
  ['F14 code 9', ['api-access-missing'], { session: refused(9) }],
  ['F14 code 10', ['api-key-disabled'], { session: refused(10) }],
  ['an unknown login code', ['login-refused'], { session: refused(77) }],
  ['F15 notice alone', ['logout-notice'], { market: { logoutNotices: [open - 5_000] } }],
  [
    'F15 storm',
    ['logout-storm'],
    { market: { logoutNotices: [1, 2, 3, 4, 5].map((n) => open - n * 1_000) } },
  ],
  [
    'F15/F16 notice, then close',
    ['second-session'],
    { market: { ...lostHub(open - 2_000), logoutNotices: [open - 3_000] } },
  ],
  [
    'F26 negotiate fails alone, the connections live',
    ['negotiate-broken'],
    { negotiate: { market: { outcome: 'bad-answer', status: 200, detail: 'no connection is offered' } } },
  ],
  [
    'F26 negotiate fails',
    ['hub-cannot-connect'],
    {
      user: {
        state: {
          kind: 'connecting',
          sinceAt: open - 20_000,
          attempt: 3,
          lastError: 'negotiate answered 503',
        },
      },
    },
  ],
  [
    'F26 handshake fails after a drop',
    ['hub-cannot-connect'],
    { market: lostHub(open - 2_000, 'handshake-failed') },
  ],
  [
    'F26 negotiate answers 401',
    ['hub-auth-failed'],
    {
      user: {
        state: {
          kind: 'connecting',
          sinceAt: open - 20_000,
          attempt: 3,
          lastError: 'negotiate answered 401',
        },
      },
    },
  ],
  [
    'F29 short lives',
    ['reconnect-loop'],
    { market: { ...lostHub(open - 500), connections: lives(open - 500, 6, 3_000).slice(0, -1) } },
  ],
  [
    'three losses within the hour',
    ['reconnecting-often'],
    { user: { connections: lives(open - 600_000, 3, 400_000) } },
  ],
  [
    'nobody subscribed again',
    ['subscriptions-missing'],
    {
      market: {
        ...backHub('market', open - 26_000, open - 25_000),
        subscriptions: subscriptionsOf('market', open, waiting),
      },
    },
  ],
  ['reconnected without data', ['zombie'], { market: backHub('market', open - 17_000, open - 16_000) }],
  [
    'a subscription is refused',
    ['subscription-refused'],
    {
      market: {
        subscriptions: [
          ...subscriptionsOf('market', open - 60_000).slice(0, 2),
          {
            method: 'SubscribeContractMarketDepth',
            target: 'CON.F.US.MNQ.Z25',
            state: { kind: 'refused', at: open - 60_000, error: 'Method does not exist.' },
          },
        ],
      },
      suites: [{ instrument: 'MNQ', silentMs: { depth: 'never' }, gapMs: { depth: null } }],
    },
  ],
  [
    'one acknowledgement is missing',
    ['subscription-waiting'],
    {
      user: {
        subscriptions: [
          ...subscriptionsOf('user', open - 60_000).slice(0, 3),
          { method: 'SubscribeTrades', target: '901', state: waiting },
        ],
      },
    },
  ],
  ['late data', ['feed-late'], { suites: [{ lagMs: 70_000 }] }],
  ['data from the future', ['clock-ahead'], { suites: [{ lagMs: -5_000 }] }],
  ['a pause', ['feed-slow'], { suites: [{ instrument: 'MNQ', silentMs: 13_000 }] }],
  [
    'a lull that its pace explains',
    [],
    { suites: [{ instrument: 'MNQ', silentMs: 25_000, gapMs: 1_200 }, { instrument: 'ES' }] },
  ],
  [
    'no such contract',
    ['contract-not-found'],
    { suites: [{ patch: { contract: undefined, contractProblem: 'nothing found for MNX' } }] },
  ],
  [
    'no such account',
    ['account-not-found'],
    { suites: [{ patch: { account: undefined, accountProblem: 'no account of this name' } }] },
  ],
];
