// How much of its own past the simulated exchange remembers, so that one left running for weeks stays bounded.

export interface Remembered {
  /** Finished orders beyond this many of all accounts are forgotten, oldest first; working ones never. */
  readonly orders: number;
  /** Half turns of all accounts. */
  readonly trades: number;
  /** Finished one-minute bars of each contract; what is forgotten is folded again when it is asked for. */
  readonly minutes: number;
}

export const usuallyRemembered: Remembered = { orders: 20_000, trades: 20_000, minutes: 200_000 };
