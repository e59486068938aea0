// How a hub really is: a connected state proves nothing, so silence, subscriptions and data are judged with it.
import type { DetectContext } from './detector.ts';
import { feedOf } from './freshness.ts';
import { awaitsData, openSuites, openedAt } from './stakes.ts';
import type { HubDropReason, HubName, HubState, HubView, LoginView, SubscriptionView } from './suite.ts';

export const hubNames: readonly HubName[] = ['market', 'user'];

/** A WebSocket ping unanswered this long is a dead link; ours are sent every 500 ms and answered within 1 s. */
export const pingFailMs = 3_000;

export type DownWhy =
  | 'dropped'
  | 'closed-by-server'
  | 'half-open'
  | 'cannot-connect'
  | 'auth-failed'
  | 'closed-for-good';

export type HubCondition =
  | { readonly kind: 'off' }
  /** Connecting for the first time, within the time allowed. */
  | { readonly kind: 'starting'; readonly sinceAt: number }
  | {
      readonly kind: 'down';
      readonly why: DownWhy;
      /** When the connection that was lost went away, or the first attempt began. */
      readonly sinceAt: number;
      readonly attempt: number;
      /** What happened, in words, without the hub's name. */
      readonly words: string;
      /** The vendor's words. */
      readonly detail: string;
    }
  /** Connected, but the link or the server behind it is dead. */
  | { readonly kind: 'half-open'; readonly sinceAt: number; readonly words: string }
  /** Connected, and the server acknowledged no subscription on this connection. */
  | { readonly kind: 'unsubscribed'; readonly sinceAt: number; readonly wanted: number }
  /** Connected again after a loss, and no data on this connection. */
  | { readonly kind: 'zombie'; readonly sinceAt: number }
  /** Connected, subscribed, and no market event of any contract. */
  | { readonly kind: 'mute'; readonly sinceAt: number; readonly limitMs: number }
  /** Connected, not yet proven by data, and too early to call it sick. */
  | { readonly kind: 'unproven'; readonly sinceAt: number }
  | { readonly kind: 'live'; readonly sinceAt: number };

export function hubCondition(login: LoginView, name: HubName, context: DetectContext): HubCondition {
  const hub = login.hubs[name];
  switch (hub.state.kind) {
    case 'off':
      return { kind: 'off' };
    case 'connected':
      return connectedCondition(login, hub, hub.state.sinceAt, context);
    case 'connecting':
      return context.now - Math.max(login.hostedAt, hub.state.sinceAt) < context.thresholds.startupMs
        ? { kind: 'starting', sinceAt: hub.state.sinceAt }
        : downOf(hub.state);
    case 'reconnecting':
    case 'auth-failed':
    case 'closed':
      return downOf(hub.state);
  }
}

/** True once the hub had a connection and lost it. */
export function wasLost(hub: HubView): boolean {
  return hub.connections.some((record) => record.closedAt !== undefined);
}

/** Start of the outage that is not yet proven over; undefined = there is none. */
export function openGapAt(hub: HubView): number | undefined {
  const gap = hub.gaps.at(-1);
  return gap !== undefined && gap.endedAt === undefined ? gap.startedAt : undefined;
}

export function wantedSubscriptions(hub: HubView): readonly SubscriptionView[] {
  return hub.subscriptions.filter((one) => one.state.kind !== 'off');
}

function connectedCondition(
  login: LoginView,
  hub: HubView,
  sinceAt: number,
  context: DetectContext,
): HubCondition {
  const { now, thresholds } = context;
  const dead = deadLink(hub, sinceAt, context);
  if (dead !== undefined) return dead;
  const wanted = wantedSubscriptions(hub);
  const acknowledged = wanted.filter((one) => one.state.kind === 'acknowledged');
  if (
    wanted.length > 0 &&
    acknowledged.length === 0 &&
    now - unheardFrom(hub, sinceAt) >= thresholds.unsubscribedMs
  ) {
    return { kind: 'unsubscribed', sinceAt, wanted: wanted.length };
  }
  if (!hub.proven && wasLost(hub) && zombie(login, hub, sinceAt, context)) return { kind: 'zombie', sinceAt };
  if (hub.hub === 'market') {
    const feed = feedOf(login, context);
    if (feed.kind === 'judged' && feed.mute !== undefined) {
      return { kind: 'mute', sinceAt: feed.mute.silentSinceAt, limitMs: feed.mute.limitMs };
    }
  }
  return { kind: hub.proven ? 'live' : 'unproven', sinceAt };
}

/** Since when a connection has owed its first acknowledgement. */
function unheardFrom(hub: HubView, sinceAt: number): number {
  // After a roll everything is asked for anew on a connection that is old.
  const asked = wantedSubscriptions(hub).map(({ state }) =>
    state.kind === 'waiting' ? state.sinceAt : sinceAt,
  );
  // Data that came after all was asked for, and its acknowledgement is a moment behind it.
  const proven = hub.proven ? (hub.gaps.at(-1)?.endedAt ?? sinceAt) : sinceAt;
  return Math.max(sinceAt, proven, Math.min(...asked));
}

function deadLink(
  hub: HubView,
  sinceAt: number,
  { now, thresholds }: DetectContext,
): HubCondition | undefined {
  const unansweredAt = hub.pingUnansweredSinceAt;
  // A server that never answered a ping proves nothing by not answering, and a frame is life as good as a pong.
  const answers = hub.lastPongAt !== undefined;
  const heardAt = Math.max(hub.lastFrameAt ?? 0, hub.lastPongAt ?? 0);
  if (answers && unansweredAt !== undefined && now - Math.max(unansweredAt, heardAt) >= pingFailMs) {
    return {
      kind: 'half-open',
      sinceAt: unansweredAt,
      words: 'our pings on its socket have gone unanswered',
    };
  }
  const frameAt = Math.max(hub.lastFrameAt ?? sinceAt, sinceAt);
  if (now - frameAt < thresholds.silenceFailMs) return undefined;
  return {
    kind: 'half-open',
    sinceAt: frameAt,
    words: 'nothing has been received, not even the server’s pings',
  };
}

function zombie(login: LoginView, hub: HubView, sinceAt: number, context: DetectContext): boolean {
  const { now, thresholds } = context;
  if (hub.hub === 'user') {
    // An account where nothing happens sends nothing: with every subscription acknowledged, its silence proves nothing.
    const complete = wantedSubscriptions(hub).every((one) => one.state.kind === 'acknowledged');
    return !complete && now - sinceAt >= thresholds.unsubscribedMs;
  }
  // A contract whose expiry is over, or whose hours are not known, proves nothing by sending nothing after a reconnect.
  const open = openSuites(
    login.suites.filter((suite) => awaitsData(suite, context)),
    context,
    true,
  );
  const opened = openedAt(open, context);
  return opened !== undefined && now - Math.max(sinceAt, opened) >= thresholds.muteMs;
}

const whyOf: Readonly<Record<HubDropReason, DownWhy>> = {
  'socket-dropped': 'dropped',
  'server-close': 'closed-by-server',
  'server-close-final': 'closed-by-server',
  'half-open': 'half-open',
  'protocol-silence': 'half-open',
  unauthorized: 'auth-failed',
  'negotiate-failed': 'cannot-connect',
  'handshake-failed': 'cannot-connect',
  'connect-timeout': 'cannot-connect',
  refused: 'cannot-connect',
  stopped: 'closed-for-good',
};

const wordsOf: Readonly<Record<HubDropReason, string>> = {
  'socket-dropped': 'its socket was dropped',
  'server-close': 'the gateway closed it and allowed a reconnect',
  'server-close-final': 'the gateway closed it without allowing a reconnect',
  'half-open': 'its link went dead, pings unanswered',
  'protocol-silence': 'its link went dead, nothing received for too long',
  unauthorized: 'the gateway refused its token',
  'negotiate-failed': 'SignalR negotiation fails',
  'handshake-failed': 'the SignalR handshake fails',
  'connect-timeout': 'connecting times out',
  refused: 'the connection is refused',
  stopped: 'it was closed on our side',
};

/** What an outage that began so is called until data proves that it is over. */
export function dropWhy(reason: HubDropReason): DownWhy {
  return whyOf[reason];
}

export function dropWords(reason: HubDropReason): string {
  return wordsOf[reason];
}

/** The same of a reason that was written down. */
export function writtenDropWords(reason: string): string {
  return new Map<string, string>(Object.entries(wordsOf)).get(reason) ?? reason;
}

/** A server that restarts refuses for a moment too: only this many refusals in a row say more than the drop itself. */
const refusalsToTell = 4;

/** What keeps a lost hub from coming back, where the attempts since tell more than the loss. */
function barredBy(reason: HubDropReason, attempt: number): DownWhy | undefined {
  const why = whyOf[reason];
  if (why === 'auth-failed') return why;
  // One broken handshake can be the next cut of a storm; a second in a row is a server that does not let us in.
  const broken = reason === 'handshake-failed' || reason === 'negotiate-failed';
  if (broken && attempt >= 2) return 'cannot-connect';
  return attempt >= refusalsToTell && reason !== 'stopped' ? 'cannot-connect' : undefined;
}

function downOf(state: Exclude<HubState, { kind: 'off' | 'connected' }>): HubCondition {
  switch (state.kind) {
    case 'connecting': {
      const detail = state.lastError ?? 'no answer yet';
      const refused = /\b401\b|unauthori[sz]ed/i.test(detail);
      return {
        kind: 'down',
        why: refused ? 'auth-failed' : 'cannot-connect',
        sinceAt: state.sinceAt,
        attempt: state.attempt,
        words: refused ? wordsOf.unauthorized : 'it cannot be opened',
        detail,
      };
    }
    case 'reconnecting': {
      const { drop, attempt, sinceAt, lastReason } = state;
      const barred = lastReason === undefined ? undefined : barredBy(lastReason, attempt);
      return {
        kind: 'down',
        why: barred ?? whyOf[drop.reason],
        sinceAt,
        attempt,
        words:
          barred === undefined || lastReason === undefined
            ? wordsOf[drop.reason]
            : `${wordsOf[drop.reason]}, and it cannot be opened again: ${wordsOf[lastReason]}`,
        detail: state.lastError ?? drop.detail,
      };
    }
    case 'auth-failed':
      return {
        kind: 'down',
        why: 'auth-failed',
        sinceAt: state.sinceAt,
        attempt: state.attempt,
        words: wordsOf.unauthorized,
        detail: state.detail,
      };
    case 'closed': {
      const why = whyOf[state.drop.reason];
      return {
        kind: 'down',
        why: why === 'closed-by-server' || why === 'auth-failed' ? why : 'closed-for-good',
        sinceAt: state.sinceAt,
        attempt: 0,
        words: `${wordsOf[state.drop.reason]}, and nothing reconnects it`,
        detail: state.drop.detail,
      };
    }
  }
}
