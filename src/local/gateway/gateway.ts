// The simulated ProjectX gateway: wires market, exchange, REST, hubs and faults behind one port, and starts and stops them.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../clock.ts';
import type { Clock } from '../../domain/clock.ts';
import { messageOf } from '../../domain/errors.ts';
import type { Log } from '../../log.ts';
import { type AccountSpec, defaultAccounts, type SimAccount } from './accounts.ts';
import { listContracts, type SimContract } from './contracts.ts';
import { makeControl } from './control.ts';
import { makeExchange } from './exchange.ts';
import { type FaultRecord, FaultRefusal } from './fault.ts';
import { makeFaultActions } from './fault-actions.ts';
import { type FaultEffects, makeFaultEffects } from './fault-effects.ts';
import { makeFaultLog } from './fault-log.ts';
import { readFaultRequest } from './fault-request.ts';
import { makeRunningFaults } from './fault-running.ts';
import type { HubConnection, HubName, HubTimes } from './hub-connection.ts';
import { topicOf } from './hub-methods.ts';
import { makeHubServer, refuseUpgrade, type HubServer } from './hub-server.ts';
import { type Market, makeMarket, type PlannedHalt } from './market.ts';
import { marketEvent } from './market-rows.ts';
import { makeRateMeter, type RateLimits, vendorLimits } from './rate-limit.ts';
import { authEndpoints, type GatewayUser } from './rest-auth.ts';
import { type Remembered, usuallyRemembered } from './remembered.ts';
import { makeRest } from './rest-api.ts';
import { marketEndpoints } from './rest-market.ts';
import { orderEndpoints } from './rest-orders.ts';
import { positionEndpoints } from './rest-positions.ts';
import type { Rhythm } from './rhythm.ts';
import { scopeClock } from './timers.ts';
import type { StoryRecord } from './story.ts';
import { makeStoryRoom } from './story-room.ts';
import { makeTokens } from './tokens.ts';
import { makeTrader } from './trader.ts';
import { makeUserEvents } from './user-events.ts';

export interface GatewayOptions {
  /** 0 (default) = any free port. */
  readonly port?: number;
  readonly host?: string;
  readonly seed?: number;
  readonly clock?: Clock;
  readonly log?: Log;
  readonly username?: string;
  readonly apiKey?: string;
  /** More logins beside the first; each with its own accounts (ids must differ). */
  readonly moreUsers?: readonly (GatewayUser & { readonly accounts: readonly AccountSpec[] })[];
  readonly accounts?: readonly AccountSpec[];
  /** `open` (default): the market never closes, so a demo works at night; `real`: Globex hours. */
  readonly session?: 'open' | 'real';
  /**
   * Mean events per second and contract, quotes, prints and depth together; by symbol where contracts differ
   * (`{ MNQ: 20, ZB: 0.05 }`, the others have 6). Below 0.02 a contract is in a lull of minutes between events.
   */
  readonly eventsPerSecond?: number | Readonly<Record<string, number>>;
  /** `even` (default), or `lively`: seeded bursts and lulls, and with `real` hours a quiet night. */
  readonly rhythm?: Rhythm;
  /** Holidays and trading halts of a healthy market; during one of all the exchange orders answer code 5. */
  readonly halts?: readonly PlannedHalt[];
  readonly trader?: 'live' | 'off';
  /** Symbols the scripted trader trades on the first account. */
  readonly traded?: readonly string[];
  /** Life of a token; the vendor's is 24 h. */
  readonly tokenLifeMs?: number;
  /** Whether a hub connection is closed when its token expires; unknown of the real gateway. */
  readonly closeOnExpiry?: boolean;
  readonly rateLimits?: Partial<RateLimits>;
  readonly hubTimes?: Partial<HubTimes>;
  /** Whether a fresh depth subscriber gets a reset and the whole book; unknown of the real gateway. */
  readonly depthSnapshot?: boolean;
  /** How much of its own past it keeps. */
  readonly remembered?: Partial<Remembered>;
}

/** One hub connection as told to tests and the page; no secrets. */
export interface ConnectionView {
  readonly id: string;
  readonly hub: HubName;
  readonly username: string;
  readonly openedAt: number;
  readonly tokenExpiresAt: number;
  readonly subscriptions: readonly string[];
  readonly sent: number;
  readonly frozen: boolean;
}

export interface Gateway {
  /** Ends in `/api`. */
  readonly apiUrl: string;
  readonly userHubUrl: string;
  readonly marketHubUrl: string;
  readonly url: string;
  readonly port: number;
  readonly username: string;
  readonly apiKey: string;
  readonly faults: {
    /** The same request as `POST /faults`; throws with a clear text where it cannot be taken. */
    inject(request: Readonly<Record<string, unknown>>): FaultRecord;
    remove(id: string): boolean;
    list(): readonly FaultRecord[];
  };
  readonly stories: {
    /** The same as `POST /sim/story`; throws with a clear text where it cannot be told. */
    tell(request: {
      readonly story: string;
      readonly accountId: number;
      readonly contract: string;
      readonly size?: number;
      readonly side?: 'long' | 'short';
    }): StoryRecord;
    /** Every telling with its truth. */
    list(): readonly StoryRecord[];
  };
  connections(): readonly ConnectionView[];
  /** How often each REST path was asked since the start, lower case; what a client did to an account is among them. */
  calls(): ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

const dayMs = 86_400_000;
const signalrTimes: HubTimes = { keepAliveMs: 15_000, clientTimeoutMs: 30_000, handshakeMs: 15_000 };
const usualEvents = 6;

/** The URL of a request, or undefined where its target is none, such as `http://[/`. */
function urlOf(request: IncomingMessage): URL | undefined {
  const target = request.url ?? '/';
  // Two slashes in front would read as a host.
  const absolute = target.startsWith('/') ? `http://gateway${target}` : target;
  return URL.canParse(absolute) ? new URL(absolute) : undefined;
}

function tokenOf(request: IncomingMessage, url?: URL): string | undefined {
  const header = /^Bearer\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1]?.trim();
  return header ?? url?.searchParams.get('access_token') ?? undefined;
}

export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const seed = options.seed ?? 1;
  const clock = scopeClock(options.clock ?? systemClock);
  const username = options.username ?? 'trader';
  const apiKey = options.apiKey ?? 'simulated-api-key';
  const first = { username, apiKey, accounts: options.accounts ?? defaultAccounts };
  const users = [first, ...(options.moreUsers ?? [])];
  const accounts: SimAccount[] = users.flatMap((user) =>
    user.accounts.map((spec) => ({ ...spec, username: user.username, canTrade: true })),
  );

  const log = makeFaultLog(clock);
  const contracts = listContracts(() => clock.now());
  const connections = (): readonly HubConnection[] => hubs.connections();
  const actions = makeFaultActions({ clock, log, connections, newestToken: () => tokens.newest() });
  const running = makeRunningFaults(log, {
    clock,
    contracts,
    get market() {
      return market;
    },
    get exchange() {
      return exchange;
    },
    accountIds: accounts.map(({ id }) => id),
    publish: (event) => hubs.publish(event),
    finish: (id) => void log.remove(id),
  });
  const faults: FaultEffects = makeFaultEffects({ log, running, ...actions });
  const tokens = makeTokens(
    clock,
    options.tokenLifeMs ?? dayMs,
    (session) => faults.isExpired(session),
    () => faults.clockShiftMs(),
  );

  const pace = options.eventsPerSecond ?? usualEvents;
  const remembered: Remembered = { ...usuallyRemembered, ...options.remembered };
  const market: Market = makeMarket({
    seed,
    clock,
    contracts,
    session: options.session ?? 'open',
    eventsPerSecond: ({ symbol }) => (typeof pace === 'number' ? pace : (pace[symbol] ?? usualEvents)),
    rhythm: options.rhythm ?? 'even',
    halts: options.halts ?? [],
    isHalted: (at) => faults.isHalted(at),
    isWanted: (contractId, kind) => hubs.hasSubscriber(topicOf.contract(kind, contractId)),
    publish: (contractId, kind, data) => hubs.publish(marketEvent(contractId, kind, data)),
    remembered,
  });
  const hubs: HubServer = makeHubServer({
    clock,
    faults,
    times: { ...signalrTimes, ...options.hubTimes },
    closeOnExpiry: options.closeOnExpiry ?? false,
    authenticate: (request, url) => tokens.read(tokenOf(request, url)),
    mayRead: (session, topic) => {
      const accountId = /^(?:orders|positions|trades)\/(\d+)$/.exec(topic)?.[1];
      return accountId === undefined || exchange.account(Number(accountId))?.username === session.username;
    },
    welcome(topic) {
      const [kind, contractId = ''] = topic.split('/');
      const contract =
        kind === 'quote' || kind === 'trade' || kind === 'depth' ? contracts.byId(contractId) : undefined;
      if (!contract?.active) return [];
      // Being asked for a contract sets its tape in motion.
      market.touch(contract);
      const wantsBook = kind === 'depth' && (options.depthSnapshot ?? true) && market.isOpen(clock.now());
      return wantsBook ? [marketEvent(contractId, 'depth', market.depthSnapshot(contract))] : [];
    },
  });
  const tell = makeUserEvents(clock, (event) => hubs.publish(event));
  const exchange = makeExchange({ clock, seed, accounts, contracts, market, tell, remembered });
  const traded = (options.traded ?? ['MNQ', 'ES'])
    .map((word) => contracts.find(word))
    .filter((contract): contract is SimContract => contract !== undefined);
  const deskAccount = accounts[0];
  const trader = makeTrader({
    clock,
    seed,
    exchange,
    desks:
      deskAccount === undefined ? [] : traded.map((contract) => ({ accountId: deskAccount.id, contract })),
    priceTicks: (contract) => market.touch(contract).last,
  });

  const limits: RateLimits = { ...vendorLimits, ...options.rateLimits };
  const rest = makeRest({
    clock,
    faults,
    meter: makeRateMeter(limits),
    retryAfter: limits.retryAfter,
    authenticate: (request) => tokens.read(tokenOf(request)),
    endpoints: {
      ...authEndpoints({ users, tokens, faults }),
      ...marketEndpoints({ contracts, market, exchange }),
      ...orderEndpoints(exchange, (accountId, contractId) => trader.stepAside(accountId, contractId)),
      ...positionEndpoints(exchange),
    },
  });

  const inject = (request: unknown): FaultRecord => {
    const around = { now: clock.now(), seed, contractId: (word: string) => contracts.find(word)?.id };
    const asked = readFaultRequest(request, around);
    const id = asked.params['connection'];
    if (id !== undefined && asked.startAt <= around.now && !connections().some((one) => one.id === id))
      throw new FaultRefusal(`connection: there is no open connection ${id}; GET /connections lists them`);
    const record = log.inject(asked);
    options.log?.info({ fault: record.fault, id: record.id, params: record.params }, 'fault injected');
    return record;
  };
  const view = (): readonly ConnectionView[] =>
    connections().map((one) => ({
      id: one.id,
      hub: one.hub,
      username: one.session.username,
      openedAt: one.openedAt,
      tokenExpiresAt: one.session.expiresAt,
      subscriptions: [...one.topics],
      sent: one.sent,
      frozen: one.frozen,
    }));
  const storyRoom = makeStoryRoom({ clock, exchange, market, trader });
  const control = makeControl({
    storyRoom,
    inject,
    log,
    connections: view,
    contracts,
    exchange,
    trader,
    accountIds: accounts.map((account) => account.id),
    about: () => ({
      what: 'a simulated ProjectX gateway: REST under /api, hubs under /hubs/user and /hubs/market, faults under /faults, positions under /sim/position, order stories under /sim/stories',
      seed,
      now: new Date(clock.now()).toISOString(),
      session: options.session ?? 'open',
      contracts: contracts.all.map((contract) => contract.id),
      accounts: accounts.map((account) => account.name),
    }),
  });

  const hubOf = (path: string): HubName | undefined =>
    /^\/hubs\/user(?:\/|$)/.test(path) ? 'user' : /^\/hubs\/market(?:\/|$)/.test(path) ? 'market' : undefined;
  const calls = new Map<string, number>();
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = urlOf(request);
    if (url === undefined) {
      response.writeHead(400).end();
      return;
    }
    response.setHeader('date', new Date(clock.now() + faults.clockShiftMs()).toUTCString());
    const path = url.pathname.toLowerCase().replace(/(.)\/+$/, '$1');
    if (path.startsWith('/api/')) {
      calls.set(path, (calls.get(path) ?? 0) + 1);
      return rest(request, response, path);
    }
    const hub = hubOf(path);
    if (hub === undefined) return control(request, response, path, url);
    if (path.endsWith('/negotiate') && request.method === 'POST') {
      hubs.negotiate(hub, request, url, response);
      return;
    }
    const known = tokens.read(tokenOf(request, url)) !== undefined;
    response.writeHead(known ? 400 : 401).end(known ? 'Connection ID required' : '');
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      options.log?.error({ error: messageOf(error) }, 'simulated gateway failed on a request');
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.on('upgrade', (request, socket, head) => {
    // An unheard reset of a refused socket would end the process.
    socket.on('error', () => socket.destroy());
    const url = urlOf(request);
    const hub = /^\/hubs\/(user|market)\/?$/i.exec(url?.pathname ?? '')?.[1]?.toLowerCase();
    if (url === undefined) refuseUpgrade(socket, 400);
    else if (hub === 'user' || hub === 'market') hubs.upgrade(hub, request, url, socket, head);
    else refuseUpgrade(socket, 404);
  });

  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  market.start();
  hubs.start();
  if ((options.trader ?? 'live') === 'live') trader.start();
  const { port } = server.address() as AddressInfo;
  const url = `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${port}`;
  return {
    url,
    port,
    username,
    apiKey,
    apiUrl: `${url}/api`,
    userHubUrl: `${url}/hubs/user`,
    marketHubUrl: `${url}/hubs/market`,
    faults: { inject, remove: (id) => log.remove(id), list: () => log.list() },
    stories: {
      tell({ contract: word, size, side, ...rest }) {
        const contract = contracts.find(word);
        if (contract === undefined) throw new FaultRefusal(`contract: there is no ${word}`);
        return storyRoom.tell({ ...rest, contract, size, side });
      },
      list: () => storyRoom.list(),
    },
    connections: view,
    calls: () => new Map(calls),
    async stop() {
      clock.stop();
      hubs.stop();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
