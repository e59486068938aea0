// A live login against a hand-made gateway on real sockets: it connects, subscribes, proves, loses, finds out and comes back.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import type { HubName, HubState, LoginSpec, SuiteSpec } from '../../src/domain/suite.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { makeLog } from '../../src/log.ts';
import { openLogin, type LiveLogin, type LoginOptions } from '../../src/projectx/live-login.ts';
import { makeToken, mnq, ok, practice, startFakeGateway, until, type FakeGateway } from './fake-gateway.ts';

let gateway: FakeGateway;
let logins: LiveLogin[] = [];
let lines: string[] = [];

beforeEach(async () => {
  gateway = await startFakeGateway();
  logins = [];
  lines = [];
});

afterEach(async () => {
  await Promise.all(logins.map((login) => login.close()));
  await gateway.stop();
});

const suite: SuiteSpec = {
  name: 'mnq',
  login: 'desk',
  instrument: 'MNQ',
  account: 'PRAC-V2-1',
  observe: 'direct',
  timeframes: ['1min'],
  depth: true,
};

function open(suites: readonly SuiteSpec[] = [suite], more: Partial<LoginOptions> = {}): LiveLogin {
  const spec: LoginSpec = {
    name: 'desk',
    username: 'trader',
    apiKeyEnv: 'PROJECT_X_API_KEY',
    apiUrl: gateway.apiUrl,
    userHubUrl: gateway.hubUrl('user'),
    marketHubUrl: gateway.hubUrl('market'),
    suites,
  };
  const login = openLogin({
    spec,
    apiKey: 'the-api-key-itself',
    worker: 'w1',
    clock: systemClock,
    log: makeLog('debug', (line) => lines.push(line)),
    thresholds: startThresholds,
    ...more,
    tuning: {
      pingMs: 100,
      pongTimeoutMs: 400,
      reconnectDelaysMs: [0, 20, 50],
      random: () => 0.5,
      ...more.tuning,
    },
  });
  logins.push(login);
  login.start();
  return login;
}

function quote(at = Date.now(), price = 25411.25): Record<string, unknown> {
  const stamp = new Date(at).toISOString();
  return {
    symbol: 'F.US.MNQ',
    lastPrice: price,
    bestBid: price - 0.25,
    bestAsk: price,
    volume: 10,
    lastUpdated: stamp,
    timestamp: stamp,
  };
}

const kindOf = (login: LiveLogin, hub: HubName): HubState['kind'] => login.view().hubs[hub].state.kind;

function allAcknowledged(login: LiveLogin, hub: HubName, count: number): boolean {
  const { subscriptions } = login.view().hubs[hub];
  return subscriptions.length === count && subscriptions.every(({ state }) => state.kind === 'acknowledged');
}

async function proven(login: LiveLogin): Promise<void> {
  await until(
    'all acknowledged',
    () => allAcknowledged(login, 'market', 3) && allAcknowledged(login, 'user', 4),
  );
  gateway.newest('market').send('GatewayQuote', mnq.id, quote());
  await until('both hubs proven', () => login.view().hubs.market.proven && login.view().hubs.user.proven);
}

it('logs in once, subscribes everything, and is proven by data and by a reconciliation', async () => {
  const login = open();
  await proven(login);
  const view = login.view();
  expect(view.session).toMatchObject({ kind: 'active' });
  expect(gateway.calls.filter(({ path }) => path === 'Auth/loginKey')).toHaveLength(1);
  expect(view.hubs.market.subscriptions.map(({ method, target }) => `${method} ${target}`)).toEqual([
    `SubscribeContractQuotes ${mnq.id}`,
    `SubscribeContractTrades ${mnq.id}`,
    `SubscribeContractMarketDepth ${mnq.id}`,
  ]);
  expect(gateway.newest('user').invocations).toEqual([
    { target: 'SubscribeAccounts', arguments: [] },
    { target: 'SubscribeOrders', arguments: [901] },
    { target: 'SubscribePositions', arguments: [901] },
    { target: 'SubscribeTrades', arguments: [901] },
  ]);
  expect(view.hubs.user.gaps.at(-1)?.endedAt).toBeTypeOf('number');
  expect(view.suites[0]?.exposure).toEqual({ kind: 'flat' });
  expect(view.suites[0]?.contract?.tickSize).toEqual({ num: 1, den: 4, text: '0.25' });
  expect(view.suites[0]?.lastQuote).toMatchObject({ lastPrice: 101645, bestBid: 101644 });
});

it('suites of one login share one pair of connections and each subscription', async () => {
  const login = open([suite, { ...suite, name: 'mnq-2', depth: false }]);
  await proven(login);
  expect(gateway.connections).toHaveLength(2);
  expect(gateway.newest('market').invocations).toHaveLength(3);
  const [first, second] = login.view().suites;
  expect(first?.streams.find(({ kind }) => kind === 'depth')?.wanted).toBe(true);
  expect(second?.streams.find(({ kind }) => kind === 'depth')?.wanted).toBe(false);
});

it('after a killed socket it subscribes anew, and the gap ends only when data flows', async () => {
  const login = open();
  await proven(login);
  const changes: HubState['kind'][] = [];
  login.onChange((what) => {
    if (what === 'hub') changes.push(kindOf(login, 'market'));
  });
  gateway.newest('market').kill();
  await until(
    'a second connection',
    () => gateway.connections.filter(({ hub }) => hub === 'market').length === 2,
  );
  await until('acknowledged again', () => allAcknowledged(login, 'market', 3));
  expect(changes[0]).toBe('reconnecting');
  expect(login.view().hubs.market.connections.at(0)?.drop?.reason).toBe('socket-dropped');
  expect(login.view().hubs.market).toMatchObject({ proven: false, eventsOnConnection: 0 });
  expect(login.view().hubs.market.gaps.at(-1)?.endedAt).toBeUndefined();
  gateway
    .newest('market')
    .send('GatewayTrade', mnq.id, [
      { symbolId: 'F.US.MNQ', price: 25411.25, timestamp: new Date().toISOString(), type: 0, volume: 3 },
    ]);
  await until('proven again', () => login.view().hubs.market.proven);
  expect(login.view().hubs.market.gaps.at(-1)?.endedAt).toBeTypeOf('number');
});

it.each([
  [true, 'server-close'],
  [false, 'server-close-final'],
] as const)(
  'a Close frame with allowReconnect %s is told as %s, and it reconnects either way',
  async (allow, reason) => {
    const login = open();
    await proven(login);
    gateway.newest('market').closeFrame('maintenance', allow);
    await until(
      'a second connection',
      () => gateway.connections.filter(({ hub }) => hub === 'market').length === 2,
    );
    await until('acknowledged again', () => allAcknowledged(login, 'market', 3));
    const drop = login.view().hubs.market.connections.at(0)?.drop;
    expect(drop).toMatchObject({ reason });
    expect(drop?.detail).toContain('maintenance');
  },
);

it('a half-open socket is found by pings that are no longer answered', async () => {
  const login = open();
  await proven(login);
  await until('a pong', () => login.view().hubs.market.lastPongAt !== undefined);
  gateway.newest('market').freeze();
  const frozenAt = Date.now();
  await until(
    'another connection',
    () => gateway.connections.filter(({ hub }) => hub === 'market').length === 2,
  );
  const drop = login.view().hubs.market.connections.at(0)?.drop;
  expect(drop?.reason).toBe('half-open');
  expect(login.view().hubs.market.gaps.at(-1)?.startedAt).toBeLessThanOrEqual(frozenAt + 150);
});

it('a peer that never answers pings is judged by protocol silence alone', async () => {
  gateway.autoPong = false;
  const login = open([suite], { tuning: { serverTimeoutMs: 900 } });
  await until('silence', () => login.view().hubs.user.connections.some(({ drop }) => drop !== undefined));
  const life = login.view().hubs.user.connections[0];
  expect(life?.drop?.reason).toBe('protocol-silence');
  expect((life?.closedAt ?? 0) - (life?.openedAt ?? 0)).toBeGreaterThan(600);
});

it('an unauthorized upgrade gets a fresh token and another try', async () => {
  const login = open();
  await proven(login);
  const before = gateway.newest('market').token;
  gateway.upgradeStatus = 401;
  gateway.newest('market').kill();
  await until('auth-failed', () => kindOf(login, 'market') === 'auth-failed');
  gateway.upgradeStatus = undefined;
  await until('connected again', () => kindOf(login, 'market') === 'connected');
  expect(gateway.newest('market').token).not.toBe(before);
});

it('never gives up: refused upgrades and unanswered handshakes are told, then it connects', async () => {
  gateway.upgradeStatus = 503;
  const login = open([suite], { tuning: { connectTimeoutMs: 300 } });
  await until('refused attempts', () => {
    const { state } = login.view().hubs.market;
    return state.kind === 'connecting' && state.attempt >= 6 && /503/.test(state.lastError ?? '');
  });
  gateway.upgradeStatus = undefined;
  gateway.handshake = 'never';
  await until('handshake told', () => {
    const { state } = login.view().hubs.market;
    return state.kind === 'connecting' && /handshake was not answered/.test(state.lastError ?? '');
  });
  gateway.handshake = 'error';
  await until('handshake error told', () => {
    const { state } = login.view().hubs.market;
    return state.kind === 'connecting' && /not to my taste/.test(state.lastError ?? '');
  });
  gateway.handshake = 'answer';
  await until(
    'connected',
    () => kindOf(login, 'market') === 'connected' && kindOf(login, 'user') === 'connected',
  );
});

it("a refused subscription keeps the server's words and is tried again", async () => {
  gateway.acknowledge = (target) => (target === 'SubscribeContractTrades' ? 'not today' : undefined);
  const login = open([suite], { tuning: { refusedRetryMs: [50] } });
  await until('refused', () =>
    login.view().hubs.market.subscriptions.some(({ state }) => state.kind === 'refused'),
  );
  const refused = login.view().hubs.market.subscriptions.find(({ state }) => state.kind === 'refused');
  expect(refused?.state).toMatchObject({ error: expect.stringContaining('not today') as string });
  gateway.acknowledge = () => undefined;
  await until('acknowledged', () => allAcknowledged(login, 'market', 3));
});

it('a fill that only REST knows is kept as seen on rest alone', async () => {
  const login = open();
  await proven(login);
  const fill = (id: number): Record<string, unknown> => ({
    id,
    accountId: 901,
    contractId: mnq.id,
    creationTimestamp: new Date().toISOString(),
    price: 25410.75,
    fees: 0.74,
    side: 0,
    size: 2,
    voided: false,
    orderId: 3091187744,
  });
  gateway.newest('user').send('GatewayUserTrade', { action: 0, data: fill(1) });
  await until('the fill', () => login.view().suites[0]?.fills().length === 1);
  gateway.rest['Trade/search'] = () => ok({ trades: [fill(1), fill(2)] });
  gateway.newest('user').kill();
  await until('reconciled', () => login.view().suites[0]?.fills().length === 2);
  const fills = login.view().suites[0]?.fills() ?? [];
  expect(fills.map(({ id, seenOn }) => [id, seenOn])).toEqual([
    ['1', ['hub', 'rest']],
    ['2', ['rest']],
  ]);
});

it('suspended children are asked for, and where the query is not known the open orders do', async () => {
  const position = {
    id: 1,
    accountId: 901,
    contractId: mnq.id,
    creationTimestamp: new Date().toISOString(),
    type: 1,
    size: 2,
    averagePrice: 25410.75,
  };
  const stop = {
    id: 7,
    accountId: 901,
    contractId: mnq.id,
    status: 8,
    type: 4,
    side: 1,
    size: 2,
    stopPrice: 25400,
    fillVolume: 0,
  };
  gateway.rest['Position/searchOpen'] = () => ok({ positions: [position] });
  gateway.rest['Order/v2/query'] = () => ok({ orders: [stop], totalCount: 1 });
  const login = open();
  await until('protected', () => login.view().suites[0]?.exposure.kind === 'protected');
  gateway.rest['Order/v2/query'] = () => ({ status: 404, body: 'Not Found' });
  const second = open();
  await until('unprotected', () => second.view().suites[0]?.exposure.kind === 'unprotected');
  expect(gateway.calls.some(({ path }) => path === 'Order/searchOpen')).toBe(true);
});

it('orders and positions of the hub change the exposure at once', async () => {
  const login = open();
  await proven(login);
  const position = { id: 1, accountId: 901, contractId: mnq.id, type: 2, size: 3, averagePrice: 25410.75 };
  gateway.newest('user').send('GatewayUserPosition', { action: 1, data: position });
  await until('unprotected', () => login.view().suites[0]?.exposure.kind === 'unprotected');
  const stop = {
    id: 9,
    accountId: 901,
    contractId: mnq.id,
    status: 1,
    type: 4,
    side: 0,
    size: 3,
    stopPrice: 25440,
  };
  gateway.newest('user').send('GatewayUserOrder', stop);
  await until('protected', () => login.view().suites[0]?.exposure.kind === 'protected');
  gateway.newest('user').send('GatewayUserPosition', { action: 1, data: { ...position, type: 0, size: 0 } });
  await until('flat', () => login.view().suites[0]?.exposure.kind === 'flat');
});

it('wrong shapes, half frames and unknown things are counted, and the connection lives on', async () => {
  const login = open();
  await proven(login);
  const market = gateway.newest('market');
  const message = JSON.stringify({
    type: 1,
    target: 'GatewayQuote',
    arguments: [mnq.id, quote(Date.now(), 25500)],
  });
  market.raw(message.slice(0, 40));
  market.raw(`${message.slice(40)}\u001e{"type":6}\u001e`);
  await until('the split quote', () => login.view().suites[0]?.lastQuote?.lastPrice === 102000);
  market.raw(message.replace('25500', '25501'));
  market.raw(`${message.replace('25500', '25502')}\u001e`);
  market.raw('this is no JSON\u001e');
  market.raw('{"type":1}\u001e{"type":99}\u001e{"type":1,"target":"GatewayNews","arguments":[]}\u001e');
  market.send('GatewayQuote');
  market.send('GatewayTrade', mnq.id, {
    price: '25411.50',
    volume: '3',
    type: 9,
    timestamp: '2026-11-05T15:04:39',
    extra: { a: [1] },
  });
  market.send('GatewayDepth', mnq.id, [null, 5, { type: 2, price: 25411.27, volume: 1 }]);
  await until('the print', () => login.view().suites[0]?.prints().length === 1);
  await until(
    'the depth',
    () => (login.view().suites[0]?.streams.find(({ kind }) => kind === 'depth')?.events ?? 0) === 1,
  );
  const suiteView = login.view().suites[0];
  expect(suiteView?.prints()[0]).toMatchObject({
    price: 101646,
    size: 3,
    aggressor: 'unknown',
    exchangeAt: Date.UTC(2026, 10, 5, 15, 4, 39),
  });
  expect(kindOf(login, 'market')).toBe('connected');
  expect(login.view().hubs.market.connections).toHaveLength(1);
  const odd = login
    .view()
    .hubs.market.oddities.map(({ what }) => what)
    .join('\n');
  for (const word of [
    'split over frames',
    'without its end mark',
    'unreadable message',
    'GatewayNews',
    'GatewayTrade type',
    'off the tick grid',
    'new member "extra"',
  ]) {
    expect(odd).toContain(word);
  }
});

it('GatewayLogout is a notice and nothing else', async () => {
  const login = open();
  await proven(login);
  gateway.newest('user').send('GatewayLogout', 'you have been signed out');
  await until('the notice', () => login.view().hubs.user.logoutNotices.length === 1);
  expect(kindOf(login, 'user')).toBe('connected');
});

it('a refused login says why in plain words, keeps trying, and everything follows when it is allowed', async () => {
  gateway.rest['Auth/loginKey'] = () => ({
    body: { token: null, success: false, errorCode: 3, errorMessage: null },
  });
  const login = open([suite], { tuning: { refusedLoginDelaysMs: [50], resolveRetryMs: [50] } });
  await until('refused', () => login.view().session.kind === 'refused');
  expect(login.view().session).toMatchObject({
    kind: 'refused',
    code: 3,
    reason: expect.stringContaining('API key') as string,
  });
  gateway.rest['Auth/loginKey'] = () => ok({ token: makeToken() });
  await proven(login);
});

it('a rejected token is replaced by one login and the call is made again', async () => {
  let good = makeToken();
  gateway.rest['Auth/loginKey'] = () => {
    good = makeToken();
    return ok({ token: good });
  };
  gateway.rest['Contract/search'] = (_body, request) =>
    request.headers.authorization === `Bearer ${good}` && gateway.calls.length > 4
      ? ok({ contracts: [mnq] })
      : { status: 401 };
  const login = open([suite], { tuning: { resolveRetryMs: [50] } });
  await proven(login);
  expect(gateway.calls.filter(({ path }) => path === 'Auth/loginKey').length).toBeGreaterThanOrEqual(2);
});

it('outside market hours acknowledgements end a gap, but prove nothing', async () => {
  const closed: MarketPhase = { kind: 'closed', why: 'weekend', closedAt: 0, opensAt: 1 };
  const login = open([suite], { market: () => closed });
  await until('acknowledged', () => allAcknowledged(login, 'market', 3));
  await until('gap ended', () => login.view().hubs.market.gaps.at(-1)?.endedAt !== undefined);
  expect(login.view().hubs.market.proven).toBe(false);
});

it('observed over rest no hub is opened, and bars and positions are polled', async () => {
  gateway.rest['History/retrieveBars'] = () =>
    ok({
      bars: [
        { t: '2026-11-05T15:04:00+00:00', o: 25409.25, h: 25413, l: 25407.5, c: 25411.25, v: 5 },
        { t: '2026-11-05T15:03:00+00:00', o: 1, h: 1, l: 1, c: 1, v: 2 },
      ],
    });
  const login = open([{ ...suite, observe: 'rest' }], { tuning: { pollMs: 60 } });
  await until('bars', () => login.view().suites[0]?.bars('1min').length === 2);
  await until('reconciled', () => login.view().suites[0]?.exposure.kind === 'flat');
  expect(
    login
      .view()
      .suites[0]?.bars('1min')
      .map(({ startAt }) => startAt),
  ).toEqual([Date.UTC(2026, 10, 5, 15, 3), Date.UTC(2026, 10, 5, 15, 4)]);
  expect(kindOf(login, 'market')).toBe('off');
  expect(gateway.connections).toHaveLength(0);
});

it('a probe is told as not available yet and touches nothing', () => {
  const login = open([{ ...suite, observe: 'probe' }]);
  expect(login.view().suites[0]?.contractProblem).toContain('not available yet');
  expect(login.view().suites[0]?.exposure.kind).toBe('unknown');
});

it('an account or contract that is not there is told by name', async () => {
  gateway.rest['Account/search'] = () => ok({ accounts: [{ ...practice, name: 'OTHER' }] });
  gateway.rest['Contract/search'] = () =>
    ok({ contracts: [{ ...mnq, id: 'CON.F.US.MNQX.Z26', name: 'MNQXZ6', symbolId: 'F.US.MNQX' }] });
  gateway.rest['Contract/available'] = () => ok({ contracts: [] });
  const login = open();
  await until('problems', () => /none named PRAC-V2-1/.test(login.view().suites[0]?.accountProblem ?? ''));
  await until('contract problem', () =>
    /no contract for MNQ/.test(login.view().suites[0]?.contractProblem ?? ''),
  );
});

it('writes no token and no key into its log, and leaves nothing running', async () => {
  const login = open();
  await proven(login);
  gateway.newest('market').kill();
  await until(
    'reconnected',
    () => gateway.connections.length === 3 && kindOf(login, 'market') === 'connected',
  );
  const tokens = gateway.calls.flatMap(({ token }) => token ?? []);
  await login.close();
  expect(kindOf(login, 'market')).toBe('closed');
  expect(lines.length).toBeGreaterThan(3);
  for (const secret of [...tokens, 'the-api-key-itself']) expect(lines.join('')).not.toContain(secret);
});
