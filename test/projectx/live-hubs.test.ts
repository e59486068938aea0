// The hubs of a live login against a hand-made gateway: lost in every way, told by its name, and back with proof.
import { expect, it } from 'vitest';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import type { HubState } from '../../src/domain/suite.ts';
import { makeToken, mnq, ok, until } from './fake-gateway.ts';
import { allAcknowledged, kindOf, quote, suite, useBench } from './login-bench.ts';

const bench = useBench();

it('after a killed socket it subscribes anew, and the gap ends only when data flows', async () => {
  const { gateway, open, proven } = bench();
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
    const { gateway, open, proven } = bench();
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
  const { gateway, open, proven } = bench();
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
  const { gateway, open } = bench();
  gateway.autoPong = false;
  const login = open([suite], { tuning: { serverTimeoutMs: 900 } });
  await until('silence', () => login.view().hubs.user.connections.some(({ drop }) => drop !== undefined));
  const life = login.view().hubs.user.connections[0];
  expect(life?.drop?.reason).toBe('protocol-silence');
  expect((life?.closedAt ?? 0) - (life?.openedAt ?? 0)).toBeGreaterThan(600);
});

it('an unauthorized upgrade gets a fresh token and another try', async () => {
  const { gateway, open, proven } = bench();
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
  const { gateway, open } = bench();
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

it.each(['<html>not a hub</html>\u001e', 'no hub\u001e'])(
  'an answer to the handshake that is no JSON (%j) is a failed handshake, and costs no login',
  async (text) => {
    const { gateway, open } = bench();
    gateway.handshake = 'never';
    gateway.handshakeText = text;
    const login = open();
    await until('told', () => {
      const { state } = login.view().hubs.market;
      return state.kind === 'connecting' && state.lastReason !== undefined && state.attempt >= 3;
    });
    expect(login.view().hubs.market.state).toMatchObject({ lastReason: 'handshake-failed' });
    expect(gateway.calls.filter(({ path }) => path === 'Auth/loginKey')).toHaveLength(1);
  },
);

it("a refused subscription keeps the server's words and is tried again", async () => {
  const { gateway, open } = bench();
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

it('wrong shapes, half frames and unknown things are counted, and the connection lives on', async () => {
  const { gateway, open, proven } = bench();
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
  const { gateway, open, proven } = bench();
  const login = open();
  await proven(login);
  gateway.newest('user').send('GatewayLogout', 'you have been signed out');
  await until('the notice', () => login.view().hubs.user.logoutNotices.length === 1);
  expect(kindOf(login, 'user')).toBe('connected');
});

it('outside market hours acknowledgements end a gap, but prove nothing', async () => {
  const { open } = bench();
  const closed: MarketPhase = { kind: 'closed', why: 'weekend', closedAt: 0, opensAt: 1 };
  const login = open([suite], { market: () => closed });
  await until('acknowledged', () => allAcknowledged(login, 'market', 3));
  await until('gap ended', () => login.view().hubs.market.gaps.at(-1)?.endedAt !== undefined);
  expect(login.view().hubs.market.proven).toBe(false);
});

it('takes a fresh token at a quiet moment before the one of its connection ends', async () => {
  const { gateway, open, proven } = bench();
  gateway.rest['Auth/loginKey'] = () => ok({ token: makeToken(4000) });
  gateway.rest['Auth/validate'] = () => ok({ newToken: makeToken() });
  const login = open([suite], { tuning: { restTimeoutMs: 5000 } });
  await proven(login);
  const first = gateway.newest('market').token;
  await until(
    'reconnected',
    () => gateway.newest('market').token !== first && kindOf(login, 'market') === 'connected',
  );
  const { connections, tokenExpiresAt } = login.view().hubs.market;
  expect(connections[0]?.drop).toMatchObject({
    reason: 'stopped',
    detail: expect.stringContaining('fresh token') as string,
  });
  expect((tokenExpiresAt ?? 0) - Date.now()).toBeGreaterThan(3_600_000);
  expect(connections).toHaveLength(2);
});

it('a time in the future is told and does not hide a dead feed', async () => {
  const { gateway, open, proven } = bench();
  const login = open();
  await proven(login);
  gateway.newest('market').send('GatewayQuote', mnq.id, quote(Date.now() + 3_600_000));
  const odd = (): string[] => login.view().hubs.market.oddities.map(({ what }) => what);
  await until('told', () => odd().includes('quote with a time in the future'));
  const newest = login.view().suites[0]?.streams.find(({ kind }) => kind === 'quote')?.lastExchangeAt ?? 0;
  expect(newest).toBeLessThanOrEqual(Date.now());
});
