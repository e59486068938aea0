// How much waits in the queues and for how long, as numbers for whoever graphs them.

export type LaneName = 'questions' | 'evidence' | 'answers' | 'posts';

export interface LaneNumbers {
  readonly lane: LaneName;
  /** Missing = the whole desk's. */
  readonly login?: string;
  readonly depth: number;
  /** When the oldest that waits was put there; undefined = nothing waits, or it cannot be known. */
  readonly oldestAt: number | undefined;
}

export interface QueueNumbers {
  readonly lanes: readonly LaneNumbers[];
  readonly deadLetters: number;
}
