// Diagnostics that may wake people, watched as detectors: one file says both what is wrong and that it must be told at once.
import type { DetectContext, Detector, Symptom } from '../domain/detector.ts';
import type { Diagnostic, Verdict } from '../domain/diagnostic.ts';
import { OpsError } from '../domain/errors.ts';
import { eachOnce } from '../domain/same-evidence.ts';
import { severityOf } from '../domain/severity.ts';
import { asOne, placeOf, sharing, type FactOf } from '../domain/shared-suites.ts';
import type { LoginView, SuiteView } from '../domain/suite.ts';

/** Without a connection or a session nothing else can be judged; what is told of it waits behind these. */
const blinding: readonly string[] = [
  'hub-down',
  'zombie',
  'subscriptions-missing',
  'second-session',
  'reconnect-loop',
  'session-expired',
  'no-session',
  'gateway-unreachable',
];

/**
 * One detector for each finding that is an alarm; those of one diagnostic share its answer about a suite.
 * What explains it are the alarms of everything its diagnostic depends on, and whatever blinds us.
 */
export function alarmsOf(diagnostics: readonly Diagnostic[]): readonly Detector[] {
  const byName = new Map(diagnostics.map((one) => [one.name, one]));
  const causesOf = (diagnostic: Diagnostic, seen: Set<string>): readonly string[] =>
    diagnostic.dependsOn.flatMap((name) => {
      const cause = byName.get(name);
      if (cause === undefined || seen.has(name)) return [];
      seen.add(name);
      return [...(cause.alarms ?? []), ...causesOf(cause, seen)];
    });
  const groups = grouping();
  return diagnostics.flatMap((diagnostic) => {
    const answers = remembering(diagnostic);
    const causes = [...blinding, ...causesOf(diagnostic, new Set()), ...(diagnostic.alarmsCausedBy ?? [])];
    return (diagnostic.alarms ?? []).map((finding) => alarmOf(diagnostic, finding, causes, answers, groups));
  });
}

type Failure = Extract<Verdict, { readonly status: 'warn' | 'fail' }>;

interface Seen {
  readonly suite: SuiteView;
  readonly verdict: Failure;
}

type Answers = (suite: SuiteView, context: DetectContext) => Verdict;

function alarmOf(
  diagnostic: Diagnostic,
  finding: string,
  causes: readonly string[],
  answers: Answers,
  groups: Groups,
): Detector {
  const explanation = diagnostic.findings[finding];
  if (explanation === undefined) {
    throw new OpsError(
      'bug',
      `Diagnostic ${diagnostic.name} has the alarm "${finding}", which it does not declare.`,
      {
        retryable: false,
        hint: 'Name one of its findings.',
      },
    );
  }
  const of = explanation.of ?? 'position';
  const told = (suite: SuiteView, context: DetectContext): Failure | undefined => {
    const verdict = answers(suite, context);
    return verdict.status === 'fail' && verdict.finding === finding ? verdict : undefined;
  };
  const symptomOf = (
    verdict: Failure,
    suites: readonly SuiteView[],
    context: DetectContext,
    where: Pick<Symptom, 'place' | 'title'>,
  ): Symptom => {
    const concern = explanation.concern ?? 'upkeep';
    const exposures = suites.map(({ exposure }) => exposure);
    return {
      finding,
      ...where,
      severity: verdict.severity ?? severityOf(concern, exposures, suites.map(context.market)),
      sinceAt: verdict.sinceAt ?? context.now,
      summary: verdict.summary,
      remedy: verdict.remedy,
      evidence: verdict.evidence,
      suites: suites.map(({ spec }) => spec.name),
    };
  };
  /** @param all suites that share what the finding is of; those of them that see it just now are told together */
  const ofShared = (all: readonly SuiteView[], context: DetectContext): readonly Symptom[] => {
    // Mostly nothing is wrong, and this is asked of every alarm twice a second.
    const seen: Seen[] = [];
    for (const suite of all) {
      const verdict = told(suite, context);
      if (verdict !== undefined) seen.push({ suite, verdict });
    }
    const [first] = seen;
    if (first === undefined) return nothing;
    const suites = seen.map(({ suite }) => suite);
    const named = asOne(first.suite, suites);
    const contracts = new Set(suites.map(({ contract, spec }) => contract?.name ?? spec.instrument));
    const where = {
      place: placeOf(first.suite, all, of, first.verdict.hubs),
      title: `${explanation.title}: ${named.spec.name} (${[...contracts].join(', ')})`,
    };
    const verdict = told(named, context) ?? first.verdict;
    const sinceAt = Math.min(...seen.map((one) => one.verdict.sinceAt ?? context.now));
    return [
      {
        ...symptomOf(verdict, suites, context, where),
        sinceAt,
        evidence: eachOnce(seen.flatMap((one) => one.verdict.evidence)),
      },
    ];
  };
  return {
    name: `${diagnostic.name}/${finding}`,
    watches: 'login',
    findings: { [finding]: explanation },
    diagnostics: [diagnostic.name, ...diagnostic.dependsOn],
    causedBy: [...new Set(causes)].filter((one) => one !== finding),
    // A position without its stop is told whatever else is wrong: no cause may hide it.
    ...(explanation.concern === 'protection' ? { insists: true } : {}),
    detect(login: LoginView, context) {
      if (diagnostic.scope === 'suite') {
        const symptoms: Symptom[] = [];
        for (const all of groups(login, of)) symptoms.push(...ofShared(all, context));
        return symptoms;
      }
      const [first] = login.suites;
      const verdict = first === undefined ? undefined : told(first, context);
      if (first === undefined || verdict === undefined) return [];
      const where = { place: { login: first.spec.login }, title: explanation.title };
      return [symptomOf(verdict, login.suites, context, where)];
    },
  };
}

const nothing: readonly Symptom[] = [];

type Groups = (login: LoginView, of: FactOf) => ReturnType<typeof sharing>;

/** Worked out once for a view, however many alarms are of the same. */
function grouping(): Groups {
  const known = new Map<FactOf, ReturnType<typeof sharing>>();
  let view: LoginView | undefined;
  return (login, of) => {
    if (login !== view) known.clear();
    view = login;
    const before = known.get(of);
    if (before !== undefined) return before;
    const groups = sharing(login.suites, of);
    known.set(of, groups);
    return groups;
  };
}

const neverAborted = new AbortController().signal;

/** Asked once for a view, however many of its findings are alarms. The newest view alone is remembered: looks are twice a second. */
function remembering(diagnostic: Diagnostic): Answers {
  const known = new Map<SuiteView, Verdict>();
  let of: LoginView | undefined;
  return (suite, context) => {
    if (suite.login !== of) known.clear();
    of = suite.login;
    const before = known.get(suite);
    if (before !== undefined) return before;
    const { now, thresholds, market } = context;
    const answer = diagnostic.examine(suite, {
      now,
      thresholds,
      signal: neverAborted,
      market: market(suite),
      marketOf: market,
    });
    if (answer instanceof Promise) {
      // The error thrown here is the one to read; what the promise says after it is nobody's.
      answer.catch(() => undefined);
      throw new OpsError('bug', `Diagnostic ${diagnostic.name} has alarms, so it must answer at once.`, {
        retryable: false,
        hint: 'Return the verdict itself, without a promise.',
      });
    }
    known.set(suite, answer);
    return answer;
  };
}
