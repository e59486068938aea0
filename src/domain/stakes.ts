// Whether a sick connection matters at this moment: an open session or a position that hangs on it, and how much.
import type { DetectContext } from './detector.ts';
import type { Severity } from './diagnostic.ts';
import type { LoginView, SuiteView } from './suite.ts';
import { inOpeningGrace } from './session-clock.ts';

export function holdsPosition(suite: SuiteView): boolean {
  return suite.exposure.kind === 'protected' || suite.exposure.kind === 'unprotected';
}

/** The same in doubt: what is not known to be flat. */
export function mayHold(suite: SuiteView): boolean {
  return suite.exposure.kind !== 'flat';
}

/** True where data of the suite has to come now: its contract is active, its market open by hours that are known. */
export function awaitsData(suite: SuiteView, { market }: Pick<DetectContext, 'market'>): boolean {
  const phase = market(suite);
  return (
    suite.spec.observe === 'direct' &&
    suite.contract?.activeContract !== false &&
    phase.kind === 'open' &&
    phase.hours === undefined
  );
}

/** Suites whose market is open; `settled` = and past the opening, when the first quotes can be late. */
export function openSuites(
  suites: readonly SuiteView[],
  { now, thresholds, market }: DetectContext,
  settled: boolean,
): readonly SuiteView[] {
  return suites.filter((suite) => {
    const phase = market(suite);
    return phase.kind === 'open' && !(settled && inOpeningGrace(phase, now, thresholds.openingMs));
  });
}

/** When the session that is open now began for the first of the suites; undefined = none is open. */
export function openedAt(suites: readonly SuiteView[], { market }: DetectContext): number | undefined {
  const opened = suites.flatMap((suite) => {
    const phase = market(suite);
    return phase.kind === 'open' ? [phase.openedAt] : [];
  });
  return opened.length === 0 ? undefined : Math.min(...opened);
}

/**
 * The instant from which trouble that began at `sinceAt` counts; undefined = it does not matter now.
 * Trouble from before the opening (the gateway's maintenance) counts only once the opening is over and it is still there.
 */
export function mattersSince(login: LoginView, sinceAt: number, context: DetectContext): number | undefined {
  if (login.suites.some(holdsPosition)) return sinceAt;
  const opened = openedAt(login.suites, context);
  if (opened === undefined) return undefined;
  if (sinceAt >= opened) return sinceAt;
  return context.now - opened < context.thresholds.openingMs ? undefined : opened;
}

/** Positions at risk make it critical, known or not, as in the published matrix; data alone is high. */
export function severityAtStake(suites: readonly SuiteView[]): Severity {
  return suites.some(mayHold) ? 'critical' : 'high';
}

/** True while a freshly taken login is still connecting for the first time. */
export function inStartup(
  login: LoginView,
  { now, thresholds }: Pick<DetectContext, 'now' | 'thresholds'>,
): boolean {
  return now - login.hostedAt < thresholds.startupMs;
}

export function suiteNames(suites: readonly SuiteView[]): readonly string[] {
  return suites.map((suite) => suite.spec.name);
}
