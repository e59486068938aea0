// What a worker knows of a login, its hubs and its suites: the read-only view every diagnostic and detector looks at.
import type { Account, Exposure, Fill, Order, Position } from './order.ts';
import type { Bar, Contract, MarketEventKind, Print, Quote, Timeframe } from './market.ts';
import type { DataView } from './data-view.ts';
import type { HostView } from './host-view.ts';
import type { MoneyView } from './money-view.ts';
import type { SpeedView } from './speed-view.ts';
import type { StartView } from './start-view.ts';
import type { EndBefore } from './stop-record.ts';
import type { TradingView } from './trading-view.ts';

export type HubName = 'user' | 'market';
export type ObserveMode = 'direct' | 'rest' | 'probe';

/** One instrument + account watched on a gateway, as configured. */
export interface SuiteSpec {
  readonly name: string;
  readonly login: string;
  readonly instrument: string;
  /** Account name as the gateway spells it, or undefined = the login's default account. */
  readonly account: string | undefined;
  readonly observe: ObserveMode;
  readonly timeframes: readonly Timeframe[];
  readonly depth: boolean;
}

/** One user of a gateway with its suites. Holds no secret: the API key stays in the environment. */
export interface LoginSpec {
  readonly name: string;
  readonly username: string;
  /** The environment variable that holds the API key. */
  readonly apiKeyEnv: string;
  /** Ends in `/api`. */
  readonly apiUrl: string;
  readonly userHubUrl: string;
  readonly marketHubUrl: string;
  readonly suites: readonly SuiteSpec[];
}

/** A login's token life. Never holds the token. */
export type SessionState =
  /** `why`: what the last try met, where the gateway did not refuse it. */
  | { readonly kind: 'none'; readonly sinceAt: number; readonly why?: string }
  | { readonly kind: 'logging-in'; readonly sinceAt: number; readonly why?: string }
  | {
      readonly kind: 'active';
      readonly sinceAt: number;
      /** From the JWT's `exp`; undefined where the token had none that could be read. */
      readonly expiresAt: number | undefined;
      readonly renewedAt: number | undefined;
      /** The last failed renewal since, if any. */
      readonly renewalError: string | undefined;
    }
  | {
      readonly kind: 'expired';
      readonly sinceAt: number;
      readonly expiresAt: number | undefined;
      readonly why: string;
    }
  | {
      readonly kind: 'refused';
      readonly sinceAt: number;
      /** The gateway's `errorCode` on login, 0 where there was none. */
      readonly code: number;
      readonly reason: string;
    };

/** Why a hub connection ended. A closed set: an unknown end is `socket-dropped` with the vendor's words in `detail`. */
export type HubDropReason =
  | 'socket-dropped'
  | 'server-close'
  | 'server-close-final'
  | 'half-open'
  | 'protocol-silence'
  | 'unauthorized'
  | 'negotiate-failed'
  | 'handshake-failed'
  | 'connect-timeout'
  | 'refused'
  | 'stopped';

export interface HubDrop {
  readonly reason: HubDropReason;
  /** The vendor's words, scrubbed of tokens. */
  readonly detail: string;
  readonly at: number;
}

export type HubState =
  /** Not opened by us: the suite's mode does not ask for it. */
  | { readonly kind: 'off' }
  | {
      readonly kind: 'connecting';
      readonly sinceAt: number;
      readonly attempt: number;
      readonly lastError: string | undefined;
      /** Why the newest attempt failed; missing = none has yet. */
      readonly lastReason?: HubDropReason | undefined;
    }
  | { readonly kind: 'connected'; readonly sinceAt: number; readonly connectionId: string | undefined }
  | {
      readonly kind: 'reconnecting';
      /** When the connection that was lost went away (the downtime starts here). */
      readonly sinceAt: number;
      readonly attempt: number;
      readonly nextAttemptAt: number | undefined;
      readonly drop: HubDrop;
      readonly lastError: string | undefined;
      /** Why the newest attempt to open it again failed; missing = none has yet. */
      readonly lastReason?: HubDropReason | undefined;
    }
  | {
      readonly kind: 'auth-failed';
      readonly sinceAt: number;
      readonly detail: string;
      readonly attempt: number;
    }
  | { readonly kind: 'closed'; readonly sinceAt: number; readonly drop: HubDrop };

/** One wanted subscription and what the server said to it **on this connection**. */
export interface SubscriptionView {
  /** `SubscribeContractQuotes` … (reference 6.1) */
  readonly method: string;
  /** Contract id, account id as text, or '' for `SubscribeAccounts`. */
  readonly target: string;
  readonly state:
    | { readonly kind: 'waiting'; readonly sinceAt: number }
    | { readonly kind: 'acknowledged'; readonly at: number; readonly tookMs: number }
    | { readonly kind: 'refused'; readonly at: number; readonly error: string }
    | { readonly kind: 'off' };
}

/** One life of a connection. */
export interface HubConnectionRecord {
  readonly openedAt: number;
  /** Undefined = still open. */
  readonly closedAt: number | undefined;
  readonly drop: HubDrop | undefined;
  readonly events: number;
}

/** A time without a live, proven connection. `endedAt` undefined = still going on. */
export interface HubGap {
  readonly startedAt: number;
  /** When data (or, on a quiet user hub, every acknowledgement plus a REST reconciliation) proved it over. */
  readonly endedAt: number | undefined;
}

export interface HubView {
  readonly hub: HubName;
  readonly state: HubState;
  readonly subscriptions: readonly SubscriptionView[];
  /** Newest last, bounded. */
  readonly connections: readonly HubConnectionRecord[];
  readonly gaps: readonly HubGap[];
  /** Any frame, pings included. */
  readonly lastFrameAt: number | undefined;
  /** Any event of ours (`Gateway…`). */
  readonly lastEventAt: number | undefined;
  /** Events on the connection that is open now. */
  readonly eventsOnConnection: number;
  /** True once data on this very connection showed that the subscriptions live. */
  readonly proven: boolean;
  /** WebSocket ping/pong on this very socket; undefined until the first answer. */
  readonly lastPongAt: number | undefined;
  readonly pongRttMs: number | undefined;
  readonly pingUnansweredSinceAt: number | undefined;
  /** `exp` of the token this connection was opened with. */
  readonly tokenExpiresAt: number | undefined;
  /** `GatewayLogout` notices, newest last, bounded. */
  readonly logoutNotices: readonly number[];
  /** Events with shapes or enum values we do not know, by kind; never a crash. */
  readonly oddities: readonly Oddity[];
}

export interface Oddity {
  readonly what: string;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** A short scrubbed sample. */
  readonly sample: string;
}

/** Age of one kind of market event of one contract. */
export interface StreamView {
  readonly contractId: string;
  readonly kind: MarketEventKind;
  readonly wanted: boolean;
  /** When it was first wanted, as after a roll; missing = from the beginning. */
  readonly wantedSinceAt?: number;
  readonly events: number;
  /** Newest exchange time seen. */
  readonly lastExchangeAt: number | undefined;
  readonly lastReceivedAt: number | undefined;
  /** First event after the newest connect; undefined = none on this connection yet. */
  readonly firstOnConnectionAt: number | undefined;
  /** The wait for the next event that one usually has, ms; undefined while too few came. */
  readonly usualGapMs: number | undefined;
  /** The same from a few gaps, where more are wanted to be sure. */
  readonly roughGapMs?: number | undefined;
  /** The longest silence lately that ended by itself, ms, fading with time; missing = none known. */
  readonly lullMs?: number;
  /** The newest long pause that ended: receipt of the last event before it and of the first after it. */
  readonly pause?: { readonly fromAt: number; readonly toAt: number } | undefined;
}

/** Our own use of the gateway's request allowance. */
export interface MeterView {
  readonly windowMs: number;
  /** The gateway's allowance in the window (200 / 60 s). */
  readonly allowance: number;
  /** Our ceiling (10 % of it). */
  readonly share: number;
  readonly used: number;
  readonly historyUsed: number;
  readonly historyShare: number;
  /** Calls we did not make because the share was spent, in the window. */
  readonly withheld: number;
  /** 429 answers, newest last, bounded. */
  readonly tooMany: readonly {
    readonly at: number;
    readonly path: string;
    readonly retryAfterMs: number | undefined;
  }[];
}

/** One REST answer as remembered for a diagnosis, newest last, bounded. */
export interface RestRecord {
  /** As asked, below the API address: `Order/searchOpen`. */
  readonly path: string;
  readonly at: number;
  /** From sending until its answer was read. */
  readonly tookMs: number;
  /** As much of that as this process's own loop stood still: no time of the gateway's. Missing = none. */
  readonly ownMs?: number;
  readonly outcome:
    | 'ok'
    | 'refused'
    | 'unauthorized'
    | 'rate-limited'
    | 'server-error'
    | 'timeout'
    | 'unreachable'
    | 'bad-answer'
    /** Ours: the share is spent or a 429's pause lasts, so nothing was sent. */
    | 'not-asked';
  readonly status: number | undefined;
  readonly detail: string;
  /** The gateway's own clock when it answered, from the `Date` header (whole seconds); missing = it gave none. */
  readonly serverAt?: number | undefined;
}

/** Live read-only questions. There is deliberately no call here that could change an account. */
export interface GatewayReads {
  /** `GET /api/Status/ping`, no token needed. Resolves with the record, also when it failed. */
  ping(signal: AbortSignal): Promise<RestRecord>;
  /** The session once a token was tried lately (one cheap read at most every few seconds), as it stands then. Never rejects. */
  session?(signal: AbortSignal): Promise<SessionState>;
  /** What the hub's negotiation answers, asked at most every few minutes while it is well: many clients need it, ours does without. Never rejects. */
  readonly negotiate?: (hub: HubName, signal: AbortSignal) => Promise<RestRecord>;
}

export interface LoginView {
  readonly login: string;
  readonly username: string;
  /** When this worker took the login. */
  readonly hostedAt: number;
  readonly worker: string;
  readonly session: SessionState;
  readonly meter: MeterView;
  readonly rest: readonly RestRecord[];
  /** The same of REST's rows as of a hub's events: shapes or enum values we do not know, by kind. */
  readonly restOddities: readonly Oddity[];
  readonly hubs: Readonly<Record<HubName, HubView>>;
  readonly suites: readonly SuiteView[];
  readonly host: HostView;
  /** How it came up here, and after the newest reconnect. */
  readonly starts: StartView;
  /** How the hosting before this one ended. */
  readonly before: EndBefore;
  /** Latencies and what is retained; put together when asked. */
  readonly speed: () => SpeedView;
  readonly reads: GatewayReads;
}

/** Everything observed of one suite. Reading it does no I/O. */
export interface SuiteView {
  readonly spec: SuiteSpec;
  /** The login it belongs to. */
  readonly login: LoginView;
  /** Undefined until found; `contractProblem` says why. */
  readonly contract: Contract | undefined;
  readonly contractProblem: string | undefined;
  /** The newest roll seen while this worker has watched: what was the active contract until then. */
  readonly rolled?: { readonly from: string; readonly at: number } | undefined;
  readonly account: Account | undefined;
  readonly accountProblem: string | undefined;
  readonly streams: readonly StreamView[];
  readonly lastQuote: Quote | undefined;
  /** Bounded windows, newest last. */
  readonly prints: () => readonly Print[];
  readonly bars: (timeframe: Timeframe) => readonly Bar[];
  readonly orders: () => readonly Order[];
  readonly fills: () => readonly Fill[];
  readonly position: Position | undefined;
  readonly exposure: Exposure;
  /** When orders and positions were last agreed with REST; undefined = never. */
  readonly reconciledAt: number | undefined;
  readonly trading: TradingView;
  readonly data: DataView;
  readonly money: MoneyView;
}
