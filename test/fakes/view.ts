// A healthy login with its suites at a given instant, and in few words every way in which it can be sick.
import { Decimal } from 'decimal.js';
import { noData } from '../../src/domain/data-view.ts';
import { unmeasuredHost, type HostView } from '../../src/domain/host-view.ts';
import { unmeasuredSpeed, type SpeedView } from '../../src/domain/speed-view.ts';
import { noMoney } from '../../src/domain/money-view.ts';
import type { MarketEventKind } from '../../src/domain/market.ts';
import type { Exposure } from '../../src/domain/order.ts';
import type {
  HubConnectionRecord,
  HubDropReason,
  HubName,
  HubView,
  LoginView,
  ObserveMode,
  RestRecord,
  SessionState,
  StreamView,
  SubscriptionView,
  SuiteView,
} from '../../src/domain/suite.ts';
import { nothingStarted, type StartView } from '../../src/domain/start-view.ts';
import type { EndBefore } from '../../src/domain/stop-record.ts';
import { nothingTraded } from '../../src/domain/trading-view.ts';

const hourMs = 3_600_000;

export interface FakeSuite {
  readonly name?: string;
  readonly instrument?: string;
  readonly observe?: ObserveMode;
  readonly exposure?: Exposure;
  /** Kinds wanted; all three by default. */
  readonly kinds?: readonly MarketEventKind[];
  /** Silence of every kind, or of some, ms; 300 by default. `never` = no event ever. */
  readonly silentMs?: number | 'never' | Partial<Record<MarketEventKind, number | 'never'>>;
  /** Usual gap of every kind, ms; 200 by default; null = not known. */
  readonly gapMs?: number | null | Partial<Record<MarketEventKind, number | null>>;
  /** Receipt minus exchange time of the newest events. */
  readonly lagMs?: number;
  readonly patch?: Partial<SuiteView>;
}

export interface FakeLogin {
  readonly name?: string;
  readonly hostedAt?: number;
  readonly session?: SessionState;
  readonly market?: Partial<HubView>;
  readonly user?: Partial<HubView>;
  readonly suites?: readonly FakeSuite[];
  readonly rest?: readonly RestRecord[];
  readonly restOddities?: LoginView['restOddities'];
  readonly meter?: Partial<LoginView['meter']>;
  readonly host?: HostView;
  readonly starts?: StartView;
  readonly before?: EndBefore;
  readonly speed?: SpeedView;
  /** The answer of `Status/ping`; a function may wait or throw. */
  readonly ping?: Partial<RestRecord> | ((signal: AbortSignal) => Promise<RestRecord>);
  /** What a hub's negotiation answers; sound by default. */
  readonly negotiate?: Partial<Record<HubName, Partial<RestRecord>>>;
}

/** A login hosted an hour ago whose MNQ and ES flow; say only what is different. */
export function fakeLogin(now: number, fake: FakeLogin = {}): LoginView {
  const name = fake.name ?? 'desk-a';
  const suites: SuiteView[] = [];
  const login: LoginView = {
    login: name,
    username: 'trader',
    hostedAt: fake.hostedAt ?? now - hourMs,
    worker: 'worker-1',
    session: fake.session ?? {
      kind: 'active',
      sinceAt: now - hourMs,
      expiresAt: now + 23 * hourMs,
      renewedAt: undefined,
      renewalError: undefined,
    },
    meter: {
      windowMs: 60_000,
      allowance: 200,
      share: 20,
      used: 2,
      historyUsed: 0,
      historyShare: 5,
      withheld: 0,
      tooMany: [],
      ...fake.meter,
    },
    rest: fake.rest ?? [restRecord(now - 20_000)],
    restOddities: fake.restOddities ?? [],
    hubs: { market: fakeHub('market', now, fake.market), user: fakeHub('user', now, fake.user) },
    suites,
    host: fake.host ?? unmeasuredHost,
    starts: fake.starts ?? nothingStarted,
    before: fake.before ?? { kind: 'none' },
    speed: () => fake.speed ?? unmeasuredSpeed,
    reads: {
      ping: async (signal) =>
        typeof fake.ping === 'function'
          ? await fake.ping(signal)
          : { ...restRecord(now, 'Status/ping'), ...fake.ping },
      negotiate: (hub) =>
        Promise.resolve({ ...restRecord(now, `hubs/${hub}/negotiate`), ...fake.negotiate?.[hub] }),
    },
  };
  const wanted = fake.suites ?? [{ instrument: 'MNQ' }, { instrument: 'ES' }];
  suites.push(...wanted.map((suite) => fakeSuite(login, now, suite)));
  return login;
}

/** The first suite of a login, for a diagnostic. */
export function firstSuite(login: LoginView): SuiteView {
  const [suite] = login.suites;
  if (suite === undefined) throw new Error('the fake login has no suite');
  return suite;
}

export function restRecord(
  at: number,
  path = 'Position/searchOpen',
  patch: Partial<RestRecord> = {},
): RestRecord {
  return { path, at, tookMs: 80, outcome: 'ok', status: 200, detail: '', ...patch };
}

export function fakeHub(hub: HubName, now: number, patch: Partial<HubView> = {}): HubView {
  const openedAt = now - hourMs;
  return {
    hub,
    state: { kind: 'connected', sinceAt: openedAt, connectionId: `${hub}-1` },
    subscriptions: subscriptionsOf(hub, openedAt),
    connections: [{ openedAt, closedAt: undefined, drop: undefined, events: 1_000 }],
    gaps: [],
    lastFrameAt: now - 200,
    lastEventAt: now - 200,
    eventsOnConnection: 1_000,
    proven: true,
    lastPongAt: now - 100,
    pongRttMs: 12,
    pingUnansweredSinceAt: undefined,
    tokenExpiresAt: now + 23 * hourMs,
    logoutNotices: [],
    oddities: [],
    ...patch,
  };
}

const methods: Readonly<Record<HubName, readonly string[]>> = {
  market: ['SubscribeContractQuotes', 'SubscribeContractTrades', 'SubscribeContractMarketDepth'],
  user: ['SubscribeAccounts', 'SubscribeOrders', 'SubscribePositions', 'SubscribeTrades'],
};

/** Every subscription of a hub in one state; acknowledged at `at` by default. */
export function subscriptionsOf(
  hub: HubName,
  at: number,
  state: SubscriptionView['state'] = { kind: 'acknowledged', at, tookMs: 40 },
): readonly SubscriptionView[] {
  return methods[hub].map((method) => ({
    method,
    target: method === 'SubscribeAccounts' ? '' : hub === 'user' ? '901' : 'CON.F.US.MNQ.Z25',
    state,
  }));
}

/** A hub that lost its connection at `at` and is not back. */
export function lostHub(at: number, reason: HubDropReason = 'socket-dropped', attempt = 2): Partial<HubView> {
  const drop = { reason, detail: `closed: ${reason}`, at };
  return {
    state: {
      kind: 'reconnecting',
      sinceAt: at,
      attempt,
      nextAttemptAt: at + 1_000,
      drop,
      lastError: undefined,
    },
    connections: [{ openedAt: at - hourMs, closedAt: at, drop, events: 1_000 }],
    gaps: [{ startedAt: at, endedAt: undefined }],
    proven: false,
    eventsOnConnection: 0,
    subscriptions: [],
  };
}

/** A hub that lost its connection at `lostAt`, is connected again since `backAt`, and had no event since. */
export function backHub(hub: HubName, lostAt: number, backAt: number): Partial<HubView> {
  const drop = { reason: 'socket-dropped', detail: 'closed: 1006', at: lostAt } as const;
  return {
    state: { kind: 'connected', sinceAt: backAt, connectionId: `${hub}-2` },
    subscriptions: subscriptionsOf(hub, backAt),
    connections: [
      { openedAt: lostAt - hourMs, closedAt: lostAt, drop, events: 1_000 },
      { openedAt: backAt, closedAt: undefined, drop: undefined, events: 0 },
    ],
    gaps: [{ startedAt: lostAt, endedAt: undefined }],
    proven: false,
    eventsOnConnection: 0,
  };
}

/** Lives lost one after the other, the last one at `lastAt`, and a connection open since. */
export function lives(lastAt: number, count: number, lifeMs: number): readonly HubConnectionRecord[] {
  const lost = Array.from({ length: count }, (_, index) => {
    const closedAt = lastAt - (count - 1 - index) * (lifeMs + 500);
    const drop = { reason: 'socket-dropped', detail: 'closed: 1006', at: closedAt } as const;
    return { openedAt: closedAt - lifeMs, closedAt, drop, events: 10 };
  });
  return [...lost, { openedAt: lastAt + 500, closedAt: undefined, drop: undefined, events: 10 }];
}

const roots: Readonly<Record<string, string>> = { ES: 'EP', NQ: 'ENQ', CL: 'CLE', ZB: 'USA' };

function fakeSuite(login: LoginView, now: number, fake: FakeSuite): SuiteView {
  const instrument = fake.instrument ?? 'MNQ';
  const root = roots[instrument] ?? instrument;
  const contractId = `CON.F.US.${root}.Z25`;
  const kinds = fake.kinds ?? ['quote', 'trade', 'depth'];
  return {
    spec: {
      name: fake.name ?? instrument.toLowerCase(),
      login: login.login,
      instrument,
      account: 'PRAC-V2-1',
      observe: fake.observe ?? 'direct',
      timeframes: ['1min'],
      depth: kinds.includes('depth'),
    },
    login,
    contract: {
      id: contractId,
      name: `${instrument}Z5`,
      description: instrument,
      tickSize: { num: 1, den: 4, text: '0.25' },
      tickValue: new Decimal('0.5'),
      activeContract: true,
      symbolId: `F.US.${root}`,
    },
    contractProblem: undefined,
    account: {
      id: 901,
      name: 'PRAC-V2-1',
      balance: new Decimal('50000'),
      canTrade: true,
      isVisible: true,
      simulated: true,
      receivedAt: now - 1_000,
    },
    accountProblem: undefined,
    streams: kinds.map((kind) => streamOf(contractId, kind, now, fake)),
    lastQuote: undefined,
    prints: () => [],
    bars: () => [],
    orders: () => [],
    fills: () => [],
    position: undefined,
    exposure: fake.exposure ?? { kind: 'flat' },
    reconciledAt: now - 5_000,
    trading: nothingTraded,
    data: noData,
    money: noMoney,
    ...fake.patch,
  };
}

function streamOf(contractId: string, kind: MarketEventKind, now: number, fake: FakeSuite): StreamView {
  const silent = typeof fake.silentMs === 'object' ? fake.silentMs[kind] : fake.silentMs;
  const silentMs = silent ?? 300;
  const gap = typeof fake.gapMs === 'object' && fake.gapMs !== null ? fake.gapMs[kind] : fake.gapMs;
  const receivedAt = silentMs === 'never' ? undefined : now - silentMs;
  return {
    contractId,
    kind,
    wanted: true,
    events: receivedAt === undefined ? 0 : 500,
    lastExchangeAt: receivedAt === undefined ? undefined : receivedAt - (fake.lagMs ?? 50),
    lastReceivedAt: receivedAt,
    firstOnConnectionAt: receivedAt === undefined ? undefined : receivedAt - 60_000,
    usualGapMs: gap === null ? undefined : (gap ?? 200),
  };
}
