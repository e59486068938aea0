// The suite side against the simulated gateway: each fault is told by its own name, and life goes on after it.
import { afterEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { HubDropReason, HubName } from '../../src/domain/suite.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { startGateway, type Gateway, type GatewayOptions } from '../../src/local/gateway/gateway.ts';
import { makeLog } from '../../src/log.ts';
import { openLogin, type LiveLogin, type LoginOptions } from '../../src/projectx/live-login.ts';
import { until } from './fake-gateway.ts';
import { suite } from './login-bench.ts';
import { loginTo } from '../fixtures/login-spec.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(
  options: GatewayOptions = {},
  tuning: LoginOptions['tuning'] = {},
): Promise<{ gateway: Gateway; login: LiveLogin }> {
  const gateway = await startGateway({ eventsPerSecond: 60, trader: 'off', ...options });
  stops.push(() => gateway.stop());
  const account = undefined;
  const suites = [
    { ...suite, account },
    { ...suite, name: 'es', instrument: 'ES', account, depth: false },
  ];
  const login = openLogin({
    spec: loginTo(gateway, suites),
    apiKey: gateway.apiKey,
    worker: 'w1',
    clock: systemClock,
    log: makeLog('silent'),
    thresholds: startThresholds,
    tuning: { refusedLoginDelaysMs: [100], resolveRetryMs: [100, 500], ...tuning },
  });
  stops.push(() => login.close());
  login.start();
  return { gateway, login };
}

const hub = (login: LiveLogin, name: HubName) => login.view().hubs[name];
const wholly = (login: LiveLogin): boolean => hub(login, 'market').proven && hub(login, 'user').proven;
const drops = (login: LiveLogin, name: HubName): HubDropReason[] =>
  hub(login, name).connections.flatMap(({ drop }) => drop?.reason ?? []);
const lastExchangeAt = (login: LiveLogin, of = 0): number =>
  Math.max(...(login.view().suites[of]?.streams.map((stream) => stream.lastExchangeAt ?? 0) ?? [0]));

it('connects, resolves MNQ and ES by their roots, and sees quotes, prints, depth and bars without an oddity', async () => {
  const { login } = await start();
  await until('both hubs proven', () => wholly(login));
  const enough = (of: number): boolean => (login.view().suites[of]?.prints().length ?? 0) > 5;
  await until('prints of both', () => enough(0) && enough(1));
  await until('depth', () => login.view().suites[0]?.streams.every(({ events }) => events > 0) === true);
  const { suites, session, hubs } = login.view();
  expect(suites.map(({ contract }) => contract?.symbolId)).toEqual(['F.US.MNQ', 'F.US.EP']);
  expect(suites.map(({ contractProblem, accountProblem }) => [contractProblem, accountProblem])).toEqual([
    [undefined, undefined],
    [undefined, undefined],
  ]);
  expect(session.kind).toBe('active');
  expect(suites[0]?.bars('1min').length).toBeGreaterThan(0);
  expect(suites[0]?.prints().every(({ price }) => typeof price === 'number')).toBe(true);
  expect([...hubs.market.oddities, ...hubs.user.oddities]).toEqual([]);
  expect(Math.abs(lastExchangeAt(login) - Date.now())).toBeLessThan(5000);
});

it('the trader of the gateway is followed: fills, orders and positions arrive over the hub and agree with REST', async () => {
  const { login } = await start({ trader: 'live' });
  await until('both hubs proven', () => wholly(login));
  await until(
    'an order or a fill',
    () => login.view().suites.some((one) => one.fills().length + one.orders().length > 0),
    15_000,
  );
  expect(hub(login, 'user').oddities).toEqual([]);
});

it.each([
  [{ fault: 'F1', hub: 'market' }, 'socket-dropped'],
  [{ fault: 'F2', hub: 'market', allowReconnect: true }, 'server-close'],
  [{ fault: 'F2', hub: 'market', allowReconnect: false }, 'server-close-final'],
  [{ fault: 'F3', hub: 'market' }, 'half-open'],
] as const)('%j is told as %s, and the feed comes back proven', async (fault, reason) => {
  const { gateway, login } = await start();
  await until('both hubs proven', () => wholly(login));
  await until('pongs', () => hub(login, 'market').lastPongAt !== undefined);
  const at = Date.now();
  gateway.faults.inject(fault);
  await until('the drop', () => drops(login, 'market').length > 0, 5000);
  expect(drops(login, 'market')[0]).toBe(reason);
  expect((hub(login, 'market').connections[0]?.closedAt ?? 0) - at).toBeLessThan(3500);
  await until('proven again', () => wholly(login));
  await until('data newer than the drop', () => lastExchangeAt(login) > at);
  expect(hub(login, 'user').connections).toHaveLength(1);
});

it('a hub that stays away is waited for, and found again', async () => {
  const { gateway, login } = await start();
  await until('both hubs proven', () => wholly(login));
  const { id } = gateway.faults.inject({ fault: 'F1', hub: 'market', down: true });
  await until('several tries', () => {
    const { state } = hub(login, 'market');
    return state.kind === 'reconnecting' && state.attempt >= 2 && /503/.test(state.lastError ?? '');
  });
  gateway.faults.remove(id);
  await until('proven again', () => wholly(login));
});

it('F12: expired tokens are replaced, sockets closed with them come back with a fresh one', async () => {
  const { gateway, login } = await start({}, { reconcileMs: 300 });
  await until('both hubs proven', () => wholly(login));
  const before = hub(login, 'market').connections.length;
  gateway.faults.inject({ fault: 'F12', close: true });
  await until('reconnected', () => hub(login, 'market').connections.length > before && wholly(login));
  await until('active', () => login.view().session.kind === 'active');
  expect(
    login.view().rest.some(({ outcome }) => outcome === 'unauthorized') || drops(login, 'market').length > 0,
  ).toBe(true);
});

it.each([{ status: 503 }, { status: 429 }, { status: 429, retryAfter: 1 }] as const)(
  'F13 %j is classified, and passes',
  async (params) => {
    const { gateway, login } = await start({}, { pingReuseMs: 0, retryAfterMs: 300 });
    await until('both hubs proven', () => wholly(login));
    const { signal } = new AbortController();
    const { id } = gateway.faults.inject({ fault: 'F13', ...params });
    const outcome = params.status === 429 ? 'rate-limited' : 'server-error';
    expect(await login.view().reads.ping(signal)).toMatchObject({ outcome, status: params.status });
    gateway.faults.remove(id);
    // A 429 pauses our own calls for a moment: a ping then says that it was not asked.
    await vi.waitUntil(async () => (await login.view().reads.ping(signal)).outcome === 'ok', 5_000);
    expect(login.view().rest.map((record) => record.outcome)).toContain(outcome);
    expect(login.view().meter.tooMany.length).toBe(params.status === 429 ? 1 : 0);
    expect(drops(login, 'market')).toEqual([]);
  },
);

it.each([3, 7, 9, 10])('F14 code %i: the login is refused with its code, and tried again', async (code) => {
  const gateway = await startGateway({ trader: 'off' });
  stops.push(() => gateway.stop());
  const { id } = gateway.faults.inject({ fault: 'F14', code });
  const login = openLogin({
    spec: loginTo(gateway, [{ ...suite, account: undefined }]),
    apiKey: gateway.apiKey,
    worker: 'w1',
    clock: systemClock,
    log: makeLog('silent'),
    thresholds: startThresholds,
    tuning: { refusedLoginDelaysMs: [100], resolveRetryMs: [100] },
  });
  stops.push(() => login.close());
  login.start();
  await until('refused', () => login.view().session.kind === 'refused');
  expect(login.view().session).toMatchObject({ code });
  gateway.faults.remove(id);
  await until('proven', () => wholly(login));
});

it('F15: GatewayLogout alone is a notice; followed by a close it is a drop as any other', async () => {
  const { gateway, login } = await start({}, { kickedDelaysMs: [200] });
  await until('both hubs proven', () => wholly(login));
  gateway.faults.inject({ fault: 'F15', hub: 'user', mode: 'alone' });
  await until('the notice', () => hub(login, 'user').logoutNotices.length === 1);
  expect(drops(login, 'user')).toEqual([]);
  gateway.faults.inject({ fault: 'F15', hub: 'user', mode: 'then-close', delayMs: 50 });
  await until('the drop', () => drops(login, 'user').length === 1);
  await until('proven again', () => wholly(login));
});

it('F16: thrown out by a second session it waits before it comes back, with a notice or, where closes come again, without', async () => {
  const { gateway, login } = await start({}, { kickedDelaysMs: [600, 1200], random: () => 0.5 });
  await until('both hubs proven', () => wholly(login));
  const thrownOut = async (times: number): Promise<void> => {
    await until('thrown out', () => drops(login, 'market').length === times);
  };
  const { id } = gateway.faults.inject({ fault: 'F16', hub: 'market', phantom: true });
  await thrownOut(1);
  gateway.faults.remove(id);
  await until('proven again', () => wholly(login));
  gateway.faults.inject({ fault: 'F16', hub: 'market', phantom: true, notice: false });
  await thrownOut(2);
  await until('proven again', () => wholly(login));
  const [first, second, third] = hub(login, 'market').connections;
  const awayMs = (from = first, to = second): number => (to?.openedAt ?? 0) - (from?.closedAt ?? 0);
  expect(awayMs()).toBeGreaterThan(550);
  expect(awayMs(second, third)).toBeGreaterThan(1100);
});

it.each([
  'object',
  'flat',
  'unknown-members',
  'missing-members',
  'nulls',
  'integers',
  'naive-times',
  'unknown-enums',
])('F17 %s: the data is still understood, and the connection lives on', async (shape) => {
  const { gateway, login } = await start();
  await until('both hubs proven', () => wholly(login));
  gateway.faults.inject({ fault: 'F17', shape });
  const before = hub(login, 'market').eventsOnConnection;
  const prints = login.view().suites[0]?.prints().length ?? 0;
  await until('events', () => hub(login, 'market').eventsOnConnection > before + 40);
  await until('prints', () => (login.view().suites[0]?.prints().length ?? 0) > prints);
  expect(drops(login, 'market')).toEqual([]);
  expect(Math.abs(lastExchangeAt(login) - Date.now())).toBeLessThan(5000);
});

it.each(['negotiate-503', 'negotiate-401', 'wrong-json', 'handshake-error', 'handshake-silence'])(
  'F26 %s: what keeps it from connecting is told, and it connects when that ends',
  async (mode) => {
    const { gateway, login } = await start({}, { connectTimeoutMs: 700 });
    await until('both hubs proven', () => wholly(login));
    const { id } = gateway.faults.inject({ fault: 'F26', hub: 'market', mode });
    gateway.faults.inject({ fault: 'F1', hub: 'market' });
    await until('told', () => {
      const { state } = hub(login, 'market');
      return state.kind === 'auth-failed' || (state.kind === 'reconnecting' && state.lastError !== undefined);
    });
    expect(hub(login, 'market').state.kind === 'auth-failed').toBe(mode === 'negotiate-401');
    gateway.faults.remove(id);
    await until('proven again', () => wholly(login), 12_000);
  },
);

it.each(['split', 'batched', 'oversized', 'no-terminator'])('F27 %s: the feed goes on', async (mode) => {
  const { gateway, login } = await start();
  await until('both hubs proven', () => wholly(login));
  gateway.faults.inject({ fault: 'F27', hub: 'market', mode });
  const before = hub(login, 'market').eventsOnConnection;
  await until('events', () => hub(login, 'market').eventsOnConnection > before + 30);
  expect(drops(login, 'market')).toEqual([]);
});
