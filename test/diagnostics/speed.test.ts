// Pace and health of a host: each sickness has its own finding, usual is not slow, and too little is "cannot tell".
import { expect, it } from 'vitest';
import { loadDiagnostics, loadExhibits } from '../../src/catalogue.ts';
import type { ShowContext } from '../../src/domain/exhibit.ts';
import type { HostView } from '../../src/domain/host-view.ts';
import { unmeasuredSpeed, type PaceView, type SpeedView, type Spread } from '../../src/domain/speed-view.ts';
import type { Finding } from '../../src/domain/report.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { examine } from '../../src/flows/examine.ts';
import { FakeClock } from '../fakes/clock.ts';
import { fakeLogin, firstSuite, restRecord, type FakeLogin } from '../fakes/view.ts';

const now = Date.parse('2026-03-04T16:00:00Z');
const hourMs = 3_600_000;
const megabyte = 1024 * 1024;
const diagnostics = await loadDiagnostics();
const exhibitors = await loadExhibits();
const asked = diagnostics
  .filter(({ topics }) => topics?.some((topic) => topic === 'performance' || topic === 'memory'))
  .map(({ name }) => name);
const market = { kind: 'open', openedAt: now - hourMs, closesAt: now + hourMs } as const;
const context: ShowContext = {
  now,
  market,
  marketOf: () => market,
  thresholds: startThresholds,
  signal: new AbortController().signal,
};

async function report(fake: FakeLogin): Promise<ReadonlyMap<string, Finding>> {
  const { findings } = await examine({
    login: fakeLogin(now, fake),
    suites: [],
    diagnostics,
    wanted: asked,
    clock: new FakeClock(now),
    market: () => market,
    thresholds: startThresholds,
    signal: context.signal,
    deadlineMs: 10_000,
  });
  for (const { summary } of findings) expect(summary).not.toMatch(/undefined|NaN|Infinity/);
  return new Map(findings.map((finding) => [finding.diagnostic, finding]));
}

const roots = (findings: ReadonlyMap<string, Finding>): readonly string[] =>
  [...findings.values()].flatMap(({ label, consequenceOf }) =>
    label !== undefined && consequenceOf === undefined ? [label] : [],
  );

const spread = (count: number, p95Ms: number): Spread => ({
  count,
  p50Ms: p95Ms / 2,
  p95Ms,
  p99Ms: p95Ms * 1.5,
  maxMs: p95Ms * 2,
});
const pace = (name: string, patch: Partial<PaceView> = {}): PaceView => ({
  name,
  recent: spread(200, 90),
  before: spread(2_000, 80),
  recentFailed: 0,
  beforeFailed: 3,
  lastFailedAt: undefined,
  ...patch,
});
const speed = (patch: Partial<SpeedView> = {}): SpeedView => ({
  ...unmeasuredSpeed,
  measuredSinceAt: now - 5 * hourMs,
  recentMs: 600_000,
  rest: [pace('Position/searchOpen'), pace('Trade/search')],
  invokes: { user: pace('invoke'), market: pace('invoke') },
  pings: { user: pace('ping'), market: pace('ping') },
  retained: [{ what: 'prints of MNQZ5', entries: 4_096, bound: 4_096 }],
  ...patch,
});

/** A heap that is a saw: it rises for ten minutes, then falls to its low point, which moves by `growth` MB an hour. */
function host(growth: number, patch: Partial<HostView> = {}, hours = 4): HostView {
  const samples = Array.from({ length: hours * 120 }, (_, index) => {
    const at = now - hours * hourMs + index * 30_000;
    const low = 100 + (growth * index) / 120;
    return {
      at,
      heapUsed: (low + (index % 20) * 3) * megabyte,
      rss: (250 + low) * megabyte,
      external: 5 * megabyte,
    };
  });
  return {
    measuredSinceAt: now - hours * hourMs,
    samples,
    heapLimit: 4_096 * megabyte,
    loop: { windowMs: 60_000, p50Ms: 1, p99Ms: 6, maxMs: 14, busy: 0.1 },
    stalls: [],
    lateMs: 0,
    handles: { Timeout: 8, TCPSocketWrap: 5 },
    listenerWarnings: 0,
    ...patch,
  };
}

it('a quick login on a calm worker passes everything', async () => {
  const findings = await report({ speed: speed(), host: host(0) });
  expect(roots(findings)).toEqual([]);
  expect([...findings].filter(([, { status }]) => status !== 'pass')).toEqual([]);
});

it('what has not been measured for long enough is not called ok', async () => {
  const findings = await report({
    speed: speed({
      rest: [pace('Trade/search', { before: spread(10, 80) })],
      pings: unmeasuredSpeed.pings,
      invokes: unmeasuredSpeed.invokes,
      retained: [],
    }),
    host: host(0, {}, 0.5),
  });
  expect(roots(findings)).toEqual([]);
  expect(findings.get('rest-latency')?.summary).toContain('the usual pace is not known yet');
  expect(findings.get('host-memory')?.summary).toContain('whether it grows can be seen after 1 h');
  for (const name of ['invoke-latency', 'ledger-bounds']) {
    expect(findings.get(name)?.status, name).toBe('skip');
  }
  const slow = await report({
    speed: speed({ rest: [pace('Trade/search', { recent: spread(50, 2_900), before: undefined })] }),
    host: host(0),
  });
  expect(slow.get('rest-latency')?.status).toBe('skip');
  const unmeasured = await report({});
  for (const name of ['host-loop', 'host-memory', 'slow-consumer', 'error-rate']) {
    expect(unmeasured.get(name)?.status, name).toBe('skip');
  }
});

it.each([
  [
    'REST three times slower than usual',
    ['rest-slower'],
    { speed: speed({ rest: [pace('Order/v2/query', { recent: spread(60, 900) }), pace('Trade/search')] }) },
  ],
  [
    'three times slower and still quick',
    [],
    { speed: speed({ rest: [pace('Order/v2/query', { recent: spread(60, 300) })] }) },
  ],
  [
    'failures that are past',
    ['requests-failing'],
    {
      speed: speed({
        rest: [
          pace('Trade/search', { recent: spread(20, 90), recentFailed: 9, lastFailedAt: now - 400_000 }),
        ],
      }),
    },
  ],
  [
    'pings slower than usual',
    ['hub-slower'],
    { speed: speed({ pings: { user: pace('ping'), market: pace('ping', { recent: spread(900, 700) }) } }) },
  ],
  [
    'a call without completion',
    ['invoke-unanswered'],
    { speed: speed({ invokeWaitingSinceAt: { user: now - 15_000, market: undefined } }) },
  ],
  [
    'a loop that stood still',
    ['host-stalls'],
    { host: host(0, { loop: { windowMs: 60_000, p50Ms: 1, p99Ms: 900, maxMs: 2_500, busy: 0.3 } }) },
  ],
  [
    'a worker that cannot keep up',
    ['falling-behind'],
    {
      host: host(0, { loop: { windowMs: 60_000, p50Ms: 20, p99Ms: 300, maxMs: 600, busy: 0.99 } }),
      market: { pongRttMs: 3_500 },
    },
  ],
  ['a heap that grows', ['memory-grows'], { host: host(40) }],
  ['a heap that is a large saw and does not grow', [], { host: host(0.5) }],
  ['listeners that pile up', ['listeners-pile-up'], { host: host(0, { listenerWarnings: 2 }) }],
  ['a heap that is nearly full', ['heap-nearly-full'], { host: host(0, { heapLimit: 165 * megabyte }) }],
  [
    'a ledger over its bound',
    ['over-bound'],
    { speed: speed({ retained: [{ what: 'prints of MNQZ5', entries: 4_097, bound: 4_096 }] }) },
  ],
] satisfies readonly (readonly [string, readonly string[], FakeLogin])[])(
  '%s: %s',
  async (_, labels, fake) => {
    const findings = await report({ speed: speed(), host: host(0), ...fake });
    expect(roots(findings)).toEqual(labels);
  },
);

it('failures of this very moment are told once, by the question about the gateway', async () => {
  const failing = restRecord(now - 5_000, 'Trade/search', { outcome: 'server-error', status: 503 });
  const findings = await report({
    host: host(0),
    rest: [restRecord(now - 9_000), failing, failing, restRecord(now - 1_000)],
    speed: speed({
      rest: [pace('Trade/search', { recent: spread(20, 90), recentFailed: 9, lastFailedAt: now - 5_000 })],
    }),
  });
  expect(roots(findings)).toEqual([]);
  expect(findings.get('error-rate')).toMatchObject({ status: 'skip' });
});

it('the tables show every path, every bound, and what cannot be told yet', () => {
  const suite = firstSuite(fakeLogin(now, { speed: speed(), host: host(2), meter: { used: 7 } }));
  const tables = ['latency', 'memory'].flatMap(
    (name) => exhibitors.find((one) => one.name === name)?.show(suite, context) ?? [],
  );
  const text = JSON.stringify(tables);
  expect(text).not.toMatch(/undefined|NaN|Infinity/);
  expect(tables).toHaveLength(4);
  expect(text).toContain('["Position/searchOpen","200","45 ms","90 ms","135 ms","80 ms (2000)","0"]');
  expect(text).toContain('["prints of MNQZ5","4096","4096"]');
  expect(text).toContain('MB/h');
  const fresh = firstSuite(fakeLogin(now, { speed: speed(), host: host(2, {}, 0.2) }));
  expect(JSON.stringify(exhibitors.find((one) => one.name === 'memory')?.show(fresh, context))).toContain(
    '"?"',
  );
});
