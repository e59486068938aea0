// The story of an incident: what the machine saw and what people did, in order, appended and never changed.
import type { Person } from './person.ts';

export type TimelineKind =
  /** The machine: something began to fire, changed or recovered. */
  | 'opened'
  | 'joined'
  | 'reopened'
  | 'part-recovered'
  | 'recovered'
  /** The pager: what it held back and why, whom it called and reminded. */
  | 'withheld'
  | 'flapping'
  | 'called'
  | 'reminded'
  /** Discord: its page was deleted there and is posted anew. */
  | 'posted-anew'
  /** People. */
  | 'acknowledged'
  | 'assigned'
  | 'noted'
  | 'severity'
  | 'step'
  | 'escalated'
  | 'resolved-by-hand';

/** How an incident stands; the kinds of its state. */
export type Standing = 'triggered' | 'acknowledged' | 'suppressed' | 'resolved';

export interface TimelineEntry {
  /** Epoch ms of the decision; entries of one incident never go back in time. */
  readonly at: number;
  readonly by: Person | 'pitwatch';
  readonly kind: TimelineKind;
  /** A plain sentence; text from outside stands in it as it came and is escaped where it is shown. */
  readonly text: string;
  /** How the incident stood once this was decided; missing in entries written before it was kept. */
  readonly standing?: Standing;
}
