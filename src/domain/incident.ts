// An incident as it is kept: its alerts, its state, its instants and what Discord knows of it; plain JSON.
import type { Alert, Recovery } from './alert.ts';
import type { Severity } from './diagnostic.ts';
import type { PlaybookStep } from './playbook.ts';
import type { Report } from './report.ts';

/** Somebody on Discord. */
export interface Person {
  readonly id: string;
  readonly name: string;
}

export interface IncidentAlert {
  readonly alert: Alert;
  /** Undefined = still firing. */
  readonly recovery: Recovery | undefined;
}

interface IncidentBase {
  /** Short and speakable: `12`. */
  readonly id: string;
  readonly version: number;
  readonly login: string;
  /** The alert that opened it, or the cause found since. First = root. */
  readonly alerts: readonly IncidentAlert[];
  readonly severity: Severity;
  readonly openedAt: number;
  /** Observed and decided; queued, sent and accepted are kept with the posts. */
  readonly observedAt: number;
  readonly decidedAt: number;
}

export type IncidentState =
  | { readonly kind: 'triggered' }
  | { readonly kind: 'acknowledged'; readonly by: Person; readonly at: number }
  | {
      readonly kind: 'resolved';
      readonly at: number;
      readonly by: Person | 'recovery';
      readonly acknowledgedBy: Person | undefined;
    };

export interface Incident extends IncidentBase {
  readonly state: IncidentState;
}

/** One message to Discord about an incident, in order. `id` is deterministic and serves as nonce. */
export type Post = {
  readonly id: string;
  readonly incident: string;
  readonly queuedAt: number;
} & (
  | {
      /** NEW message in the ops channel, with the on-call mention; then a thread on it. */ readonly kind: 'page';
      readonly card: Incident;
    }
  | { /** Edit of the page; never pings. */ readonly kind: 'card'; readonly card: Incident }
  | { /** Thread: the evidence asked for by itself. */ readonly kind: 'evidence'; readonly report: Report }
  | {
      /** Thread: further alert joined, recovery, who acknowledged … */ readonly kind: 'note';
      readonly note: IncidentNote;
    }
);

/** What Discord knows of an incident, kept beside it and given to every delivery. Instants are epoch ms. */
export interface IncidentRefs {
  readonly channelId?: string;
  /** The page; the thread started on it has the same id. */
  readonly messageId?: string;
  readonly threadId?: string;
  /** When the page was first handed to Discord, and when Discord accepted it. */
  readonly sentAt?: number;
  readonly acceptedAt?: number;
}

export type IncidentNote =
  | { readonly kind: 'joined'; readonly alert: Alert; readonly mention: boolean }
  | { readonly kind: 'part-recovered'; readonly alert: Alert; readonly recovery: Recovery }
  | {
      readonly kind: 'recovered';
      readonly card: Incident;
      readonly downtimeMs: number;
      readonly recovery: Recovery;
    }
  | { readonly kind: 'acknowledged'; readonly by: Person; readonly at: number }
  | {
      readonly kind: 'resolved-by-hand';
      readonly by: Person;
      readonly at: number;
      readonly stillFiring: readonly string[];
    }
  | { readonly kind: 'evidence-failed'; readonly why: string }
  /** What to do about this kind of trouble, in order. */
  | { readonly kind: 'steps'; readonly title: string; readonly steps: readonly PlaybookStep[] };

/** Incidents in Redis. `commit` is all or nothing, and refuses a version that is no longer current. */
export interface IncidentStore {
  /** Open incidents of a login, oldest first, with the login's version for `commit`. */
  open(login: string): Promise<{
    readonly version: number;
    readonly incidents: readonly Incident[];
    /** Resolved within the last minutes, newest first: the same thing again reopens one of these instead of paging anew. */
    readonly recent?: readonly Incident[];
  }>;
  /** Every open incident. */
  allOpen(): Promise<readonly Incident[]>;
  get(id: string): Promise<Incident | undefined>;
  nextId(): Promise<string>;
  /**
   * Saves the incident and its posts in one step and wakes the outbox.
   * @throws OpsError `stale-version` (retryable) where somebody else wrote the login's incidents since `expectedVersion`.
   */
  commit(change: {
    readonly login: string;
    readonly expectedVersion: number;
    readonly incident: Incident;
    readonly posts: readonly Post[];
  }): Promise<void>;
  /** Adds posts without a change of the incident (evidence); idempotent by post id. */
  post(posts: readonly Post[]): Promise<void>;
}
