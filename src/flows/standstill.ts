// Whether this process stood still (suspended, stopped, starved): what it knows is as old as that, and its connections may be dead.

export interface Standstill {
  /**
   * Asked at every tick and wherever something was waited for: whichever runs first after a stop.
   * @returns how long it stood still until now, ms; 0 = it did not
   */
  notice(now: number): number;
  /** When it last came to itself; minus infinity where it never stood still. */
  awakeSinceAt(): number;
}

/** @param limitMs without a tick for longer than this it stood still */
export function standstill(limitMs: number): Standstill {
  let tickedAt: number | undefined;
  let awakeSinceAt = Number.NEGATIVE_INFINITY;
  return {
    notice(now) {
      const sinceMs = now - (tickedAt ?? now);
      tickedAt = now;
      if (sinceMs <= limitMs) return 0;
      awakeSinceAt = now;
      return sinceMs;
    },
    awakeSinceAt: () => awakeSinceAt,
  };
}
