// From answers to findings: equal ones joined, consequences folded under the failure that explains them, worst first.
import { worseSeverity } from '../domain/belonging.ts';
import type { MarketPhase } from '../domain/calendar.ts';
import type { Diagnostic, Evidence, Severity, Verdict } from '../domain/diagnostic.ts';
import type { Exposure } from '../domain/order.ts';
import type { Finding } from '../domain/report.ts';
import { eachOnce } from '../domain/same-evidence.ts';
import { rankOf } from '../domain/score.ts';
import { severityOf } from '../domain/severity.ts';
import { namesAsOne, thingOf } from '../domain/shared-suites.ts';
import type { HubName, SuiteView } from '../domain/suite.ts';
import { scrub } from '../log.ts';

/** What one diagnostic answered for the suites named. */
export interface Answered {
  readonly diagnostic: Diagnostic;
  readonly suites: readonly string[];
  /** The suite that was asked about, named as the answer names it; undefined for a question about a login. */
  readonly about: SuiteView | undefined;
  /** What hangs on it, for its severity. */
  readonly stakes: {
    readonly exposures: readonly Exposure[];
    readonly phases: readonly MarketPhase[];
  };
  readonly answer: Verdict | { readonly status: 'error'; readonly why: string };
  readonly tookMs: number;
}

interface Draft {
  readonly finding: Finding;
  /** The suite whose name its sentence may begin with, and what it is a fact of, where that may be another suite's as well. */
  readonly about?: { readonly name: string; readonly thing: string } | undefined;
  readonly hubs: readonly HubName[] | undefined;
  readonly sinceAt?: number | undefined;
  readonly lastAt?: number | undefined;
  readonly ahead?: boolean | undefined;
  /** A position without its stop, or an order that opens one. */
  readonly insists?: boolean | undefined;
  readonly ofOrders?: boolean | undefined;
}

/** Quotes, prints and depth tell of one bad moment a little apart. */
const afterMs = 10_000;
/** A cause is noticed later than its first consequence, but not by minutes. */
const beforeMs = 120_000;

/**
 * Findings in the order they are told: worst first, each followed by its consequences.
 * @param diagnostics every diagnostic there is, for the chain of dependencies
 * @param wanted names asked for; a dependency that nobody asked for is told only where it fails; undefined = all
 */
export function findingsOf(
  answers: readonly Answered[],
  diagnostics: readonly Diagnostic[],
  wanted: ReadonlySet<string> | undefined,
): readonly Finding[] {
  const closure = closureOf(diagnostics);
  const drafts = joined(answers.map(draftOf)).filter(
    ({ finding }) => wanted === undefined || wanted.has(finding.diagnostic) || finding.status === 'fail',
  );
  const sorted = sortedDrafts(drafts, closure);
  const failed = sorted.filter(({ finding }) => finding.status === 'fail');
  const causes = new Map(sorted.map((draft) => [draft, causeOf(draft, failed, closure)]));
  const told: Finding[] = [];
  for (const draft of sorted) {
    if (causes.get(draft) !== undefined) continue;
    if (draft.finding.status !== 'fail') {
      told.push(draft.finding);
      continue;
    }
    const effects = sorted.filter((other) => causes.get(other) === draft);
    const failures = effects.filter(({ finding }) => finding.status === 'fail' || finding.status === 'warn');
    told.push({
      ...draft.finding,
      consequences: [...new Set(failures.map(({ finding }) => finding.diagnostic))],
    });
    for (const effect of effects) told.push(explained(effect.finding, draft.finding));
  }
  return told;
}

/** What the diagnostic said itself; else its finding's row of the matrix; else its own usual severity. */
function severityIn(
  { diagnostic, stakes }: Pick<Answered, 'diagnostic' | 'stakes'>,
  { finding, severity }: Extract<Verdict, { status: 'warn' | 'fail' }>,
): Severity {
  if (severity !== undefined) return severity;
  const concern = diagnostic.findings[finding]?.concern;
  return concern === undefined ? diagnostic.severity : severityOf(concern, stakes.exposures, stakes.phases);
}

function draftOf(answered: Answered): Draft {
  const { diagnostic, stakes, answer } = answered;
  switch (answer.status) {
    case 'pass':
      return { finding: findingOf(answered, 'pass', answer.summary, answer.evidence), hubs: undefined };
    case 'skip':
      return { finding: findingOf(answered, 'skip', answer.reason, []), hubs: answer.hubs };
    case 'error':
      return { finding: findingOf(answered, 'error', scrub(answer.why), []), hubs: undefined };
    case 'warn':
    case 'fail': {
      const severity = severityIn({ diagnostic, stakes }, answer);
      return {
        finding: {
          ...findingOf(answered, answer.status, answer.summary, answer.evidence),
          severity,
          label: answer.finding,
          title: diagnostic.findings[answer.finding]?.title,
          remedy: answer.remedy,
        },
        about: factOf(answered, answer.finding),
        hubs: answer.hubs,
        sinceAt: answer.sinceAt,
        lastAt: answer.lastAt,
        ahead: answer.ahead,
        insists:
          answer.status === 'fail' &&
          severity === 'critical' &&
          diagnostic.findings[answer.finding]?.concern === 'protection',
        // An account that may not trade has lost no stop by that.
        ofOrders:
          diagnostic.topics?.includes('orders') === true &&
          diagnostic.findings[answer.finding]?.concern !== 'permission',
      };
    }
  }
}

function factOf({ diagnostic, about }: Answered, label: string): Draft['about'] {
  const thing = about && thingOf(about, diagnostic.findings[label]?.of ?? 'position');
  return about === undefined || thing === undefined ? undefined : { name: about.spec.name, thing };
}

function findingOf(
  { diagnostic, suites, tookMs }: Answered,
  status: Finding['status'],
  summary: string,
  evidence: readonly Evidence[],
): Finding {
  return {
    diagnostic: diagnostic.name,
    question: diagnostic.question,
    status,
    severity: diagnostic.severity,
    label: undefined,
    title: undefined,
    summary,
    evidence,
    remedy: undefined,
    tookMs,
    suites,
    consequences: [],
    consequenceOf: undefined,
  };
}

/** The same sentence about several suites is one finding about all of them. */
function joined(drafts: readonly Draft[]): readonly Draft[] {
  // Most sentences name their suite: of one diagnostic few are the same, of two none is.
  const groups: [Draft, ...Draft[]][] = [];
  const alike = new Map<string, [Draft, ...Draft[]][]>();
  for (const draft of drafts) {
    const { finding } = draft;
    const same = alike.get(finding.summary)?.find(([first]) => isAlike(first.finding, finding));
    if (same !== undefined) {
      same.push(draft);
      continue;
    }
    const group: [Draft, ...Draft[]] = [draft];
    groups.push(group);
    const before = alike.get(finding.summary);
    if (before === undefined) alike.set(finding.summary, [group]);
    else before.push(group);
  }
  return sharedOnes(groups.map(asOne));
}

/** The same words about what suites share, each under its own name, are one finding that names them all. */
function sharedOnes(drafts: readonly Draft[]): readonly Draft[] {
  const groups = new Map<string | Draft, [Draft, ...Draft[]]>();
  for (const draft of drafts) {
    const { finding, about } = draft;
    const words = about && unnamed(finding.summary, about.name);
    const key =
      words === undefined
        ? draft
        : [finding.diagnostic, finding.status, finding.label, about?.thing, words].join('\n');
    const before = groups.get(key);
    if (before === undefined) groups.set(key, [draft]);
    else before.push(draft);
  }
  return [...groups.values()].map((group) => {
    const one = asOne(group);
    const [{ about, finding }] = group;
    // Only what begins with its suite's name stands in a group of several.
    if (group.length < 2 || about === undefined) return one;
    const words = finding.summary.slice(about.name.length);
    return { ...one, finding: { ...one.finding, summary: `${namesAsOne(one.finding.suites)}${words}` } };
  });
}

/** What a sentence says of the suite that it begins with; undefined where it begins with something else. */
function unnamed(summary: string, name: string): string | undefined {
  const rest = summary.slice(name.length);
  return summary.startsWith(name) && /^[: ]/.test(rest) ? rest : undefined;
}

function isAlike(a: Finding, b: Finding): boolean {
  return a.diagnostic === b.diagnostic && a.status === b.status && a.label === b.label;
}

/** What the first says about all of them, as grave as for the worst off; the rest is of the newest. */
function asOne([first, ...others]: readonly [Draft, ...Draft[]]): Draft {
  const newest = others.at(-1);
  if (newest === undefined) return first;
  const findings = [first, ...others].map(({ finding }) => finding);
  return {
    ...newest,
    finding: {
      ...first.finding,
      severity: findings.reduce((worst, one) => worseSeverity(worst, one.severity), first.finding.severity),
      suites: [...new Set(findings.flatMap(({ suites }) => suites))],
      evidence: eachOnce(findings.flatMap(({ evidence }) => evidence)),
      tookMs: Math.max(...findings.map(({ tookMs }) => tookMs)),
    },
  };
}

/** The list of diagnostics is one and the same for a process. */
const closures = new WeakMap<readonly Diagnostic[], Closure>();

/** Everything a diagnostic depends on, directly or through others. */
function closureOf(diagnostics: readonly Diagnostic[]): Closure {
  const known = closures.get(diagnostics);
  if (known !== undefined) return known;
  const byName = new Map(diagnostics.map((one) => [one.name, one]));
  const closure = new Map<string, ReadonlySet<string>>();
  for (const { name } of diagnostics) {
    const found = new Set<string>();
    const add = (of: string): void => {
      for (const dependency of byName.get(of)?.dependsOn ?? []) {
        if (found.has(dependency)) continue;
        found.add(dependency);
        add(dependency);
      }
    };
    add(name);
    closure.set(name, found);
  }
  closures.set(diagnostics, closure);
  return closure;
}

type Closure = ReadonlyMap<string, ReadonlySet<string>>;

/** Worst first; among equals a position without its stop, then the deeper cause, which depends on less. */
function sortedDrafts(drafts: readonly Draft[], closure: Closure): readonly Draft[] {
  return drafts
    .map((draft) => ({
      draft,
      rank: rankOf(draft.finding),
      waits: draft.insists === true ? 0 : 1,
      depth: closure.get(draft.finding.diagnostic)?.size ?? 0,
      suites: draft.finding.suites.join(),
    }))
    .sort(
      (a, b) =>
        a.rank - b.rank ||
        a.waits - b.waits ||
        a.depth - b.depth ||
        compareText(a.draft.finding.diagnostic, b.draft.finding.diagnostic) ||
        compareText(a.suites, b.suites),
    )
    .map(({ draft }) => draft);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The failure that explains a finding and is not itself explained; undefined = it stands for itself. */
function causeOf(draft: Draft, failed: readonly Draft[], closure: Closure): Draft | undefined {
  if (draft.finding.status === 'pass' || draft.finding.status === 'error') return undefined;
  const causes = failed.filter((other) => explains(other, draft, closure));
  return causes.find((cause) => !failed.some((other) => explains(other, cause, closure)));
}

/** One bad tick does not explain a book that was crossed minutes later. */
function wasOver({ lastAt }: Draft, { sinceAt }: Draft): boolean {
  return lastAt !== undefined && sinceAt !== undefined && sinceAt > lastAt + afterMs;
}

/** A gateway that fails now does not explain a fill that was missed before. */
function beganBefore({ sinceAt: effectAt }: Draft, { sinceAt: causeAt }: Draft): boolean {
  return causeAt !== undefined && effectAt !== undefined && effectAt < causeAt - beforeMs;
}

/** @param cause a failure */
function explains(cause: Draft, effect: Draft, closure: Closure): boolean {
  return (
    cause !== effect &&
    closure.get(effect.finding.diagnostic)?.has(cause.finding.diagnostic) === true &&
    shared(cause.finding.suites, effect.finding.suites) &&
    (cause.hubs === undefined || effect.hubs === undefined || shared(cause.hubs, effect.hubs)) &&
    !wasOver(cause, effect) &&
    !beganBefore(effect, cause) &&
    // A position without its stop is told whatever else is wrong; only what is wrong with its orders explains it.
    (effect.insists !== true || cause.ofOrders === true) &&
    (cause.ahead !== true || effect.ahead === true)
  );
}

function shared<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.some((one) => b.includes(one));
}

function explained(effect: Finding, cause: Finding): Finding {
  const because = `because of: ${cause.title ?? cause.diagnostic}`;
  return {
    ...effect,
    summary: effect.status === 'skip' ? `${effect.summary} (${because})` : effect.summary,
    consequenceOf: cause.diagnostic,
  };
}
