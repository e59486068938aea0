// A report: the findings of an examination, worst first, causes before consequences; plain JSON so that it can travel.
import type { MarketPhase } from './calendar.ts';
import type { Evidence, Severity } from './diagnostic.ts';
import type { Exhibit } from './exhibit.ts';
import type { Exposure } from './order.ts';

export type FindingStatus = 'pass' | 'warn' | 'fail' | 'skip' | 'error';

export interface Finding {
  readonly diagnostic: string;
  readonly question: string;
  readonly status: FindingStatus;
  readonly severity: Severity;
  /** The declared finding for `/explain`; undefined on pass, skip, error. */
  readonly label: string | undefined;
  readonly title: string | undefined;
  readonly summary: string;
  readonly evidence: readonly Evidence[];
  readonly remedy: string | undefined;
  readonly tookMs: number;
  /** The suites it speaks of (a login-wide finding names all of them). */
  readonly suites: readonly string[];
  /** Diagnostic names of the failures this one explains. */
  readonly consequences: readonly string[];
  /** Set where this finding is itself explained by another (then it is shown folded). */
  readonly consequenceOf: string | undefined;
}

/** What one login's host answered. */
export interface LoginReport {
  readonly login: string;
  readonly worker: string;
  readonly startedAt: number;
  readonly tookMs: number;
  readonly suites: readonly SuiteHeader[];
  readonly findings: readonly Finding[];
  /** What was asked to be shown beside the verdicts; missing = nothing was. */
  readonly exhibits?: readonly ShownExhibit[];
}

/** An exhibit, and of which suite it speaks; undefined = of the login as a whole. */
export interface ShownExhibit {
  readonly suite: string | undefined;
  readonly exhibit: Exhibit;
}

export interface SuiteHeader {
  readonly suite: string;
  readonly instrument: string;
  readonly contract: string | undefined;
  readonly account: string | undefined;
  readonly observe: string;
  readonly market: MarketPhase;
  readonly exposure: Exposure;
}

/** A part that was asked for and did not come in time. */
export interface MissingPart {
  readonly login: string;
  readonly suites: readonly string[];
  readonly why: string;
}

export interface Report {
  readonly kind: 'report';
  readonly title: string;
  readonly askedAt: number;
  readonly finishedAt: number;
  readonly logins: readonly LoginReport[];
  /** Non-empty = a partial report. */
  readonly missing: readonly MissingPart[];
  /** What concerns the desk as a whole and what is shown here, full sentences. */
  readonly notes?: readonly string[];
}
