// Diagnostics that page: the watch sees their failing alarms, with the place, the severity by what is at stake, and behind their causes.
import { describe, expect, it } from 'vitest';
import { checkCauses } from '../../src/catalogue.ts';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import type { DetectContext, Detector, Symptom } from '../../src/domain/detector.ts';
import { diagnostic, type Diagnostic, type Verdict } from '../../src/domain/diagnostic.ts';
import type { Exposure } from '../../src/domain/order.ts';
import type { Concern } from '../../src/domain/severity.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { alarmsOf } from '../../src/flows/diagnosed.ts';
import { fakeLogin } from '../fakes/view.ts';

const now = Date.parse('2026-03-04T16:00:00Z');
const open: MarketPhase = { kind: 'open', openedAt: now - 3_600_000, closesAt: now + 3_600_000 };
const context: DetectContext = { now, thresholds: startThresholds, market: () => open };
const stopped: Exposure = { kind: 'protected', side: 'long', size: 1 };

interface Parts {
  readonly answer: Diagnostic<'bad' | 'odd'>['examine'];
  readonly scope?: 'login' | 'suite';
  readonly concern?: Concern;
  readonly alarms?: readonly ('bad' | 'odd')[];
}

function made({ answer, scope = 'suite', concern, alarms = ['bad'] }: Parts): readonly Detector[] {
  const explanation = {
    title: 'Something is bad',
    meaning: 'm.',
    causes: ['c'],
    next: ['n'],
    ...(concern === undefined ? {} : { concern }),
  };
  return alarmsOf([
    diagnostic<'bad' | 'odd'>({
      name: 'sample',
      question: 'Is it good?',
      severity: 'low',
      scope,
      dependsOn: ['rest-session'],
      alarms,
      findings: { bad: explanation, odd: { ...explanation, title: 'Odd' } },
      examine: answer,
    }),
  ]);
}

type Sick = Extract<Verdict<'bad' | 'odd'>, { status: 'warn' | 'fail' }>;

const fails = (more: Partial<Sick> = {}): Sick => ({
  status: 'fail',
  finding: 'bad',
  summary: 'It is bad.',
  evidence: [{ label: 'x', value: '1', source: 's', at: now }],
  remedy: 'Mend it.',
  ...more,
});

function seen(detectors: readonly Detector[], login = fakeLogin(now)): readonly Symptom[] {
  return detectors.flatMap((one) => (one.watches === 'login' ? one.detect(login, context) : []));
}

describe('a diagnostic with alarms', () => {
  it('is one symptom for each suite it fails on, severe by what is at stake there', () => {
    const login = fakeLogin(now, {
      suites: [{ instrument: 'MNQ', exposure: stopped }, { instrument: 'ES' }],
    });
    const symptoms = seen(made({ concern: 'data', answer: () => fails({ sinceAt: now - 5_000 }) }), login);
    expect(symptoms).toMatchObject([
      {
        finding: 'bad',
        place: { login: 'desk-a', suite: 'mnq' },
        severity: 'high',
        sinceAt: now - 5_000,
        suites: ['mnq'],
      },
      { finding: 'bad', place: { login: 'desk-a', suite: 'es' }, severity: 'high', suites: ['es'] },
    ]);
    expect(symptoms[0]?.title).toBe('Something is bad: mnq (MNQZ5)');
  });

  it('is one symptom for the whole login where the question is about the login', () => {
    const symptoms = seen(made({ scope: 'login', concern: 'upkeep', answer: () => fails() }));
    expect(symptoms).toMatchObject([{ place: { login: 'desk-a' }, severity: 'low', suites: ['mnq', 'es'] }]);
  });

  it('keeps quiet about passes, skips, warnings and findings that are no alarm', () => {
    const quiet: readonly Verdict<'bad' | 'odd'>[] = [
      { status: 'pass', summary: 'ok', evidence: [] },
      { status: 'skip', reason: 'cannot tell' },
      fails({ status: 'warn' }),
      fails({ finding: 'odd' }),
    ];
    for (const verdict of quiet) expect(seen(made({ answer: () => verdict }))).toEqual([]);
  });

  it('is asked once for a view, however many of its findings are alarms', () => {
    let asked = 0;
    const detectors = made({
      alarms: ['bad', 'odd'],
      answer: () => {
        asked += 1;
        return fails();
      },
    });
    expect(detectors.length).toBe(2);
    const login = fakeLogin(now);
    expect(seen(detectors, login).length).toBe(2);
    expect(asked).toBe(login.suites.length);
    seen(detectors, fakeLogin(now));
    expect(asked).toBe(2 * login.suites.length);
  });

  it('waits behind a lost hub, but never where a position has lost its stop', () => {
    const [data] = made({ concern: 'data', answer: () => fails() });
    expect(data?.causedBy).toContain('hub-down');
    expect(data?.insists).toBeUndefined();
    expect(made({ concern: 'protection', answer: () => fails() })[0]).toMatchObject({ insists: true });
  });

  it('waits behind the alarms of everything its diagnostic depends on', () => {
    const sample = (name: string, dependsOn: readonly string[]): Diagnostic =>
      diagnostic<string>({
        name,
        question: '?',
        severity: 'low',
        scope: 'suite',
        dependsOn,
        alarms: [`${name}-bad`],
        findings: { [`${name}-bad`]: { title: 'T', meaning: 'm.', causes: ['c'], next: ['n'] } },
        examine: () => ({ status: 'skip', reason: 'x' }),
      });
    const alarms = alarmsOf([sample('a', []), sample('b', ['a']), sample('c', ['b'])]);
    expect(alarms[2]?.causedBy).toEqual(expect.arrayContaining(['a-bad', 'b-bad', 'hub-down']));
    expect(alarms[0]?.causedBy).not.toContain('c-bad');
  });

  it('must answer at once: a promise is a bug that is told', () => {
    expect(() => seen(made({ answer: () => Promise.resolve(fails()) }))).toThrow(/must answer at once/);
  });
});

describe('causes', () => {
  it('that nothing detects are refused', () => {
    const [alarm] = made({ concern: 'data', answer: () => fails() });
    expect(() => checkCauses(alarm === undefined ? [] : [alarm])).toThrow(/which nothing detects/);
  });
});
