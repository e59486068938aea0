// Orders, positions, fills and accounts as the gateway tells them, every enum with an `unknown` so nothing new can crash us.
import type { Money } from './market.ts';

export type OrderStatus =
  | 'none'
  | 'open'
  | 'filled'
  | 'cancelled'
  | 'expired'
  | 'rejected'
  | 'pending'
  | 'pending-cancellation'
  | 'suspended'
  | 'unknown';

export type OrderType =
  | 'unknown'
  | 'limit'
  | 'market'
  | 'stop-limit'
  | 'stop'
  | 'trailing-stop'
  | 'join-bid'
  | 'join-ask';

export type Side = 'buy' | 'sell' | 'unknown';

/** Where a fact came from. */
export type FactSource = 'hub' | 'rest';

/** Source: `GatewayUserOrder`, `Order/search*` (reference 4.3). */
export interface Order {
  readonly id: string;
  readonly accountId: number;
  readonly contractId: string;
  readonly createdAt: number | undefined;
  readonly updatedAt: number | undefined;
  readonly status: OrderStatus;
  readonly type: OrderType;
  readonly side: Side;
  readonly size: number;
  readonly limitPrice: Money | undefined;
  readonly stopPrice: Money | undefined;
  readonly fillVolume: number;
  readonly filledPrice: Money | undefined;
  readonly customTag: string | undefined;
  readonly parentOrderId: string | undefined;
  /** The gateway's own words about it, where a message had any. */
  readonly words?: string | undefined;
  readonly receivedAt: number;
  readonly source: FactSource;
}

/** Source: `GatewayUserPosition`, `Position/searchOpen`; flat positions are kept with `size` 0. */
export interface Position {
  readonly id: string;
  readonly accountId: number;
  readonly contractId: string;
  readonly side: 'long' | 'short' | 'flat' | 'unknown';
  /** Always positive; the direction is `side`. */
  readonly size: number;
  readonly averagePrice: Money | undefined;
  readonly createdAt: number | undefined;
  readonly receivedAt: number;
  readonly source: FactSource;
}

/** One half turn. Source: `GatewayUserTrade`, `Trade/search`. Dedupe by `id`: the hub sends some twice. */
export interface Fill {
  readonly id: string;
  readonly accountId: number;
  readonly contractId: string;
  readonly orderId: string;
  readonly exchangeAt: number | undefined;
  readonly price: Money;
  readonly size: number;
  readonly side: Side;
  readonly profitAndLoss: Money | undefined;
  readonly fees: Money | undefined;
  readonly commissions: Money | undefined;
  readonly voided: boolean;
  readonly receivedAt: number;
  /** Every way this fill was seen; a fill with `rest` alone was missed by the hub. */
  readonly seenOn: readonly FactSource[];
  /** When REST told it first, and when the REST answer before that was asked for; undefined = REST has not told it. */
  readonly restAt?: number | undefined;
  readonly restBeforeAt?: number | undefined;
}

/** Source: `Account/search`, `GatewayUserAccount`. */
export interface Account {
  readonly id: number;
  readonly name: string;
  readonly balance: Money | undefined;
  readonly canTrade: boolean | undefined;
  readonly isVisible: boolean | undefined;
  readonly simulated: boolean | undefined;
  readonly receivedAt: number;
}

interface AsRead {
  /** When it was last read, where nobody has told since and it may long be otherwise, epoch ms; missing = it is known now. */
  readonly readAt?: number;
}

/** What is at stake on a suite right now. `unknown` is treated like `unprotected` wherever money could hang on it. */
export type Exposure =
  | ({ readonly kind: 'flat' } & AsRead)
  | ({ readonly kind: 'protected'; readonly side: 'long' | 'short'; readonly size: number } & AsRead)
  | ({
      readonly kind: 'unprotected';
      readonly side: 'long' | 'short';
      readonly size: number;
      readonly uncovered: number;
    } & AsRead)
  | { readonly kind: 'unknown'; readonly why: string };
