// Whether the gateway still answers heartbeats: found with the first that stays unanswered, where the library waits for the second.

/** An answer takes a tenth of a second; Discord's interval of 41.25 s, this and two looks are less than 45 s. */
const answerMs = 1_500;
/** After a standstill of our own the answer may lie unread: only the second look in a row counts. */
const looksNeeded = 2;

export interface Heartbeat {
  /**
   * To be called about once a second. True where the connection looks open and is dead.
   * @param beatAt when the last answered heartbeat was sent, epoch ms; -1 before the first
   * @param everyMs what Discord wants between two; undefined while nobody knows: then nothing is dead
   */
  dead(beatAt: number, now: number, everyMs: number | undefined): boolean;
}

/** @param sinceAt when the connection was made: what was answered before says nothing of it */
export function heartbeat(sinceAt: number): Heartbeat {
  let lastAt: number | undefined;
  let looks = 0;
  return {
    dead(beatAt, now, everyMs) {
      if (beatAt < sinceAt || everyMs === undefined) return false;
      if (beatAt !== lastAt) looks = 0;
      lastAt = beatAt;
      looks = now - beatAt > everyMs + answerMs ? looks + 1 : 0;
      return looks >= looksNeeded;
    },
  };
}

/**
 * The interval of a new connection, which the library tells here alone, with the first heartbeat; undefined in all else that it says.
 * It cannot be learnt from the heartbeats: Discord may ask for one at any time in between.
 */
export function intervalIn(debug: string): number | undefined {
  const told = /starting to beat every (\d+)ms/.exec(debug)?.[1];
  return told === undefined ? undefined : Number(told);
}
