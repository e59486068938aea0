// The order faults on the wire: what a client sees of F6, F7, F10, F24 and F25, and that it is over when they end.
import { afterEach, describe, expect, it } from 'vitest';
import { startGateway, type Gateway } from '../../../src/local/gateway/gateway.ts';
import { openLogin, type LiveLogin } from '../../../src/projectx/live-login.ts';
import { systemClock } from '../../../src/clock.ts';
import { startThresholds } from '../../../src/domain/thresholds.ts';
import type { SuiteView } from '../../../src/domain/suite.ts';
import { makeLog } from '../../../src/log.ts';
import { until } from '../../fixtures/redis.ts';
import { buyTwo } from '../../fixtures/surroundings.ts';
import { aSuite, loginTo } from '../../fixtures/login-spec.ts';

let gateway: Gateway | undefined;
let login: LiveLogin | undefined;

afterEach(async () => {
  await login?.close();
  await gateway?.stop();
});

async function open(): Promise<{
  readonly suite: () => SuiteView;
  readonly inject: Gateway['faults']['inject'];
}> {
  const started = await startGateway({ trader: 'off', eventsPerSecond: 5 });
  gateway = started;
  const live = openLogin({
    spec: loginTo(started, [aSuite({ login: 'main', depth: false })]),
    apiKey: started.apiKey,
    worker: 'test',
    clock: systemClock,
    log: makeLog('silent'),
    thresholds: startThresholds,
    tuning: { reconcileMs: 1_000, pingMs: 200 },
  });
  login = live;
  live.start();
  const suite = (): SuiteView => {
    const [first] = live.view().suites;
    if (first === undefined) throw new Error('the login has no suite');
    return first;
  };
  await until(
    () => suite().reconciledAt !== undefined && suite().trading.hubSinceAt !== undefined,
    10_000,
    'books',
  );
  return { suite, inject: (request) => started.faults.inject(request) };
}

const buy = (isProtected = true): Promise<void> => buyTwo(gateway?.url ?? '', isProtected);

describe('F6', () => {
  it('keeps a fill from the hub that REST tells', async () => {
    const { suite, inject } = await open();
    inject({ fault: 'F6', missing: 'all' });
    await buy();
    await until(() => suite().fills().length > 0, 10_000, 'the fill over REST');
    expect(
      suite()
        .fills()
        .map(({ seenOn }) => seenOn),
    ).toEqual([['rest']]);
    expect(suite().position).toMatchObject({ side: 'long', size: 2, source: 'rest' });
  });

  it('is over when it ends', async () => {
    const { suite, inject } = await open();
    const fault = inject({ fault: 'F6' });
    gateway?.faults.remove(fault.id);
    await buy();
    await until(
      () =>
        suite()
          .fills()
          .some(({ seenOn }) => seenOn.includes('hub')),
      10_000,
      'the fill on the hub',
    );
  });
});

describe('F7', () => {
  it.each(['duplicate', 'swap'])('%s: one fill stays one fill, and the position is right', async (mode) => {
    const { suite, inject } = await open();
    inject({ fault: 'F7', mode });
    await buy();
    await until(() => suite().exposure.kind === 'protected', 10_000, 'the covered position');
    expect(suite().fills()).toHaveLength(1);
  });
});

describe('F10', () => {
  it('tells an order as pending on the hub and over REST, whatever became of it', async () => {
    const { suite, inject } = await open();
    inject({ fault: 'F10', state: 'pending' });
    await buy();
    await until(
      () =>
        suite()
          .orders()
          .some(({ status }) => status === 'pending'),
      10_000,
      'the pending order',
    );
    const before = suite().reconciledAt ?? 0;
    await until(() => (suite().reconciledAt ?? 0) > before + 1_500, 10_000, 'further answers of REST');
    expect(
      suite()
        .orders()
        .some(({ status }) => status === 'pending'),
    ).toBe(true);
  });
});

describe('F24', () => {
  it('takes the permission to trade away in the account’s own events', async () => {
    const { suite, inject } = await open();
    inject({ fault: 'F24', mode: 'locked' });
    await buy();
    await until(() => suite().account?.canTrade === false, 10_000, 'canTrade false');
  });

  it('moves the balance by so many dollars', async () => {
    const { suite, inject } = await open();
    const before = suite().account?.balance;
    inject({ fault: 'F24', mode: 'jump', by: -1_500 });
    await buy();
    await until(() => suite().account?.balance?.lt(before?.minus(1_400) ?? 0) === true, 10_000, 'the jump');
  });
});

describe('F25', () => {
  it('tells the newest trade as voided over REST, after the hub had told it as sound', async () => {
    const { suite, inject } = await open();
    await buy();
    await until(
      () =>
        suite()
          .fills()
          .some(({ seenOn }) => seenOn.includes('hub')),
      10_000,
      'the fill',
    );
    inject({ fault: 'F25', mode: 'voided' });
    await until(
      () =>
        suite()
          .fills()
          .some(({ voided }) => voided),
      10_000,
      'the voided fill',
    );
  });
});
