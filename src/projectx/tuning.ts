// The suite side's own pace: pings, timeouts, reconnect delays, renewal and polling, with start values and their origin.

/** All spans in ms. */
export interface Tuning {
  /** WebSocket pings on the hub's very socket (design 8: 500 ms / 1 s finds a half-open link in 1.3 s). */
  readonly pingMs: number;
  readonly pongTimeoutMs: number;
  /** SignalR's own server timeout (reference 7.7); a shorter one gives false alarms on the quiet user hub. */
  readonly serverTimeoutMs: number;
  /** From the start of an attempt to the end of its handshake (10 s in the vendor's sample). */
  readonly connectTimeoutMs: number;
  /** Before attempt n; the last one is kept for ever. */
  readonly reconnectDelaysMs: readonly number[];
  /** Before the first attempt after a loss that another session seems to have caused: whoever signed in elsewhere must not be thrown out by us. */
  readonly kickedDelaysMs: readonly number[];
  /** A hub that refuses a fresh token too gets another one no sooner than this. */
  readonly replaceEveryMs: number;
  /** A life longer than this starts the delays anew: of a link that went silent, of one that was cut, and of one that another session may have ended. */
  readonly stableLifeMs: number;
  readonly shortLifeMs: number;
  readonly calmLifeMs: number;
  /** No answer to a subscription for this long: it is sent again. */
  readonly ackTimeoutMs: number;
  readonly refusedRetryMs: readonly number[];
  /** A user hub where nothing was invoked for this long gets one harmless subscription again, to see that it still completes calls. */
  readonly probeMs: number;
  readonly restTimeoutMs: number;
  /** Pause of our own calls after a 429 without `Retry-After`. */
  readonly retryAfterMs: number;
  /** Longest wait of a call for its turn in our share. */
  readonly turnMs: number;
  /** Renewal before expiry; never earlier than two thirds of the token's life. */
  readonly renewalLeadMs: number;
  /** A hub whose own token ends within this takes a fresh one at a quiet moment (above the warning at 60 min). */
  readonly hubRenewalMs: number;
  /** After a login that did not come through; the last one is kept for ever. */
  readonly loginDelaysMs: readonly number[];
  /** After a login that the gateway refused for a stated reason. */
  readonly refusedLoginDelaysMs: readonly number[];
  /** Between readings of everything of one account (times the accounts) while its user hub lives, and while only REST tells. */
  readonly reconcileMs: number;
  readonly pollMs: number;
  /** Between looks at the position of an account alone, and so much for each account of a login with several: reference 12 wants a missed fill within 10 s. */
  readonly lookMs: number;
  readonly lookEachMs: number;
  /** Between looks at the balances of a login's accounts: the hub tells them only where something moves. */
  readonly balanceMs: number;
  /** Between comparisons of closed bars with the gateway's, one contract at a time: 1 of our 5 history calls in 30 s. */
  readonly truthMs: number;
  /** Between looks for the active contract and the accounts: two calls, however many suites there are. */
  readonly resolveMs: number;
  readonly resolveRetryMs: readonly number[];
  /** A token tried this lately is not tried again for a diagnosis. */
  readonly sessionReuseMs: number;
  /** A ping answer this fresh is given again instead of asking anew. */
  readonly pingReuseMs: number;
  /** 0..1, spreads the reconnect delays. */
  readonly random: () => number;
}

export const startTuning: Tuning = {
  pingMs: 500,
  pongTimeoutMs: 1000,
  serverTimeoutMs: 30_000,
  connectTimeoutMs: 10_000,
  reconnectDelaysMs: [0, 500, 1000, 2000, 4000],
  kickedDelaysMs: [5000, 20_000, 60_000, 3 * 60_000, 5 * 60_000],
  replaceEveryMs: 30_000,
  stableLifeMs: 10_000,
  shortLifeMs: 60_000,
  calmLifeMs: 10 * 60_000,
  ackTimeoutMs: 10_000,
  refusedRetryMs: [2000, 5000, 15_000, 60_000],
  probeMs: 60_000,
  restTimeoutMs: 10_000,
  retryAfterMs: 5000,
  turnMs: 8000,
  renewalLeadMs: 2 * 60 * 60_000,
  hubRenewalMs: 75 * 60_000,
  loginDelaysMs: [500, 1000, 2000, 5000, 10_000, 30_000],
  refusedLoginDelaysMs: [5000, 10_000, 30_000, 60_000],
  reconcileMs: 20_000,
  pollMs: 20_000,
  lookMs: 9_500,
  lookEachMs: 6_000,
  balanceMs: 30_000,
  truthMs: 30_000,
  resolveMs: 2 * 60_000,
  resolveRetryMs: [1000, 2000, 5000, 15_000, 60_000],
  sessionReuseMs: 25_000,
  pingReuseMs: 2000,
  random: Math.random,
};

/** Delay number `index` of a list whose last entry is kept for ever. */
export function delayAt(delays: readonly number[], index: number): number {
  return delays[Math.min(index, delays.length - 1)] ?? 0;
}
