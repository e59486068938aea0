// Which market data flows, is late, or has stopped: the whole hub, one contract, or one kind of event of a contract.
import { clockDifference, latenessBeside } from './clock-difference.ts';
import type { DataView } from './data-view.ts';
import type { DetectContext } from './detector.ts';
import type { MarketEventKind } from './market.ts';
import { inOpeningGrace } from './session-clock.ts';
import type { LoginView, StreamView, SuiteView } from './suite.ts';

/** Reference 12: no event for 20 × the usual gap. */
const gapsToMute = 20;
/** Ours: what was silent that long a while ago, and came back, is mute only after twice that. */
const lullsToMute = 2;
/** A contract alone may have a lull of its own while others trade, and its pace falls when its day session ends: twice as much. */
const aloneFactor = 2;
/** One kind alone (prints above all) comes in bursts: it gets twice the patience of the whole contract. */
const gapsToStopped = 40;
const stoppedFactor = 1.5;
/** Prints are proven to be missing where the day's total in the quotes rose this often without one; then fewer gaps will do. */
const risesToMiss = 5;
const gapsToMiss = 10;
/** A contract of which too little has come to know its pace gets so many times the time after which a feed has failed. */
const unknownPace = 2;
/** One that has begun to show its pace, but for moments only, gets this many times the patience. */
const roughFactor = 2;
/** The newest stamp before a lateness began is older than its beginning: by the way it came and the gap to the next event. */
const beganMs = 2_000;
/** Where REST tells no trade either, it is most likely a lull of the market itself: so many times the patience, and no more, for quotes may stop alone. */
const quietFactor = 3;
/** So long REST's word holds; it is asked again sooner. */
const quietKnownMs = 45_000;
/** A trade that REST tells may be on its way to us for a moment. */
const onItsWayMs = 2_000;
/** Reference 12, clock: an exchange time this far ahead of ours is a wrong clock. */
const aheadMs = 2_000;

export interface StreamAge {
  readonly kind: MarketEventKind;
  /** Newest receipt, never later than `now`; undefined = never. */
  readonly seenAt: number | undefined;
  readonly exchangeAt: number | undefined;
  /** Since its last event, this connection's start or the opening, whichever came last. */
  readonly silentSinceAt: number;
  readonly usualGapMs: number | undefined;
  /** From a few gaps only. */
  readonly roughGapMs: number | undefined;
  /** The longest lull lately, ms. */
  readonly lullMs: number;
  readonly pause: StreamView['pause'];
  /** Receipt minus exchange time of the newest event: positive = late, negative = ahead. */
  readonly lagMs: number | undefined;
}

export interface ContractFeed {
  readonly contractId: string;
  /** `MNQZ5` */
  readonly name: string;
  readonly suites: readonly SuiteView[];
  /** Its expiry is over: that its feed stops is what is expected, whatever the others do. */
  readonly inactive: boolean;
  /** No calendar names its product: the market may be closed, so its silence alone is never mute. */
  readonly hoursUnknown: boolean;
  readonly streams: readonly StreamAge[];
  readonly silentSinceAt: number;
  /** Silence beyond this is mute. */
  readonly limitMs: number;
  /** Enough has come to know how often its events come. */
  readonly paceKnown: boolean;
  /** REST told trades of it that were made since its last event: its market trades, and our feed does not say so. */
  readonly tradesElsewhere: boolean;
  /** REST tells no trade either, so it is given longer. */
  readonly quietElsewhere: boolean;
  /** No kind comes any more while other contracts flowed on, or it is known to trade. */
  readonly mute: boolean;
  /** Kinds that stopped while the others flowed on. */
  readonly stopped: readonly (StreamAge & { readonly limitMs: number })[];
  /** Newest event's lateness by exchange time, without what the clocks explain of it, where it is beyond the warning. */
  readonly lateMs: number | undefined;
  readonly aheadMs: number | undefined;
}

export interface HubSilence {
  readonly silentSinceAt: number;
  readonly limitMs: number;
  /** REST tells no trade of the contract that speaks most often either. */
  readonly quietElsewhere: boolean;
}

export type Feed =
  /** Nothing to hold against: no hub, no session, or too early to tell. */
  | { readonly kind: 'not-judged'; readonly why: 'no-hub' | 'closed' | 'opening' | 'no-streams' }
  | {
      readonly kind: 'judged';
      /** Set where no market event of any contract comes. */
      readonly mute: HubSilence | undefined;
      /** The silence of all contracts, mute or not; its limit is `Infinity` where none of them has to speak. */
      readonly silence: HubSilence;
      readonly contracts: readonly ContractFeed[];
    };

interface Draft {
  readonly contractId: string;
  readonly name: string;
  readonly inactive: boolean;
  readonly hoursUnknown: boolean;
  readonly suites: SuiteView[];
  readonly streams: Map<MarketEventKind, StreamAge>;
  readonly elsewhere: DataView['elsewhere'];
  readonly quietAt: DataView['quietAt'];
  readonly unprinted: number;
  settled: boolean;
}

/** The last look: its detectors all ask the same of one view, one after the other, and neither it nor what it is judged with changes. */
let last: { readonly login: LoginView; readonly context: DetectContext; readonly feed: Feed } | undefined;

/** Judges the market data of a login's directly observed suites. */
export function feedOf(login: LoginView, context: DetectContext): Feed {
  if (last !== undefined && last.login === login && isSame(last.context, context)) return last.feed;
  const feed = judge(login, context);
  last = { login, context, feed };
  return feed;
}

function isSame(one: DetectContext, other: DetectContext): boolean {
  return one.now === other.now && one.thresholds === other.thresholds && one.market === other.market;
}

function judge(login: LoginView, context: DetectContext): Feed {
  const { state } = login.hubs.market;
  if (state.kind !== 'connected') return { kind: 'not-judged', why: 'no-hub' };
  const drafts = draftsOf(login, state.sinceAt, context);
  if (drafts.kind === 'none') return { kind: 'not-judged', why: drafts.why };
  const all = drafts.drafts.map((draft) => ({ draft, silentSinceAt: newest([...draft.streams.values()]) }));
  const settled = all.filter(({ draft }) => draft.settled);
  if (settled.length === 0) return { kind: 'not-judged', why: 'opening' };

  const { now, thresholds } = context;
  const limits = new Map(settled.map(({ draft }) => [draft, contractLimit(draft, context)]));
  const hubSilentSinceAt = Math.max(...all.map((one) => one.silentSinceAt));
  // A contract whose expiry is over or whose hours are not known may be silent: it takes others to call the hub mute.
  const expected = settled.filter(({ draft }) => !draft.inactive && !draft.hoursUnknown);
  const hub = hubPatience(
    expected.map(({ draft }) => draft),
    state.sinceAt,
    context,
  );
  const hubLimitMs = hub.limitMs;
  const hubMute = now - hubSilentSinceAt >= hubLimitMs;
  const proofMs = (thresholds.muteMs * 2) / 3;
  const clocks = clockDifference(login.rest, now);

  const contracts = settled.map(({ draft, silentSinceAt }): ContractFeed => {
    const quietElsewhere = isQuietElsewhere(draft, now);
    const limitMs = (quietElsewhere ? quietFactor : 1) * (limits.get(draft) ?? thresholds.muteMs);
    const streams = [...draft.streams.values()];
    // Others that went on well beyond our last event prove that it is this contract alone; this never flips back.
    const othersFlowed = all.some(
      (other) =>
        other.draft !== draft &&
        [...other.draft.streams.values()].some((stream) => flowedPast(stream, silentSinceAt) >= proofMs),
    );
    const tradesElsewhere = tradedSince(draft, silentSinceAt, now);
    const isTold = draft.inactive || ((othersFlowed || tradesElsewhere) && !draft.hoursUnknown);
    const mute = !hubMute && isTold && now - silentSinceAt >= limitMs;
    const lags = streams.flatMap((stream) => (stream.lagMs === undefined ? [] : [stream.lagMs]));
    const told = lags.length === 0 ? 0 : Math.min(...lags);
    const lag = latenessBeside(told, clocks);
    // A clock set a moment ago looks like data that becomes late, until an answer from since then tells which it is.
    const open = clocks !== undefined && now - clocks.at > told - beganMs && told < thresholds.feedFailMs;
    return {
      contractId: draft.contractId,
      name: draft.name,
      suites: draft.suites,
      inactive: draft.inactive,
      hoursUnknown: draft.hoursUnknown,
      streams,
      silentSinceAt,
      limitMs,
      paceKnown: unusualMs(draft) !== undefined,
      tradesElsewhere,
      quietElsewhere,
      mute,
      stopped: hubMute || mute ? [] : stoppedKinds(streams, draft.unprinted, context),
      lateMs: lag >= thresholds.feedWarnMs && !open ? lag : undefined,
      aheadMs: -lag >= aheadMs ? -lag : undefined,
    };
  });
  const silence = { silentSinceAt: hubSilentSinceAt, ...hub };
  return {
    kind: 'judged',
    mute: hubMute ? silence : undefined,
    silence,
    contracts,
  };
}

type Drafts =
  | { readonly kind: 'none'; readonly why: 'closed' | 'no-streams' }
  | { readonly kind: 'some'; readonly drafts: readonly Draft[] };

/** Suites on the same contract share its streams. */
function draftsOf(login: LoginView, connectedAt: number, context: DetectContext): Drafts {
  const drafts = new Map<string, Draft>();
  let closed = false;
  for (const suite of login.suites) {
    if (suite.spec.observe !== 'direct' || suite.contract === undefined) continue;
    const wanted = suite.streams.filter(
      (stream) => stream.wanted && stream.contractId === suite.contract?.id,
    );
    if (wanted.length === 0) continue;
    const phase = context.market(suite);
    if (phase.kind === 'closed') {
      closed = true;
      continue;
    }
    const draft = drafts.get(suite.contract.id) ?? {
      contractId: suite.contract.id,
      name: suite.contract.name,
      inactive: !suite.contract.activeContract,
      hoursUnknown: phase.hours === 'unknown',
      suites: [],
      streams: new Map<MarketEventKind, StreamAge>(),
      elsewhere: suite.data.elsewhere,
      quietAt: suite.data.quietAt,
      unprinted: suite.data.unprinted ?? 0,
      settled: !inOpeningGrace(phase, context.now, context.thresholds.openingMs),
    };
    draft.suites.push(suite);
    for (const stream of wanted) {
      draft.streams.set(stream.kind, ageOf(stream, Math.max(connectedAt, phase.openedAt), context.now));
    }
    drafts.set(suite.contract.id, draft);
  }
  if (drafts.size > 0) return { kind: 'some', drafts: [...drafts.values()] };
  return { kind: 'none', why: closed ? 'closed' : 'no-streams' };
}

function ageOf(stream: StreamView, judgedFromAt: number, now: number): StreamAge {
  // A contract that was rolled to in mid-session cannot have spoken before it was asked for.
  const fromAt = Math.max(judgedFromAt, stream.wantedSinceAt ?? 0);
  const received = stream.lastReceivedAt ?? stream.lastExchangeAt;
  const seenAt = received === undefined ? undefined : Math.min(received, now);
  const { lastExchangeAt, lastReceivedAt, firstOnConnectionAt } = stream;
  const lag =
    lastExchangeAt === undefined || lastReceivedAt === undefined
      ? undefined
      : lastReceivedAt - lastExchangeAt;
  // What a fresh subscription is given first is the state of things, stamped when it last changed: that is not lateness.
  const stateOnly = lastReceivedAt === firstOnConnectionAt && (lag ?? 0) > 0;
  const lagMs = stateOnly ? undefined : lag;
  return {
    kind: stream.kind,
    seenAt,
    exchangeAt: stream.lastExchangeAt,
    silentSinceAt: Math.max(seenAt ?? fromAt, fromAt),
    usualGapMs: stream.usualGapMs,
    roughGapMs: stream.roughGapMs ?? stream.usualGapMs,
    lullMs: stream.lullMs ?? 0,
    pause: stream.pause,
    lagMs,
  };
}

/** How long a stream flowed beyond `at`. Coming back after a pause of everything is no flow: the others may follow at once. */
function flowedPast({ silentSinceAt, pause }: StreamAge, at: number): number {
  if (pause === undefined) return silentSinceAt - at;
  return Math.max(pause.fromAt - at, silentSinceAt - Math.max(pause.toAt, at));
}

function newest(streams: readonly StreamAge[]): number {
  return Math.max(...streams.map((stream) => stream.silentSinceAt));
}

/** True where trades were made since its last event, and their own events have had the time to come. */
function tradedSince({ elsewhere }: Draft, silentSinceAt: number, now: number): boolean {
  return elsewhere !== undefined && elsewhere.fromAt >= silentSinceAt && now - elsewhere.toAt >= onItsWayMs;
}

/** True where REST was asked in this silence, not long ago, and told no trade that is missing. */
function isQuietElsewhere(draft: Draft, now: number): boolean {
  const { quietAt, inactive } = draft;
  const silentSinceAt = newest([...draft.streams.values()]);
  if (quietAt === undefined || inactive || tradedSince(draft, silentSinceAt, now)) return false;
  return quietAt >= silentSinceAt && now - quietAt <= quietKnownMs;
}

/** Silence of a contract that its own pace does not explain; undefined = too little came to know its pace. */
function unusualMs(draft: Draft): number | undefined {
  const limits = [...draft.streams.values()].flatMap(({ usualGapMs, lullMs }) =>
    usualGapMs === undefined ? [] : [Math.max(gapsToMute * usualGapMs, lullsToMute * lullMs)],
  );
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/** That of the contract which speaks most often; with none that has to speak the hub may be silent for ever. */
function hubPatience(
  expected: readonly Draft[],
  connectedAt: number,
  context: DetectContext,
): Pick<HubSilence, 'limitMs' | 'quietElsewhere'> {
  const [lead] = expected
    .map((draft) => ({ draft, limitMs: hubLimit(draft, connectedAt, context) }))
    .sort((a, b) => a.limitMs - b.limitMs);
  if (lead === undefined) return { limitMs: Number.POSITIVE_INFINITY, quietElsewhere: false };
  const quietElsewhere = isQuietElsewhere(lead.draft, context.now);
  return { limitMs: (quietElsewhere ? quietFactor : 1) * lead.limitMs, quietElsewhere };
}

/** An unknown pace after events on this connection means too few of them: the longer time. */
function hubLimit(draft: Draft, connectedAt: number, { now, thresholds }: DetectContext): number {
  if (tradedSince(draft, newest([...draft.streams.values()]), now)) return thresholds.muteMs;
  const paceMs = unusualMs(draft);
  if (paceMs !== undefined) return Math.max(thresholds.muteMs, paceMs);
  const seen = [...draft.streams.values()].some(
    ({ seenAt }) => seenAt !== undefined && seenAt >= connectedAt,
  );
  return seen ? thresholds.feedFailMs : thresholds.muteMs;
}

/** A contract alone is judged by its own pace; while that is not known it may simply be a thin one (reference 9: active and liquid). */
function contractLimit(draft: Draft, { now, thresholds }: DetectContext): number {
  if (tradedSince(draft, newest([...draft.streams.values()]), now)) return thresholds.muteMs;
  const paceMs = unusualMs(draft);
  if (paceMs !== undefined) return Math.max(thresholds.muteMs, aloneFactor * paceMs);
  const unknownMs = unknownPace * thresholds.feedFailMs;
  const rough = [...draft.streams.values()].flatMap(({ roughGapMs, lullMs }) =>
    roughGapMs === undefined ? [] : [Math.max(gapsToMute * roughGapMs, lullsToMute * lullMs)],
  );
  if (rough.length === 0) return unknownMs;
  const roughMs = roughFactor * aloneFactor * Math.max(thresholds.muteMs, Math.min(...rough));
  return Math.min(unknownMs, roughMs);
}

function stoppedKinds(
  streams: readonly StreamAge[],
  unprinted: number,
  { now, thresholds }: DetectContext,
): readonly (StreamAge & { readonly limitMs: number })[] {
  return streams.flatMap((stream) => {
    const missed = stream.kind === 'trade' && unprinted >= risesToMiss;
    const limitMs = missed ? missedLimit(stream, thresholds) : stoppedLimit(stream, thresholds);
    if (limitMs === undefined || now - stream.silentSinceAt < limitMs) return [];
    const othersFlowed = streams.some((other) => flowedPast(other, stream.silentSinceAt) >= limitMs / 2);
    return othersFlowed ? [{ ...stream, limitMs }] : [];
  });
}

/** Undefined = it cannot be told: a contract may go long without a print. */
function stoppedLimit(
  stream: StreamAge,
  { muteMs, feedFailMs }: DetectContext['thresholds'],
): number | undefined {
  const ofPace = (gapMs: number): number =>
    Math.max(stoppedFactor * muteMs, gapsToStopped * gapMs, lullsToMute * stoppedFactor * stream.lullMs);
  if (stream.usualGapMs !== undefined) return ofPace(stream.usualGapMs);
  if (stream.kind !== 'trade') return feedFailMs;
  return stream.roughGapMs === undefined ? undefined : roughFactor * ofPace(stream.roughGapMs);
}

/** Trades are known to be made (reference 12, volume truth): its lulls are no excuse, and one of unknown pace is missed as well. */
function missedLimit(stream: StreamAge, { muteMs, feedFailMs }: DetectContext['thresholds']): number {
  const { usualGapMs, roughGapMs } = stream;
  if (usualGapMs !== undefined) return Math.max(stoppedFactor * muteMs, gapsToMiss * usualGapMs);
  return roughGapMs === undefined
    ? feedFailMs
    : Math.max(stoppedFactor * muteMs, roughFactor * gapsToMiss * roughGapMs);
}
