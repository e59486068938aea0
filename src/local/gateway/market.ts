// The simulated exchange's live side: walks through the prints as time passes and tells quotes, prints and depth.
import type { Clock } from '../../domain/clock.ts';
import { type BarSource, makeBars } from './bars.ts';
import { type Book, makeBook } from './book.ts';
import { type Conditions, makeConditions } from './conditions.ts';
import { type ContractList, priceOf, type SimContract } from './contracts.ts';
import { zulu } from './instants.ts';
import { Dec, type Json, type JsonRow } from './json.ts';
import { type Beat, makePrints, type PrintSource } from './prints.ts';
import { seedOf } from './random.ts';
import type { Remembered } from './remembered.ts';
import { makePulse, type Rhythm } from './rhythm.ts';
import { isGlobexOpen, nextDayStart, tradingDayStart } from './session-hours.ts';

export type MarketKind = 'quote' | 'trade' | 'depth';

export interface MarketOptions {
  readonly seed: number;
  readonly clock: Clock;
  readonly contracts: ContractList;
  readonly session: 'real' | 'open';
  /** Mean events per second on a contract's live feed (quotes, prints and depth together). */
  readonly eventsPerSecond: (contract: SimContract) => number;
  readonly rhythm: Rhythm;
  /** Planned silences of a market without a fault: holidays, halts. */
  readonly halts: readonly PlannedHalt[];
  /** True while a maintenance fault halts the market at that instant. */
  readonly isHalted: (at: number) => boolean;
  /** Is anybody listening? Saves the making of events nobody gets. */
  readonly isWanted: (contractId: string, kind: MarketKind) => boolean;
  readonly publish: (contractId: string, kind: MarketKind, data: Json) => void;
  readonly remembered?: Remembered;
}

/** No trading from `startAt` until `endAt` (epoch ms); without a symbol all of the exchange is closed. */
export interface PlannedHalt {
  readonly symbol?: string;
  readonly startAt: number;
  readonly endAt: number;
}

/** The best prices and last print of a contract, in ticks. */
export interface Touch {
  readonly bid: number;
  readonly ask: number;
  readonly last: number;
}

export interface Market extends Pick<Conditions, 'halt' | 'surge'> {
  isOpen(at: number): boolean;
  touch(contract: SimContract): Touch;
  /** Where the seeded walk will stand at an instant to come; for scripts that set an order where it will be reached. */
  touchAt(contract: SimContract, at: number): Touch;
  bars(contract: SimContract): BarSource;
  /** Contracts whose feed is in motion: somebody has asked for them. */
  live(): readonly SimContract[];
  /** Tells subscribers how things stand: the touch, or reset and whole book. */
  refresh(contract: SimContract, kind: 'quote' | 'depth'): void;
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
  /** Beats were skipped: whatever clients have of the book is void. */
  isTorn: boolean;
}

const pumpMs = 50;
const dayMs = 86_400_000;
/** Kept so that bars of any unit over all of it are made in well under a second. */
const historyDays = 30;
/** Depth, print and quote of a beat, and in about one of three the touch moved first, which is a quote of its own. */
const eventsPerBeat = 3.3;
/** History is drawn no busier than this, or a bench's rate would make it dear. */
const historyEvents = 6;
/** A sleep longer than this is skipped, not replayed. */
const catchUpMs = 60_000;

export function makeMarket(options: MarketOptions): Market {
  const { clock, seed } = options;
  const startedAt = Math.floor(clock.now() / 1000) * 1000;
  const conditions = makeConditions(() => clock.now());
  const isPlanned = (symbol: string | undefined, at: number) =>
    options.halts.some((halt) => halt.symbol === symbol && at >= halt.startAt && at < halt.endAt);
  const isOpen = (at: number) =>
    (options.session === 'open' || isGlobexOpen(at)) && !isPlanned(undefined, at) && !options.isHalted(at);
  const tapes = new Map<string, Tape>();
  const listeners: ((contract: SimContract, beat: Beat) => void)[] = [];

  const tapeOf = (contract: SimContract): Tape => {
    const known = tapes.get(contract.id);
    if (known !== undefined) return known;
    const events = options.eventsPerSecond(contract);
    const own = seedOf(seed, contract.root);
    const prints = makePrints(contract, {
      seed,
      historyRate: Math.min(events, historyEvents) / eventsPerBeat,
      liveRate: events / eventsPerBeat,
      rateFromAt: startedAt,
      pulse: makePulse(options.rhythm, own, options.session === 'real'),
      factor: (second) => conditions.factor(contract.id, second),
      isOpen: (at) =>
        at < contract.rollsAt &&
        isOpen(at) &&
        !isPlanned(contract.symbol, at) &&
        !conditions.isHalted(contract.id, at),
    });
    const bars = makeBars(
      prints,
      () => clock.now(),
      startedAt - historyDays * dayMs,
      options.remembered?.minutes,
    );
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

  const startDay = (tape: Tape, at: number): Omit<Live, 'book' | 'at' | 'beat' | 'isTorn'> => {
    const dayStart = tradingDayStart(at);
    const sofar = tape.bars.over(dayStart, at + 1);
    const settled = Math.floor(tape.prints.mid(dayStart - 3_600_000));
    const last = Math.floor(tape.prints.mid(at));
    return {
      dayEndsAt: nextDayStart(dayStart),
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
      tape.live = {
        at: now,
        beat: lastBeat(tape, now),
        ...startDay(tape, now),
        book: undefined,
        isTorn: tape.live !== undefined,
      };
    }
    return tape.live;
  };

  const bookOf = (tape: Tape, live: Live): Book => {
    live.book ??= makeBook(tape.contract, seedOf(seed, `${tape.contract.root}/book`), live.beat);
    return live.book;
  };

  const touchQuote = (contract: SimContract, { beat }: Live): JsonRow => {
    const time = zulu(beat.at);
    return {
      symbol: contract.symbolId,
      bestBid: priceOf(contract, beat.bid),
      bestAsk: priceOf(contract, beat.ask),
      lastUpdated: time,
      timestamp: time,
    };
  };

  const quote = (contract: SimContract, live: Live): JsonRow => {
    const { beat, volume } = live;
    const { symbol, bestBid, bestAsk, ...times } = touchQuote(contract, live);
    const lastPrice = priceOf(contract, beat.last);
    // The real feed leaves members out at times; a client must carry the last value forward.
    if (beat.salt % 12 === 0) return { symbol, lastPrice, volume, ...times };
    const change = beat.last - live.settled;
    return {
      symbol,
      lastPrice,
      bestBid,
      bestAsk,
      change: priceOf(contract, change),
      changePercent: new Dec(Math.round((change / live.settled) * 10_000) / 100),
      open: priceOf(contract, live.dayOpen),
      high: priceOf(contract, live.high),
      low: priceOf(contract, live.low),
      volume,
      ...times,
    };
  };

  const tell = (tape: Tape, live: Live, beat: Beat) => {
    const { contract } = tape;
    const isNewDay = beat.at >= live.dayEndsAt;
    if (isNewDay) {
      Object.assign(live, startDay(tape, beat.at));
      Object.assign(live, { volume: 0, dayOpen: beat.last, high: beat.last, low: beat.last });
    }
    const moved = isNewDay || beat.bid !== live.beat.bid || beat.ask !== live.beat.ask;
    const before = live.beat;
    live.beat = beat;
    for (const size of beat.sizes) live.volume += size;
    live.high = Math.max(live.high, beat.last);
    live.low = Math.min(live.low, beat.last);
    for (const listener of listeners) listener(contract, beat);
    // The touch moves before the print that happens at it: a client that goes by arrival sees every print inside.
    if (options.isWanted(contract.id, 'depth')) {
      live.book ??= makeBook(contract, seedOf(seed, `${contract.root}/book`), before);
      const rows = live.book.move(beat);
      // A new day begins with a new book, so that nothing of yesterday's is left standing.
      const isWhole = isNewDay || live.isTorn;
      options.publish(contract.id, 'depth', isWhole ? live.book.snapshot(beat.at) : rows);
    } else live.book = undefined;
    live.isTorn = false;
    const wantsQuote = options.isWanted(contract.id, 'quote');
    if (wantsQuote && moved) options.publish(contract.id, 'quote', touchQuote(contract, live));
    if (options.isWanted(contract.id, 'trade')) {
      const type = beat.buy ? 0 : 1;
      const timestamp = zulu(beat.at);
      const price = priceOf(contract, beat.last);
      const { symbolId } = contract;
      const prints = beat.sizes.map((volume) => ({ symbolId, price, timestamp, type, volume }));
      options.publish(contract.id, 'trade', prints);
    }
    if (wantsQuote) options.publish(contract.id, 'quote', quote(contract, live));
  };

  const pump = () => {
    const now = clock.now();
    for (const tape of tapes.values()) {
      if (tape.live === undefined) continue;
      const live = liveOf(tape);
      for (const beat of tape.prints.between(live.at, now)) tell(tape, live, beat);
      live.at = now;
    }
  };

  return {
    isOpen,
    touch(contract) {
      const { bid, ask, last } = liveOf(tapeOf(contract)).beat;
      return { bid, ask, last };
    },
    touchAt: (contract, at) => lastBeat(tapeOf(contract), at),
    bars: (contract) => tapeOf(contract).bars,
    depthSnapshot(contract) {
      const tape = tapeOf(contract);
      const live = liveOf(tape);
      return bookOf(tape, live).snapshot(live.beat.at);
    },
    halt: (contractId) => conditions.halt(contractId),
    surge: (contractId, factor) => conditions.surge(contractId, factor),
    live: () => [...tapes.values()].filter((tape) => tape.live !== undefined).map((tape) => tape.contract),
    refresh(contract, kind) {
      const { live } = tapeOf(contract);
      if (live === undefined || !options.isWanted(contract.id, kind)) return;
      if (kind === 'quote') options.publish(contract.id, 'quote', touchQuote(contract, live));
      else options.publish(contract.id, 'depth', bookOf(tapeOf(contract), live).snapshot(live.beat.at));
    },
    onBeat: (listener) => listeners.push(listener),
    start: () => void clock.every(pumpMs, pump),
  };
}
