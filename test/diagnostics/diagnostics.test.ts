// The diagnostics over every state of a login: each fault gets its own label, at the root, with evidence and a remedy.
import { describe, expect, it } from 'vitest';
import { loadDiagnostics } from '../../src/catalogue.ts';
import { cmeCalendars } from '../../src/domain/cme-calendar.ts';
import type { Finding } from '../../src/domain/report.ts';
import { phaseAt } from '../../src/domain/session-clock.ts';
import type { SessionState } from '../../src/domain/suite.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { examine } from '../../src/flows/examine.ts';
import { FakeClock } from '../fakes/clock.ts';
import {
  backHub,
  fakeLogin,
  lives,
  lostHub,
  restRecord,
  subscriptionsOf,
  type FakeLogin,
} from '../fakes/view.ts';

const diagnostics = await loadDiagnostics();
/** A Wednesday, 10:00 in Chicago. */
const open = Date.parse('2026-03-04T16:00:00Z');
const dailyBreak = Date.parse('2026-03-04T22:30:00Z');
const opening = Date.parse('2026-03-04T23:00:05Z');

async function report(
  fake: FakeLogin,
  now = open,
  wanted: readonly string[] | 'all' = 'all',
): Promise<readonly Finding[]> {
  const { findings } = await examine({
    login: fakeLogin(now, fake),
    suites: [],
    diagnostics,
    wanted,
    clock: new FakeClock(now),
    market: (suite) => phaseAt(cmeCalendars, suite.spec.instrument, now),
    thresholds: startThresholds,
    signal: new AbortController().signal,
    deadlineMs: 10_000,
  });
  return findings;
}

/** Labels of what stands for itself, worst first. */
function roots(findings: readonly Finding[]): readonly string[] {
  return findings.flatMap(({ consequenceOf, label }) =>
    consequenceOf === undefined && label !== undefined ? [label] : [],
  );
}

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

const cases: readonly (readonly [string, readonly string[], FakeLogin])[] = [
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
    { meter: { tooMany: [{ at: open - 5_000, path: '/api/Order/search', retryAfterMs: undefined }] } },
  ],
  [
    'F13 5xx',
    ['gateway-failing'],
    {
      rest: [1, 2, 3].map((n) =>
        restRecord(open - 9_000 + n, '/api/Trade/search', { outcome: 'server-error', status: 502 }),
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
    'the gateway is gone',
    ['gateway-unreachable'],
    {
      ping: { outcome: 'unreachable', status: undefined, detail: 'ECONNREFUSED' },
      market: lostHub(open - 5_000),
      user: lostHub(open - 5_000),
    },
  ],
  ['our share is spent', ['share-spent'], { meter: { used: 18 } }],
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
  ['a pause', ['feed-slow'], { suites: [{ instrument: 'MNQ', silentMs: 11_000 }] }],
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

describe('each sickness has one label, and the rest are its consequences', () => {
  it.each(cases)('%s: %s', async (_, labels, fake) => {
    expect(roots(await report(fake))).toEqual(labels);
  });

  it.each(cases)('%s: told with evidence, threshold, source, time and a remedy', async (_, __, fake) => {
    for (const finding of await report(fake)) {
      expect(finding.summary).not.toMatch(/undefined|NaN|Infinity/);
      if (finding.status !== 'warn' && finding.status !== 'fail') continue;
      expect(finding.title).toBeTruthy();
      expect(finding.remedy).toMatch(/\.$/);
      expect(finding.evidence.length).toBeGreaterThan(0);
      for (const evidence of finding.evidence) {
        expect(evidence.value).not.toMatch(/undefined|NaN|Infinity/);
        expect(evidence.source).not.toBe('');
        expect(evidence.at).toBeGreaterThan(0);
      }
    }
  });
});

describe('a login that is well', () => {
  it('passes every question in an open session', async () => {
    const findings = await report({});
    expect(
      findings
        .map(({ status, diagnostic }) => `${diagnostic} ${status}`)
        .filter((text) => !text.endsWith('pass')),
    ).toEqual([]);
    expect(findings.length).toBe(diagnostics.length + 2);
  });

  it('fails nothing during the daily break, with its hubs dropped and no data (F30), and says why', async () => {
    const findings = await report(
      {
        market: lostHub(dailyBreak - 60_000),
        user: lostHub(dailyBreak - 60_000),
        suites: [{ silentMs: 1_800_000 }],
      },
      dailyBreak,
    );
    expect(findings.filter(({ status }) => status === 'fail' || status === 'warn')).toEqual([]);
    const of = (name: string): Finding | undefined => findings.find(({ diagnostic }) => diagnostic === name);
    expect(of('hub-connection')).toMatchObject({ status: 'pass' });
    expect(of('hub-connection')?.summary).toContain('daily break, opens in 30 min');
    expect(of('data-freshness')).toMatchObject({ status: 'skip' });
    expect(of('data-freshness')?.summary).toContain('market closed');
  });

  it('waits for the first data after the opening', async () => {
    const findings = await report({ suites: [{ silentMs: 3_600_000 }] }, opening);
    expect(roots(findings)).toEqual([]);
    expect(findings.find(({ diagnostic }) => diagnostic === 'data-freshness')?.summary).toContain(
      'just opened',
    );
  });

  it('skips every question about hubs where a suite is observed by REST', async () => {
    const off = { state: { kind: 'off' } } as const;
    const findings = await report({ market: off, user: off, suites: [{ observe: 'rest', kinds: [] }] });
    expect(roots(findings)).toEqual([]);
    const skipped = findings.filter(({ status }) => status === 'skip');
    expect(skipped.map(({ diagnostic }) => diagnostic).sort()).toEqual(
      [
        'data-freshness',
        'half-open',
        'hub-connection',
        'hub-token',
        'logouts',
        'reconnect-history',
        'reconnect-loop',
        'subscriptions',
      ].sort(),
    );
    for (const { summary } of skipped) expect(summary).toContain('observed by REST polling');
  });
});

describe('causes and consequences', () => {
  it('folds what a dropped market hub explains, and says so in the skip', async () => {
    const findings = await report({ market: lostHub(open - 2_000) });
    const freshness = findings.find(({ diagnostic }) => diagnostic === 'data-freshness');
    expect(freshness).toMatchObject({
      status: 'skip',
      consequenceOf: 'hub-connection',
      suites: ['mnq', 'es'],
    });
    expect(freshness?.summary).toContain('because of: Hub connection was dropped');
  });

  it('tells a mute feed once for both suites, with freshness as its consequence', async () => {
    const findings = await report({
      suites: [
        { instrument: 'MNQ', silentMs: 20_000 },
        { instrument: 'ES', silentMs: 20_000 },
      ],
    });
    const [first, second] = findings;
    expect(first).toMatchObject({
      label: 'feed-mute',
      diagnostic: 'hub-connection',
      consequences: ['data-freshness'],
    });
    expect(second).toMatchObject({
      diagnostic: 'data-freshness',
      suites: ['mnq', 'es'],
      consequenceOf: 'hub-connection',
    });
  });

  it('does not hide one hub’s trouble behind the other’s', async () => {
    const findings = await report({
      user: lostHub(open - 2_000),
      suites: [{ instrument: 'MNQ', silentMs: 30_000 }, { instrument: 'ES' }],
    });
    expect(roots(findings)).toEqual(['hub-dropped', 'contract-mute']);
  });

  it('names both hubs when both are sick', async () => {
    const [first] = await report({
      market: lostHub(open - 2_000),
      user: lostHub(open - 2_000, 'server-close'),
    });
    expect(first?.summary).toMatch(/Both hubs are sick: market hub: .* user hub: /);
    expect(first?.evidence.length).toBe(2);
  });
});
