// What is known of a suite's orders, positions and fills beyond their present state: how each came to be, and from where.

/** Orders and positions of one contract on one account, as told by the user hub and by REST. Reading it does no I/O. */
export interface TradingView {
  /** When orders, positions and fills were last agreed with REST; undefined = never. */
  readonly agreedAt: number | undefined;
}

export const nothingTraded: TradingView = { agreedAt: undefined };
