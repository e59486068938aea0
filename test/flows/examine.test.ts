// The examination: dependencies, deadlines, throwing and late diagnostics, folding, joining and order.
import { describe, expect, it } from 'vitest';
import { diagnostic, type Diagnostic, type Explanation, type Verdict } from '../../src/domain/diagnostic.ts';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import type { LoginReport } from '../../src/domain/report.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { examine, type ExamineOptions } from '../../src/flows/examine.ts';
import { FakeClock } from '../fakes/clock.ts';
import { fakeLogin } from '../fakes/view.ts';

const now = Date.parse('2026-03-04T16:00:00Z');
const openMarket: MarketPhase = { kind: 'open', openedAt: now - 3_600_000, closesAt: now + 3_600_000 };
const explanation: Explanation = { title: 'It is sick', meaning: 'm', causes: ['c'], next: ['n'] };

function check(
  name: string,
  examineWith: Diagnostic['examine'],
  more: Partial<
    Pick<Diagnostic, 'dependsOn' | 'scope' | 'severity' | 'topics'> & Pick<Explanation, 'concern'>
  > = {},
): Diagnostic {
  return diagnostic({
    name,
    question: `Is ${name} well?`,
    severity: more.severity ?? 'high',
    scope: more.scope ?? 'login',
    dependsOn: more.dependsOn ?? [],
    topics: more.topics ?? [],
    findings: {
      sick: more.concern === undefined ? explanation : { ...explanation, concern: more.concern },
    },
    examine: examineWith as Diagnostic<'sick'>['examine'],
  });
}

const pass = (): Verdict => ({ status: 'pass', summary: 'well', evidence: [] });
const sick = (status: 'warn' | 'fail' = 'fail', summary = 'It is sick.'): Verdict => ({
  status,
  finding: 'sick',
  summary,
  evidence: [{ label: 'x', value: '1', source: 'test', at: now }],
  remedy: 'Do something.',
});

function run(diagnostics: readonly Diagnostic[], more: Partial<ExamineOptions> = {}): Promise<LoginReport> {
  return examine({
    login: fakeLogin(now),
    suites: [],
    diagnostics,
    wanted: 'all',
    clock: new FakeClock(now),
    market: () => openMarket,
    thresholds: startThresholds,
    signal: new AbortController().signal,
    deadlineMs: 10_000,
    ...more,
  });
}

const told = (report: LoginReport): readonly string[] =>
  report.findings.map(({ diagnostic: name, status, consequenceOf }) =>
    consequenceOf === undefined ? `${name} ${status}` : `${name} ${status} < ${consequenceOf}`,
  );

describe('what is asked', () => {
  it('asks a login-wide question once and a suite’s for every suite', async () => {
    const asked: string[] = [];
    const report = await run([
      check('once', (suite) => (asked.push(`once ${suite.spec.name}`), pass())),
      check(
        'each',
        (suite) => (asked.push(`each ${suite.spec.name}`), sick('fail', `${suite.spec.name} is sick.`)),
        { scope: 'suite' },
      ),
    ]);
    expect(asked).toEqual(['once mnq', 'each mnq', 'each es']);
    expect(report.findings.map(({ suites }) => suites)).toEqual([['es'], ['mnq'], ['mnq', 'es']]);
    expect(report.suites.map(({ suite, contract }) => [suite, contract])).toEqual([
      ['mnq', 'MNQZ5'],
      ['es', 'ESZ5'],
    ]);
  });

  it('asks dependencies of what is wanted too, and shows them only where they fail', async () => {
    const all = [
      check('root', () => sick()),
      check('fine', pass, { dependsOn: ['root'] }),
      check('leaf', () => sick('warn'), { dependsOn: ['fine'] }),
      check('other', () => sick()),
    ];
    expect(told(await run(all, { wanted: ['leaf'] }))).toEqual(['root fail', 'leaf warn < root']);
    const well = [check('root', pass), check('leaf', pass, { dependsOn: ['root'] })];
    expect(told(await run(well, { wanted: ['leaf'] }))).toEqual(['leaf pass']);
  });

  it('refuses a diagnostic or a suite that does not exist', async () => {
    await expect(run([check('a', pass)], { wanted: ['b'] })).rejects.toMatchObject({ code: 'not-found' });
    await expect(run([check('a', pass)], { suites: ['nope'] })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('asks all at once', async () => {
    let running = 0;
    let most = 0;
    const slow = async (): Promise<Verdict> => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      return pass();
    };
    await run(['a', 'b', 'c'].map((name) => check(name, slow)));
    expect(most).toBe(3);
  });

  it('judges one moment: the hours of a suite are looked up once', async () => {
    const looked: string[] = [];
    await run(
      ['a', 'b'].map((name) => check(name, pass, { scope: 'suite' })),
      { market: ({ spec }) => (looked.push(spec.name), openMarket) },
    );
    expect(looked).toEqual(['mnq', 'es']);
  });
});

describe('a diagnostic that fails us', () => {
  it('becomes an error finding without secrets when it throws, and the others are told', async () => {
    const report = await run([
      check('broken', () => {
        throw new Error('GET https://x/hub?access_token=abc.def failed');
      }),
      check('rejecting', () => Promise.reject(new Error('later'))),
      check('fine', pass),
    ]);
    expect(told(report)).toEqual(['broken error', 'rejecting error', 'fine pass']);
    expect(report.findings[0]?.summary).toContain('This check itself failed');
    expect(report.findings[0]?.summary).not.toContain('abc.def');
  });

  it('becomes an error finding when it is late, within the deadline', async () => {
    const clock = new FakeClock(now);
    const running = run([check('never', () => new Promise<Verdict>(() => undefined)), check('fine', pass)], {
      clock,
      deadlineMs: 5_000,
    });
    await clock.forward(4_250);
    const report = await running;
    expect(told(report)).toEqual(['never error', 'fine pass']);
    expect(report.findings[0]).toMatchObject({ summary: 'No answer within 4.0 s.', tookMs: 4_250 });
    expect(report.tookMs).toBeLessThan(5_000);
  });

  it('may still say what it saw once its time is up', async () => {
    const clock = new FakeClock(now);
    const running = run(
      [
        check(
          'ping',
          (_, { signal }) =>
            new Promise<Verdict>((resolve) => signal.addEventListener('abort', () => resolve(sick()))),
        ),
      ],
      { clock, limitMs: 1_000 },
    );
    await clock.forward(1_000);
    expect(told(await running)).toEqual(['ping fail']);
  });

  it('finds its signal aborted though it looks at it only then', async () => {
    const clock = new FakeClock(now);
    let look = (): boolean | undefined => undefined;
    const running = run(
      [
        check('slow', (_, context) => {
          look = () => context.signal.aborted;
          return new Promise<Verdict>(() => undefined);
        }),
      ],
      { clock, limitMs: 1_000 },
    );
    await clock.forward(1_000);
    expect(look()).toBe(true);
    await clock.forward(250);
    expect(told(await running)).toEqual(['slow error']);
  });

  it('ends when the worker gives up the login', async () => {
    const clock = new FakeClock(now);
    const stop = new AbortController();
    const running = run([check('never', () => new Promise<Verdict>(() => undefined))], {
      clock,
      signal: stop.signal,
    });
    stop.abort();
    await clock.forward(250);
    expect((await running).findings[0]?.summary).toContain('giving up the login');
  });
});

describe('what is told', () => {
  it('is ordered worst first, each cause followed by its consequences', async () => {
    const report = await run([
      check('well', pass),
      check('low', () => sick(), { severity: 'low' }),
      check('effect', () => sick(), { dependsOn: ['middle'], severity: 'critical' }),
      check('middle', () => sick('warn'), { dependsOn: ['cause'] }),
      check('cause', () => sick(), { severity: 'high' }),
      check('unasked', () => ({ status: 'skip', reason: 'not connected' }), { dependsOn: ['cause'] }),
    ]);
    expect(told(report)).toEqual([
      'cause fail',
      'effect fail < cause',
      'middle warn < cause',
      'unasked skip < cause',
      'low fail',
      'well pass',
    ]);
    expect(report.findings[0]?.consequences).toEqual(['effect', 'middle']);
    expect(report.findings[3]?.summary).toBe('not connected (because of: It is sick)');
  });

  it('lets only a failure explain', async () => {
    const report = await run([
      check('cause', () => sick('warn')),
      check('effect', () => sick(), { dependsOn: ['cause'] }),
    ]);
    expect(told(report)).toEqual(['effect fail', 'cause warn']);
  });

  it('does not explain what began well after the last of some single events', async () => {
    const at = (patch: { sinceAt?: number; lastAt?: number }): Verdict => ({ ...sick(), ...patch });
    const toldOf = async (lastAt: number | undefined): Promise<readonly string[]> =>
      told(
        await run([
          check('tick', () => at({ sinceAt: now - 400_000, ...(lastAt === undefined ? {} : { lastAt }) })),
          check('book', () => at({ sinceAt: now - 40_000 }), { dependsOn: ['tick'] }),
        ]),
      );
    expect(await toldOf(now - 240_000)).toEqual(['tick fail', 'book fail']);
    expect(await toldOf(now - 45_000)).toEqual(['tick fail', 'book fail < tick']);
    expect(await toldOf(undefined)).toEqual(['tick fail', 'book fail < tick']);
  });

  it('does not explain what began minutes before it', async () => {
    const since = (patch: { sinceAt: number }): Verdict => ({ ...sick(), ...patch });
    const toldOf = async (effectAt: number): Promise<readonly string[]> =>
      told(
        await run([
          check('gateway', () => since({ sinceAt: now - 10_000 })),
          check('fill', () => since({ sinceAt: effectAt }), { dependsOn: ['gateway'] }),
        ]),
      );
    expect(await toldOf(now - 300_000)).toEqual(['gateway fail', 'fill fail']);
    expect(await toldOf(now - 30_000)).toEqual(['gateway fail', 'fill fail < gateway']);
  });

  it('tells a missing stop beside what is as bad, and before it: that is what one has to act on', async () => {
    const critical = { severity: 'critical' } as const;
    const report = await run([
      check('prices', () => sick(), critical),
      check('naked', () => sick(), { dependsOn: ['book'], concern: 'protection' }),
      check('book', pass, { dependsOn: ['prices'] }),
    ]);
    expect(told(report)).toEqual(['naked fail', 'prices fail', 'book pass']);
  });

  it('is not explained by what is only about to happen', async () => {
    const report = await run([
      check('session', () => ({ ...sick('fail', 'The token ends soon.'), ahead: true })),
      check('token', () => ({ ...sick('warn', 'Its token ends too.'), ahead: true }), {
        dependsOn: ['session'],
      }),
      check('account', () => sick('fail', 'It may not trade.'), { dependsOn: ['session'] }),
      check('fills', () => ({ status: 'skip', reason: 'only a hub tells' }), { dependsOn: ['session'] }),
    ]);
    expect(told(report).toSorted()).toEqual([
      'account fail',
      'fills skip',
      'session fail',
      'token warn < session',
    ]);
  });

  it('folds a suite’s trouble only under the same suite’s cause', async () => {
    const report = await run([
      check('setup', ({ spec }) => (spec.name === 'mnq' ? sick('fail', 'mnq') : pass()), { scope: 'suite' }),
      check('data', ({ spec }) => sick('fail', spec.name), { scope: 'suite', dependsOn: ['setup'] }),
    ]);
    expect(told(report)).toEqual(['setup fail', 'data fail < setup', 'data fail', 'setup pass']);
  });

  it('never folds a missing stop under a sick connection, only under what is wrong with its orders', async () => {
    const report = await run([
      check('hub', () => sick()),
      check('stuck', pass, { dependsOn: ['hub'] }),
      check('rejected', () => sick(), { topics: ['orders'] }),
      check('naked', () => sick(), { dependsOn: ['stuck', 'rejected'], concern: 'protection' }),
      check('position', () => sick(), { dependsOn: ['stuck'], concern: 'truth' }),
    ]);
    expect(told(report).toSorted()).toEqual([
      'hub fail',
      'naked fail < rejected',
      'position fail < hub',
      'rejected fail',
      'stuck pass',
    ]);
  });

  it('joins the same sentence about several suites into one finding', async () => {
    const report = await run([check('data', () => sick(), { scope: 'suite' })]);
    expect(report.findings.map(({ suites, evidence }) => [suites, evidence.length])).toEqual([
      [['mnq', 'es'], 1],
    ]);
  });

  it('which is as grave as for the worst off of them, wherever that one stands', async () => {
    const naked = { kind: 'unprotected', side: 'long', size: 1, uncovered: 1 } as const;
    for (const suites of [
      [{ instrument: 'MNQ' }, { instrument: 'ES', exposure: naked }],
      [{ instrument: 'MNQ', exposure: naked }, { instrument: 'ES' }],
    ]) {
      const data = check('data', () => sick(), { scope: 'suite', concern: 'data' });
      const report = await run([data], { login: fakeLogin(now, { suites }) });
      expect(report.findings.map(({ severity }) => severity)).toEqual(['critical']);
    }
  });

  it('is the same whatever the order of the diagnostics', async () => {
    const all = [
      check('a', () => sick(), { dependsOn: ['b'] }),
      check('b', () => sick()),
      check('c', () => sick('warn')),
      check('d', pass),
    ];
    expect((await run(all)).findings).toEqual((await run([...all].reverse())).findings);
  });
});
