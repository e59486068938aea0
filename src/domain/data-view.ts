// What is known of the soundness of a contract's market data: what was seen that ought not to be, and how much was looked at.

/** Kept while events arrive, so that judging it costs nothing. Reading it does no I/O. */
export interface DataView {
  /** When the first market event of the contract was looked at; undefined = none yet. */
  readonly watchedSinceAt: number | undefined;
}

export const noData: DataView = { watchedSinceAt: undefined };
