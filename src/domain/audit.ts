// The audit log: who did what, on what, when, and what came of it; each entry carries the mark of the one before it.
import type { Person } from './incident.ts';

export type AuditKind =
  /** Something typed, and what came of it. */
  | 'command'
  /** A button, and what came of it. */
  | 'press'
  /** Refused for want of the right to do it, or because it was forged. */
  | 'denial'
  /** A job from the queue that did not carry the desk's signature. */
  | 'refused-job'
  /** About the log itself. */
  | 'log';

export interface AuditEvent {
  readonly at: number;
  readonly kind: AuditKind;
  /** `pitwatch` where nobody pressed anything. */
  readonly by: Person | 'pitwatch';
  /** `/health suite:mnq`, `acknowledge`. */
  readonly what: string;
  /** Suites or the incident: `mnq, es`, `#12`; empty where it touches none. */
  readonly on: string;
  /** `asked`, `done`, `denied: tier`. */
  readonly outcome: string;
}

export interface AuditEntry extends AuditEvent {
  /** From 1, without a gap. */
  readonly seq: number;
  /** Mark of the entry before; empty for the first. */
  readonly previous: string;
  /** Mark of this entry: made from everything above and the signing key. */
  readonly mark: string;
}

export type AuditVerdict =
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'whole';
      readonly first: number;
      readonly last: number;
      /** Of the last entry: who notes it can prove later that nothing before it was changed. */
      readonly mark: string;
      /** Older entries were let go of, up to a signed checkpoint that the first one continues. */
      readonly truncated: boolean;
    }
  | {
      readonly kind: 'broken';
      /** Where: the first entry that does not fit. */
      readonly seq: number;
      readonly why: string;
      /** Entries before it that are sound. */
      readonly sound: number;
    };

export interface AuditPage {
  /** Newest first. */
  readonly entries: readonly AuditEntry[];
  /** Entries kept altogether. */
  readonly kept: number;
}

export interface AuditLog {
  /** Never waits and never fails: entries are kept at hand until the queue has them. */
  record(event: AuditEvent): void;
  /** @throws OpsError `redis-unavailable` */
  show(most: number): Promise<AuditPage>;
  /** Every mark computed anew. @throws OpsError `redis-unavailable` */
  verify(): Promise<AuditVerdict>;
  /** Writes what is at hand, for at most a moment. */
  close(): Promise<void>;
}
