// Whether the gateway still answers heartbeats: found with the first that stays unanswered, where the library waits for the second.

/** An answer takes a tenth of a second; Discord's interval of 41.25 s, this and two looks are less than 45 s. */
const answerMs = 1_500;
/** After a standstill of our own the answer may lie unread: only the second look in a row counts. */
const looksNeeded = 2;

export interface Heartbeat {
  /**
   * To be called about once a second. True where the connection looks open and is dead.
   * @param beatAt when the last answered heartbeat was sent, epoch ms; -1 before the first
   */
  dead(beatAt: number, now: number): boolean;
}

/**
 * For one connection. The interval is learnt from the heartbeats, as Discord may set it otherwise; until then it is never dead.
 * @param sinceAt when the connection was made: what was answered before says nothing of it
 */
export function heartbeat(sinceAt: number): Heartbeat {
  let lastAt: number | undefined;
  let intervalMs = 0;
  let looks = 0;
  return {
    dead(beatAt, now) {
      if (beatAt < sinceAt) return false;
      if (beatAt !== lastAt) {
        // One that was asked for in between comes early: the longest is the true one.
        if (lastAt !== undefined) intervalMs = Math.max(intervalMs, beatAt - lastAt);
        lastAt = beatAt;
        looks = 0;
      }
      const silent = intervalMs > 0 && now - beatAt > intervalMs + answerMs;
      looks = silent ? looks + 1 : 0;
      return looks >= looksNeeded;
    },
  };
}
