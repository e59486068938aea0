// What each fault must be called by the one who sees it from outside, from the fault catalogue of the gateway's reference.

export type Holding = 'flat' | 'protected' | 'unprotected';

export interface ScoredFault {
  /** Shown in the matrix: the fault and its variant. */
  readonly name: string;
  readonly inject: Readonly<Record<string, unknown>>;
  /** Any of these is right; several where they cannot be told apart from outside, and why. */
  readonly right: readonly string[];
  /** When the truth can first be known from outside, ms after the injection: the rule's own patience. */
  readonly knowableMs: number;
  /** Longest watch, ms. */
  readonly watchMs: number;
  /** What the trader does right after it: only then there is something to see. */
  readonly then?: 'protected' | 'unprotected';
  /** Trading halted or positions at risk. */
  readonly critical?: boolean;
}

const market = { hub: 'market' } as const;

export const faults: readonly ScoredFault[] = [
  {
    name: 'F1 socket killed, hub away',
    inject: { fault: 'F1', ...market, down: true },
    right: ['hub-dropped'],
    knowableMs: 0,
    watchMs: 8_000,
    critical: true,
  },
  {
    name: 'F1 user hub away',
    inject: { fault: 'F1', hub: 'user', down: true },
    right: ['hub-dropped'],
    knowableMs: 0,
    watchMs: 8_000,
    critical: true,
  },
  {
    name: 'F2 Close, final',
    inject: { fault: 'F2', ...market, down: true },
    right: ['hub-closed-by-server'],
    knowableMs: 0,
    watchMs: 8_000,
    critical: true,
  },
  {
    name: 'F3 half-open',
    inject: { fault: 'F3', ...market, newConnections: true },
    right: ['hub-half-open'],
    knowableMs: 0,
    watchMs: 10_000,
    critical: true,
  },
  {
    name: 'F4 dead feed',
    inject: { fault: 'F4', ...market },
    right: ['feed-mute'],
    knowableMs: 15_000,
    watchMs: 35_000,
    critical: true,
  },
  // One contract alone falls silent: whether it was rolled shows only when it is looked up.
  {
    name: 'F5 one contract',
    inject: { fault: 'F5', contract: 'MNQ' },
    right: ['contract-mute'],
    knowableMs: 15_000,
    watchMs: 35_000,
  },
  {
    name: 'F5 quotes stop',
    inject: { fault: 'F5', kind: 'quote' },
    right: ['stream-stopped'],
    knowableMs: 15_000,
    watchMs: 35_000,
  },
  // A side that stands still shows once the market has left it; then the book may cross as well.
  {
    name: 'F5 one side',
    inject: { fault: 'F5', side: 'bid' },
    right: ['book-frozen', 'book-crossed'],
    knowableMs: 5_000,
    watchMs: 60_000,
  },
  {
    name: 'F12 token expires',
    inject: { fault: 'F12', relogin: false },
    right: ['session-expired'],
    knowableMs: 0,
    watchMs: 30_000,
    critical: true,
  },
  {
    name: 'F13 503',
    inject: { fault: 'F13', status: 503 },
    right: ['gateway-failing', 'gateway-unreachable'],
    knowableMs: 0,
    watchMs: 30_000,
    critical: true,
  },
  {
    name: 'F13 429',
    inject: { fault: 'F13', status: 429 },
    right: ['rate-limited'],
    knowableMs: 0,
    watchMs: 30_000,
  },
  {
    name: 'F15 logout alone',
    inject: { fault: 'F15', mode: 'alone' },
    right: ['logout-notice'],
    knowableMs: 0,
    watchMs: 6_000,
  },
  {
    name: 'F16 second session',
    inject: { fault: 'F16', phantom: true },
    right: ['second-session'],
    knowableMs: 0,
    watchMs: 12_000,
    critical: true,
  },
  {
    name: 'F17 unknown members',
    inject: { fault: 'F17', shape: 'unknown-members' },
    right: ['odd-payload'],
    knowableMs: 0,
    watchMs: 6_000,
  },
  {
    name: 'F18 misaligned',
    inject: { fault: 'F18', mode: 'misaligned' },
    right: ['price-misaligned'],
    knowableMs: 0,
    watchMs: 6_000,
  },
  {
    name: 'F18 noise',
    inject: { fault: 'F18', mode: 'noise' },
    right: ['price-noise'],
    knowableMs: 0,
    watchMs: 6_000,
  },
  {
    name: 'F18 spike',
    inject: { fault: 'F18', mode: 'spike', every: 9 },
    right: ['price-spike'],
    knowableMs: 0,
    watchMs: 12_000,
  },
  {
    name: 'F18 zero',
    inject: { fault: 'F18', mode: 'zero' },
    right: ['price-not-positive'],
    knowableMs: 0,
    watchMs: 6_000,
  },
  {
    name: 'F19 crossed',
    inject: { fault: 'F19', mode: 'crossed' },
    right: ['book-crossed'],
    knowableMs: 2_000,
    watchMs: 12_000,
  },
  {
    name: 'F19 locked',
    inject: { fault: 'F19', mode: 'locked' },
    right: ['book-locked'],
    knowableMs: 10_000,
    watchMs: 25_000,
  },
  {
    name: 'F19 reset, not rebuilt',
    inject: { fault: 'F19', mode: 'reset' },
    right: ['depth-broken'],
    knowableMs: 10_000,
    watchMs: 25_000,
  },
  // The level shows once the market has moved through it.
  {
    name: 'F19 level never removed',
    inject: { fault: 'F19', mode: 'stuck-level' },
    right: ['depth-broken'],
    knowableMs: 10_000,
    watchMs: 75_000,
  },
  {
    name: 'F20 volume falls',
    inject: { fault: 'F20', mode: 'back' },
    right: ['volume-fell'],
    knowableMs: 0,
    watchMs: 6_000,
  },
  {
    name: 'F21 future',
    inject: { fault: 'F21', mode: 'future', byMs: 5_000 },
    right: ['clock-ahead', 'clock-skewed'],
    knowableMs: 0,
    watchMs: 8_000,
  },
  {
    name: 'F21 skew',
    inject: { fault: 'F21', mode: 'skew', byMs: 5_000 },
    right: ['clock-skewed', 'clock-ahead'],
    knowableMs: 0,
    watchMs: 35_000,
  },
  {
    name: 'F21 out of order',
    inject: { fault: 'F21', mode: 'disordered', byMs: 2_000 },
    right: ['time-backwards'],
    knowableMs: 0,
    watchMs: 20_000,
  },
  {
    name: 'F22 gap',
    inject: { fault: 'F22', mode: 'gap' },
    right: ['bars-unsound', 'bars-differ'],
    knowableMs: 0,
    watchMs: 75_000,
  },
  {
    name: 'F22 duplicate',
    inject: { fault: 'F22', mode: 'duplicate' },
    right: ['bars-unsound'],
    knowableMs: 0,
    watchMs: 75_000,
  },
  {
    name: 'F22 impossible',
    inject: { fault: 'F22', mode: 'impossible' },
    right: ['bars-unsound'],
    knowableMs: 0,
    watchMs: 75_000,
  },
  {
    name: 'F22 oldest first',
    inject: { fault: 'F22', mode: 'oldest-first' },
    right: ['bars-unsound'],
    knowableMs: 0,
    watchMs: 75_000,
  },
  {
    name: 'F23 rolled',
    inject: { fault: 'F23', contract: 'MNQ' },
    right: ['contract-rolled', 'contract-inactive', 'contract-mute'],
    knowableMs: 15_000,
    watchMs: 60_000,
  },
  {
    name: 'F27 split frames',
    inject: { fault: 'F27', mode: 'split' },
    right: ['odd-framing'],
    knowableMs: 0,
    watchMs: 6_000,
  },
  {
    name: 'F29 storm',
    inject: { fault: 'F29', ...market, everyMs: 2_000 },
    right: ['reconnect-loop', 'hub-dropped', 'second-session'],
    knowableMs: 0,
    watchMs: 20_000,
    critical: true,
  },
];

/** Traces of a fault, or of being asked once a second, that are no second cause. */
export const traces: readonly string[] = [
  'share-spent',
  'reconnecting-often',
  'feed-slow',
  'hub-cannot-connect',
];
