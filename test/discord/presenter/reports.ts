// Reports for tests: one by hand, and any at all made by fast-check, hostile text included.
import fc from 'fast-check';
import type { MarketPhase } from '../../../src/domain/calendar.ts';
import type { Evidence, Severity } from '../../../src/domain/diagnostic.ts';
import type { Exposure } from '../../../src/domain/order.ts';
import type { Finding, FindingStatus, LoginReport, Report } from '../../../src/domain/report.ts';

export const now = Date.UTC(2026, 10, 23, 20, 32, 5);
export const open: MarketPhase = { kind: 'open', openedAt: now - 3_600_000, closesAt: now + 3_600_000 };

export function finding(diagnostic: string, status: FindingStatus, more: Partial<Finding> = {}): Finding {
  const sick = status === 'fail' || status === 'warn';
  return {
    diagnostic,
    question: `Is ${diagnostic} fine?`,
    status,
    severity: 'high',
    label: sick ? `${diagnostic}-bad` : undefined,
    title: sick ? `${diagnostic} is bad` : undefined,
    summary: `About ${diagnostic}.`,
    evidence: sick
      ? [
          {
            label: 'newest print',
            value: '74 s old',
            threshold: 'fail over 60 s',
            source: 'market hub',
            at: now - 2_000,
          },
        ]
      : [],
    remedy: sick ? 'Restart the market hub of the suite.' : undefined,
    tookMs: 12,
    suites: ['mnq'],
    consequences: [],
    consequenceOf: undefined,
    ...more,
  };
}

export function login(
  name: string,
  findings: readonly Finding[],
  suites: readonly string[] = ['mnq'],
): LoginReport {
  return {
    login: name,
    worker: 'w1',
    startedAt: now - 500,
    tookMs: 480,
    suites: suites.map((suite) => ({
      suite,
      instrument: 'MNQ',
      contract: 'CON.F.US.MNQ.Z26',
      account: 'PRAC-V2-1',
      observe: 'direct',
      market: open,
      exposure: { kind: 'flat' },
    })),
    findings,
  };
}

export function report(logins: readonly LoginReport[], missing: Report['missing'] = []): Report {
  return { kind: 'report', title: 'Health', askedAt: now - 500, finishedAt: now, logins, missing };
}

/** Text nobody would write in good faith, beside ordinary and very long text. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom(
    '',
    '   ',
    '@everyone <@&1100000000000000030> <@1>',
    '[click](https://evil.example/x)',
    '```\n# forged\n```',
    '\n\n🟢 All 99 checks pass\n',
    '\ud800',
    '||spoiler|| ~~no~~ **bold** __u__',
    'a'.repeat(2_000),
    '\\'.repeat(1_500),
    '*'.repeat(1_200),
    '👩‍👩‍👧‍👦'.repeat(120),
    '\u202egnp.exe',
    '<t:1:R> </health:1> <#1> <:x:1>',
  ),
);

const anyAt = fc.oneof(fc.integer({ min: 0, max: now * 2 }), fc.constant(now));
const anyEvidence: fc.Arbitrary<Evidence> = fc.record({
  label: anyText,
  value: anyText,
  threshold: anyText,
  source: anyText,
  at: anyAt,
});
const anySeverity = fc.constantFrom<Severity>('critical', 'high', 'medium', 'low');
const anyName = fc.oneof(fc.constantFrom('a', 'b', 'c', 'd', 'mnq', 'es'), anyText);

const anyFinding: fc.Arbitrary<Finding> = fc.record({
  diagnostic: anyName,
  question: anyText,
  status: fc.constantFrom<FindingStatus>('pass', 'warn', 'fail', 'skip', 'error'),
  severity: anySeverity,
  label: fc.option(anyText, { nil: undefined }),
  title: fc.option(anyText, { nil: undefined }),
  summary: anyText,
  evidence: fc.array(anyEvidence, { maxLength: 8 }),
  remedy: fc.option(anyText, { nil: undefined }),
  tookMs: fc.oneof(fc.nat(20_000), fc.constant(Number.NaN)),
  suites: fc.array(anyName, { maxLength: 4 }),
  consequences: fc.array(anyName, { maxLength: 4 }),
  consequenceOf: fc.option(fc.constantFrom('a', 'b', 'c', 'd'), { nil: undefined }),
});

export const anyExposure: fc.Arbitrary<Exposure> = fc.oneof(
  fc.constant<Exposure>({ kind: 'flat' }),
  fc.record({
    kind: fc.constant('protected' as const),
    side: fc.constantFrom('long' as const, 'short' as const),
    size: fc.nat(50),
  }),
  fc.record({
    kind: fc.constant('unprotected' as const),
    side: fc.constantFrom('long' as const, 'short' as const),
    size: fc.nat(50),
    uncovered: fc.nat(50),
  }),
  fc.record({ kind: fc.constant('unknown' as const), why: anyText }),
);

const anyMarket: fc.Arbitrary<MarketPhase> = fc.oneof(
  fc.record({ kind: fc.constant('open' as const), openedAt: anyAt, closesAt: anyAt, note: anyText }),
  fc.record({
    kind: fc.constant('closed' as const),
    why: fc.constantFrom('daily-break' as const, 'weekend' as const, 'holiday' as const),
    name: anyText,
    closedAt: anyAt,
    opensAt: anyAt,
  }),
);

const anyLogin: fc.Arbitrary<LoginReport> = fc.record({
  login: anyText,
  worker: anyText,
  startedAt: anyAt,
  tookMs: fc.nat(20_000),
  suites: fc.array(
    fc.record({
      suite: anyName,
      instrument: anyText,
      contract: fc.option(anyText, { nil: undefined }),
      account: fc.option(anyText, { nil: undefined }),
      observe: fc.constant('direct'),
      market: anyMarket,
      exposure: anyExposure,
    }),
    { maxLength: 6 },
  ),
  findings: fc.array(anyFinding, { maxLength: 16 }),
});

export const anyReport: fc.Arbitrary<Report> = fc.record({
  kind: fc.constant('report' as const),
  title: anyText,
  askedAt: anyAt,
  finishedAt: anyAt,
  logins: fc.array(anyLogin, { maxLength: 14 }),
  missing: fc.array(
    fc.record({ login: anyText, suites: fc.array(anyName, { maxLength: 4 }), why: anyText }),
    {
      maxLength: 12,
    },
  ),
});
