// What is known of a suite's orders, positions and fills beyond their present state: how each came to be, and from where.
import type { Money } from './market.ts';
import type { FactSource, OrderStatus, Position } from './order.ts';

/** One telling of an order, in the order it reached us. */
export interface OrderTelling {
  readonly source: FactSource;
  readonly status: OrderStatus;
  readonly size: number;
  readonly fillVolume: number;
  readonly limitPrice: Money | undefined;
  readonly stopPrice: Money | undefined;
  readonly filledPrice: Money | undefined;
  /** The update's own time (the creation's, where it had none). */
  readonly exchangeAt: number | undefined;
  readonly receivedAt: number;
  /** The gateway's own words, where it gave any. */
  readonly words: string | undefined;
}

export interface OrderStory {
  readonly id: string;
  /** Oldest first, bounded; a REST row that says nothing new is not kept. */
  readonly tellings: readonly OrderTelling[];
  /** Earlier tellings that are no longer kept. */
  readonly dropped: number;
  /** When REST first listed it no more among the working orders, though nobody had told its end; missing = it never was so. */
  readonly unlistedAt?: number | undefined;
}

/** The position that was closed last on the contract, as far as it was seen. */
export interface ClosedPosition {
  readonly side: 'long' | 'short';
  readonly size: number;
  /** When it was first seen by us; undefined = it was there before us. */
  readonly seenAt: number | undefined;
  readonly flatAt: number;
}

/** The position as it was told at some moment. */
export interface PositionTelling {
  readonly source: FactSource;
  readonly side: Position['side'];
  /** 0 = flat. */
  readonly size: number;
  readonly averagePrice: Money | undefined;
  readonly receivedAt: number;
}

/** A stretch in which working stops did not cover the position. */
export interface NakedSpan {
  readonly side: 'long' | 'short';
  /** Lots without a stop, at most. */
  readonly uncovered: number;
  readonly fromAt: number;
  /** Undefined while it lasts. */
  readonly toAt: number | undefined;
}

/** Oldest first, bounded. */
export interface PositionPast {
  readonly positions: readonly PositionTelling[];
  readonly naked: readonly NakedSpan[];
}

/** REST and the hub disagree about the position. */
export interface Disagreement {
  /** As the hub alone lets one believe: its last word, or the first REST answer after it was subscribed. */
  readonly hub: Pick<Position, 'side' | 'size' | 'receivedAt'>;
  readonly rest: Pick<Position, 'side' | 'size' | 'receivedAt'>;
  readonly sinceAt: number;
}

/** Orders and positions of one contract on one account, as told by the user hub and by REST. Reading it does no I/O. */
export interface TradingView {
  readonly story: (orderId: string) => OrderStory | undefined;
  readonly disagreement: Disagreement | undefined;
  /** Since when the position has not been covered by working stops; undefined = it is covered, flat or not known. */
  readonly nakedSinceAt: number | undefined;
  /** Since when it has not been known whether the position is covered; missing = it is known. */
  readonly doubtedSinceAt?: number | undefined;
  readonly closed: ClosedPosition | undefined;
  readonly past: () => PositionPast;
  /** When the user hub's subscriptions for the account were acknowledged on the connection that is open now. */
  readonly hubSinceAt: number | undefined;
  /**
   * Since when the end of every order is known: the user hub told it, or `Order/search` was asked for what the hub missed.
   * Missing = the hub does not tell now, or no hub tells and it was not asked yet.
   */
  readonly endsKnownFrom?: number | undefined;
  /** When `Order/search` was last asked how orders ended, where no hub tells the account: what ended since is not known. */
  readonly endsPolledAt?: number | undefined;
  /** When the newest whole REST answer was asked for: what happened since need not be in it. Missing = none came. */
  readonly restAskedAt?: number | undefined;
  /** How many orders' stories are kept, and how many may be. */
  readonly kept: { readonly orders: number; readonly most: number };
}

export const nothingTraded: TradingView = {
  story: () => undefined,
  disagreement: undefined,
  nakedSinceAt: undefined,
  closed: undefined,
  past: () => ({ positions: [], naked: [] }),
  hubSinceAt: undefined,
  kept: { orders: 0, most: 0 },
};
