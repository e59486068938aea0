// What is known of an account's money: balances as they were told, and the half turns that must explain them.
import type { Money } from './market.ts';
import type { FactSource, Fill } from './order.ts';

/** One balance, however often it was told without a change in between (the hub repeats it up to four times, reference 4.5). */
export interface BalanceTold {
  readonly balance: Money;
  /** Epoch ms of our receipt; the gateway gives a balance no time of its own. */
  readonly firstToldAt: number;
  readonly lastToldAt: number;
  /** When REST was asked for these two tellings; undefined = the hub told it. */
  readonly firstAskedAt?: number | undefined;
  readonly lastAskedAt?: number | undefined;
  readonly times: number;
  /** Who said it last. */
  readonly source: FactSource;
}

/** A fill of the account, told as often as it liked and kept once. */
export interface HalfTurn extends Fill {
  /** When it was first told as voided; undefined = it stands. */
  readonly voidedAt: number | undefined;
  /** True where it had been told as good before it was voided: the balance had taken it in. */
  readonly stoodBefore: boolean;
}

/** Of the suite's account, every contract traded on it. Reading it does no I/O. */
export interface MoneyView {
  /** When the first balance was told; undefined = never. */
  readonly knownSinceAt: number | undefined;
  /** Oldest first, bounded; neighbours differ. */
  readonly balances: readonly BalanceTold[];
  /** Oldest first, bounded; fills from before this worker took the login are asked for too, at most a day of them. */
  readonly halfTurns: readonly HalfTurn[];
  /**
   * `Trade/search` was asked without a break: every half turn made from … to is known. A whole day of them was asked for at `widelyAt`:
   * what was voided until then is known too.
   */
  readonly agreed:
    | { readonly fromAt: number; readonly toAt: number; readonly widelyAt: number | undefined }
    | undefined;
  /** Half turns made before this may have been forgotten, because only so many are kept. */
  readonly keptFromAt: number;
}

export const noMoney: MoneyView = {
  knownSinceAt: undefined,
  balances: [],
  halfTurns: [],
  agreed: undefined,
  keptFromAt: 0,
};
