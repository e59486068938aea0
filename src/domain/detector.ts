// The contract of a detector: it looks at a login (or at the whole desk) and names what is wrong at this moment.
import type { MarketPhase } from './calendar.ts';
import type { DeskView } from './desk.ts';
import type { Evidence, Explanation, Severity } from './diagnostic.ts';
import type { HubName, LoginView, SuiteView } from './suite.ts';
import type { Thresholds } from './thresholds.ts';

/** Where in the topology something is wrong: gateway → login → hub → contract or account → suite. Missing = the whole level. */
export interface Place {
  readonly login: string;
  readonly hub?: HubName;
  readonly contract?: string;
  /** Its id. With a suite it says whose that is; without one several suites share what is wrong. */
  readonly account?: number;
  readonly suite?: string;
}

/** One thing wrong now. Pure data; whether it becomes an alert is decided by grace, inhibition and dedupe. */
export interface Symptom {
  /** A declared finding of the detector. */
  readonly finding: string;
  readonly place: Place;
  /** What a page is called, where the finding's own title does not say which hub or contract. */
  readonly title?: string;
  readonly severity: Severity;
  /** When the thing began (observed), epoch ms: downtime counts from here. */
  readonly sinceAt: number;
  /** One sentence, what is wrong. */
  readonly summary: string;
  /** One sentence, what to do now. */
  readonly remedy: string;
  readonly evidence: readonly Evidence[];
  /** Suites touched, by name. */
  readonly suites: readonly string[];
  /** Overrides the grace by exposure (e.g. 0 for something already judged over minutes). */
  readonly graceMs?: number;
}

export interface DetectContext {
  readonly now: number;
  readonly thresholds: Thresholds;
  readonly market: (suite: SuiteView) => MarketPhase;
}

export interface DeskContext {
  readonly now: number;
  readonly thresholds: Thresholds;
}

interface DetectorBase {
  /** kebab-case, equal to the file's name. */
  readonly name: string;
  readonly watches: 'login' | 'desk';
  /** `/explain` and the docs know every finding. */
  readonly findings: Readonly<Record<string, Explanation>>;
  /** Diagnostics that run for the thread when this fires. */
  readonly diagnostics: readonly string[];
  /** Findings (of any detector) that explain these: while one fires on an enclosing place, these join it instead of paging. */
  readonly causedBy: readonly string[];
  /** Told at once whatever explains it, and calls people again where it joins an incident: a position that lost its stop. */
  readonly insists?: boolean;
}

export type Detector =
  | (DetectorBase & {
      readonly watches: 'login';
      detect(login: LoginView, context: DetectContext): readonly Symptom[];
    })
  | (DetectorBase & {
      readonly watches: 'desk';
      detect(desk: DeskView, context: DeskContext): readonly Symptom[];
    });
