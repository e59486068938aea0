// The truth about faults of market data (F18-F23, F28).
import { always, anyContract, minuteMs, pick, type ScoredFault } from './scored.ts';

/** Bars are compared with the gateway's contract by contract, each half minute. */
const barsMs = 3 * minuteMs;

const bars = (mode: string, right: readonly string[], knowableMs = 0, watchMs = barsMs): ScoredFault => ({
  name: `F22 ${mode}`,
  inject: (draw) => [{ fault: 'F22', mode, every: 2 + Math.floor(draw() * 4) }],
  right,
  knowableMs,
  watchMs,
});

export const marketFaults: readonly ScoredFault[] = [
  {
    name: 'F18 misaligned',
    inject: (draw) => [{ fault: 'F18', mode: 'misaligned', ...anyContract(draw) }],
    right: ['price-misaligned'],
    knowableMs: 0,
    watchMs: 20_000,
  },
  {
    name: 'F18 noise',
    inject: (draw) => [{ fault: 'F18', mode: 'noise', ...anyContract(draw) }],
    right: ['price-noise'],
    knowableMs: 0,
    watchMs: 20_000,
  },
  {
    name: 'F18 spike',
    inject: (draw) => [
      {
        fault: 'F18',
        mode: 'spike',
        every: 9 + Math.floor(draw() * 20),
        ticks: 120 + Math.floor(draw() * 400),
        kind: pick(draw, ['quote', 'trade']),
      },
    ],
    right: ['price-spike'],
    // A spike of one side of the touch crosses the book for that moment.
    also: ['book-crossed', 'fill-off-market'],
    knowableMs: 0,
    watchMs: minuteMs,
  },
  {
    name: 'F18 zero or negative',
    inject: (draw) => [
      { fault: 'F18', mode: pick(draw, ['zero', 'negative']), kind: pick(draw, ['quote', 'trade']) },
    ],
    right: ['price-not-positive'],
    knowableMs: 0,
    watchMs: 20_000,
  },
  {
    name: 'F19 crossed',
    inject: (draw) => [
      { fault: 'F19', mode: 'crossed', in: pick(draw, ['both', 'quote']), side: pick(draw, ['bid', 'ask']) },
    ],
    right: ['book-crossed'],
    also: ['depth-broken'],
    knowableMs: 2_000,
    watchMs: 30_000,
  },
  {
    name: 'F19 depth crossed',
    inject: (draw) => [{ fault: 'F19', mode: 'crossed', in: 'depth', side: pick(draw, ['bid', 'ask']) }],
    right: ['depth-broken'],
    knowableMs: 10_000,
    watchMs: minuteMs,
  },
  {
    name: 'F19 locked',
    inject: always({ fault: 'F19', mode: 'locked', in: 'quote' }),
    right: ['book-locked'],
    knowableMs: 10_000,
    watchMs: minuteMs,
  },
  {
    name: 'F19 reset, not rebuilt',
    inject: always({ fault: 'F19', mode: 'reset' }),
    right: ['depth-broken'],
    knowableMs: 10_000,
    watchMs: minuteMs,
  },
  // The level shows once the market has moved through it.
  {
    name: 'F19 level never removed',
    inject: (draw) => [
      {
        fault: 'F19',
        mode: 'stuck-level',
        side: pick(draw, ['bid', 'ask']),
        levels: 1 + Math.floor(draw() * 3),
      },
    ],
    right: ['depth-broken'],
    knowableMs: 10_000,
    watchMs: 5 * minuteMs,
  },
  {
    name: 'F19 frozen side',
    inject: (draw) => [{ fault: 'F19', mode: 'frozen-side', side: pick(draw, ['bid', 'ask']) }],
    right: ['book-frozen', 'book-crossed', 'book-locked'],
    also: ['depth-broken'],
    knowableMs: 5_000,
    watchMs: 4 * minuteMs,
  },
  {
    name: 'F20 volume falls',
    inject: (draw) => [
      { fault: 'F20', mode: pick(draw, ['back', 'dip']), by: 50 + Math.floor(draw() * 500) },
    ],
    right: ['volume-fell'],
    knowableMs: 0,
    watchMs: 30_000,
  },
  {
    name: 'F20 day total starts anew',
    inject: always({ fault: 'F20', mode: 'reset' }),
    right: ['volume-fell'],
    knowableMs: 0,
    watchMs: 30_000,
  },
  // Known once five whole minutes were compared (reference 12).
  {
    name: 'F20 prints and total disagree',
    inject: (draw) => [
      {
        fault: 'F20',
        mode: pick(draw, ['inflated', 'lost-prints', 'doubled-prints']),
        by: 20,
        every: 2 + Math.floor(draw() * 3),
      },
    ],
    right: ['volume-differs', 'bars-differ', 'prints-doubled'],
    knowableMs: 5 * minuteMs,
    watchMs: 8 * minuteMs,
  },
  {
    name: 'F21 late',
    inject: (draw) => [{ fault: 'F21', mode: 'late', byMs: 12_000 + Math.floor(draw() * 90_000) }],
    right: ['feed-late'],
    // The stamps jump back once on every stream.
    also: ['time-backwards', 'bars-differ', 'volume-differs'],
    knowableMs: 0,
    watchMs: 3 * minuteMs,
    critical: true,
  },
  {
    name: 'F21 future',
    inject: (draw) => [{ fault: 'F21', mode: 'future', byMs: 3_000 + Math.floor(draw() * 20_000) }],
    right: ['clock-ahead', 'clock-skewed'],
    also: ['bars-differ', 'volume-differs'],
    knowableMs: 0,
    watchMs: 30_000,
  },
  // A server whose clock is ahead stamps its events ahead; one that is behind shows in its `Date` and in tokens.
  {
    name: 'F21 skew',
    inject: (draw) => [
      { fault: 'F21', mode: 'skew', byMs: (draw() < 0.5 ? -1 : 1) * (3_000 + Math.floor(draw() * 6_000)) },
    ],
    right: ['clock-skewed', 'clock-ahead'],
    also: ['time-backwards', 'bars-differ'],
    knowableMs: 0,
    watchMs: 90_000,
  },
  // Everything of the gateway's is a minute and more behind, as from a machine whose own clock is ahead: the data is not late.
  {
    name: 'F21 our clock ahead',
    inject: (draw) => [{ fault: 'F21', mode: 'skew', byMs: -61_000 - Math.floor(draw() * 60_000) }],
    right: ['clock-skewed'],
    also: ['time-backwards', 'bars-differ', 'volume-differs'],
    knowableMs: 0,
    watchMs: 90_000,
  },
  {
    name: 'F21 out of order',
    inject: (draw) => [{ fault: 'F21', mode: 'disordered', byMs: 500 + Math.floor(draw() * 3_000) }],
    right: ['time-backwards'],
    also: ['bars-differ'],
    knowableMs: 0,
    watchMs: minuteMs,
  },
  bars('gap', ['bars-unsound', 'bars-differ']),
  bars('duplicate', ['bars-unsound']),
  bars('partial-repeated', ['bars-unsound']),
  bars('oldest-first', ['bars-unsound']),
  bars('impossible', ['bars-unsound']),
  // Known once two whole minutes of our own prints can be held against them.
  bars('differs', ['bars-differ'], 3 * minuteMs, 8 * minuteMs),
  bars('volume', ['bars-differ'], 3 * minuteMs, 8 * minuteMs),
  bars('shifted', ['bars-differ', 'bars-unsound'], 3 * minuteMs, 8 * minuteMs),
  {
    name: 'F23 rolled',
    inject: (draw) => [{ fault: 'F23', contract: 'MNQ', feedStops: draw() < 0.7 }],
    right: ['contract-rolled', 'contract-inactive', 'contract-mute'],
    knowableMs: 15_000,
    // With its feed going on it shows at the next look at the contract.
    watchMs: 4 * minuteMs,
    critical: true,
  },
  {
    name: 'F28 backlog in lumps',
    inject: (draw) => [{ fault: 'F28', mode: 'backlog', holdMs: 3_000 + Math.floor(draw() * 6_000) }],
    right: ['feed-in-lumps', 'feed-late'],
    knowableMs: 30_000,
    watchMs: 2 * minuteMs,
  },
  // A busy market is no fault of its own; whoever keeps up has nothing to tell.
  {
    name: 'F28 burst',
    inject: (draw) => [{ fault: 'F28', mode: 'rate', factor: 10 + Math.floor(draw() * 20) }],
    right: ['nothing'],
    knowableMs: 0,
    watchMs: 30_000,
  },
];
