// Every number a verdict is held against, with its start value and where it comes from; `pitwatch.yaml` can change each.

/** All spans in ms. Start values: reference section 12 unless said otherwise. */
export interface Thresholds {
  /** Newest exchange time against now, in session: warn, fail. */
  readonly feedWarnMs: number;
  readonly feedFailMs: number;
  /** Market hub connected, session open, no market event at all: zombie or mute. */
  readonly muteMs: number;
  /** Connected this long with no acknowledged subscription. */
  readonly unsubscribedMs: number;
  /** Silence of every frame on a hub (fallback where pings are not answered). */
  readonly silenceWarnMs: number;
  readonly silenceFailMs: number;
  readonly tokenWarnMs: number;
  readonly tokenFailMs: number;
  readonly reconnectsPerHourWarn: number;
  readonly reconnectsPerHourFail: number;
  /** This many lives in a row shorter than `shortLifeMs` is a loop. */
  readonly shortLives: number;
  readonly shortLifeMs: number;
  /** A loop counts as over once a connection has held this long. */
  readonly loopOverMs: number;
  /** A `GatewayLogout` is an alarm only where the socket closes or the flow stops this soon (reference 6.4). */
  readonly logoutToCloseMs: number;
  /** Part of our own ceiling that is a warning, 0..1: above the reference's 0.7 of the whole allowance, as the ceiling is a tenth and meant to be used. */
  readonly rateWarnShare: number;
  /** Hold-off before a page by exposure. */
  readonly graceUnprotectedMs: number;
  readonly graceProtectedMs: number;
  readonly graceFlatMs: number;
  /** How long a thing must stay well before its alert resolves. */
  readonly resolveAfterMs: number;
  /** Silence of a worker's pulse before its login counts as not hosted. */
  readonly hostLostMs: number;
  /** Time allowed from hosting to a first connection before that is an alarm. */
  readonly startupMs: number;
  /** A position without a covering stop, and a protective order without a position, count from here (reference 12: 10 s). */
  readonly nakedMs: number;
  readonly orphanMs: number;
  /** Pending, or pending its cancellation: warn, fail. */
  readonly stuckWarnMs: number;
  readonly stuckFailMs: number;
  /** A fill that REST tells and the hub does not, from the fill on; a difference of positions, from the first answer on. */
  readonly fillMissedMs: number;
  readonly driftMs: number;
  /** Two equal orders this close are one that was sent twice: a client’s time-out and its pause (reference 8), with room. */
  readonly duplicateMs: number;
  /** Bid above ask (reference 12: 2 s or 5 updates); a depth that is broken, or a book that is locked. */
  readonly crossedMs: number;
  readonly depthMs: number;
  /** Gateway's clock against ours (reference 12). */
  readonly clockWarnMs: number;
  readonly clockFailMs: number;
  /** How long a rejected or expired order, or something odd in the data, is told. */
  readonly outcomeMs: number;
  /** First quotes after an open can be late by seconds (reference 9). */
  readonly openingMs: number;
  /** Fills and balances arrive in any order (reference 4.5): they are held against each other once this long nothing came. */
  readonly moneySettleMs: number;
  /** Lateness of the host's own event loop: warn, fail (reference 12, loop stall). */
  readonly loopWarnMs: number;
  readonly loopFailMs: number;
  /** Growth of the host's heap, MB an hour; ours: 16 MB an hour fills a default heap in days. */
  readonly memoryGrowthWarnMb: number;
  /** This many times slower than usual is a warning (reference 12: against the own baseline; the factor is ours). */
  readonly slowerWarnFactor: number;
  /** Share of calls without a sound answer, 0..1: warn, fail (ours). */
  readonly errorWarnShare: number;
  readonly errorFailShare: number;
}

export const startThresholds: Thresholds = {
  feedWarnMs: 10_000,
  feedFailMs: 60_000,
  muteMs: 15_000,
  unsubscribedMs: 20_000,
  silenceWarnMs: 20_000,
  silenceFailMs: 30_000,
  tokenWarnMs: 60 * 60_000,
  tokenFailMs: 5 * 60_000,
  reconnectsPerHourWarn: 2,
  reconnectsPerHourFail: 10,
  shortLives: 5,
  shortLifeMs: 10_000,
  loopOverMs: 60_000,
  logoutToCloseMs: 30_000,
  rateWarnShare: 0.95,
  graceUnprotectedMs: 0,
  graceProtectedMs: 3_000,
  graceFlatMs: 10_000,
  resolveAfterMs: 3_000,
  hostLostMs: 8_000,
  startupMs: 15_000,
  nakedMs: 10_000,
  orphanMs: 10_000,
  stuckWarnMs: 10_000,
  stuckFailMs: 60_000,
  fillMissedMs: 10_000,
  driftMs: 5_000,
  duplicateMs: 45_000,
  crossedMs: 2_000,
  depthMs: 10_000,
  clockWarnMs: 500,
  clockFailMs: 2_000,
  outcomeMs: 5 * 60_000,
  openingMs: 60_000,
  moneySettleMs: 5_000,
  loopWarnMs: 1_000,
  loopFailMs: 10_000,
  memoryGrowthWarnMb: 16,
  slowerWarnFactor: 3,
  errorWarnShare: 0.1,
  errorFailShare: 0.5,
};
