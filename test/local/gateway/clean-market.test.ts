// A market without a fault is truly clean: prints inside the touch, volumes that add up, bars that are the prints, a whole book.
import { describe, expect, it } from 'vitest';
import { priceOf, listContracts, ticksOf, type SimContract } from '../../../src/local/gateway/contracts.ts';
import { Dec, type Json, type JsonRow, hubSpelling, toJson } from '../../../src/local/gateway/json.ts';
import {
  makeMarket,
  type Market,
  type MarketKind,
  type PlannedHalt,
} from '../../../src/local/gateway/market.ts';
import type { Rhythm } from '../../../src/local/gateway/rhythm.ts';
import { nextDayStart, tradingDayStart } from '../../../src/local/gateway/session-hours.ts';
import { handClock, type HandClock } from './harness.ts';

const symbols = ['MNQ', 'ES', 'CL', 'ZB', '6E', 'ZN'] as const;
/** 16:30 in Chicago on a Monday; half an hour later the trading day changes. */
const halfPastFour = Date.parse('2026-11-23T22:30:00Z');
const fivePm = Date.parse('2026-11-23T23:00:00Z');

interface Told {
  readonly kind: MarketKind;
  readonly data: Json;
}

interface Stage {
  readonly clock: HandClock;
  readonly market: Market;
  readonly contracts: ReadonlyMap<string, SimContract>;
  /** Everything told, by contract id, in order. */
  readonly told: ReadonlyMap<string, Told[]>;
}

function stage(
  wanted: readonly string[],
  at: number,
  options: {
    readonly session?: 'real' | 'open';
    readonly eventsPerSecond?: (contract: SimContract) => number;
    readonly rhythm?: Rhythm;
    readonly halts?: readonly PlannedHalt[];
  } = {},
): Stage {
  const clock = handClock(at);
  const list = listContracts(() => clock.now());
  const told = new Map<string, Told[]>();
  const market = makeMarket({
    seed: 23,
    clock,
    contracts: list,
    session: options.session ?? 'open',
    eventsPerSecond: options.eventsPerSecond ?? (() => 6),
    rhythm: options.rhythm ?? 'even',
    halts: options.halts ?? [],
    isHalted: () => false,
    isWanted: () => true,
    publish: (id, kind, data) => told.get(id)?.push({ kind, data }),
  });
  const contracts = new Map<string, SimContract>();
  for (const symbol of wanted) {
    const contract = list.find(symbol);
    if (contract === undefined) throw new Error(`there is no ${symbol}`);
    contracts.set(symbol, contract);
    told.set(contract.id, []);
    market.touch(contract);
  }
  market.start();
  return { clock, market, contracts, told };
}

const rowsOf = (data: Json): readonly JsonRow[] => (Array.isArray(data) ? data : [data]) as JsonRow[];
const at = (row: JsonRow): number => Date.parse(row['timestamp'] as string);
const ticks = (contract: SimContract, row: JsonRow, member: string): number | undefined => {
  const price = row[member];
  if (price === undefined) return undefined;
  const whole = price instanceof Dec ? ticksOf(contract, price.value) : undefined;
  if (whole === undefined) throw new Error(`${contract.symbol}: ${member} lies off the grid`);
  return whole;
};

interface Print {
  readonly at: number;
  readonly ticks: number;
  readonly volume: number;
}

/** Reads a contract's stream as a client would, by arrival, and complains of whatever does not fit. */
function read(contract: SimContract, told: readonly Told[], dayChangesAt: number) {
  const wrong: string[] = [];
  const prints: Print[] = [];
  const book = { bids: new Map<number, number>(), asks: new Map<number, number>() };
  const lastAt: Record<MarketKind, number> = { quote: 0, trade: 0, depth: 0 };
  let bid: number | undefined;
  let ask: number | undefined;
  let volume: number | undefined;
  let sinceQuote = 0;
  let today = 0;
  let checked = 0;
  const complain = (what: string, when: number) => {
    if (wrong.length < 5) wrong.push(`${new Date(when).toISOString()} ${what}`);
  };

  const readQuote = (row: JsonRow, when: number) => {
    bid = ticks(contract, row, 'bestBid') ?? bid;
    ask = ticks(contract, row, 'bestAsk') ?? ask;
    ticks(contract, row, 'lastPrice');
    if (bid !== undefined && ask !== undefined && bid >= ask) complain(`bid ${bid} ask ${ask}`, when);
    const total = row['volume'];
    if (typeof total !== 'number') return;
    const isNewDay = volume !== undefined && total < volume;
    if (isNewDay && (when < dayChangesAt || total !== today)) complain(`a new day with ${total}`, when);
    if (volume !== undefined && !isNewDay && total - volume !== sinceQuote)
      complain(`volume grew by ${total - volume}, prints say ${sinceQuote}`, when);
    volume = total;
    sinceQuote = 0;
    checked += 1;
  };
  const readPrint = (row: JsonRow, when: number) => {
    const price = ticks(contract, row, 'price') ?? 0;
    const size = Number(row['volume']);
    if (bid !== undefined && ask !== undefined && price !== bid && price !== ask)
      complain(`print ${price} outside ${bid}/${ask}`, when);
    if (row['type'] === 0 ? price !== ask && ask !== undefined : price !== bid && bid !== undefined)
      complain('the aggressor is on the wrong side', when);
    if (
      book.bids.size > 0 &&
      (price < Math.max(...book.bids.keys()) || price > Math.min(...book.asks.keys()))
    )
      complain(`print ${price} outside the book`, when);
    prints.push({ at: when, ticks: price, volume: size });
    sinceQuote += size;
    if (when >= dayChangesAt) today += size;
  };
  const readDepth = (rows: readonly JsonRow[]) => {
    for (const row of rows) {
      const price = ticks(contract, row, 'price') ?? 0;
      if (row['type'] === 6) {
        book.bids.clear();
        book.asks.clear();
      }
      const side = row['type'] === 2 ? book.bids : row['type'] === 1 ? book.asks : undefined;
      if (row['volume'] === 0) side?.delete(price);
      else side?.set(price, Number(row['volume']));
      const best = [Math.max(...book.bids.keys()), Math.min(...book.asks.keys())] as const;
      if (book.bids.size > 0 && book.asks.size > 0 && best[0] >= best[1])
        complain(`book crossed at ${best.join('/')}`, at(row));
    }
    if (book.bids.size > 10 || book.asks.size > 10) complain('a level was never removed', at(rows[0] ?? {}));
  };

  for (const { kind, data } of told) {
    const rows = rowsOf(data);
    for (const row of rows) {
      const when = at(row);
      if (when < lastAt[kind]) complain(`a ${kind} stamped before the last`, when);
      lastAt[kind] = when;
      if (kind === 'quote') readQuote(row, when);
      if (kind === 'trade') readPrint(row, when);
    }
    if (kind === 'depth') readDepth(rows);
  }
  return { wrong, prints, book, checked };
}

function fold(prints: readonly Print[], periodMs: number) {
  const bars = new Map<number, { open: number; high: number; low: number; close: number; volume: number }>();
  for (const print of prints) {
    const start = Math.floor(print.at / periodMs) * periodMs;
    const bar = bars.get(start);
    if (bar === undefined) {
      const price = print.ticks;
      bars.set(start, { open: price, high: price, low: price, close: price, volume: print.volume });
    } else {
      bar.high = Math.max(bar.high, print.ticks);
      bar.low = Math.min(bar.low, print.ticks);
      bar.close = print.ticks;
      bar.volume += print.volume;
    }
  }
  return [...bars].map(([start, bar]) => ({ at: start, ...bar })).toReversed();
}

describe.each([
  ['even', 90],
  ['lively', 45],
] as const)('over 17:00 in Chicago, %s, %i minutes', (rhythm, minutes) => {
  const running = stage(symbols, halfPastFour, { rhythm });
  running.clock.forward(minutes * 60_000);

  it.each(symbols)('%s: prints, touch, book, volume, bars and stamps agree', (symbol) => {
    const contract = running.contracts.get(symbol);
    if (contract === undefined) throw new Error(`there is no ${symbol}`);
    const { wrong, prints, book, checked } = read(contract, running.told.get(contract.id) ?? [], fivePm);
    expect(wrong).toEqual([]);
    expect(prints.length).toBeGreaterThan(20 * minutes);
    expect(checked).toBeGreaterThan(20 * minutes);

    const { market, clock } = running;
    const ask = { count: 1, from: halfPastFour, to: clock.now(), limit: 20_000, partial: false, shiftMs: 0 };
    for (const [unit, periodMs] of [
      [1, 1000],
      [2, 60_000],
    ] as const)
      expect(market.bars(contract).bars({ ...ask, unit, now: clock.now() })).toEqual(fold(prints, periodMs));
    const day = market.bars(contract).over(fivePm, clock.now());
    expect(day?.volume).toBe(prints.reduce((sum, print) => sum + (print.at >= fivePm ? print.volume : 0), 0));

    // What a client has put together row by row is what a fresh subscriber gets.
    const snapshot = market.depthSnapshot(contract);
    const side = (type: number) =>
      new Map(
        snapshot
          .filter((row) => row['type'] === type)
          .map((row) => [ticks(contract, row, 'price'), row['volume']]),
      );
    expect(book.bids).toEqual(side(2));
    expect(book.asks).toEqual(side(1));
    expect(side(2).size).toBe(10);
  });
});

it('is silent over the daily break, and begins the new day with a new book', () => {
  const { clock, told, contracts } = stage(['MNQ'], Date.parse('2026-11-23T21:58:00Z'), { session: 'real' });
  clock.forward(70 * 60_000);
  const contract = contracts.get('MNQ');
  const events = told.get(contract?.id ?? '') ?? [];
  const stamps = events.map(({ data }) => at(rowsOf(data)[0] ?? {}));
  expect(stamps.filter((one) => one >= Date.parse('2026-11-23T22:00:00Z') && one < fivePm)).toEqual([]);
  const first = stamps.findIndex((one) => one >= fivePm);
  expect(first).toBeGreaterThan(100);
  expect(events[first]?.kind).toBe('depth');
  expect(rowsOf(events[first]?.data ?? [])[0]?.['type']).toBe(6);
  const quote = events.slice(first).find(({ data }) => typeof rowsOf(data)[0]?.['volume'] === 'number');
  const printed = events.slice(first).find(({ kind }) => kind === 'trade');
  const sum = rowsOf(printed?.data ?? []).reduce((total, row) => total + Number(row['volume']), 0);
  expect(sum).toBeGreaterThan(0);
  if (quote?.kind === 'quote') expect(rowsOf(quote.data)[0]?.['volume']).toBe(sum);
});

it('is silent over a planned halt of one contract or a holiday of all, and has no bars there', () => {
  const minute = (n: number) => halfPastFour + n * 60_000;
  const { clock, told, contracts, market } = stage(['MNQ', 'ES'], halfPastFour, {
    halts: [
      { symbol: 'MNQ', startAt: minute(2), endAt: minute(4) },
      { startAt: minute(6), endAt: minute(8) },
    ],
  });
  clock.forward(10 * 60_000);
  const silent = (symbol: string) => {
    const contract = contracts.get(symbol);
    if (contract === undefined) throw new Error(`there is no ${symbol}`);
    const busy = new Set(
      (told.get(contract.id) ?? []).map(({ data }) =>
        Math.floor((at(rowsOf(data)[0] ?? {}) - halfPastFour) / 60_000),
      ),
    );
    const ask = { unit: 2, count: 1, from: minute(0), to: minute(10), limit: 99, partial: false } as const;
    const bars = market.bars(contract).bars({ ...ask, shiftMs: 0, now: clock.now() });
    expect(new Set(bars.map((bar) => (bar.at - halfPastFour) / 60_000))).toEqual(busy);
    return Array.from({ length: 10 }, (_, n) => n).filter((n) => !busy.has(n));
  };
  expect(silent('MNQ')).toEqual([2, 3, 6, 7]);
  expect(silent('ES')).toEqual([6, 7]);
  expect([5, 6, 7, 8].map((n) => market.isOpen(minute(n)))).toEqual([true, false, false, true]);
});

it('knows how long a trading day is where the clocks change', () => {
  const lengths = [
    '2026-03-07T20:00:00Z',
    '2026-03-08T20:00:00Z',
    '2026-11-01T20:00:00Z',
    '2026-11-24T12:00:00Z',
  ].map((text) => {
    const start = tradingDayStart(Date.parse(text));
    return (nextDayStart(start) - start) / 3_600_000;
  });
  expect(lengths).toEqual([24, 23, 25, 24]);
});

it('writes every price with a fraction part, and as short as it is', () => {
  const { contracts } = stage(symbols, halfPastFour);
  const spelled = [...contracts.values()].map((contract) => {
    const price = priceOf(contract, Math.round((contract.base * contract.den) / contract.num) + 1);
    return [toJson(price, hubSpelling), toJson(price, { decimals: 'rest', omitNulls: false })];
  });
  expect(spelled).toEqual([
    ['25400.25', '25400.250000000'],
    ['6850.25', '6850.250000000'],
    ['61.01', '61.010000000'],
    ['117.03125', '117.031250000'],
    ['1.16005', '1.160050000'],
    ['112.015625', '112.015625000'],
  ]);
  const whole = [...contracts.values()].map((contract) => toJson(priceOf(contract, 0), hubSpelling));
  expect(new Set(whole)).toEqual(new Set(['0.0']));
});

describe('the pace', () => {
  const perSecond = { MNQ: 20, ES: 6, ZB: 0.03 } as const;
  const pace = ({ symbol }: SimContract) => perSecond[symbol as keyof typeof perSecond];
  const names = Object.keys(perSecond) as (keyof typeof perSecond)[];
  const hours = 2;

  it('is what was asked for, contract by contract, down to a lull of minutes', () => {
    const { clock, told, contracts } = stage(names, halfPastFour, { eventsPerSecond: pace });
    clock.forward(hours * 3_600_000);
    for (const symbol of names) {
      const count = told.get(contracts.get(symbol)?.id ?? '')?.length ?? 0;
      const share = count / (hours * 3600) / perSecond[symbol];
      // A quiet contract has some 50 beats in two hours, so chance alone moves its share.
      expect(share, symbol).toBeGreaterThan(symbol === 'ZB' ? 0.5 : 0.8);
      expect(share, symbol).toBeLessThan(symbol === 'ZB' ? 1.6 : 1.2);
    }
  });

  it('has bursts and lulls where asked to, the same ones for the same seed', () => {
    const listen = (ms: number) => {
      const running = stage(['MNQ'], halfPastFour, { rhythm: 'lively', eventsPerSecond: () => 20 });
      running.clock.forward(ms);
      return running.told.get(running.contracts.get('MNQ')?.id ?? '') ?? [];
    };
    const events = listen(3_600_000);
    const again = listen(300_000);
    expect(again.length).toBeGreaterThan(500);
    expect(JSON.stringify(again)).toBe(JSON.stringify(events.slice(0, again.length)));
    const perSecondCount = new Map<number, number>();
    const prints = events.filter(({ kind }) => kind === 'trade').map(({ data }) => at(rowsOf(data)[0] ?? {}));
    for (const one of prints) {
      const second = Math.floor(one / 1000);
      perSecondCount.set(second, (perSecondCount.get(second) ?? 0) + 1);
    }
    const mean = prints.length / 3600;
    expect(Math.max(...perSecondCount.values())).toBeGreaterThan(5 * mean);
    const gaps = prints.slice(1).map((one, index) => one - (prints[index] ?? one));
    expect(Math.max(...gaps)).toBeGreaterThan(5000 / mean);
    expect(events.length / 3600).toBeGreaterThan(12);
    expect(events.length / 3600).toBeLessThan(30);
  });
});
