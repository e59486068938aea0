// What is known of the soundness of a contract's market data: what was seen that ought not to be, and how much was looked at.

/** Something that ought not to be, counted while events arrive. */
export interface Anomaly {
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** `bid`, `ask`, `last`, `print` or `depth`, and what came, for people. */
  readonly sample: string;
}

/** What is counted, each by its own name. */
export type AnomalyKind =
  /** A price that is no whole number of ticks. */
  | 'misaligned'
  /** A price within a ten-thousandth of a tick of the grid: arithmetic noise, not another price. */
  | 'noise'
  | 'not-positive'
  /** A price far from those around it, to which the next ones came back, or which the other stream contradicts. */
  | 'spike'
  /** An exchange time earlier than one already seen on the same stream. */
  | 'backwards'
  /** The day's volume fell although no new day began. */
  | 'volume-fell'
  /** Events of several seconds arrived at one moment: they were held back on their way. */
  | 'lump';

/** A spell with the bid above the ask. */
export interface Crossing {
  readonly sinceAt: number;
  /** Quotes in it, also those that told neither side. */
  readonly updates: number;
  /** Updates of both sides, each told anew: bid and ask that come by themselves cross for a moment in honest markets. */
  readonly whole: number;
}

/** Best prices as the quotes tell them, in ticks. */
export interface BookState {
  readonly bid: number | undefined;
  readonly ask: number | undefined;
  /** Since when each has stood where it is; 0 = not told yet. */
  readonly movedAt: { readonly bid: number; readonly ask: number };
  /** Bid above ask; undefined = it is not. */
  readonly crossed: Crossing | undefined;
  /** Crossings lately that are over and were more than one side on its way; oldest first, bounded. */
  readonly crossings: readonly (Crossing & { readonly endedAt: number })[];
  /** Bid equal to ask. */
  readonly locked: { readonly sinceAt: number; readonly updates: number } | undefined;
  /** One side has not moved while the other and the prints did. */
  readonly frozen:
    | { readonly side: 'bid' | 'ask'; readonly sinceAt: number; readonly moves: number }
    | undefined;
  /** What is wrong with the depth, and has been for longest. */
  readonly depth: DepthTrouble | undefined;
}

/**
 * How a depth contradicts itself: its sides cross; the market trades beyond the best level of a side, which therefore rests no more; one side
 * holds more levels than this depth ever shows (`usual`, a fixed number on both sides); or it was reset and not built again.
 */
export type DepthTrouble = { readonly sinceAt: number } & (
  | { readonly kind: 'crossed' | 'empty' }
  | { readonly kind: 'left-behind'; readonly side: 'bid' | 'ask' /** In ticks. */; readonly price: number }
  | {
      readonly kind: 'crowded';
      readonly side: 'bid' | 'ask';
      readonly levels: number;
      readonly usual: number;
    }
);

/** One minute's volume by two accounts. */
export interface VolumeMinute {
  readonly startAt: number;
  readonly prints: number;
  /** Lots among them of prints that equal one just before in every member; a few do in honest markets. */
  readonly repeated: number;
  /** Rise of the day's total in the quotes. */
  readonly quoted: number;
  /** Lots printed before the minute began, and before it ended, of which no quote had told the total by then. */
  readonly owedBefore: number;
  readonly owedAfter: number;
}

/** What `History/retrieveBars` answered lately, in the order in which it came. */
export interface ToldBars {
  readonly at: number;
  readonly askedAt: number;
  readonly periodMs: number;
  readonly bars: readonly {
    readonly startAt: number;
    /** Ticks; undefined where off the grid or unreadable. */
    readonly open: number | undefined;
    readonly high: number | undefined;
    readonly low: number | undefined;
    readonly close: number | undefined;
    readonly volume: number;
  }[];
}

/** Kept while events arrive, so that judging it costs nothing. Reading it does no I/O. */
export interface DataView {
  /** When the first market event of the contract was looked at; undefined = none yet. */
  readonly watchedSinceAt: number | undefined;
  readonly anomalies: Readonly<Partial<Record<AnomalyKind, Anomaly>>>;
  readonly book: BookState;
  /** Whole minutes without a gap of the connection, oldest first, bounded. */
  readonly volume: () => readonly VolumeMinute[];
  /** Rises of the day's total in the quotes since the newest print; missing = not counted. */
  readonly unprinted?: number;
  readonly told: ToldBars | undefined;
  /** When the newest connection of the market hub began: minutes before it may be incomplete. */
  readonly wholeSinceAt: number | undefined;
  /** Times in which its prints were told to be missing, oldest first, bounded: what was built from them lacks what was made then. */
  readonly holes?: readonly Hole[];
  /** REST was asked while the feed was silent: the newest trade it told moved on between two answers; missing = not asked, or nothing traded. */
  readonly elsewhere?: Elsewhere | undefined;
  /** REST was asked then while the feed was silent, and told no trade that the feed had not: the market itself is quiet, as far as that goes. */
  readonly quietAt?: number | undefined;
}

/** Receipt of the last event before and the first after it; `toAt` undefined = it lasts. */
export interface Hole {
  readonly fromAt: number;
  readonly toAt: number | undefined;
}

/** True where a minute lies in one of the holes or touches it; an event is a moment on its way, on either side. */
export function inHole(holes: readonly Hole[], startAt: number, periodMs: number): boolean {
  return holes.some(
    ({ fromAt, toAt = Number.POSITIVE_INFINITY }) =>
      startAt + periodMs + onItsWayMs >= fromAt && startAt - onItsWayMs <= toAt,
  );
}

const onItsWayMs = 2_000;

/** When the first of the two answers was asked for, and when the second came. */
export interface Elsewhere {
  readonly fromAt: number;
  readonly toAt: number;
}

export const noBook: BookState = {
  bid: undefined,
  ask: undefined,
  movedAt: { bid: 0, ask: 0 },
  crossed: undefined,
  crossings: [],
  locked: undefined,
  frozen: undefined,
  depth: undefined,
};

export const noData: DataView = {
  watchedSinceAt: undefined,
  anomalies: {},
  book: noBook,
  volume: () => [],
  told: undefined,
  wholeSinceAt: undefined,
};
