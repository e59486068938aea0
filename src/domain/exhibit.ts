// What is shown beside verdicts: a table, a timeline or the steps of a sequence, as plain data that can travel.
import type { Evidence, ExamineContext } from './diagnostic.ts';
import type { SuiteView } from './suite.ts';

/** Rows of texts under their headings; numbers are already written for people, with their unit. */
export interface TableExhibit {
  readonly kind: 'table';
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** One sentence under it: what it was measured on, what is missing and why. */
  readonly note?: string;
}

/** One thing that happened, with its two times. */
export interface TimelineEntry {
  /** The exchange's own time, epoch ms; undefined where the message had none. */
  readonly exchangeAt: number | undefined;
  /** When it reached us, epoch ms. */
  readonly receivedAt: number;
  /** `user hub`, `REST Order/search`. */
  readonly source: string;
  readonly text: string;
}

export interface TimelineExhibit {
  readonly kind: 'timeline';
  readonly title: string;
  /** Oldest first. */
  readonly entries: readonly TimelineEntry[];
  readonly note?: string;
}

export interface Step {
  readonly name: string;
  /** `waiting`: begun and not done; `open`: not begun, because an earlier step is not done; `skip`: does not apply, or cannot be told. */
  readonly status: 'pass' | 'fail' | 'waiting' | 'open' | 'skip';
  /** One sentence: what was seen, or what it waits for since when. */
  readonly said: string;
  readonly startedAt?: number;
  readonly tookMs?: number;
  readonly evidence: readonly Evidence[];
}

export interface StepsExhibit {
  readonly kind: 'steps';
  readonly title: string;
  readonly steps: readonly Step[];
  readonly note?: string;
}

export type Exhibit = TableExhibit | TimelineExhibit | StepsExhibit;

export interface ShowContext extends ExamineContext {
  /** What exactly was asked for, as typed: an order id. Missing = the suite as a whole. */
  readonly subject?: string;
}

/** Makes exhibits of what is known of a suite, without any I/O. */
export interface Exhibitor {
  /** kebab-case, equal to the file's name. */
  readonly name: string;
  /** `login`: the same for every suite of the login, shown once. */
  readonly scope: 'login' | 'suite';
  /** Pure. An empty list = nothing to show; what cannot be told is said in a `note`. */
  show(suite: SuiteView, context: ShowContext): readonly Exhibit[];
}
