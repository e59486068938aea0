// The simulated exchange's live side: walks through the prints as time passes and tells quotes, prints and depth.
import type { Clock } from '../../domain/clock.ts';
import { type BarSource, makeBars } from './bars.ts';
import { type Book, makeBook } from './book.ts';
import { type ContractList, priceOf, type SimContract } from './contracts.ts';
import { zulu } from './instants.ts';
import { Dec, type Json, type JsonRow } from './json.ts';
import { type Beat, makePrints, type PrintSource } from './prints.ts';
import { seedOf } from './random.ts';
import { isGlobexOpen, tradingDayStart } from './session-hours.ts';

export type MarketKind = 'quote' | 'trade' | 'depth';

export interface MarketOptions {
  readonly seed: number;
  readonly clock: Clock;
  readonly contracts: ContractList;
  readonly session: 'real' | 'open';
  /** Mean events per second and contract on the live feed (quotes, prints and depth together). */
  readonly eventsPerSecond: number;
  /** True while a maintenance fault halts the market at that instant. */
  readonly isHalted: (at: number) => boolean;
  /** Is anybody listening? Saves the making of events nobody gets. */
  readonly isWanted: (contractId: string, kind: MarketKind) => boolean;
  readonly publish: (contractId: string, kind: MarketKind, data: Json) => void;
}

/** The best prices and last print of a contract, in ticks. */
export interface Touch {
  readonly bid: number;
  readonly ask: number;
  readonly last: number;
}

export interface Market {
  isOpen(at: number): boolean;
  touch(contract: SimContract): Touch;
  bars(contract: SimContract): BarSource;
  /** Rows a fresh depth subscriber gets. */
  depthSnapshot(contract: SimContract): readonly JsonRow[];
  /** Called after each beat of a watched contract. */
  onBeat(listener: (contract: SimContract, beat: Beat) => void): void;
  start(): void;
}

interface Tape {
  readonly contract: SimContract;
  readonly prints: PrintSource;
  readonly bars: BarSource;
  live: Live | undefined;
}

interface Live {
  at: number;
  beat: Beat;
  dayEndsAt: number;
  dayOpen: number;
  high: number;
  low: number;
  settled: number;
  volume: number;
  book: Book | undefined;
}

const pumpMs = 50;
const dayMs = 86_400_000;
/** Kept so that bars of any unit over all of it are made in well under a second. */
const historyDays = 30;
/** Beats per second before the gateway started: a third of six events. */
const historyRate = 2;
/** A sleep longer than this is skipped, not replayed. */
const catchUpMs = 60_000;

export function makeMarket(options: MarketOptions): Market {
  const { clock, seed } = options;
  const startedAt = Math.floor(clock.now() / 1000) * 1000;
  const isOpen = (at: number) => (options.session === 'open' || isGlobexOpen(at)) && !options.isHalted(at);
  const tapes = new Map<string, Tape>();
  const listeners: ((contract: SimContract, beat: Beat) => void)[] = [];

  const tapeOf = (contract: SimContract): Tape => {
    const known = tapes.get(contract.id);
    if (known !== undefined) return known;
    const prints = makePrints(contract, {
      seed,
      historyRate,
      liveRate: options.eventsPerSecond / 3,
      rateFromAt: startedAt,
      isOpen,
    });
    const bars = makeBars(prints, () => clock.now(), startedAt - historyDays * dayMs);
    const tape: Tape = { contract, prints, bars, live: undefined };
    tapes.set(contract.id, tape);
    return tape;
  };

  const lastBeat = (tape: Tape, at: number): Beat => {
    for (let second = Math.floor(at / 1000), n = 0; n < 3 * 86_400; second -= 1, n += 1) {
      const beat = tape.prints.beats(second).findLast((one) => one.at <= at);
      if (beat !== undefined) return beat;
    }
    const bid = Math.floor(tape.prints.mid(at));
    return { at, bid, ask: bid + 1, last: bid, buy: false, sizes: [], salt: 0 };
  };

  const startDay = (tape: Tape, at: number): Omit<Live, 'book' | 'at' | 'beat'> => {
    const dayStart = tradingDayStart(at);
    const sofar = tape.bars.over(dayStart, at + 1);
    const settled = Math.floor(tape.prints.mid(dayStart - 3_600_000));
    const last = Math.floor(tape.prints.mid(at));
    return {
      dayEndsAt: dayStart + dayMs,
      dayOpen: sofar?.open ?? last,
      high: sofar?.high ?? last,
      low: sofar?.low ?? last,
      volume: sofar?.volume ?? 0,
      settled,
    };
  };

  const liveOf = (tape: Tape): Live => {
    const now = clock.now();
    if (tape.live === undefined || now - tape.live.at > catchUpMs) {
      tape.live = { at: now, beat: lastBeat(tape, now), ...startDay(tape, now), book: undefined };
    }
    return tape.live;
  };

  const bookOf = (tape: Tape, live: Live): Book => {
    live.book ??= makeBook(tape.contract, seedOf(seed, `${tape.contract.root}/book`), live.beat);
    return live.book;
  };

  const quote = (contract: SimContract, live: Live): JsonRow => {
    const { beat } = live;
    const time = zulu(beat.at);
    const times = { lastUpdated: time, timestamp: time };
    const symbol = contract.symbolId;
    const volume = live.volume;
    // The real feed leaves members out at times; a client must carry the last value forward.
    switch (beat.salt % 12) {
      case 0:
        return { symbol, lastPrice: priceOf(contract, beat.last), volume, ...times };
      case 1:
        return {
          symbol,
          bestBid: priceOf(contract, beat.bid),
          bestAsk: priceOf(contract, beat.ask),
          ...times,
        };
    }
    const change = priceOf(contract, beat.last - live.settled);
    return {
      symbol,
      lastPrice: priceOf(contract, beat.last),
      bestBid: priceOf(contract, beat.bid),
      bestAsk: priceOf(contract, beat.ask),
      change,
      changePercent: new Dec(Math.round(((beat.last - live.settled) / live.settled) * 10_000) / 100),
      open: priceOf(contract, live.dayOpen),
      high: priceOf(contract, live.high),
      low: priceOf(contract, live.low),
      volume,
      ...times,
    };
  };

  const tell = (tape: Tape, live: Live, beat: Beat) => {
    const { contract } = tape;
    if (beat.at >= live.dayEndsAt) {
      Object.assign(live, startDay(tape, beat.at - 1), { dayEndsAt: tradingDayStart(beat.at) + dayMs });
      Object.assign(live, { volume: 0, dayOpen: beat.last, high: beat.last, low: beat.last });
    }
    live.beat = beat;
    for (const size of beat.sizes) live.volume += size;
    live.high = Math.max(live.high, beat.last);
    live.low = Math.min(live.low, beat.last);
    for (const listener of listeners) listener(contract, beat);
    if (options.isWanted(contract.id, 'trade')) {
      const type = beat.buy ? 0 : 1;
      const timestamp = zulu(beat.at);
      const price = priceOf(contract, beat.last);
      const prints = beat.sizes.map((volume) => ({
        symbolId: contract.symbolId,
        price,
        timestamp,
        type,
        volume,
      }));
      options.publish(contract.id, 'trade', prints);
    }
    if (options.isWanted(contract.id, 'quote')) options.publish(contract.id, 'quote', quote(contract, live));
    if (options.isWanted(contract.id, 'depth')) {
      const rows = bookOf(tape, live).move(beat);
      options.publish(contract.id, 'depth', rows);
    } else live.book = undefined;
  };

  const pump = () => {
    const now = clock.now();
    for (const tape of tapes.values()) {
      if (tape.live === undefined) continue;
      const live = liveOf(tape);
      for (let second = Math.floor(live.at / 1000); second * 1000 <= now; second += 1) {
        for (const beat of tape.prints.beats(second))
          if (beat.at > live.at && beat.at <= now) tell(tape, live, beat);
      }
      live.at = now;
    }
  };

  return {
    isOpen,
    touch(contract) {
      const { bid, ask, last } = liveOf(tapeOf(contract)).beat;
      return { bid, ask, last };
    },
    bars: (contract) => tapeOf(contract).bars,
    depthSnapshot(contract) {
      const tape = tapeOf(contract);
      const live = liveOf(tape);
      return bookOf(tape, live).snapshot(live.beat.at);
    },
    onBeat: (listener) => listeners.push(listener),
    start: () => void clock.every(pumpMs, pump),
  };
}
