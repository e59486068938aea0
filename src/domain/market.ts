// The words of a market as seen on the gateway: contracts, prices on a tick grid, quotes, prints, depth and bars.
import type { Decimal } from 'decimal.js';

/** An exact price or amount of money. Made from the text on the wire, never from float arithmetic. */
export type Money = Decimal;

/** A tick size as a fraction (0.25 = 1/4, 1/32, 1/20000): `aligned` is then exact integer work. */
export interface TickSize {
  readonly num: number;
  readonly den: number;
  /** Decimal text, e.g. `0.03125`. */
  readonly text: string;
}

/** A price received off its contract's grid, kept as the text that came; `value` is only for display and sorting. */
export interface OffGrid {
  readonly offGrid: string;
}

/** A market price: whole ticks (price = ticks * tick size), or what came instead. */
export type GridPrice = number | OffGrid;

export type Timeframe = '1sec' | '15sec' | '30sec' | '1min' | '5min' | '15min' | '30min' | '1hr';

export const timeframeMs: Readonly<Record<Timeframe, number>> = {
  '1sec': 1_000,
  '15sec': 15_000,
  '30sec': 30_000,
  '1min': 60_000,
  '5min': 300_000,
  '15min': 900_000,
  '30min': 1_800_000,
  '1hr': 3_600_000,
};

/** Source: `Contract/search` (reference 4.2). */
export interface Contract {
  /** `CON.F.US.MNQ.Z25` */
  readonly id: string;
  /** `MNQZ5` */
  readonly name: string;
  readonly description: string;
  readonly tickSize: TickSize;
  readonly tickValue: Money;
  readonly activeContract: boolean;
  /** The gateway does not say whether it is active: it counts as such until it expires. */
  readonly activeUnsaid?: boolean;
  /** `F.US.MNQ` */
  readonly symbolId: string;
}

/** `GatewayQuote`: members may be missing in an update; `undefined` = not in this message. */
export interface Quote {
  readonly contractId: string;
  readonly lastPrice: GridPrice | undefined;
  readonly bestBid: GridPrice | undefined;
  readonly bestAsk: GridPrice | undefined;
  /** The day's running total; to be differenced, never summed. */
  readonly volume: number | undefined;
  /** The feed's own time; `undefined` where the message had none. */
  readonly exchangeAt: number | undefined;
  readonly receivedAt: number;
}

/** One print of `GatewayTrade`. */
export interface Print {
  readonly contractId: string;
  readonly price: GridPrice;
  readonly size: number;
  readonly aggressor: 'buy' | 'sell' | 'unknown';
  readonly exchangeAt: number | undefined;
  readonly receivedAt: number;
}

export type DepthKind =
  | 'ask'
  | 'bid'
  | 'best-ask'
  | 'best-bid'
  | 'trade'
  | 'reset'
  | 'low'
  | 'high'
  | 'new-best-bid'
  | 'new-best-ask'
  | 'fill'
  | 'unknown';

/** One record of `GatewayDepth`; a level's `size` replaces the old one, 0 removes it. */
export interface DepthRecord {
  readonly contractId: string;
  readonly kind: DepthKind;
  readonly price: GridPrice;
  readonly size: number;
  readonly exchangeAt: number | undefined;
  readonly receivedAt: number;
}

/** A bar made from prints by us (`ledger`) or asked from `History/retrieveBars` (`gateway`). */
export interface Bar {
  readonly contractId: string;
  readonly timeframe: Timeframe;
  readonly startAt: number;
  readonly open: GridPrice;
  readonly high: GridPrice;
  readonly low: GridPrice;
  readonly close: GridPrice;
  readonly volume: number;
}

/** The kinds of market event a contract is subscribed for. */
export type MarketEventKind = 'quote' | 'trade' | 'depth';
