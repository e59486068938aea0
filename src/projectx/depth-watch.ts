// Watches the depth of one contract: sides that cross, levels the market has left behind, a reset that is not built again.
import type { DepthTrouble } from '../domain/data-view.ts';
import type { DepthRecord, GridPrice } from '../domain/market.ts';
import { onGrid } from '../domain/price.ts';

/** Levels kept of each side; a real depth has ten to a hundred. */
const mostLevels = 2_000;
/** A resting order is filled before anything trades beyond it: so many prints beyond the best level of a side prove that it rests no more. */
const printsBeyond = 5;
/**
 * A depth that shows a fixed number of levels is known by holding that number on both sides, look after look, while levels come and go.
 * One that shows every level holds ever different numbers, and is never held to one.
 */
const looksAlike = 30;
const goneMeanwhile = 5;

type Levels = Map<number, number>;
type SideName = 'bid' | 'ask';

class DepthSide {
  readonly levels: Levels = new Map();
  /** The best level as last looked at, and the prints beyond it since it was last told. */
  #best: number | undefined;
  #beyond = 0;
  #beyondSinceAt: number | undefined;
  /** Levels taken off since looks were alike. */
  gone = 0;

  constructor(readonly name: SideName) {}

  forget(): void {
    this.levels.clear();
    this.gone = 0;
    this.#standAt(undefined);
  }

  set(price: number, size: number): void {
    if (price === this.#best) this.#standAt(price);
    if (size > 0) {
      if (this.levels.has(price) || this.levels.size < mostLevels) this.levels.set(price, size);
    } else if (this.levels.delete(price)) this.gone += 1;
  }

  print(price: number, at: number): void {
    if (this.#best === undefined || !this.#isBetter(this.#best, price)) return;
    this.#beyond += 1;
    this.#beyondSinceAt ??= at;
  }

  look(): number | undefined {
    let best: number | undefined;
    for (const price of this.levels.keys())
      if (best === undefined || this.#isBetter(price, best)) best = price;
    if (best !== this.#best) this.#standAt(best);
    return best;
  }

  /** @param toldAt when the depth last told anything: of one that fell silent before, every level is old, and that it stopped is what is wrong. */
  left(toldAt: number): { readonly price: number; readonly sinceAt: number } | undefined {
    const [price, sinceAt] = [this.#best, this.#beyondSinceAt];
    if (price === undefined || sinceAt === undefined || this.#beyond < printsBeyond) return undefined;
    if (toldAt < sinceAt) return undefined;
    return { price, sinceAt };
  }

  #isBetter(one: number, other: number): boolean {
    return this.name === 'bid' ? one > other : one < other;
  }

  #standAt(best: number | undefined): void {
    this.#best = best;
    this.#beyond = 0;
    this.#beyondSinceAt = undefined;
  }
}

export class DepthWatch {
  readonly #bids = new DepthSide('bid');
  readonly #asks = new DepthSide('ask');
  /** Seen a reset or any level since the connection began: only then can emptiness be told. */
  #seen = false;
  #toldAt = 0;
  #resetAt: number | undefined;
  #crossedSinceAt: number | undefined;
  /** Levels of each side, where that is a fixed number. */
  #fixed: number | undefined;
  #alike = { levels: 0, looks: 0 };
  #crowdedSinceAt: number | undefined;

  forget(): void {
    this.#bids.forget();
    this.#asks.forget();
    this.#seen = false;
    this.#resetAt = undefined;
    this.#crossedSinceAt = undefined;
    this.#fixed = undefined;
    this.#alike = { levels: 0, looks: 0 };
    this.#crowdedSinceAt = undefined;
  }

  record({ kind, price, size }: DepthRecord, at: number): void {
    this.#toldAt = at;
    if (kind === 'reset') {
      this.#bids.forget();
      this.#asks.forget();
      this.#seen = true;
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
    side.set(price, size);
    this.#seen = true;
    if (this.#bids.levels.size > 0 && this.#asks.levels.size > 0) this.#resetAt = undefined;
  }

  print(price: GridPrice, at: number): void {
    if (!onGrid(price)) return;
    this.#bids.print(price, at);
    this.#asks.print(price, at);
  }

  /** Looks at the depth as a whole; asked about once a second, not for every record. */
  sample(now: number): void {
    const [bid, ask] = [this.#bids.look(), this.#asks.look()];
    const crossed = bid !== undefined && ask !== undefined && bid > ask;
    this.#crossedSinceAt = crossed ? (this.#crossedSinceAt ?? now) : undefined;
    this.#count(this.#bids.levels.size, this.#asks.levels.size);
    this.#crowdedSinceAt = this.#crowded() === undefined ? undefined : (this.#crowdedSinceAt ?? now);
  }

  /** What has been wrong for longest. */
  trouble(): DepthTrouble | undefined {
    const found: DepthTrouble[] = [];
    if (this.#crossedSinceAt !== undefined) found.push({ kind: 'crossed', sinceAt: this.#crossedSinceAt });
    for (const side of [this.#bids, this.#asks]) {
      const left = side.left(this.#toldAt);
      if (left !== undefined) found.push({ kind: 'left-behind', side: side.name, ...left });
    }
    const crowded = this.#crowded();
    if (crowded !== undefined && this.#crowdedSinceAt !== undefined)
      found.push({ kind: 'crowded', ...crowded, sinceAt: this.#crowdedSinceAt });
    if (this.#seen && this.#resetAt !== undefined) found.push({ kind: 'empty', sinceAt: this.#resetAt });
    return found.reduce<DepthTrouble | undefined>(
      (first, one) => (first === undefined || one.sinceAt < first.sinceAt ? one : first),
      undefined,
    );
  }

  #count(bids: number, asks: number): void {
    const { levels, looks } = this.#alike;
    if (bids !== asks || bids === 0) this.#alike = { levels: 0, looks: 0 };
    else if (bids === levels) this.#alike = { levels, looks: looks + 1 };
    else this.#alike = { levels: bids, looks: 1 };
    if (this.#alike.looks <= 1) {
      this.#bids.gone = 0;
      this.#asks.gone = 0;
    }
    const moved = Math.min(this.#bids.gone, this.#asks.gone) >= goneMeanwhile;
    if (this.#alike.looks >= looksAlike && moved) this.#fixed = this.#alike.levels;
  }

  /** A side that holds more than a depth of so many levels can, while the other does not: the depth has not simply become deeper. */
  #crowded(): { readonly side: SideName; readonly levels: number; readonly usual: number } | undefined {
    const usual = this.#fixed;
    if (usual === undefined) return undefined;
    const [bids, asks] = [this.#bids.levels.size, this.#asks.levels.size];
    if (bids > usual && asks <= usual) return { side: 'bid', levels: bids, usual };
    if (asks > usual && bids <= usual) return { side: 'ask', levels: asks, usual };
    return undefined;
  }
}
