// A live login on a hand-made gateway, as the tests of the suite side set it up.
import { afterEach, beforeEach } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { HubName, HubState, SuiteSpec } from '../../src/domain/suite.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { makeLog } from '../../src/log.ts';
import { openLogin, type LiveLogin, type LoginOptions } from '../../src/projectx/live-login.ts';
import { aSuite, loginTo } from '../fixtures/login-spec.ts';
import { mnq, startFakeGateway, until, type FakeGateway } from './fake-gateway.ts';

export const suite: SuiteSpec = aSuite();

export interface Bench {
  readonly gateway: FakeGateway;
  readonly lines: string[];
  readonly open: (suites?: readonly SuiteSpec[], more?: Partial<LoginOptions>) => LiveLogin;
  /** Waits until both hubs of the login are subscribed, then sends one quote and waits for the proof. */
  readonly proven: (login: LiveLogin) => Promise<void>;
}

/** A fresh gateway for every test; every login is closed and the gateway stopped after it. */
export function useBench(): () => Bench {
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
  const open: Bench['open'] = (suites = [suite], more = {}) => {
    const addresses = {
      username: 'trader',
      apiUrl: gateway.apiUrl,
      userHubUrl: gateway.hubUrl('user'),
      marketHubUrl: gateway.hubUrl('market'),
    };
    const written = lines;
    const login = openLogin({
      spec: loginTo(addresses, suites),
      apiKey: 'the-api-key-itself',
      worker: 'w1',
      clock: systemClock,
      log: makeLog('debug', (line) => written.push(line)),
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
  };
  const proven: Bench['proven'] = async (login) => {
    await until(
      'all acknowledged',
      () => allAcknowledged(login, 'market', 3) && allAcknowledged(login, 'user', 4),
    );
    gateway.newest('market').send('GatewayQuote', mnq.id, quote());
    await until('both hubs proven', () => login.view().hubs.market.proven && login.view().hubs.user.proven);
  };
  return () => ({ gateway, lines, open, proven });
}

export function quote(at = Date.now(), price = 25411.25): Record<string, unknown> {
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

export const kindOf = (login: LiveLogin, hub: HubName): HubState['kind'] => login.view().hubs[hub].state.kind;

export function allAcknowledged(login: LiveLogin, hub: HubName, count: number): boolean {
  const { subscriptions } = login.view().hubs[hub];
  return subscriptions.length === count && subscriptions.every(({ state }) => state.kind === 'acknowledged');
}
