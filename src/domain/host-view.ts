// What a worker knows of itself while it hosts a login: its memory, its event loop, its listeners.

/** Measured by the host's process, not by any suite's. Reading it does no I/O. */
export interface HostView {
  /** When the process began to measure itself; undefined = it does not (tests). */
  readonly measuredSinceAt: number | undefined;
}

export const unmeasuredHost: HostView = { measuredSinceAt: undefined };
