// What a worker knows of itself while it hosts a login: its memory, its event loop, its listeners.

/** The process's memory at one instant, bytes. */
export interface HostSample {
  readonly at: number;
  readonly heapUsed: number;
  readonly rss: number;
  /** Buffers and the like beside the heap. */
  readonly external: number;
}

/** How late the event loop was within a window, ms. */
export interface LoopView {
  readonly windowMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Share of the window the loop was busy, 0..1. */
  readonly busy: number;
}

/** Measured by the host's process, not by any suite's. Reading it does no I/O. */
export interface HostView {
  /** When the process began to measure itself; undefined = it does not (tests). */
  readonly measuredSinceAt: number | undefined;
  /** Oldest first, evenly apart, bounded: where it is full every second one goes and the rest are further apart. */
  readonly samples: readonly HostSample[];
  /** The heap cannot grow beyond this, bytes. */
  readonly heapLimit: number;
  /** The last minute. */
  readonly loop: LoopView | undefined;
  /** Times the loop stood still for over a second, oldest first, bounded. */
  readonly stalls: readonly { readonly at: number; readonly ms: number }[];
  /** Since it was first measured, ms: all the time in which the loop should have gone on and did not. Grows; two readings tell what lies between. */
  readonly lateMs: number;
  /** Open timers, sockets and the like, by kind. */
  readonly handles: Readonly<Record<string, number>>;
  /** Warnings of Node about too many listeners on one emitter. */
  readonly listenerWarnings: number;
}

export const unmeasuredHost: HostView = {
  measuredSinceAt: undefined,
  samples: [],
  heapLimit: 0,
  loop: undefined,
  stalls: [],
  lateMs: 0,
  handles: {},
  listenerWarnings: 0,
};
