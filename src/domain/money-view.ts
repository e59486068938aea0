// What is known of an account's money: balances as they were told, and the half turns that must explain them.

/** Of the suite's account. Reading it does no I/O. */
export interface MoneyView {
  /** When the first balance was told; undefined = never. */
  readonly knownSinceAt: number | undefined;
}

export const noMoney: MoneyView = { knownSinceAt: undefined };
