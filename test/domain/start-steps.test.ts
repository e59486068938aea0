// The six steps of a start: each one it can hang at says so, in order, and what cannot be told is never called done.
import { describe, expect, it } from 'vitest';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import { startSteps } from '../../src/domain/start-steps.ts';
import type { HubView, SessionState, StreamView } from '../../src/domain/suite.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { StartBook } from '../../src/projectx/start-book.ts';
import { fakeLogin, firstSuite, restRecord, subscriptionsOf, type FakeLogin } from '../fakes/view.ts';

const t0 = Date.parse('2026-03-04T16:00:00Z');
const open: MarketPhase = { kind: 'open', openedAt: t0 - 3_600_000, closesAt: t0 + 3_600_000 };
const active: SessionState = {
  kind: 'active',
  sinceAt: t0 + 300,
  expiresAt: t0 + 86_400_000,
  renewedAt: undefined,
  renewalError: undefined,
};

const connecting = (lastError?: string): Partial<HubView> => ({
  state: { kind: 'connecting', sinceAt: t0, attempt: 3, lastError },
  subscriptions: [],
  connections: [],
});
const connected = (hub: 'user' | 'market', at: number, ackedAt?: number): Partial<HubView> => ({
  state: { kind: 'connected', sinceAt: at, connectionId: `${hub}#1` },
  subscriptions: subscriptionsOf(
    hub,
    at,
    ackedAt === undefined
      ? { kind: 'waiting', sinceAt: at }
      : { kind: 'acknowledged', at: ackedAt, tookMs: 30 },
  ),
  connections: [{ openedAt: at, closedAt: undefined, drop: undefined, events: 0 }],
});

/** What came at all came in the second second. */
const cameEarly = (stream: StreamView): StreamView =>
  stream.firstOnConnectionAt === undefined ? stream : { ...stream, firstOnConnectionAt: t0 + 1_900 };

/** A start seen at `now`, everything done up to where the fake says otherwise. */
function steps(fake: FakeLogin, now: number, market: MarketPhase = open) {
  const view = fakeLogin(now, {
    hostedAt: t0,
    session: active,
    rest: [restRecord(t0 + 200, 'Auth/loginKey')],
    market: connected('market', t0 + 500, t0 + 600),
    user: connected('user', t0 + 550, t0 + 700),
    ...fake,
    suites: fake.suites ?? [{ silentMs: 100, patch: { reconciledAt: t0 + 900 } }],
  });
  const suites = view.suites.map((suite) => ({ ...suite, streams: suite.streams.map(cameEarly) }));
  const book = new StartBook();
  book.take({ ...view, suites });
  const { first } = book.view();
  if (first === undefined) throw new Error('nothing was written down');
  return startSteps(first, firstSuite({ ...view, suites }), { now, market, thresholds: startThresholds });
}
const told = (list: ReturnType<typeof steps>): readonly string[] =>
  list.map(({ name, status }) => `${name} ${status}`);

const names = ['Environment', 'Token', 'Sockets', 'Hubs authenticated', 'First data', 'Feed running'];
/** Done before the step, `status` at it, not begun after it. */
const stuckAt = (step: number, status: 'waiting' | 'fail'): readonly string[] =>
  names.map((name, index) => `${name} ${index < step ? 'pass' : index === step ? status : 'open'}`);

const early: Partial<FakeLogin> = {
  market: connecting(),
  user: connecting(),
  suites: [{ silentMs: 'never', patch: { reconciledAt: undefined } }],
};
const none: SessionState = { kind: 'logging-in', sinceAt: t0 };

/** Where it hangs, and what it must say there. */
const hangs: readonly (readonly [number, FakeLogin, RegExp])[] = [
  [
    0,
    {
      ...early,
      session: none,
      rest: [restRecord(t0 + 100, 'Auth/loginKey', { outcome: 'unreachable', detail: 'ECONNREFUSED' })],
    },
    /has not answered.*ECONNREFUSED/,
  ],
  [1, { ...early, session: none }, /not been answered with a token/],
  [
    2,
    {
      ...early,
      market: connecting('HTTP 503 on the WebSocket upgrade'),
      user: connected('user', t0 + 500, t0 + 600),
    },
    /market hub is not open, attempt 3: HTTP 503/,
  ],
  [
    3,
    { ...early, market: connected('market', t0 + 500), user: connected('user', t0 + 500, t0 + 600) },
    /market hub has not acknowledged SubscribeContractQuotes/,
  ],
  [4, { suites: [{ silentMs: 'never', patch: { reconciledAt: t0 + 900 } }] }, /no event of MNQZ5 has come/],
  [5, { suites: [{ silentMs: { trade: 'never' }, patch: { reconciledAt: t0 + 900 } }] }, /no trade has come/],
];

describe('a start', () => {
  it('that went well has six steps done, each with its time', () => {
    const list = steps({}, t0 + 2_000);
    expect(told(list)).toEqual(names.map((name) => `${name} pass`));
    expect(list.map(({ tookMs }) => tookMs)).toEqual([200, 100, 250, 150, 1_200, 0]);
    expect(list.every(({ evidence }) => evidence.length > 0)).toBe(true);
  });

  it.each(hangs)('that waits at step %i says what for', (step, fake, words) => {
    const list = steps(fake, t0 + 5_000);
    expect(told(list)).toEqual(stuckAt(step, 'waiting'));
    expect(list[step]?.said).toMatch(words);
  });

  it.each(hangs)(
    'that hangs at step %i for longer than a start may take fails there',
    (step, fake, words) => {
      const list = steps(fake, t0 + 600_000);
      expect(told(list)).toEqual(stuckAt(step, 'fail'));
      expect(list[step]?.said).toMatch(/^Stuck here for (9 min 5\d s|10 min)/);
      expect(list[step]?.said).toMatch(words);
    },
  );

  it('that the gateway refuses fails at once, with its words', () => {
    const session: SessionState = {
      kind: 'refused',
      sinceAt: t0 + 100,
      code: 3,
      reason: 'invalid credentials',
    };
    const list = steps({ ...early, session }, t0 + 1_000);
    expect(told(list)).toEqual(stuckAt(1, 'fail'));
    expect(list[1]?.said).toBe('The gateway refuses the login of trader: invalid credentials (errorCode 3).');
  });

  it('whose hub refuses the token fails at the authentication, not at the socket', () => {
    const user: Partial<HubView> = {
      state: {
        kind: 'auth-failed',
        sinceAt: t0 + 400,
        detail: 'HTTP 401 on the WebSocket upgrade',
        attempt: 2,
      },
      subscriptions: [],
      connections: [],
    };
    const list = steps({ ...early, market: connected('market', t0 + 500, t0 + 600), user }, t0 + 1_000);
    expect(told(list)).toEqual(stuckAt(3, 'fail'));
    expect(list[3]?.said).toContain('The user hub refuses the token: HTTP 401');
  });

  it('whose subscription is refused fails at the authentication, with the words of the server', () => {
    const market: Partial<HubView> = {
      ...connected('market', t0 + 500),
      subscriptions: subscriptionsOf('market', t0, {
        kind: 'refused',
        at: t0 + 600,
        error: 'no such contract',
      }),
    };
    const list = steps({ ...early, market, user: connected('user', t0 + 500, t0 + 600) }, t0 + 1_000);
    expect(told(list)).toEqual(stuckAt(3, 'fail'));
    expect(list[3]?.said).toContain('refused SubscribeContractQuotes: no such contract');
  });

  it('into a closed market cannot be told further than the subscriptions', () => {
    const closed: MarketPhase = { kind: 'closed', why: 'weekend', closedAt: t0 - 1, opensAt: t0 + 3_600_000 };
    const list = steps(
      { suites: [{ silentMs: 'never', patch: { reconciledAt: t0 + 900 } }] },
      t0 + 60_000,
      closed,
    );
    expect(told(list).slice(3)).toEqual(['Hubs authenticated pass', 'First data skip', 'Feed running skip']);
    expect(list[4]?.said).toContain('weekend, opens in 59 min');
  });

  it('by REST opens no hub and is done once orders and positions are read', () => {
    const off: Partial<HubView> = { state: { kind: 'off' }, subscriptions: [], connections: [] };
    const suites = [{ observe: 'rest', kinds: [], patch: { reconciledAt: t0 + 900 } }] as const;
    const list = steps({ market: off, user: off, suites }, t0 + 2_000);
    expect(list.map(({ status }) => status)).toEqual(['pass', 'pass', 'skip', 'skip', 'pass', 'pass']);
  });
});
