// Watches the book of one contract: best prices that cross, lock or freeze, and a depth that contradicts itself or stays empty.
import { noBook, type BookState } from '../domain/data-view.ts';
import type { DepthRecord, GridPrice } from '../domain/market.ts';
import { onGrid } from '../domain/price.ts';

/** A side counts as frozen once the other side moved this often and this much was traded meanwhile. */
const movesToFreeze = 20;
const printsToFreeze = 10;
const frozenMs = 20_000;
/** Levels kept of each side; a real depth has ten to a hundred. */
const mostLevels = 2_000;

interface Side {
  price: number | undefined;
  movedAt: number;
  /** Moves of the other side, and prints, since this one moved. */
  othersMoves: number;
  prints: number;
}

const fresh = (): Side => ({ price: undefined, movedAt: 0, othersMoves: 0, prints: 0 });
interface Spell {
  readonly sinceAt: number;
  updates: number;
}

export class BookWatch {
  readonly #bid = fresh();
  readonly #ask = fresh();
  #crossed: Spell | undefined;
  #locked: Spell | undefined;
  readonly #bids = new Map<number, number>();
  readonly #asks = new Map<number, number>();
  /** Seen a reset or any level since the connection began: only then can emptiness be told. */
  #depthSeen = false;
  #resetAt: number | undefined;
  #depthCrossedSinceAt: number | undefined;

  forget(): void {
    Object.assign(this.#bid, fresh());
    Object.assign(this.#ask, fresh());
    this.#crossed = undefined;
    this.#locked = undefined;
    this.#bids.clear();
    this.#asks.clear();
    this.#depthSeen = false;
    this.#resetAt = undefined;
    this.#depthCrossedSinceAt = undefined;
  }

  quote(bid: GridPrice | undefined, ask: GridPrice | undefined, at: number): void {
    const bidMoved = bid !== undefined && onGrid(bid) && this.#move(this.#bid, bid, at);
    const askMoved = ask !== undefined && onGrid(ask) && this.#move(this.#ask, ask, at);
    if (bidMoved) this.#ask.othersMoves += 1;
    if (askMoved) this.#bid.othersMoves += 1;
    const [b, a] = [this.#bid.price, this.#ask.price];
    if (b === undefined || a === undefined) return;
    this.#crossed = b > a ? spelled(this.#crossed, at) : undefined;
    this.#locked = b === a ? spelled(this.#locked, at) : undefined;
  }

  print(): void {
    this.#bid.prints += 1;
    this.#ask.prints += 1;
  }

  depth({ kind, price, size }: DepthRecord, at: number): void {
    if (kind === 'reset') {
      this.#bids.clear();
      this.#asks.clear();
      this.#depthSeen = true;
      this.#resetAt = at;
      return;
    }
    const side =
      kind === 'bid' || kind === 'best-bid' || kind === 'new-best-bid'
        ? this.#bids
        : kind === 'ask' || kind === 'best-ask' || kind === 'new-best-ask'
          ? this.#asks
          : undefined;
    if (side === undefined || !onGrid(price)) return;
    if (size <= 0) side.delete(price);
    else if (side.size < mostLevels) side.set(price, size);
    this.#depthSeen = true;
    if (this.#bids.size > 0 && this.#asks.size > 0) this.#resetAt = undefined;
  }

  /** Looks at the depth as a whole; asked about once a second, not for every record. */
  sample(now: number): void {
    if (this.#bids.size === 0 || this.#asks.size === 0) {
      this.#depthCrossedSinceAt = undefined;
      return;
    }
    const crossed = best(this.#bids, Math.max) > best(this.#asks, Math.min);
    this.#depthCrossedSinceAt = crossed ? (this.#depthCrossedSinceAt ?? now) : undefined;
  }

  view(now: number): BookState {
    return {
      ...noBook,
      bid: this.#bid.price,
      ask: this.#ask.price,
      crossed: this.#crossed === undefined ? undefined : { ...this.#crossed },
      locked: this.#locked === undefined ? undefined : { ...this.#locked },
      frozen: frozenOf('bid', this.#bid, now) ?? frozenOf('ask', this.#ask, now),
      depthCrossedSinceAt: this.#depthCrossedSinceAt,
      depthEmptySinceAt: this.#depthSeen ? this.#resetAt : undefined,
    };
  }

  #move(side: Side, price: number, at: number): boolean {
    if (side.price === price) return false;
    side.price = price;
    side.movedAt = at;
    side.othersMoves = 0;
    side.prints = 0;
    return true;
  }
}

function spelled(known: Spell | undefined, at: number): Spell {
  if (known === undefined) return { sinceAt: at, updates: 1 };
  known.updates += 1;
  return known;
}

function best(levels: ReadonlyMap<number, number>, pick: (a: number, b: number) => number): number {
  let found: number | undefined;
  for (const price of levels.keys()) found = found === undefined ? price : pick(found, price);
  return found ?? Number.NaN;
}

function frozenOf(
  side: 'bid' | 'ask',
  { price, movedAt, othersMoves, prints }: Side,
  now: number,
): BookState['frozen'] {
  if (price === undefined || othersMoves < movesToFreeze || prints < printsToFreeze) return undefined;
  return now - movedAt < frozenMs ? undefined : { side, sinceAt: movedAt, moves: othersMoves };
}
