// An alert: a symptom that outlived its grace, with the dedup key by which it is told once and resolved once.
import type { Evidence, Severity } from './diagnostic.ts';
import type { Place } from './detector.ts';
import type { Exposure } from './order.ts';

export interface Alert {
  /** Same thing wrong at the same place = same key. */
  readonly key: string;
  readonly finding: string;
  readonly title: string;
  readonly place: Place;
  readonly severity: Severity;
  /** When it began. */
  readonly sinceAt: number;
  /** When it was observed by us. */
  readonly observedAt: number;
  readonly summary: string;
  readonly remedy: string;
  readonly evidence: readonly Evidence[];
  readonly suites: readonly AlertSuite[];
  /** Findings that explain this one (from its detector). */
  readonly causedBy: readonly string[];
  /** Calls people again where it joins an incident they were woken for already. */
  readonly insists?: boolean;
  /** Diagnostics whose results belong in the thread. */
  readonly diagnostics: readonly string[];
}

/** What is at stake on a touched suite at the moment of the alert. */
export interface AlertSuite {
  readonly suite: string;
  readonly contract: string | undefined;
  readonly exposure: Exposure;
}

/** What was missed while it lasted, for the recovery message. */
export interface Recovery {
  readonly at: number;
  /** Full sentences: `3 one-minute bars of MNQ`, `1 fill found over REST`, `nothing was missed`. */
  readonly missed: readonly string[];
  /** How the recovery is proven: `quotes and prints flow again since …`. */
  readonly proof: string;
}

/** How it stood when it was seen last, where that says something else than what was told first: time goes on, and positions grow. */
export interface LastSight extends Pick<Alert, 'summary' | 'evidence' | 'suites'> {
  readonly at: number;
}

export type AlertChange =
  | { readonly kind: 'firing'; readonly alert: Alert }
  /** It still fires, and something else is at stake than its card says; nobody is called for that. */
  | { readonly kind: 'restated'; readonly key: string; readonly last: LastSight }
  | {
      readonly kind: 'resolved';
      readonly key: string;
      readonly recovery: Recovery;
      readonly last?: LastSight;
    };

/** `finding@login/hub/contract/suite`, empty parts left out at the end; what suites share bears their account in the suite's stead. */
export function alertKey(finding: string, place: Place): string {
  const whose = place.suite ?? (place.account === undefined ? '' : `account ${place.account}`);
  const path = [place.login, place.hub ?? '', place.contract ?? '', whose].join('/');
  return `${finding}@${path.replace(/\/+$/, '')}`;
}

/** Whether the same is at stake; also for what was written down and read again, which keeps no member without a value. */
export function sameStakes(
  one: readonly AlertSuite[] | undefined,
  other: readonly AlertSuite[] | undefined,
): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
