// What is asked over REST again and again: accounts reconciled, and bars where no hub brings prints.
import type { ToldBars } from '../domain/data-view.ts';
import { messageOf } from '../domain/errors.ts';
import { type Bar, type GridPrice, type Timeframe, timeframeMs } from '../domain/market.ts';
import { onGrid } from '../domain/price.ts';
import { scrub } from '../log.ts';
import type { AccountLedger } from './account-ledger.ts';
import { listOf } from './directory.ts';
import { isDirect, type LoginRoom } from './login-room.ts';
import type { Purpose } from './meter.ts';
import type { Reconciliation } from './reconciliation.ts';
import { GatewayRefusal } from './rest.ts';
import { toBar } from './wire-market.ts';

/** Fills are asked for from this much before the last time, so that clocks that differ hide none. */
const overlapMs = 60_000;
const barsAsked = 120;

/** Unit and number of `History/retrieveBars` (reference 4.1). */
const units: Readonly<Record<Timeframe, readonly [unit: number, unitNumber: number]>> = {
  '1sec': [1, 1],
  '15sec': [1, 15],
  '30sec': [1, 30],
  '1min': [2, 1],
  '5min': [2, 5],
  '15min': [2, 15],
  '30min': [2, 30],
  '1hr': [3, 1],
};

/** Agrees these accounts with REST; gives back those that could not be, though they are still listed. Never rejects. */
export async function reconcileAccounts(
  room: LoginRoom,
  reconciliation: Reconciliation,
  purpose: Purpose,
  ledgers: readonly AccountLedger[],
): Promise<readonly AccountLedger[]> {
  const { clock, log } = room;
  const answers = ledgers.map(async (ledger) => {
    const usualSince = (ledger.reconciledAt ?? room.hostedAt) - overlapMs;
    const since = Math.min(usualSince, ledger.money.wideSince(clock.now()) ?? usualSince);
    const answer = await reconciliation.ask(ledger.id, since, room.asking(purpose));
    ledger.money.agree(answer.fills, since, answer.askedAt, clock.now());
    // The day before is for the money alone: what was made before our time cannot have been missed by our hub.
    const recent = answer.fills.filter(
      ({ exchangeAt }) => exchangeAt === undefined || exchangeAt >= usualSince,
    );
    const snapshot = { ...answer, fills: recent };
    const missed = ledger.reconcile(snapshot, clock.now());
    if (missed.length > 0) log.info({ fills: missed.length }, 'fills found over REST');
  });
  const ends = await Promise.allSettled(
    answers.map((answer, index) =>
      answer.catch((error: unknown) => {
        // An account that is gone is refused for ever; the others, and the proof of their hub, must not wait for it.
        if (!(error instanceof GatewayRefusal && isGone(room, ledgers[index]))) throw error;
      }),
    ),
  );
  for (const end of ends)
    if (end.status === 'rejected') log.debug({ error: scrub(messageOf(end.reason)) }, 'not reconciled');
  if (ends.length > 0) room.changed('suite');
  return ledgers.filter((_, index) => ends[index]?.status === 'rejected');
}

function isGone({ suites }: LoginRoom, ledger: AccountLedger | undefined): boolean {
  const own = suites.filter(({ account }) => account?.id === ledger?.id);
  return own.every(({ accountProblem }) => accountProblem !== undefined);
}

/** One-minute bars asked for comparison: enough to meet a gap or a shift, few enough to cost nothing. */
const comparedBars = 15;
const minuteMs = 60_000;

/**
 * Asks the closed one-minute bars of one contract that a hub feeds, in turn, to be held against its prints. Never rejects.
 * @returns false where our share has no room for it now: a call that would be put off only says that the share is spent
 */
export async function pollTruth(room: LoginRoom, turn: number): Promise<boolean> {
  const fed = [...new Set(room.suites.filter(isDirect).flatMap(({ contract }) => contract ?? []))];
  const contract = fed[turn % Math.max(fed.length, 1)];
  const ledger = contract === undefined ? undefined : room.markets.get(contract.id);
  if (contract === undefined || ledger === undefined) return true;
  if (!room.meter.has('history', 'polling')) return false;
  const askedAt = room.clock.now();
  const endAt = askedAt - (askedAt % minuteMs);
  try {
    const answer = await room.asking('polling')('History/retrieveBars', {
      contractId: contract.id,
      live: false,
      startTime: new Date(endAt - comparedBars * minuteMs).toISOString(),
      endTime: new Date(endAt).toISOString(),
      unit: 2,
      unitNumber: 1,
      limit: comparedBars,
      includePartialBar: false,
    });
    const bars = listOf(answer, 'bars').flatMap(
      (entry) => toBar(entry, contract, '1min', room.restOddities.notice) ?? [],
    );
    ledger.data.tell(asTold(bars, { at: room.clock.now(), askedAt, periodMs: minuteMs }));
  } catch (error) {
    room.log.debug({ error: scrub(messageOf(error)) }, 'bars not compared');
  }
  return true;
}

/** In the order in which they came, which is judged as well. */
function asTold(bars: readonly Bar[], when: Omit<ToldBars, 'bars'>): ToldBars {
  const ticks = (price: GridPrice): number | undefined => (onGrid(price) ? price : undefined);
  return {
    ...when,
    bars: bars.map(({ startAt, open, high, low, close, volume }) => ({
      startAt,
      open: ticks(open),
      high: ticks(high),
      low: ticks(low),
      close: ticks(close),
      volume,
    })),
  };
}

/** As far back as a trade is looked for while the feed is silent. */
const tradesBackMs = 60_000;

/**
 * The second of the newest trade that REST tells of a contract, epoch ms by the gateway's clock; 0 = none in the last minute. Never rejects.
 * @returns undefined where it could not be asked
 */
export async function newestTrade(room: LoginRoom, contractId: string): Promise<number | undefined> {
  const contract = room.markets.get(contractId)?.contract;
  if (contract === undefined) return undefined;
  const now = room.clock.now();
  try {
    const answer = await room.asking('recovery')('History/retrieveBars', {
      contractId,
      live: false,
      startTime: new Date(now - tradesBackMs).toISOString(),
      endTime: new Date(now).toISOString(),
      unit: 1,
      unitNumber: 1,
      limit: tradesBackMs / 1000,
      includePartialBar: true,
    });
    const bars = listOf(answer, 'bars').flatMap(
      (entry) => toBar(entry, contract, '1sec', room.restOddities.notice) ?? [],
    );
    return Math.max(0, ...bars.filter(({ volume }) => volume > 0).map(({ startAt }) => startAt));
  } catch (error) {
    room.log.debug({ error: scrub(messageOf(error)) }, 'no trades asked of a silent contract');
    return undefined;
  }
}

/** Asks the bars of one contract and timeframe that no hub feeds, in turn. Never rejects. */
export async function pollBars(room: LoginRoom, turn: number): Promise<void> {
  const fed = new Set(room.suites.filter(isDirect).map(({ contract }) => contract?.id));
  const wishes = room.suites.flatMap(({ contract, spec }) =>
    contract === undefined || fed.has(contract.id)
      ? []
      : spec.timeframes.map((timeframe) => ({ contract, timeframe })),
  );
  const wish = wishes[turn % Math.max(wishes.length, 1)];
  if (wish === undefined) return;
  const { contract, timeframe } = wish;
  const now = room.clock.now();
  const [unit, unitNumber] = units[timeframe];
  try {
    const answer = await room.asking('polling')('History/retrieveBars', {
      contractId: contract.id,
      live: false,
      startTime: new Date(now - barsAsked * timeframeMs[timeframe]).toISOString(),
      endTime: new Date(now).toISOString(),
      unit,
      unitNumber,
      limit: barsAsked,
      includePartialBar: true,
    });
    const bars = listOf(answer, 'bars').flatMap(
      (entry): Bar | [] => toBar(entry, contract, timeframe, room.restOddities.notice) ?? [],
    );
    const ledger = room.markets.get(contract.id);
    // Newest first as observed, oldest first as a fault: the order of the answer is not relied upon.
    ledger?.tellBars(
      timeframe,
      bars.toSorted((a, b) => a.startAt - b.startAt),
    );
    // Of several timeframes the shortest speaks for all; the bar in progress is not judged.
    const shortest = wishes.every(
      (one) => one.contract.id !== contract.id || timeframeMs[one.timeframe] >= timeframeMs[timeframe],
    );
    const periodMs = timeframeMs[timeframe];
    const closed = bars.filter(({ startAt }) => startAt + periodMs <= now);
    if (shortest) ledger?.data.tell(asTold(closed, { at: room.clock.now(), askedAt: now, periodMs }));
  } catch (error) {
    room.log.debug({ error: scrub(messageOf(error)) }, 'bars not asked');
  }
}
