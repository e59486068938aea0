// What a market calendar is and what it answers: is this product's session open at an instant, and until when.

export interface SessionEnd {
  readonly at: number;
  /** Before its usual time: a half day. */
  readonly isEarly: boolean;
}

/** Where a product's market stands at an instant. Instants are epoch ms. */
export type MarketPhase = (
  | { readonly kind: 'open'; readonly openedAt: number; readonly closesAt: number; readonly note?: string }
  | {
      readonly kind: 'closed';
      readonly why: 'daily-break' | 'weekend' | 'holiday';
      /** The holiday's name, where it is one. */
      readonly name?: string;
      readonly closedAt: number;
      readonly opensAt: number;
    }
) & {
  /** `unknown` = the hours are a guess, because no calendar names the product: silence of its feed proves nothing. */
  readonly hours?: 'unknown';
  /** `none` = positions may stay open over the end of the day: a firm without that rule, or a market that never closes. */
  readonly dayEnd?: 'none';
  /** Of the trade date's last session, running or over; missing where no calendar speaks. */
  readonly sessionEnd?: SessionEnd;
};

/** A wall-clock time in the calendar's zone. */
export interface WallTime {
  readonly hour: number;
  readonly minute: number;
}

/** An exception to the weekly session on one trade date (`YYYY-MM-DD`, the day whose session it is). */
export interface CalendarDay {
  readonly date: string;
  readonly name: string;
  /** `closed` = no session of that trade date; otherwise it ends early and may reopen at the usual evening open. */
  readonly close: 'closed' | WallTime;
}

/** The weekly session of a group of products, with its exceptions. */
export interface MarketCalendar {
  readonly name: string;
  /** IANA zone, `America/Chicago` for CME Globex. */
  readonly zone: string;
  /** Gateway roots or exchange symbols it speaks for; empty = the default calendar. */
  readonly products: readonly string[];
  readonly open: WallTime;
  readonly close: WallTime;
  /** Closed in between, oldest first: a product with a night and a day session. */
  readonly breaks?: readonly { readonly from: WallTime; readonly to: WallTime }[];
  /** `unknown` = of a default calendar that speaks for products whose own hours nobody told. */
  readonly hours?: 'unknown';
  /** Sessions on Saturdays and Sundays too; with `open` = `close` it never closes. */
  readonly weekends?: boolean;
  readonly days: readonly CalendarDay[];
  /** First and last date for which `days` is complete; outside it the phase carries a note that holidays are not known. */
  readonly knownFrom: string;
  readonly knownTo: string;
}
