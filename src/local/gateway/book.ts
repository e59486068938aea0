// The order book shown on the depth stream: ten levels a side, told as changes, never crossed.
import type { Beat } from './prints.ts';
import type { SimContract } from './contracts.ts';
import { priceOf } from './contracts.ts';
import { mix } from './random.ts';
import { zulu } from './instants.ts';
import type { JsonRow } from './json.ts';

const levels = 10;
/** DomType of the reference, section 5. */
export const dom = { ask: 1, bid: 2, trade: 5, reset: 6, newBestBid: 9, newBestAsk: 10 } as const;

export interface Book {
  /** Reset and every level, for a fresh subscriber. */
  snapshot(at: number): readonly JsonRow[];
  /** Moves the book to a beat and tells what changed. */
  move(beat: Beat): readonly JsonRow[];
}

export function makeBook(contract: SimContract, seed: number, first: Beat): Book {
  let bid = first.bid;
  let ask = first.ask;
  const bids = new Map<number, number>();
  const asks = new Map<number, number>();

  const row = (at: number, type: number, ticks: number, volume: number): JsonRow => ({
    timestamp: zulu(at),
    type,
    price: priceOf(contract, ticks),
    volume,
    currentVolume: volume,
  });
  /** A level's size drifts about every second and a half, each level at its own moment. */
  const sizeAt = (ticks: number, at: number) => {
    const own = mix(seed, ticks, 7);
    return 1 + (mix(seed, ticks, Math.floor((at + (own % 1500)) / 1500)) % 40) + (own % 9);
  };

  const settle = (
    side: Map<number, number>,
    type: number,
    best: number,
    step: number,
    at: number,
    out: JsonRow[],
  ) => {
    for (const [ticks] of side) {
      const distance = (ticks - best) * step;
      if (distance < 0 || distance >= levels) {
        side.delete(ticks);
        out.push(row(at, type, ticks, 0));
      }
    }
    return () => {
      for (let i = 0; i < levels; i += 1) {
        const ticks = best + i * step;
        const size = sizeAt(ticks, at);
        if (side.get(ticks) === size) continue;
        side.set(ticks, size);
        out.push(row(at, type, ticks, size));
      }
    };
  };

  const move = (beat: Beat, out: JsonRow[]) => {
    // Removals of both sides come first: a client that applies row by row never sees a crossed book.
    const fillBids = settle(bids, dom.bid, beat.bid, -1, beat.at, out);
    const fillAsks = settle(asks, dom.ask, beat.ask, 1, beat.at, out);
    fillBids();
    fillAsks();
    if (beat.bid !== bid) out.push(row(beat.at, dom.newBestBid, beat.bid, bids.get(beat.bid) ?? 1));
    if (beat.ask !== ask) out.push(row(beat.at, dom.newBestAsk, beat.ask, asks.get(beat.ask) ?? 1));
    bid = beat.bid;
    ask = beat.ask;
  };
  move(first, []);

  return {
    snapshot(at) {
      const rows = [row(at, dom.reset, 0, 0)];
      for (const [ticks, size] of bids) rows.push(row(at, dom.bid, ticks, size));
      for (const [ticks, size] of asks) rows.push(row(at, dom.ask, ticks, size));
      return rows;
    },
    move(beat) {
      const out: JsonRow[] = [];
      move(beat, out);
      for (const size of beat.sizes) out.push(row(beat.at, dom.trade, beat.last, size));
      return out;
    },
  };
}
