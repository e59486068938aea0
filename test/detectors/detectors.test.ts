// The detectors over every state of a login: silent when it is well, one right name when it is sick, one page per cause.
import { describe, expect, it } from 'vitest';
import { cmeCalendars } from '../../src/domain/cme-calendar.ts';
import { phaseAt } from '../../src/domain/session-clock.ts';
import type { SessionState } from '../../src/domain/suite.ts';
import {
  backHub,
  fakeLogin,
  lives,
  lostHub,
  restRecord,
  subscriptionsOf,
  type FakeLogin,
} from '../fakes/view.ts';
import { contextAt, detectors, open, pages, sightings } from './sightings.ts';

const active = (leftMs: number, renewalError?: string): SessionState => ({
  kind: 'active',
  sinceAt: open - 3_600_000,
  expiresAt: open + leftMs,
  renewedAt: undefined,
  renewalError,
});

const restDown = [1, 2, 3].map((n) =>
  restRecord(open - 40_000 + n * 10_000, 'Account/search', {
    outcome: 'unreachable',
    status: undefined,
    detail: 'ECONNREFUSED',
  }),
);

describe('REST that fails while the hubs live', () => {
  const failing = (from: number, until: number) =>
    Array.from({ length: Math.floor((until - from) / 20_000) + 1 }, (_, index) =>
      restRecord(from + index * 20_000, 'Order/searchOpen', {
        outcome: 'server-error',
        status: 503,
        detail: 'Service Unavailable',
      }),
    );
  const pings = (from: number, until: number) =>
    Array.from({ length: Math.floor((until - from) / 15_000) + 1 }, (_, index) =>
      restRecord(from + index * 15_000, 'Status/ping'),
    );
  const seen = (rest: ReturnType<typeof failing>) =>
    detectors
      .filter(({ name }) => name === 'rest-failing')
      .flatMap((detector) =>
        detector.watches === 'login' ? detector.detect(fakeLogin(open, { rest }), contextAt(open)) : [],
      );
  const inOrder = (records: ReturnType<typeof failing>) => [...records].sort((a, b) => a.at - b.at);

  it('for two rounds of calls is told, whatever the pings say', () => {
    const rest = inOrder([...failing(open - 41_000, open - 1_000), ...pings(open - 70_000, open)]);
    expect(seen(rest)).toMatchObject([{ finding: 'gateway-failing', sinceAt: open - 41_000 }]);
    const often = [24_000, 24_000, 14_000, 4_000].map((ago) => failing(open - ago, open - ago));
    expect(seen(often.flat())).toMatchObject([{ finding: 'gateway-failing', sinceAt: open - 24_000 }]);
  });

  it('once, or in one round that was sent together, or for less, or with an answer in between, is not', () => {
    expect(seen(failing(open - 60_000, open - 60_000))).toEqual([]);
    expect(seen([1, 2, 3].flatMap(() => failing(open - 40_000, open - 40_000)))).toEqual([]);
    expect(seen([18_000, 12_000, 6_000].flatMap((ago) => failing(open - ago, open - ago)))).toEqual([]);
    const answered = restRecord(open - 25_000, 'Position/searchOpen');
    expect(seen(inOrder([...failing(open - 100_000, open - 1_000), answered]))).toEqual([]);
  });
});

describe('a login that is well', () => {
  it('gives no symptom in any minute of a whole week with breaks and a clock change', () => {
    const start = Date.parse('2026-03-02T00:00:00Z');
    for (let now = start; now < start + 7 * 86_400_000; now += 60_000) {
      const context = contextAt(now);
      const suites = ['MNQ', 'ES', 'CL', 'ZB'].map((instrument) => {
        const phase = phaseAt(cmeCalendars, instrument, now);
        return { instrument, silentMs: phase.kind === 'open' ? 300 : now - phase.closedAt };
      });
      const login = fakeLogin(now, { suites });
      for (const detector of detectors) {
        if (detector.watches !== 'login') continue;
        const found = detector.detect(login, context);
        if (found.length > 0)
          expect.fail(`${detector.name} at ${new Date(now).toISOString()}: ${found[0]?.summary ?? ''}`);
      }
    }
    expect(detectors.length).toBeGreaterThan(8);
  });

  it.each([
    [
      'a thin contract pauses for 50 s while it usually has an event every 5 s',
      { suites: [{ instrument: 'ZB', silentMs: 50_000, gapMs: 5_000 }] },
    ],
    [
      'a contract without known pace pauses for 40 s',
      { suites: [{ instrument: 'ZB', silentMs: 40_000, gapMs: null }] },
    ],
    [
      'prints of a quiet contract pause for 30 s',
      { suites: [{ instrument: 'CL', silentMs: { trade: 30_000 }, gapMs: { trade: 2_000 } }] },
    ],
    [
      'a suite is observed by REST and no hub is opened',
      {
        market: { state: { kind: 'off' } },
        user: { state: { kind: 'off' } },
        suites: [{ instrument: 'ES', observe: 'rest', kinds: [] }],
      },
    ],
    ['a logout notice came and the data goes on', { market: { logoutNotices: [open - 60_000] } }],
    [
      'a storm of logout notices came and the data goes on',
      { market: { logoutNotices: [1, 2, 3, 4, 5, 6].map((n) => open - n * 2_000) } },
    ],
    [
      'one REST call failed',
      { rest: [restRecord(open - 5_000, 'Order/searchOpen', { outcome: 'server-error', status: 503 })] },
    ],
    [
      'it is hosted for 5 s and connects for the first time',
      {
        hostedAt: open - 5_000,
        session: { kind: 'logging-in', sinceAt: open - 5_000 },
        market: {
          state: { kind: 'connecting', sinceAt: open - 5_000, attempt: 1, lastError: undefined },
          connections: [],
          proven: false,
        },
        user: {
          state: { kind: 'connecting', sinceAt: open - 5_000, attempt: 1, lastError: undefined },
          connections: [],
          proven: false,
        },
      },
    ],
    [
      'the server never answers WebSocket pings but frames come',
      { market: { lastPongAt: undefined, pingUnansweredSinceAt: open - 60_000 } },
    ],
  ] satisfies readonly (readonly [string, FakeLogin])[])('gives no symptom when %s', (_, fake) => {
    expect(sightings(fakeLogin(open, fake), open)).toEqual([]);
  });
});

describe('each sickness has one name', () => {
  const cases: readonly (readonly [string, string, FakeLogin])[] = [
    ['F1 the market socket is killed', 'hub-down', { market: lostHub(open - 2_000) }],
    ['F1 the user socket is killed', 'hub-down', { user: lostHub(open - 2_000) }],
    ['F2 the gateway closes the hub', 'hub-down', { market: lostHub(open - 2_000, 'server-close-final') }],
    [
      'F2 both hubs are closed at once',
      'hub-down',
      { market: lostHub(open - 2_000), user: lostHub(open - 1_900) },
    ],
    [
      'F3 pings stay unanswered',
      'hub-down',
      {
        market: { lastFrameAt: open - 6_000, lastPongAt: open - 6_000, pingUnansweredSinceAt: open - 5_500 },
      },
    ],
    ['F3 no frame for 31 s', 'hub-down', { user: { lastFrameAt: open - 31_000, lastPongAt: undefined } }],
    [
      'F4 pings go on, no events',
      'feed-mute',
      {
        suites: [
          { instrument: 'MNQ', silentMs: 16_000 },
          { instrument: 'ES', silentMs: 16_500 },
        ],
      },
    ],
    ['F4 with a single suite', 'feed-mute', { suites: [{ instrument: 'MNQ', silentMs: 16_000 }] }],
    [
      'F4 beside a thin contract',
      'feed-mute',
      {
        suites: [
          { instrument: 'MNQ', silentMs: 16_000 },
          { instrument: 'ZB', silentMs: 18_000, gapMs: 8_000 },
        ],
      },
    ],
    [
      'F4 from the first moment',
      'feed-mute',
      {
        market: {
          state: { kind: 'connected', sinceAt: open - 16_000, connectionId: 'a' },
          proven: false,
          eventsOnConnection: 0,
        },
        suites: [{ instrument: 'MNQ', silentMs: 'never', gapMs: null }],
      },
    ],
    [
      'F5 one contract stops',
      'contract-mute',
      { suites: [{ instrument: 'MNQ', silentMs: 16_000 }, { instrument: 'ES' }] },
    ],
    [
      'F5 quotes go on, trades stop',
      'stream-stopped',
      { suites: [{ instrument: 'MNQ', silentMs: { trade: 23_000 } }, { instrument: 'ES' }] },
    ],
    [
      'F12 the token expires',
      'session-expired',
      {
        session: {
          kind: 'expired',
          sinceAt: open - 2_000,
          expiresAt: open - 2_000,
          why: 'REST answered 401',
        },
      },
    ],
    [
      'F12 the token expires and both hubs are refused',
      'session-expired',
      {
        session: {
          kind: 'expired',
          sinceAt: open - 2_000,
          expiresAt: open - 2_000,
          why: 'REST answered 401',
        },
        market: lostHub(open - 1_500, 'unauthorized'),
        user: lostHub(open - 1_400, 'unauthorized'),
      },
    ],
    ['the token ends in 4 minutes', 'session-expiring', { session: active(4 * 60_000) }],
    [
      'the renewal fails and 50 minutes are left',
      'session-expiring',
      { session: active(50 * 60_000, 'validate answered code 3') },
    ],
    [
      'F14 code 3',
      'credentials-refused',
      { session: { kind: 'refused', sinceAt: open - 9_000, code: 3, reason: 'InvalidCredentials' } },
    ],
    [
      'F14 code 7',
      'agreements-not-signed',
      { session: { kind: 'refused', sinceAt: open - 9_000, code: 7, reason: 'sign' } },
    ],
    [
      'F14 code 9',
      'api-access-missing',
      { session: { kind: 'refused', sinceAt: open - 9_000, code: 9, reason: '' } },
    ],
    [
      'F14 code 10',
      'api-key-disabled',
      { session: { kind: 'refused', sinceAt: open - 9_000, code: 10, reason: '' } },
    ],
    [
      'the login has not been answered for 20 s',
      'no-session',
      { session: { kind: 'none', sinceAt: open - 20_000 } },
    ],
    [
      'F15 a logout notice, then close',
      'second-session',
      { market: { ...lostHub(open - 2_000, 'server-close'), logoutNotices: [open - 4_000] } },
    ],
    [
      'F15 a logout notice, then the data stops',
      'second-session',
      { market: { logoutNotices: [open - 18_000] }, suites: [{ instrument: 'MNQ', silentMs: 16_000 }] },
    ],
    [
      'F26 the hub cannot be opened',
      'hub-down',
      {
        market: {
          state: {
            kind: 'connecting',
            sinceAt: open - 20_000,
            attempt: 4,
            lastError: 'negotiate answered 503',
          },
          connections: [],
          proven: false,
        },
      },
    ],
    [
      'F29 five lives of 3 s in a row',
      'reconnect-loop',
      { market: { ...lostHub(open - 500), connections: lives(open - 500, 5, 3_000).slice(0, -1) } },
    ],
    ['F29 a kill every 20 s', 'reconnect-loop', { user: { connections: lives(open - 5_000, 6, 20_000) } }],
    [
      'reconnected, and no data for 16 s',
      'hub-down',
      { market: backHub('market', open - 17_000, open - 16_000) },
    ],
    [
      'connected for 21 s without one acknowledged subscription',
      'subscriptions-missing',
      {
        user: {
          state: { kind: 'connected', sinceAt: open - 21_000, connectionId: 'x' },
          subscriptions: subscriptionsOf('user', open, { kind: 'waiting', sinceAt: open - 21_000 }),
          proven: false,
        },
      },
    ],
    ['data arrives 70 s late', 'feed-late', { suites: [{ instrument: 'MNQ', lagMs: 70_000 }] }],
    [
      'REST and both hubs are gone',
      'gateway-unreachable',
      { rest: restDown, market: lostHub(open - 35_000), user: lostHub(open - 35_000) },
    ],
    [
      'REST is gone and only REST observes',
      'gateway-unreachable',
      {
        rest: restDown,
        market: { state: { kind: 'off' } },
        user: { state: { kind: 'off' } },
        suites: [{ instrument: 'ES', observe: 'rest', kinds: [] }],
      },
    ],
  ];

  it.each(cases)('%s: %s', (_, finding, fake) => {
    expect(pages(fakeLogin(open, fake), open)).toEqual([finding]);
  });

  it.each(cases)('%s: the symptom is told whole', (_, __, fake) => {
    for (const { symptom, detector } of sightings(fakeLogin(open, fake), open)) {
      expect(detector.findings).toHaveProperty(symptom.finding);
      expect(symptom.sinceAt).toBeLessThanOrEqual(open);
      expect(symptom.summary).toMatch(/\.$/);
      expect(symptom.summary).not.toMatch(/undefined|NaN/);
      expect(symptom.remedy.length).toBeGreaterThan(20);
      expect(symptom.evidence.length).toBeGreaterThan(0);
      expect(symptom.suites.length).toBeGreaterThan(0);
    }
  });
});

describe('a hub that is down', () => {
  it('is one symptom naming both hubs when both dropped together', () => {
    const login = fakeLogin(open, { market: lostHub(open - 2_000), user: lostHub(open - 1_000) });
    const [only, ...more] = sightings(login, open);
    expect(more).toEqual([]);
    expect(only?.symptom.place).toEqual({ login: 'desk-a' });
    expect(only?.symptom.summary).toContain('The market hub and the user hub have been down');
    expect(only?.symptom.sinceAt).toBe(open - 2_000);
  });

  it('stays down after the reconnect until data proves the new connection', () => {
    const back = backHub('market', open - 4_000, open - 3_000);
    expect(pages(fakeLogin(open, { market: back }), open)).toEqual(['hub-down']);
    const proven = {
      ...back,
      proven: true,
      eventsOnConnection: 3,
      gaps: [{ startedAt: open - 4_000, endedAt: open - 500 }],
    };
    expect(pages(fakeLogin(open, { market: proven }), open)).toEqual([]);
  });

  it('is not seen in the first connection of a host, which replaces none, before its data comes', () => {
    const first = {
      proven: false,
      eventsOnConnection: 0,
      lastEventAt: undefined,
      connections: [{ openedAt: open - 400, closedAt: undefined, drop: undefined, events: 0 }],
      gaps: [{ startedAt: open - 1_500, endedAt: undefined }],
    };
    const state = { kind: 'connected', sinceAt: open - 400, connectionId: 'x' } as const;
    const login = fakeLogin(open, {
      hostedAt: open - 2_000,
      market: { ...first, state },
      user: { ...first, state },
    });
    expect(pages(login, open)).toEqual([]);
  });

  it('counts its downtime from the drop', () => {
    const [seen] = sightings(
      fakeLogin(open, { market: backHub('market', open - 9_000, open - 3_000) }),
      open,
    );
    expect(seen?.symptom.sinceAt).toBe(open - 9_000);
  });
});
