// The diagnostics over every state of a login: each fault gets its own label, at the root, with evidence and a remedy.
import { describe, expect, it } from 'vitest';
import { loadDiagnostics } from '../../src/catalogue.ts';
import { noData } from '../../src/domain/data-view.ts';
import { cmeCalendars } from '../../src/domain/cme-calendar.ts';
import type { Finding } from '../../src/domain/report.ts';
import { phaseAt } from '../../src/domain/session-clock.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { examine } from '../../src/flows/examine.ts';
import { FakeClock } from '../fakes/clock.ts';
import { anOrder } from '../fakes/trading.ts';
import { backHub, fakeLogin, lostHub, type FakeLogin } from '../fakes/view.ts';
import { faults, open } from './faults.ts';

const diagnostics = await loadDiagnostics();
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

function topicOf(name: string): readonly string[] {
  return diagnostics.find((one) => one.name === name)?.topics ?? [];
}

/** Labels of what stands for itself, worst first. */
function roots(findings: readonly Finding[]): readonly string[] {
  return findings.flatMap(({ consequenceOf, label }) =>
    consequenceOf === undefined && label !== undefined ? [label] : [],
  );
}

it.each([
  ['History/retrieveBars', /History\/retrieveBars; ours are \d+ of the 50 bar requests in 30 s/],
  ['Order/search', /Order\/search; ours are \d+ of the 200 requests in 1 min/],
])('a 429 for %s is told with the allowance it belongs to, and as what is known', async (path, words) => {
  const meter = { tooMany: [{ at: open - 5_000, path, retryAfterMs: undefined }] };
  const found = (await report({ meter })).find(({ label }) => label === 'rate-limited');
  expect(found?.summary).toMatch(words);
  expect(found?.summary).toContain('or the gateway’s limit is different');
});

it('bars that were not read are not asked about, instead of passed', async () => {
  const data = { ...noData, watchedSinceAt: open - 60_000 };
  const found = (await report({ suites: [{ patch: { data } }] })).filter(
    ({ diagnostic }) => diagnostic === 'bar-truth',
  );
  expect(found.map(({ status }) => status)).toEqual(['skip']);
  expect(found[0]?.summary).toContain('bars have not been read yet');
});

it('a user hub over which nothing came is not said to be proven by data', async () => {
  const summaryOf = async (eventsOnConnection: number): Promise<string | undefined> =>
    (await report({ user: { proven: true, eventsOnConnection } })).find(
      ({ diagnostic }) => diagnostic === 'hub-connection',
    )?.summary;
  expect(await summaryOf(0)).toMatch(/user.*proven over REST/);
  expect(await summaryOf(3)).toMatch(/user.*proven by data/);
});

describe('each sickness has one label, and the rest are its consequences', () => {
  it.each(faults)('%s: %s', async (_, labels, fake) => {
    expect(roots(await report(fake))).toEqual(labels);
  });

  it.each(faults)('%s: told with evidence, threshold, source, time and a remedy', async (_, __, fake) => {
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

it('a login that is refused now does not explain an order that was rejected minutes before', async () => {
  const causeOf = async (rejectedAt: number): Promise<string | undefined> => {
    const refused = { kind: 'refused', sinceAt: open - 5_000, code: 10, reason: 'no' } as const;
    const orders = () => [anOrder('9', rejectedAt, { status: 'rejected' })];
    const found = await report({ session: refused, suites: [{ patch: { orders } }] });
    return found.find(({ label }) => label === 'order-rejected')?.consequenceOf;
  };
  expect(await causeOf(open - 200_000)).toBeUndefined();
  expect(await causeOf(open - 2_000)).toBe('rest-session');
});

it('what was seen once is said to be seen once', async () => {
  const at = open - 5_000;
  const oddity = { what: 'unknown field', count: 1, firstAt: at, lastAt: at, sample: 'x' };
  const findings = await report({ market: { logoutNotices: [at], oddities: [oddity] } });
  const values = findings.flatMap(({ evidence }) => evidence.map(({ value }) => value));
  expect(values).toEqual(expect.arrayContaining(['once', 'once, e.g. x']));
  expect(values.filter((value) => /\b1 times/.test(value))).toEqual([]);
});

describe('a login that is well', () => {
  it('passes every question about its connection in an open session, and fails none', async () => {
    const findings = await report({});
    const asked = new Set(findings.map(({ diagnostic }) => diagnostic));
    expect(diagnostics.filter(({ name }) => !asked.has(name))).toEqual([]);
    expect(findings.filter(({ status }) => status !== 'pass' && status !== 'skip')).toEqual([]);
    const skipped = findings.filter(({ status }) => status === 'skip').map(({ diagnostic }) => diagnostic);
    expect(skipped.filter((name) => topicOf(name).includes('connection'))).toEqual([]);
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
    const skipped = findings.filter(
      ({ status, diagnostic }) => status === 'skip' && topicOf(diagnostic).includes('connection'),
    );
    expect(skipped.map(({ diagnostic }) => diagnostic).sort()).toEqual(
      [
        'data-freshness',
        'half-open',
        'hub-connection',
        'hub-negotiation',
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

it('rows of REST that are not understood are told, also where no hub is watched', async () => {
  const off = { state: { kind: 'off' } } as const;
  const odd = { what: 'account with unknown member x', count: 3, firstAt: open, lastAt: open, sample: '{}' };
  const findings = await report({
    market: off,
    user: off,
    suites: [{ observe: 'rest', kinds: [] }],
    restOddities: [odd],
  });
  expect(roots(findings)).toEqual(['odd-payload']);
  const found = findings.find(({ label }) => label === 'odd-payload');
  expect(found?.evidence.map(({ label, source }) => [label, source])).toEqual([[odd.what, 'REST']]);
});

describe('a hub that was away and is connected again', () => {
  const states = async (fake: FakeLogin): Promise<readonly string[]> =>
    (await report(fake)).flatMap(({ diagnostic, status }) =>
      diagnostic === 'hub-connection' ? [status] : [],
    );

  it('is not called well while no data has come on it, where it was away for long', async () => {
    const findings = await report({ market: backHub('market', open - 34_000, open - 4_000) });
    expect(roots(findings)).toEqual(['hub-dropped']);
    const [found] = findings;
    expect(found?.summary).toBe(
      'The market hub was lost 34 s ago (its socket was dropped) and has been connected again for 4.0 s, but no data has come on it yet.',
    );
  });

  it('is given a moment where it was cut a moment ago, and while the market is closed', async () => {
    expect(await states({ market: backHub('market', open - 3_000, open - 2_500) })).toEqual(['skip']);
    const shut = await report(
      { market: backHub('market', dailyBreak - 34_000, dailyBreak - 4_000) },
      dailyBreak,
    );
    expect(roots(shut)).toEqual([]);
  });

  it('is given the opening where it was cut in the daily break: its first quotes can be late', async () => {
    const opening = Date.parse('2026-03-04T23:00:00Z');
    const cut = { market: backHub('market', dailyBreak, dailyBreak + 4_000) };
    expect(roots(await report(cut, opening + 2_000))).toEqual([]);
    expect(roots(await report(cut, opening + 70_000))).toEqual(['zombie']);
  });

  it('is not called lost where it is connected for the first time', async () => {
    const first = { ...backHub('market', open - 34_000, open - 4_000), connections: [] };
    expect(await states({ market: first })).toEqual(['skip']);
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
    expect(first?.summary).toMatch(/Both hubs have a problem: market hub: .* user hub: /);
    expect(first?.evidence.length).toBe(2);
  });
});
