// The depth of one contract: levels that were never removed are found whichever way the market goes, and an honest depth is never accused.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DepthTrouble } from '../../src/domain/data-view.ts';
import type { DepthKind } from '../../src/domain/market.ts';
import { DepthWatch } from '../../src/projectx/depth-watch.ts';

const contractId = 'CON.F.US.MNQ.Z26';
const t0 = Date.parse('2026-03-04T16:00:00Z');
const shown = 10;

/** A depth of so many levels a side around a market that moves, and of which some removals can be lost. */
class Feed {
  readonly watch = new DepthWatch();
  readonly #levels = { bid: new Set<number>(), ask: new Set<number>() };
  readonly lost = new Set<string>();
  at = t0;
  bid = 1_000;

  constructor(readonly levels: (side: 'bid' | 'ask', best: number) => readonly number[] = fixed) {
    this.#tell();
  }

  record(kind: DepthKind, price: number, size: number): void {
    this.watch.record({ contractId, kind, price, size, exchangeAt: this.at, receivedAt: this.at }, this.at);
  }

  /** A second later the bid stands so many ticks higher, after a trade at the bid and one at the ask. */
  second(step: number): DepthTrouble | undefined {
    this.at += 1_000;
    this.bid += step;
    this.#tell();
    this.watch.print(this.bid, this.at);
    this.watch.print(this.bid + 1, this.at);
    this.watch.sample(this.at);
    return this.watch.trouble();
  }

  seconds(steps: readonly number[]): DepthTrouble | undefined {
    let trouble: DepthTrouble | undefined;
    for (const step of steps) trouble = this.second(step);
    return trouble;
  }

  #tell(): void {
    const wanted = {
      bid: new Set(this.levels('bid', this.bid)),
      ask: new Set(this.levels('ask', this.bid + 1)),
    };
    for (const side of ['bid', 'ask'] as const)
      for (const price of this.#levels[side])
        if (!wanted[side].has(price)) {
          this.#levels[side].delete(price);
          if (!this.lost.has(`${side} ${price}`)) this.record(side, price, 0);
        }
    for (const side of ['bid', 'ask'] as const)
      for (const price of wanted[side]) {
        if (this.#levels[side].has(price)) continue;
        this.#levels[side].add(price);
        this.record(side, price, 5);
      }
    // A living depth goes on telling sizes where no price moves.
    if (wanted.bid.size > 1) this.record('bid', Math.min(...wanted.bid), 6);
  }
}

function fixed(side: 'bid' | 'ask', best: number): readonly number[] {
  return Array.from({ length: shown }, (_, i) => best + (side === 'bid' ? -i : i));
}

/** Back and forth: levels come and go, and the touch is where it was. */
const restless = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 1 : -1));
const still = Array<number>(15).fill(0);

describe('a depth', () => {
  it('that was reset and is not built again is empty until both sides have a level', () => {
    const feed = new Feed();
    feed.record('reset', 0, 0);
    expect(feed.watch.trouble()).toEqual({ kind: 'empty', sinceAt: t0 });
    feed.record('bid', 99, 5);
    expect(feed.watch.trouble()?.kind).toBe('empty');
    feed.record('ask', 101, 5);
    expect(feed.watch.trouble()).toBeUndefined();
  });

  it('crosses where a level of the other side stays on beyond the touch', () => {
    const feed = new Feed();
    feed.record('ask', feed.bid - 3, 5);
    const trouble = feed.second(0);
    expect(trouble).toEqual({ kind: 'crossed', sinceAt: feed.at });
    feed.record('ask', feed.bid - 3, 0);
    expect(feed.second(0)).toBeUndefined();
  });

  it('has been left behind where the market trades beyond its best level, although nothing crosses', () => {
    const feed = new Feed();
    feed.second(0);
    feed.lost.add(`bid ${feed.bid}`);
    const leftAt = feed.at + 1_000;
    expect(feed.seconds([-1, 0, 0])).toBeUndefined();
    expect(feed.seconds(still)).toEqual({
      kind: 'left-behind',
      side: 'bid',
      price: feed.bid + 1,
      sinceAt: leftAt,
    });
  });

  it('has been left behind on the ask where the market trades above it', () => {
    const feed = new Feed();
    feed.lost.add(`ask ${feed.bid + 1}`);
    feed.seconds([1, ...still]);
    expect(feed.watch.trouble()).toMatchObject({ kind: 'left-behind', side: 'ask' });
  });

  it('that told nothing since has stopped, and no level of it is accused', () => {
    const feed = new Feed();
    for (let second = 0; second < 30; second += 1) {
      feed.at += 1_000;
      for (const price of [feed.bid - 3, feed.bid + 4]) feed.watch.print(price, feed.at);
      feed.watch.sample(feed.at);
      expect(feed.watch.trouble()).toBeUndefined();
    }
    feed.at += 1_000;
    feed.record('bid', feed.bid - 5, 7);
    expect(feed.watch.trouble()).toMatchObject({ kind: 'left-behind' });
  });

  it('is in order again once the level is told anew, for then it rests there', () => {
    const feed = new Feed();
    feed.lost.add(`bid ${feed.bid}`);
    feed.seconds([-1, ...still]);
    expect(feed.watch.trouble()?.kind).toBe('left-behind');
    expect(feed.second(1)).toBeUndefined();
  });

  it('of ten levels a side holds eleven where one was never removed and the market went away from it', () => {
    const feed = new Feed();
    expect(feed.seconds(restless)).toBeUndefined();
    const stuck = feed.bid;
    feed.lost.add(`bid ${stuck}`);
    expect(feed.seconds(Array<number>(9).fill(1))).toBeUndefined();
    const trouble = feed.second(1);
    expect(trouble).toEqual({ kind: 'crowded', side: 'bid', levels: 11, usual: 10, sinceAt: feed.at });
    expect(feed.seconds(still)).toEqual(trouble);
    feed.record('bid', stuck, 0);
    expect(feed.second(0)).toBeUndefined();
  });

  it('that shows every level is never held to a number of them', () => {
    const whole = (side: 'bid' | 'ask', best: number): readonly number[] =>
      fixed(side, best).filter((price) => price % (side === 'bid' ? 3 : 4) !== 0);
    const feed = new Feed(whole);
    for (let i = 0; i < 50; i += 1) expect(feed.seconds(restless)).toBeUndefined();
    feed.record('bid', feed.bid - 300, 5);
    expect(feed.seconds(still)).toBeUndefined();
  });

  it('that only stood still has not shown how many levels it has', () => {
    const feed = new Feed();
    feed.seconds(Array<number>(60).fill(0));
    feed.record('bid', feed.bid - 300, 5);
    expect(feed.seconds(still)).toBeUndefined();
  });

  it('that becomes deeper on both sides is no trouble', () => {
    let levels = shown;
    const feed = new Feed((side, best) =>
      Array.from({ length: levels }, (_, i) => best + (side === 'bid' ? -i : i)),
    );
    feed.seconds(restless);
    levels = 20;
    expect(feed.seconds(still)).toBeUndefined();
  });

  it('is never accused however an honest market walks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 50, maxLength: 200 }), (steps) => {
        const feed = new Feed();
        for (const step of steps) expect(feed.second(step)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it('tells a level that was never removed, once the market has gone far enough either way', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('bid', 'ask'),
        fc.constantFrom(1, -1),
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 12, maxLength: 30 }),
        (side, way, steps) => {
          const feed = new Feed();
          feed.seconds(restless);
          feed.lost.add(`${side} ${side === 'bid' ? feed.bid : feed.bid + 1}`);
          feed.seconds(steps.map((step) => step * way));
          expect(feed.seconds(still)).toBeDefined();
        },
      ),
      { numRuns: 200 },
    );
  });
});
