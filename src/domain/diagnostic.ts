// The contract of a diagnostic: it asks one question of a suite and answers with a verdict, evidence and a remedy.
import type { MarketPhase } from './calendar.ts';
import type { Concern, Severity } from './severity.ts';
import type { HubName, SuiteView } from './suite.ts';
import type { Thresholds } from './thresholds.ts';

export type { Severity } from './severity.ts';

/** One thing seen: what, how much, against which threshold, from where, how old. */
export interface Evidence {
  readonly label: string;
  readonly value: string;
  /** What it was held against, e.g. `fail over 60 s`. */
  readonly threshold?: string;
  /** e.g. `market hub`, `REST Status/ping`, `JWT exp`, `calendar`. */
  readonly source: string;
  /** When it was observed (epoch ms); the presenter shows its age. */
  readonly at: number;
}

/** What `/explain` says about a finding. */
export interface Explanation {
  /** A few words, capitalised, no full stop: `Market hub is mute`. */
  readonly title: string;
  readonly meaning: string;
  readonly causes: readonly string[];
  /** Commands or actions, most useful first. */
  readonly next: readonly string[];
  /** Its row of the severity matrix; missing = the severity of whoever tells it. */
  readonly concern?: Concern;
  /** What it is a fact of, told once to all suites that share it; missing = of the contract's position on the account. */
  readonly of?: 'contract' | 'account';
}

/** What people ask about in one go: `/orders` asks every diagnostic of the topic `orders`. */
export type Topic = 'connection' | 'orders' | 'positions' | 'data' | 'money' | 'performance' | 'memory';

type AtLeastOne<T> = readonly [T, ...T[]];

export type Verdict<Label extends string = string> =
  | { readonly status: 'pass'; readonly summary: string; readonly evidence: readonly Evidence[] }
  | {
      readonly status: 'warn' | 'fail';
      /** Which of the diagnostic's declared findings this is. */
      readonly finding: Label;
      /** One sentence: what is wrong, with which thing, since when. */
      readonly summary: string;
      readonly evidence: AtLeastOne<Evidence>;
      /** One sentence: what to do now. */
      readonly remedy: string;
      /** Overrides the diagnostic's severity for this verdict. */
      readonly severity?: Severity;
      /** The hubs it speaks of; missing = all. A failure explains another finding only where they share a hub. */
      readonly hubs?: readonly HubName[];
      /** When the thing began, epoch ms; missing = not known, counted from when it was first seen. */
      readonly sinceAt?: number;
      /** Of what comes in single events: the newest of them, epoch ms. What began well after it is not explained by it. */
      readonly lastAt?: number;
      /** It is about to happen: until it has, it explains only what is ahead too. */
      readonly ahead?: boolean;
    }
  /** Not asked, or it cannot be told; never shown as ok. */
  | { readonly status: 'skip'; readonly reason: string; readonly hubs?: readonly HubName[] };

export interface ExamineContext {
  /** Epoch ms; the only clock a diagnostic may use. */
  readonly now: number;
  readonly signal: AbortSignal;
  /** The market's phase for this suite's contract at `now`. */
  readonly market: MarketPhase;
  /** The same for any suite of the login, for judgements about a whole hub. */
  readonly marketOf: (suite: SuiteView) => MarketPhase;
  readonly thresholds: Thresholds;
}

export interface Diagnostic<Label extends string = string> {
  /** kebab-case, equal to the file's name. */
  readonly name: string;
  /** `Are bars sound?` */
  readonly question: string;
  readonly severity: Severity;
  /** `login`: the answer is the same for every suite of the login and is asked once. */
  readonly scope: 'login' | 'suite';
  /** Diagnostics whose failure explains this one's. */
  readonly dependsOn: readonly string[];
  readonly topics?: readonly Topic[];
  /**
   * Findings that wake people by themselves when they `fail`: the watch then asks this diagnostic all the time, so it has to answer
   * at once (no promise) and cheaply (well under a millisecond). Causes that page already take it in as their consequence.
   */
  readonly alarms?: readonly NoInfer<Label>[];
  /** Findings of detectors that explain these alarms: while one fires, they wait behind it. The hub and session alarms always do. */
  readonly alarmsCausedBy?: readonly string[];
  /** Every finding this diagnostic can come to, for `/explain` and the docs. */
  readonly findings: Readonly<Record<Label, Explanation>>;
  examine(suite: SuiteView, context: ExamineContext): Verdict<Label> | Promise<Verdict<Label>>;
}

/** Declares a diagnostic; a verdict that names an undeclared finding, or lacks evidence or remedy, does not compile. */
export function diagnostic<const Label extends string>(declared: Diagnostic<Label>): Diagnostic {
  return declared;
}
