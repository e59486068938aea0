// Watching the soundness of data: every seeded defect is found, and nothing on a clean market, however it walks.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { different, unsound } from '../../src/domain/bar-truth.ts';
import type { DataView, ToldBars } from '../../src/domain/data-view.ts';
import type { GridPrice } from '../../src/domain/market.ts';
import { BookWatch } from '../../src/projectx/book-watch.ts';
import { DataWatch } from '../../src/projectx/data-watch.ts';

const contractId = 'CON.F.US.MNQ.Z26';
const t0 = Date.parse('2026-03-04T16:00:00Z');
const tick = { num: 1, den: 4, text: '0.25' };

class Feed {
  readonly watch = new DataWatch(tick);
  at = t0;
  last = 100_000;
  volume = 5_000;

  /** A print at the touch, and the quote after it. */
  trade(step: number, size = 1, ms = 200): void {
    this.at += ms;
    this.last += step;
    this.volume += size;
    this.print(this.last, size);
    this.quote(this.last - 1, this.last);
  }

  print(price: GridPrice, size = 1, exchangeAt = this.at): void {
    this.watch.print({ contractId, price, size, aggressor: 'buy', exchangeAt, receivedAt: this.at + 20 });
  }

  quote(bestBid: GridPrice, bestAsk: GridPrice, volume = this.volume): void {
    const receivedAt = this.at + 20;
    this.watch.quote({
      contractId,
      lastPrice: this.last,
      bestBid,
      bestAsk,
      volume,
      exchangeAt: this.at,
      receivedAt,
    });
  }

  view(): DataView {
    this.watch.sample(this.at);
    return this.watch.view();
  }
}

function walked(steps: readonly number[]): Feed {
  const feed = new Feed();
  for (const step of steps) feed.trade(step);
  return feed;
}

const walk = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 200, maxLength: 400 });
/** One quote with a bid, an ask and a last price that are so far off, and the next one as it should be. */
function touched(feed: Feed, bid: number, ask: number, last: number): void {
  const real = feed.last;
  feed.last += last;
  feed.quote(real - 1 + bid, real + ask);
  feed.last = real;
  feed.at += 100;
  feed.quote(real - 1, real);
}
const kinds = (feed: Feed): readonly string[] => Object.keys(feed.view().anomalies);

describe('a clean market', () => {
  it('has nothing odd, its book is whole, and its volumes agree to the lot, wherever it walks', () => {
    fc.assert(
      fc.property(walk, (steps) => {
        const feed = walked(steps);
        const { anomalies, book } = feed.view();
        expect(anomalies).toEqual({});
        expect([book.crossed, book.locked, book.frozen]).toEqual([undefined, undefined, undefined]);
        for (const { prints, quoted } of feed.watch.view().volume()) expect(prints).toBe(quoted);
      }),
      { numRuns: 300 },
    );
  });

  it('that jumps with news, quotes and prints together, has no spike', () => {
    const feed = walked(Array<number>(50).fill(1));
    feed.trade(300);
    for (let turn = 0; turn < 50; turn += 1) feed.trade(turn % 2);
    expect(kinds(feed)).toEqual([]);
  });

  it('that jumps with news and goes back seconds later has no spike where trades were told at both ends', () => {
    for (const [there, back] of [
      [300, -300],
      [-120, 120],
    ] as const) {
      const feed = walked(Array<number>(50).fill(1));
      feed.trade(there);
      for (let turn = 0; turn < 20; turn += 1) feed.trade(turn % 2 === 0 ? 1 : -1);
      feed.trade(back);
      for (let turn = 0; turn < 50; turn += 1) feed.trade(turn % 2 === 0 ? 1 : -1);
      expect(kinds(feed)).toEqual([]);
    }
  });

  it('with a wide spread has no frozen side only because the other one wanders within it', () => {
    const feed = new Feed();
    feed.last = 100_000;
    for (let turn = 0; turn < 60; turn += 1) {
      feed.at += 2_000;
      feed.quote(100_000 - (turn < 20 ? turn % 2 : 0), 100_020 - (turn % 10));
      feed.print(100_020 - (turn % 10));
    }
    expect(feed.view().book.frozen).toBeUndefined();
    // Far beyond what the spread has been, the side that stays is left behind.
    for (let turn = 0; turn < 5; turn += 1) {
      feed.at += 2_000;
      feed.quote(100_000, 100_040 + 10 * turn);
    }
    expect(feed.view().book.frozen).toMatchObject({ side: 'bid' });
  });

  it('may be thin: a side goes away by its spread and comes back, trades alternate between the sides', () => {
    const feed = new Feed();
    for (let turn = 0; turn < 200; turn += 1) {
      feed.at += 3_000;
      feed.last = turn % 2 === 0 ? 100_000 : 100_030;
      feed.quote(100_000, 100_030);
      if (turn % 3 === 0) feed.print(feed.last);
    }
    for (const [bid, ask] of [
      [100_000, 100_100],
      [100_000, 100_030],
      [99_930, 100_030],
      [100_000, 100_030],
      [99_950, 100_080],
    ] as const) {
      feed.at += 2_000;
      feed.quote(bid, ask);
    }
    // Within the book as it stands now, however far apart.
    for (const price of [99_955, 100_075, 99_955, 100_075]) {
      feed.at += 2_000;
      feed.last = price;
      feed.print(price);
      feed.quote(99_950, 100_080);
    }
    expect(kinds(feed)).toEqual([]);
  });

  it('may have its last price far from the book, for as long as it likes, or one that a print bears out', () => {
    const feed = walked(Array<number>(50).fill(1));
    const usual = feed.last;
    const quoteWithLast = (last: number): void => {
      feed.at += 500;
      feed.last = last;
      feed.quote(usual - 1, usual);
    };
    quoteWithLast(usual - 300);
    for (let turn = 0; turn < 100; turn += 1) quoteWithLast(usual - 300);
    quoteWithLast(usual);
    quoteWithLast(usual + 300);
    feed.print(usual + 300);
    quoteWithLast(usual);
    // The print alone was far from everything: that is the print's own spike.
    for (let turn = 0; turn < 10; turn += 1) feed.trade(0, 1, 2_000);
    expect(feed.view().anomalies.spike?.sample ?? '').not.toMatch(/^last/);
  });

  it('may be anywhere after a gap', () => {
    const feed = walked(Array<number>(50).fill(1));
    feed.watch.connectionLost();
    feed.last += 2_000;
    for (let turn = 0; turn < 20; turn += 1) feed.trade(1);
    expect(kinds(feed)).toEqual([]);
  });
});

describe('a seeded defect is found', () => {
  it('whatever walked before it', () => {
    const defects: Readonly<Record<string, (feed: Feed) => void>> = {
      misaligned: (feed) => feed.print({ offGrid: '25411.27' }),
      noise: (feed) => feed.print({ offGrid: '25411.250000004' }),
      'not-positive': (feed) => feed.print(0),
      spike: (feed) => {
        feed.print(feed.last + 500);
        feed.print(feed.last);
      },
      'spike of the bid': (feed) => touched(feed, -400, 0, 0),
      'spike of the ask': (feed) => touched(feed, 0, 400, 0),
      'spike of the last price': (feed) => touched(feed, 0, 0, 400),
      'spike of the last price downwards': (feed) => touched(feed, 0, 0, -400),
      'spike of the whole touch': (feed) => touched(feed, 400, 400, 400),
      backwards: (feed) => feed.print(feed.last, 1, feed.at - 3_000),
      'volume-fell': (feed) => feed.quote(feed.last - 1, feed.last, feed.volume - 500),
    };
    fc.assert(
      fc.property(walk, fc.constantFrom(...Object.keys(defects)), (steps, kind) => {
        const feed = walked(steps);
        feed.at += 100;
        defects[kind]?.(feed);
        expect(kinds(feed)).toEqual([kind.replace(/ of .*/, '')]);
      }),
      { numRuns: 300 },
    );
  });

  it('in the book: crossed, locked, and a side that the market has left', () => {
    const feed = walked(Array<number>(20).fill(1));
    feed.quote(feed.last + 2, feed.last);
    expect(feed.view().book.crossed).toMatchObject({ updates: 1, whole: 1 });
    feed.quote(feed.last, feed.last);
    expect(feed.view().book).toMatchObject({ crossed: undefined, locked: { updates: 1 } });
    const frozen = walked(Array<number>(20).fill(1));
    const bid = frozen.last - 1;
    for (let turn = 0; turn < 40; turn += 1) {
      frozen.at += 200;
      frozen.last += 1;
      frozen.print(frozen.last);
      frozen.quote(bid, frozen.last);
    }
    expect(frozen.view().book.frozen).toMatchObject({ side: 'bid' });
  });

  it('is no frozen side where it happened to stand still for a few seconds before quotes stopped', () => {
    const feed = walked(Array<number>(20).fill(1));
    const bid = feed.last - 1;
    for (let quote = 0; quote < 30; quote += 1) {
      feed.at += 200;
      feed.quote(bid, feed.last + 1 + (quote % 2));
    }
    for (let print = 0; print < 20; print += 1) {
      feed.at += 1_000;
      feed.print(bid - 5);
    }
    expect(feed.view().book.frozen).toBeUndefined();
    // Quotes come again, and by chance the market has come back to where it was.
    feed.at += 500;
    for (const ask of [1, 2, 1, 2]) feed.quote(bid, feed.last + ask);
    expect(feed.view().book.frozen).toBeUndefined();
    // Quotes that go on holding to a side beyond which trades go on are proof.
    for (let turn = 0; turn < 12; turn += 1) {
      feed.at += 500;
      feed.print(bid - 5);
      feed.quote(bid, feed.last + 1 + (turn % 2));
    }
    expect(feed.view().book.frozen).toMatchObject({ side: 'bid' });
  });

  it('is no frozen side where quotes had stopped and come again, naming one side only', () => {
    const watch = new BookWatch();
    let at = t0;
    for (let quote = 0; quote < 5; quote += 1) watch.quote(99_990, 99_991 + (quote % 2), (at += 200));
    for (let print = 0; print < 7; print += 1) {
      at += 1_000;
      watch.print(99_970);
    }
    const again = (asks: readonly number[]): ReturnType<BookWatch['view']>['frozen'] => {
      for (const ask of asks) watch.quote(undefined, ask, (at += 500));
      return watch.view().frozen;
    };
    expect(again([99_971, 99_972, 99_973, 99_971])).toBeUndefined();
    // The bid is not named for five seconds, and the market wanders off: now it stands.
    expect(again([99_980, 99_981, 99_975, 99_970, 99_972, 99_978, 99_980])).toMatchObject({ side: 'bid' });
    // What was proven once is not unsaid by another stop, only by a move.
    at += 20_000;
    expect(again([99_980])).toMatchObject({ side: 'bid' });
    watch.quote(99_978, 99_980, at);
    expect(watch.view().frozen).toBeUndefined();
  });

  it('is no frozen side where quotes have stopped altogether, however trades go on', () => {
    const feed = walked(Array<number>(20).fill(1));
    for (let turn = 0; turn < 100; turn += 1) {
      feed.at += 200;
      feed.last -= 1;
      feed.print(feed.last);
    }
    expect(feed.view().book.frozen).toBeUndefined();
  });

  it('prints that come again are counted to the lot, one by one or a whole message at once', () => {
    const feed = walked(Array<number>(400).fill(1));
    const repeated = (): number =>
      feed
        .view()
        .volume()
        .reduce((sum, minute) => sum + minute.repeated, 0);
    expect(repeated()).toBe(0);
    const again = (sizes: readonly number[]): void => {
      feed.at += 1_000;
      for (let turn = 0; turn < 2; turn += 1)
        for (const [index, size] of sizes.entries()) feed.print(feed.last + index, size);
      feed.volume += sizes.reduce((sum, size) => sum + size, 0);
      feed.quote(feed.last - 1, feed.last);
    };
    again([3]);
    again([5, 2, 7]);
    for (let turn = 0; turn < 400; turn += 1) feed.trade(1);
    expect(repeated()).toBe(17);
  });

  it('where the day volume starts anew in mid-session; at 17:00 in Chicago, and after a break, it may', () => {
    const volumeAfter = (at: number, laterMs: number): readonly string[] => {
      const feed = new Feed();
      feed.at = at;
      feed.quote(99_999, 100_000, 50_000);
      feed.at += laterMs;
      feed.quote(99_999, 100_000, 3);
      return kinds(feed);
    };
    const evening = Date.parse('2026-03-04T23:00:00Z');
    expect(volumeAfter(t0, 1_000)).toEqual(['volume-fell']);
    expect(volumeAfter(evening - 500, 1_000)).toEqual([]);
    expect(volumeAfter(t0, 40 * 60_000)).toEqual([]);
  });

  it('where events of seconds come at one moment, and not where a stamp is merely wrong', () => {
    const lumps = (stamps: readonly number[]): readonly string[] => {
      const feed = walked(Array<number>(20).fill(1));
      feed.at += 1_000;
      for (const behindMs of stamps) feed.print(feed.last, 1, feed.at - behindMs);
      return kinds(feed).filter((kind) => kind === 'lump');
    };
    expect(lumps([2_500, 2_000, 1_200, 600, 0])).toEqual(['lump']);
    expect(lumps([600, 400, 200, 0])).toEqual([]);
    expect(lumps([0, 2_500, 0, 2_500])).toEqual([]);
  });

  it('is no ask that flickers over a bid that stands', () => {
    const feed = walked(Array<number>(20).fill(1));
    const bid = feed.last - 1;
    for (let turn = 0; turn < 200; turn += 1) {
      feed.at += 200;
      feed.print(bid + (turn % 2));
      feed.quote(bid, bid + 1 + (turn % 2));
    }
    expect(feed.view().book.frozen).toBeUndefined();
  });
});

describe('bars of the gateway', () => {
  const minute = 60_000;
  const bar = (index: number, more: Partial<ToldBars['bars'][number]> = {}) => ({
    startAt: t0 + index * minute,
    open: 100,
    high: 104,
    low: 98,
    close: 102,
    volume: 50,
    ...more,
  });
  const told = (bars: ToldBars['bars']): ToldBars => ({
    at: t0 + 20 * minute,
    askedAt: t0 + 20 * minute,
    periodMs: minute,
    bars,
  });
  const newestFirst = [5, 4, 3, 2, 1, 0].map((index) => bar(index));
  const what = (troubles: ReturnType<typeof unsound>): readonly string[] => [
    ...new Set(troubles.map((one) => one.what)),
  ];

  it('that are sound have no trouble', () => {
    expect(unsound(told(newestFirst))).toEqual([]);
    expect(unsound(told([]))).toEqual([]);
  });

  it.each([
    ['oldest first', [...newestFirst].reverse(), 'order'],
    ['told twice', [newestFirst[0] ?? bar(5), ...newestFirst], 'double'],
    ['with a hole', newestFirst.filter((_, index) => index !== 2), 'missing'],
    ['with high below low', [bar(6, { high: 90, low: 110 }), ...newestFirst], 'impossible'],
    ['with a close above the high', [bar(6, { close: 105 }), ...newestFirst], 'impossible'],
    ['off the grid', [bar(6, { open: undefined }), ...newestFirst], 'unreadable'],
    [
      'that begin inside a minute',
      [{ ...bar(6), startAt: t0 + 6 * minute + 30_000 }, ...newestFirst],
      'shifted',
    ],
  ] as const)('%s are told', (_, bars, trouble) => {
    expect(what(unsound(told(bars)))).toContain(trouble);
  });

  it('are held against the prints of whole minutes alone', () => {
    const own = newestFirst.map((one) => ({
      contractId,
      timeframe: '1min' as const,
      startAt: one.startAt,
      open: 100,
      high: 104,
      low: 98,
      close: one.startAt === t0 + 3 * minute ? 95 : 102,
      volume: 50,
    }));
    expect(what(different(told(newestFirst), own, t0))).toEqual(['price']);
    expect(different(told(newestFirst), own, t0 + 4 * minute)).toEqual([]);
  });
});
