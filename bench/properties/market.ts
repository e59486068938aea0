// Generated ticks and bars: a clean market has nothing odd, and each seeded defect is found by its own name.
import fc from 'fast-check';
import { unsound } from '../../src/domain/bar-truth.ts';
import type { ToldBars } from '../../src/domain/data-view.ts';
import type { GridPrice } from '../../src/domain/market.ts';
import { sequence } from '../../src/local/gateway/random.ts';
import { DataWatch } from '../../src/projectx/data-watch.ts';

const contractId = 'CON.F.US.MNQ.Z26';
const tick = { num: 1, den: 4, text: '0.25' };
const startAt = Date.UTC(2026, 2, 4, 16, 0, 0);
const minuteMs = 60_000;

class Tape {
  readonly watch = new DataWatch(tick);
  at = startAt;
  last = 100_000;
  volume = 5_000;
  readonly #draw: () => number;

  constructor(seed: number) {
    this.#draw = sequence(seed);
  }

  trade(): void {
    this.at += 20 + Math.floor(this.#draw() * 400);
    this.last += Math.floor(this.#draw() * 9) - 4;
    const size = 1 + Math.floor(this.#draw() * 9);
    this.volume += size;
    this.print(this.last, this.at, size);
    this.quote();
  }

  print(price: GridPrice, exchangeAt = this.at, size = 1): void {
    this.watch.print({ contractId, price, size, aggressor: 'buy', exchangeAt, receivedAt: this.at + 20 });
  }

  quote(bestBid: GridPrice = this.last - 1, volume = this.volume): void {
    this.watch.quote({
      contractId,
      lastPrice: this.last,
      bestBid,
      bestAsk: this.last,
      volume,
      exchangeAt: this.at,
      receivedAt: this.at + 20,
    });
  }
}

const defects: Readonly<Record<string, (tape: Tape) => void>> = {
  misaligned: (tape) => tape.print({ offGrid: '25411.27' }),
  noise: (tape) => tape.print({ offGrid: '25411.250000004' }),
  'not-positive': (tape) => tape.print(0),
  spike: (tape) => {
    tape.print(tape.last + 500);
    tape.print(tape.last);
  },
  backwards: (tape) => tape.print(tape.last, tape.at - 3_000),
  'volume-fell': (tape) => tape.quote(tape.last - 1, tape.volume - 500),
};

/** @returns how many ticks were looked at */
export function checkTicks(runs: number, ticksPerRun: number, seed: number): number {
  let ticks = 0;
  fc.assert(
    fc.property(fc.integer({ min: 1 }), fc.constantFrom(...Object.keys(defects)), (walk, kind) => {
      const tape = new Tape(walk);
      for (let turn = 0; turn < ticksPerRun; turn += 1) tape.trade();
      ticks += ticksPerRun;
      const { anomalies, book, volume } = tape.watch.view();
      if (Object.keys(anomalies).length > 0)
        throw new Error(`told on a clean market: ${JSON.stringify(anomalies)}`);
      if ((book.crossed ?? book.locked ?? book.frozen) !== undefined)
        throw new Error(`a sick book on a clean market: ${JSON.stringify(book)}`);
      if (volume().some(({ prints, quoted }) => prints !== quoted))
        throw new Error('prints and day volume differ on a clean market');
      tape.at += 100;
      defects[kind]?.(tape);
      const found = Object.keys(tape.watch.view().anomalies);
      if (found.length !== 1 || found[0] !== kind)
        throw new Error(`${kind} was told as ${found.join(', ') || 'nothing'}`);
    }),
    { numRuns: runs, seed },
  );
  return ticks;
}

type Told = ToldBars['bars'][number];

const barDefects: Readonly<Record<string, (bars: Told[], index: number) => void>> = {
  double: (bars, index) => bars.splice(index, 0, ...bars.slice(index, index + 1)),
  missing: (bars, index) => void bars.splice(index, 1),
  order: (bars) => void bars.reverse(),
  impossible: (bars, index) => {
    const bar = bars[index];
    if (bar !== undefined) bars[index] = { ...bar, close: (bar.high ?? 0) + 2 };
  },
  unreadable: (bars, index) => {
    const bar = bars[index];
    if (bar !== undefined) bars[index] = { ...bar, low: undefined };
  },
  shifted: (bars, index) => {
    const bar = bars[index];
    if (bar !== undefined) bars[index] = { ...bar, startAt: bar.startAt + 30_000 };
  },
};

/** @returns how many bars were looked at */
export function checkBars(runs: number, barsPerRun: number, seed: number): number {
  let count = 0;
  fc.assert(
    fc.property(
      fc.integer({ min: 1 }),
      fc.constantFrom(...Object.keys(barDefects)),
      fc.integer({ min: 1, max: barsPerRun - 2 }),
      (walk, kind, index) => {
        const draw = sequence(walk);
        let price = 100_000;
        const bars: Told[] = Array.from({ length: barsPerRun }, (_, back) => {
          const open = price;
          const close = open + Math.floor(draw() * 41) - 20;
          price = close;
          return {
            startAt: startAt - back * minuteMs,
            open,
            close,
            high: Math.max(open, close) + Math.floor(draw() * 10),
            low: Math.min(open, close) - Math.floor(draw() * 10),
            volume: 50 + Math.floor(draw() * 500),
          };
        });
        count += bars.length;
        const told = (): ToldBars => ({ at: startAt, askedAt: startAt + minuteMs, periodMs: minuteMs, bars });
        const clean = unsound(told());
        if (clean.length > 0) throw new Error(`told of sound bars: ${JSON.stringify(clean)}`);
        barDefects[kind]?.(bars, index);
        if (!unsound(told()).some(({ what }) => what === kind)) throw new Error(`${kind} was not found`);
      },
    ),
    { numRuns: runs, seed },
  );
  return count;
}
