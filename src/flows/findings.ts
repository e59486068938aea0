// From answers to findings: equal ones joined, consequences folded under the failure that explains them, worst first.
import type { MarketPhase } from '../domain/calendar.ts';
import type { Diagnostic, Severity, Verdict } from '../domain/diagnostic.ts';
import type { Exposure } from '../domain/order.ts';
import type { Finding } from '../domain/report.ts';
import { worstFirst } from '../domain/score.ts';
import { severityOf } from '../domain/severity.ts';
import type { HubName } from '../domain/suite.ts';
import { scrub } from '../log.ts';

/** What one diagnostic answered for the suites named. */
export interface Answered {
  readonly diagnostic: Diagnostic;
  readonly suites: readonly string[];
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
  const causes = new Map(sorted.map((draft) => [draft, causeOf(draft, sorted, closure)]));
  const told: Finding[] = [];
  for (const draft of sorted) {
    if (causes.get(draft) !== undefined) continue;
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

function draftOf({ diagnostic, suites, stakes, answer, tookMs }: Answered): Draft {
  const base = {
    diagnostic: diagnostic.name,
    question: diagnostic.question,
    severity: diagnostic.severity,
    label: undefined,
    title: undefined,
    evidence: [],
    remedy: undefined,
    tookMs,
    suites,
    consequences: [],
    consequenceOf: undefined,
  } as const;
  switch (answer.status) {
    case 'pass':
      return {
        finding: { ...base, status: 'pass', summary: answer.summary, evidence: answer.evidence },
        hubs: undefined,
      };
    case 'skip':
      return { finding: { ...base, status: 'skip', summary: answer.reason }, hubs: answer.hubs };
    case 'error':
      return { finding: { ...base, status: 'error', summary: scrub(answer.why) }, hubs: undefined };
    case 'warn':
    case 'fail': {
      const severity = severityIn({ diagnostic, stakes }, answer);
      return {
        finding: {
          ...base,
          status: answer.status,
          severity,
          label: answer.finding,
          title: diagnostic.findings[answer.finding]?.title,
          summary: answer.summary,
          evidence: answer.evidence,
          remedy: answer.remedy,
        },
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

/** The same sentence about several suites is one finding about all of them. */
function joined(drafts: readonly Draft[]): readonly Draft[] {
  const kept = new Map<string, Draft>();
  for (const draft of drafts) {
    const { finding } = draft;
    const key = `${finding.diagnostic}\n${finding.status}\n${finding.label ?? ''}\n${finding.summary}`;
    const same = kept.get(key);
    kept.set(
      key,
      same === undefined
        ? draft
        : {
            ...draft,
            finding: {
              ...same.finding,
              suites: [...new Set([...same.finding.suites, ...finding.suites])],
              evidence: [
                ...new Map([...same.finding.evidence, ...finding.evidence].map(evidenceEntry)).values(),
              ],
              tookMs: Math.max(same.finding.tookMs, finding.tookMs),
            },
          },
    );
  }
  return [...kept.values()];
}

function evidenceEntry<T>(evidence: T): readonly [string, T] {
  return [JSON.stringify(evidence), evidence];
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

/** Among equals the deeper cause comes first: it depends on less. */
function sortedDrafts(drafts: readonly Draft[], closure: Closure): readonly Draft[] {
  const depth = ({ finding }: Draft): number => closure.get(finding.diagnostic)?.size ?? 0;
  const byFinding = new Map(drafts.map((draft) => [draft.finding, draft]));
  const ordered = [...drafts].sort(
    (a, b) =>
      depth(a) - depth(b) ||
      compareText(a.finding.diagnostic, b.finding.diagnostic) ||
      compareText(a.finding.suites.join(), b.finding.suites.join()),
  );
  return worstFirst(ordered.map(({ finding }) => finding)).flatMap((finding) => byFinding.get(finding) ?? []);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The failure that explains a finding and is not itself explained; undefined = it stands for itself. */
function causeOf(draft: Draft, drafts: readonly Draft[], closure: Closure): Draft | undefined {
  if (draft.finding.status === 'pass' || draft.finding.status === 'error') return undefined;
  const causes = drafts.filter((other) => explains(other, draft, closure));
  return causes.find((cause) => !drafts.some((other) => explains(other, cause, closure)));
}

/** One bad tick does not explain a book that was crossed minutes later. */
function wasOver({ lastAt }: Draft, { sinceAt }: Draft): boolean {
  return lastAt !== undefined && sinceAt !== undefined && sinceAt > lastAt + afterMs;
}

/** A gateway that fails now does not explain a fill that was missed before. */
function beganBefore({ sinceAt: effectAt }: Draft, { sinceAt: causeAt }: Draft): boolean {
  return causeAt !== undefined && effectAt !== undefined && effectAt < causeAt - beforeMs;
}

function explains(cause: Draft, effect: Draft, closure: Closure): boolean {
  return (
    cause !== effect &&
    cause.finding.status === 'fail' &&
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
