// What REST is asked of a contract that has fallen silent, before anybody is told that it is mute: whether it was rolled, and whether it trades.
import type { Elsewhere } from '../domain/data-view.ts';
import type { ContractFeed, Feed, HubSilence } from '../domain/freshness.ts';
import type { LoginRoom } from './login-room.ts';
import { newestTrade } from './polling.ts';
import { lookForRoll } from './resolution.ts';

export interface SilenceAsks {
  /** Whether the contracts are still the active ones. Never rejects. */
  readonly lookForRoll: () => Promise<void>;
  /** The newest second in which a contract traded; 0 = none lately, undefined = it could not be asked. Never rejects. */
  readonly lookForTrades: (contractId: string) => Promise<number | undefined>;
  readonly told: (contractId: string, elsewhere: Elsewhere) => void;
  /** It was asked then, and told no trade that is missing; undefined = it told one. */
  readonly quiet: (contractId: string, at: number | undefined) => void;
  /** The prints of a contract are told to be missing, since its last event. */
  readonly missing: (contractId: string, fromAt: number) => void;
  readonly now: () => number;
}

/** One for the contracts of a login. */
export function silenceOf(room: LoginRoom): SilenceWatch {
  return new SilenceWatch({
    lookForRoll: () => lookForRoll(room),
    lookForTrades: (contractId) => newestTrade(room, contractId),
    told(contractId, elsewhere) {
      const ledger = room.markets.get(contractId);
      if (ledger !== undefined) ledger.data.elsewhere = elsewhere;
    },
    quiet(contractId, at) {
      const ledger = room.markets.get(contractId);
      if (ledger !== undefined) ledger.data.quietAt = at;
    },
    missing: (contractId, fromAt) => room.markets.get(contractId)?.data.missing(fromAt),
    now: () => room.clock.now(),
  });
}

/** So long before a silence is called mute the roll is looked for, that it is known by then: an answer takes a moment, its turn a few seconds. */
const beforeMuteMs = 6_000;
/** In a silence that lasts it is looked for again this often; and never more often than the second, whoever is silent. */
const rollAgainMs = 60_000;
const rollApartMs = 10_000;
/** A contract of unknown pace is silent from here: two answers then come before the 15 s after which a feed may be called mute. */
const silentMs = 6_000;
/** Between two answers; after a few without a trade it is a quiet market, which is not asked as often (5 history calls in 30 s are ours). */
const tradesApartMs = 10_000;
const tradesLaterMs = 30_000;
/** Of one that usually speaks more often than this silence, sooner: the first trade that is missing shows that it is mute. */
const pacedLaterMs = 15_000;
const fewAnswers = 3;

/** Nothing is due, and nothing can have stopped, before some stream has been silent for so long. */
const quietMs = 5_000;

/** Whether there may be anything to ask or to tell; far cheaper than to judge the whole feed. */
export function isAnyQuiet({ markets }: LoginRoom, now: number): boolean {
  return [...markets.values()].some((ledger) =>
    ledger.streams(() => true).some(({ lastReceivedAt }) => now - (lastReceivedAt ?? 0) >= quietMs),
  );
}

/** When the contract, or the hub as a whole, is called mute if nothing comes. */
function muteAt({ silentSinceAt, limitMs }: ContractFeed, hub: HubSilence): number {
  return Math.min(silentSinceAt + limitMs, hub.silentSinceAt + hub.limitMs);
}

/**
 * Both by the exchange's clock: the second of the newest trade REST tells, and our last print. Without a print of ours it takes a
 * second answer that tells nothing newer.
 */
function isQuiet({ paceKnown, streams }: ContractFeed, { first, answers }: Looks, newestAt: number): boolean {
  const printAt = streams.find(({ kind }) => kind === 'trade')?.exchangeAt;
  if (paceKnown && printAt !== undefined) return newestAt <= printAt;
  return answers > 1 && first !== undefined && newestAt <= first.newestAt;
}

interface Looks {
  silentSinceAt: number;
  rollAt: number;
  /** The first answer of this silence. */
  first: { readonly askedAt: number; readonly newestAt: number } | undefined;
  answers: number;
  tradesAt: number;
  proven: boolean;
}

export class SilenceWatch {
  readonly #asks: SilenceAsks;
  readonly #looks = new Map<string, Looks>();
  #rollAt = Number.NEGATIVE_INFINITY;
  #tradesAt = Number.NEGATIVE_INFINITY;
  #asking = false;

  constructor(asks: SilenceAsks) {
    this.#asks = asks;
  }

  /** Asks what is due; the answers show in the contracts and in what was `told`. */
  step(feed: Feed, now: number): void {
    if (feed.kind !== 'judged') return;
    const ids = new Set(feed.contracts.map(({ contractId }) => contractId));
    for (const id of this.#looks.keys()) if (!ids.has(id)) this.#looks.delete(id);
    for (const contract of feed.contracts) {
      const stopped = contract.stopped.find(({ kind }) => kind === 'trade');
      const since = feed.mute !== undefined || contract.mute ? contract : stopped;
      if (since !== undefined) this.#asks.missing(contract.contractId, since.silentSinceAt);
    }
    const silent = feed.contracts.filter(({ inactive }) => !inactive);
    for (const contract of silent) this.#looksOf(contract);
    this.#lookForRoll(silent, feed, now);
    // Where everything is told to be mute there is nothing left to find out.
    if (feed.mute === undefined) this.#lookForTrades(silent, feed, now);
  }

  #looksOf({ contractId, silentSinceAt }: ContractFeed): Looks {
    const known = this.#looks.get(contractId);
    if (known?.silentSinceAt === silentSinceAt) return known;
    const before = Number.NEGATIVE_INFINITY;
    const looks: Looks = {
      silentSinceAt,
      rollAt: before,
      first: undefined,
      answers: 0,
      tradesAt: before,
      proven: false,
    };
    this.#looks.set(contractId, looks);
    return looks;
  }

  #lookForRoll(
    contracts: readonly ContractFeed[],
    { silence }: Extract<Feed, { kind: 'judged' }>,
    now: number,
  ): void {
    if (now - this.#rollAt < rollApartMs) return;
    const due = contracts.filter((contract) => {
      return (
        now >= muteAt(contract, silence) - beforeMuteMs && now - this.#looksOf(contract).rollAt >= rollAgainMs
      );
    });
    if (due.length === 0) return;
    this.#rollAt = now;
    // One answer tells it of all of them.
    for (const contract of contracts) this.#looksOf(contract).rollAt = now;
    void this.#asks.lookForRoll();
  }

  #lookForTrades(
    contracts: readonly ContractFeed[],
    { silence }: Extract<Feed, { kind: 'judged' }>,
    now: number,
  ): void {
    if (this.#asking || now - this.#tradesAt < tradesApartMs) return;
    const due = contracts
      .map((contract) => ({ contract, looks: this.#looksOf(contract) }))
      .filter(({ contract, looks: { answers, proven, tradesAt } }) => {
        if (contract.hoursUnknown || proven || now - contract.silentSinceAt < silentMs) return false;
        // Its own pace tells when a silence is one; from the first answer on it is asked until something comes.
        const isTime = !contract.paceKnown || answers > 0 || now >= muteAt(contract, silence) - beforeMuteMs;
        const laterMs = contract.paceKnown ? pacedLaterMs : tradesLaterMs;
        return isTime && now - tradesAt >= (answers < fewAnswers ? tradesApartMs : laterMs);
      });
    // One that was asked of once is nearest to an answer; what nobody asked of yet is next.
    const rank = ({ answers }: Looks): number => (answers > 0 && answers < fewAnswers ? 0 : 1 + answers);
    // Among equals the one that speaks most often tells most.
    const next = due.sort(
      (a, b) => rank(a.looks) - rank(b.looks) || a.contract.limitMs - b.contract.limitMs,
    )[0];
    if (next === undefined) return;
    this.#tradesAt = now;
    next.looks.tradesAt = now;
    this.#asking = true;
    void this.#ask(next.contract, next.looks, now, muteAt(next.contract, silence));
  }

  async #ask(contract: ContractFeed, looks: Looks, askedAt: number, mutedAt: number): Promise<void> {
    const id = contract.contractId;
    const newestAt = await this.#asks.lookForTrades(id);
    this.#asking = false;
    if (newestAt === undefined) return;
    looks.answers += 1;
    // Two answers are held against each other, by the gateway's own clock: a bar may be told late, and our clocks may differ.
    looks.first ??= { askedAt, newestAt };
    const isQuietNow = isQuiet(contract, looks, newestAt);
    // What is called mute by now is not taken back by a quiet market: that would be told as a recovery, and nothing has come.
    if (!isQuietNow || this.#asks.now() < mutedAt) this.#asks.quiet(id, isQuietNow ? askedAt : undefined);
    if (newestAt <= looks.first.newestAt) return;
    looks.proven = true;
    this.#asks.told(id, { fromAt: looks.first.askedAt, toAt: this.#asks.now() });
  }
}
