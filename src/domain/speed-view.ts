// How fast the gateway answers us, now and usually, and how full the ledgers are that a host keeps.

/** One for each hub of a login. */
export interface PerHub<T> {
  readonly user: T;
  readonly market: T;
}

/** A spread of latencies in ms, read from bounded histograms: each value is right within 8 %. */
export interface Spread {
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** One kind of question: the last minutes beside everything before them. */
export interface PaceView {
  /** `Order/v2/query`, `invoke`, `ping`. */
  readonly name: string;
  readonly recent: Spread | undefined;
  readonly before: Spread | undefined;
  /** Not answered, or answered with a server error or nonsense; not in the spreads. */
  readonly recentFailed: number;
  readonly beforeFailed: number;
  readonly lastFailedAt: number | undefined;
}

/** What one bounded thing holds; at its bound it forgets its oldest entry. */
export interface Retained {
  /** `prints of MNQZ5`, `half turns of PRAC-V2-1`. */
  readonly what: string;
  readonly entries: number;
  readonly bound: number;
}

/** Of one login since this worker took it. Reading it does no I/O. */
export interface SpeedView {
  readonly measuredSinceAt: number;
  /** What counts as recent. */
  readonly recentMs: number;
  readonly rest: readonly PaceView[];
  /** A hub method from call to completion: every subscription, and on the user hub a repeated one once a minute. */
  readonly invokes: PerHub<PaceView>;
  /** WebSocket ping round trips; they queue behind the data we have not read yet. */
  readonly pings: PerHub<PaceView>;
  /** When an invocation was sent that has no completion yet. */
  readonly invokeWaitingSinceAt: PerHub<number | undefined>;
  /** End of the pause after a 429; undefined = our calls do not pause. */
  readonly pausedUntil: number | undefined;
  /** Pings answered from one that was just made, without a call. */
  readonly pingsReused: number;
  readonly retained: readonly Retained[];
}

const silent = (name: string): PaceView => ({
  name,
  recent: undefined,
  before: undefined,
  recentFailed: 0,
  beforeFailed: 0,
  lastFailedAt: undefined,
});

export const unmeasuredSpeed: SpeedView = {
  measuredSinceAt: 0,
  recentMs: 0,
  rest: [],
  invokes: { user: silent('invoke'), market: silent('invoke') },
  pings: { user: silent('ping'), market: silent('ping') },
  invokeWaitingSinceAt: { user: undefined, market: undefined },
  pausedUntil: undefined,
  pingsReused: 0,
  retained: [],
};
