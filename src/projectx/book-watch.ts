// Watches the book of one contract: best prices that cross, lock or freeze.
import type { BookState, Crossing } from '../domain/data-view.ts';
import type { GridPrice } from '../domain/market.ts';
import { onGrid } from '../domain/price.ts';

/**
 * A side that stands still is no fault by itself: it counts as frozen once the market has left it, which the other side's wandering
 * by so many ticks and by so many of the spreads that were usual, or so many trades on the far side of it, prove.
 */
const wanderTicks = 8;
const wanderSpreads = 2;
const printsThrough = 5;
const frozenMs = 5_000;
/** Between two quotes at most this much counts as standing still: a side may have moved unseen and come back. */
const seenMs = 2_000;
/** A crossing of which only one side was told is that side's being early, unless the other does not come for this long. */
const earlyMs = 1_000;
const crossingsKept = 32;

interface Side {
  price: number | undefined;
  movedAt: number;
  /** Since when it is seen to stand: since it moved, or since quotes came again after they had stopped. */
  sinceAt: number;
  /** How long it has been seen to stand, ms. */
  stood: number;
  /** The usual spread as it moved, ticks. */
  spread: number;
  /** Of the other side, since this one moved. */
  otherMoves: number;
  otherLow: number;
  otherHigh: number;
  /** Trades beyond this side since it moved: below a bid, above an ask; told before the newest quote, which still held to it. */
  through: number;
  /** Those since the newest quote: where quotes stop, the market leaves both sides behind, and neither is frozen. */
  unproven: number;
}

const fresh = (): Side => ({
  price: undefined,
  movedAt: 0,
  sinceAt: 0,
  stood: 0,
  spread: 0,
  otherMoves: 0,
  otherLow: Number.POSITIVE_INFINITY,
  otherHigh: Number.NEGATIVE_INFINITY,
  through: 0,
  unproven: 0,
});
interface Spell {
  readonly sinceAt: number;
  updates: number;
}
interface Crossed extends Spell {
  whole: number;
  /** Sides told since the last whole update. */
  bid: boolean;
  ask: boolean;
}

export class BookWatch {
  readonly #bid = fresh();
  readonly #ask = fresh();
  /** Mean spread, exponentially forgotten; ticks. */
  #spread: number | undefined;
  #quotedAt = 0;
  #crossed: Crossed | undefined;
  #crossings: readonly (Crossing & { readonly endedAt: number })[] = [];
  #locked: Spell | undefined;

  forget(): void {
    Object.assign(this.#bid, fresh());
    Object.assign(this.#ask, fresh());
    this.#spread = undefined;
    this.#crossed = undefined;
    this.#locked = undefined;
  }

  /** Every quote, whether it tells a side of the book or not. */
  quote(bid: GridPrice | undefined, ask: GridPrice | undefined, at: number): void {
    if (bid === undefined && ask === undefined) {
      // The feed lives, and did not tell the side that would uncross it.
      if (this.#crossed !== undefined) this.#crossed.updates += 1;
      return;
    }
    const pause = Math.max(0, at - this.#quotedAt);
    this.#quotedAt = at;
    stand(this.#bid, pause, at);
    stand(this.#ask, pause, at);
    const usual = this.#spread ?? 0;
    const bidMoved = bid !== undefined && onGrid(bid) && move(this.#bid, bid, at, usual);
    const askMoved = ask !== undefined && onGrid(ask) && move(this.#ask, ask, at, usual);
    if (bidMoved) wander(this.#ask, bid);
    if (askMoved) wander(this.#bid, ask);
    const [b, a] = [this.#bid.price, this.#ask.price];
    if (b === undefined || a === undefined) return;
    if (a > b) this.#spread = this.#spread === undefined ? a - b : this.#spread + (a - b - this.#spread) / 64;
    this.#cross(b > a, bid !== undefined, ask !== undefined, at);
    this.#locked = b === a ? spelled(this.#locked, at) : undefined;
  }

  #cross(isCrossed: boolean, bid: boolean, ask: boolean, at: number): void {
    const known = this.#crossed;
    if (!isCrossed) {
      this.#crossed = undefined;
      if (known === undefined || (known.whole === 0 && at - known.sinceAt < earlyMs)) return;
      const { sinceAt, updates, whole } = known;
      this.#crossings = [...this.#crossings, { sinceAt, updates, whole, endedAt: at }].slice(-crossingsKept);
      return;
    }
    const spell = known ?? { sinceAt: at, updates: 0, whole: 0, bid: false, ask: false };
    spell.updates += 1;
    spell.bid ||= bid;
    spell.ask ||= ask;
    if (spell.bid && spell.ask) Object.assign(spell, { whole: spell.whole + 1, bid: false, ask: false });
    this.#crossed = spell;
  }

  print(price: GridPrice): void {
    if (!onGrid(price)) return;
    if (this.#bid.price !== undefined && price < this.#bid.price - 1) this.#bid.unproven += 1;
    if (this.#ask.price !== undefined && price > this.#ask.price + 1) this.#ask.unproven += 1;
  }

  view(): Omit<BookState, 'depth'> {
    return {
      bid: this.#bid.price,
      ask: this.#ask.price,
      movedAt: { bid: this.#bid.movedAt, ask: this.#ask.movedAt },
      crossed: this.#crossed === undefined ? undefined : crossingOf(this.#crossed),
      crossings: this.#crossings,
      locked: this.#locked === undefined ? undefined : { ...this.#locked },
      frozen: frozenOf('bid', this.#bid) ?? frozenOf('ask', this.#ask),
    };
  }
}

function crossingOf({ sinceAt, updates, whole }: Crossed): Crossing {
  return { sinceAt, updates, whole };
}

function move(side: Side, price: number, at: number, spread: number): boolean {
  if (side.price === price) return false;
  Object.assign(side, fresh(), { price, movedAt: at, sinceAt: at, spread });
  return true;
}

/** One more quote, which may still hold to this side; @param pause since the quote before, ms. */
function stand(side: Side, pause: number, at: number): void {
  if (pause >= frozenMs && !isLeft(side)) {
    // Quotes had stopped: the side may have moved unseen and come back, so what the market did meanwhile proves nothing.
    const { price, movedAt, spread } = side;
    Object.assign(side, fresh(), { price, movedAt, sinceAt: at, spread });
    return;
  }
  side.stood += Math.min(pause, seenMs);
  if (pause <= seenMs) side.through += side.unproven;
  side.unproven = 0;
}

/** The other side moved. */
function wander(side: Side, other: number): void {
  side.otherMoves += 1;
  side.otherLow = Math.min(side.otherLow, other);
  side.otherHigh = Math.max(side.otherHigh, other);
}

function spelled(known: Spell | undefined, at: number): Spell {
  if (known === undefined) return { sinceAt: at, updates: 1 };
  known.updates += 1;
  return known;
}

function isLeft({ price, stood, spread, otherMoves, otherLow, otherHigh, through }: Side): boolean {
  if (price === undefined || stood < frozenMs || otherMoves < 3) return false;
  return otherHigh - otherLow >= Math.max(wanderTicks, wanderSpreads * spread) || through >= printsThrough;
}

function frozenOf(side: 'bid' | 'ask', seen: Side): BookState['frozen'] {
  return isLeft(seen) ? { side, sinceAt: seen.sinceAt, moves: seen.otherMoves } : undefined;
}
