// How long to wait between two logins to Discord: soon at first, and never so often that a day of them uses up what Discord allows.
const pauses = [500, 1_000, 2_000, 5_000, 15_000, 30_000] as const;
/** Discord takes 1,000 IDENTIFYs a day, and resets the token of a bot that sends more. */
const unwelcomePauseMs = 75_000;
const longest = 30_000;

/**
 * @param attempt how many logins have failed before this one
 * @param unwelcomed how many of the last in a row were sent and heard no READY: each counts at Discord, which one that never got through does not
 */
export function loginPauseMs(attempt: number, unwelcomed: number): number {
  const usual = pauses[Math.min(attempt, pauses.length - 1)] ?? longest;
  return unwelcomed > pauses.length ? Math.max(usual, unwelcomePauseMs) : usual;
}
