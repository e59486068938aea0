// A live login against a hand-made gateway: session, contracts, accounts, fills and exposure as they are found.
import { expect, it } from 'vitest';
import { makeToken, mnq, ok, practice, until } from './fake-gateway.ts';
import { allAcknowledged, kindOf, suite, useBench } from './login-bench.ts';

const bench = useBench();

it('logs in once, subscribes everything, and is proven by data and by a reconciliation', async () => {
  const { gateway, open, proven } = bench();
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
  const { gateway, open, proven } = bench();
  const login = open([suite, { ...suite, name: 'mnq-2', depth: false }]);
  await proven(login);
  expect(gateway.connections).toHaveLength(2);
  expect(gateway.newest('market').invocations).toHaveLength(3);
  const [first, second] = login.view().suites;
  expect(first?.streams.find(({ kind }) => kind === 'depth')?.wanted).toBe(true);
  expect(second?.streams.find(({ kind }) => kind === 'depth')?.wanted).toBe(false);
});

it('a fill that only REST knows is kept as seen on rest alone', async () => {
  const { gateway, open, proven } = bench();
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

it('suspended children are asked for, and where the query is not known a position without a working stop is in doubt', async () => {
  const { gateway, open } = bench();
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
  await until('in doubt', () => {
    const exposure = second.view().suites[0]?.exposure;
    return exposure?.kind === 'unknown' && /bracket/.test(exposure.why);
  });
  expect(gateway.calls.some(({ path }) => path === 'Order/searchOpen')).toBe(true);
});

it('orders and positions of the hub change the exposure at once', async () => {
  const { gateway, open, proven } = bench();
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

it('a refused login says why in plain words, keeps trying, and everything follows when it is allowed', async () => {
  const { gateway, open, proven } = bench();
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
  const { gateway, open, proven } = bench();
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

it('observed over rest no hub is opened, and bars and positions are polled', async () => {
  const { gateway, open } = bench();
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

it('an account observed over rest beside a direct one is not held against a hub that never tells of it', async () => {
  const { gateway, open, proven } = bench();
  let held: readonly object[] = [];
  gateway.rest['Account/search'] = () =>
    ok({ accounts: [practice, { ...practice, id: 902, name: 'PRAC-V2-2' }] });
  gateway.rest['Position/searchOpen'] = ({ accountId }) => ok({ positions: accountId === 902 ? held : [] });
  const watched = { ...suite, name: 'quiet', account: 'PRAC-V2-2', observe: 'rest' } as const;
  const login = open([suite, watched], { tuning: { reconcileMs: 50, lookMs: 50, lookEachMs: 10 } });
  await proven(login);
  expect(gateway.newest('user').invocations).toHaveLength(4);
  const quiet = () => login.view().suites[1];
  await until('flat', () => quiet()?.exposure.kind === 'flat');
  held = [{ id: 3, accountId: 902, contractId: mnq.id, type: 1, size: 2, averagePrice: 25410.75 }];
  await until('the position', () => quiet()?.position?.size === 2);
  expect(quiet()?.trading.disagreement).toBeUndefined();
  expect(quiet()?.trading.hubSinceAt).toBeUndefined();
});

it('before its first lookup was answered a suite’s contract and account are being looked up, not missing', async () => {
  const { gateway, open } = bench();
  gateway.rest['Account/search'] = () => ({ hang: true });
  gateway.rest['Contract/search'] = () => ({ hang: true });
  const login = open();
  await until('asked', () => gateway.calls.some(({ path }) => path === 'Account/search'));
  expect(login.view().suites[0]).toMatchObject({ contractProblem: undefined, accountProblem: undefined });
});

it('a probe is told as not available yet and touches nothing', () => {
  const { open } = bench();
  const login = open([{ ...suite, observe: 'probe' }]);
  expect(login.view().suites[0]?.contractProblem).toContain('not available yet');
  expect(login.view().suites[0]?.exposure.kind).toBe('unknown');
});

it('an account or contract that is not there is told by name', async () => {
  const { gateway, open } = bench();
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

it('an account that is found after the user hub was proven is known to be subscribed, and the others are left as they are', async () => {
  const { gateway, open, proven } = bench();
  const late = { ...practice, id: 902, name: 'LATE' };
  const login = open([suite, { ...suite, name: 'late', account: late.name }], {
    tuning: { resolveRetryMs: [50] },
  });
  await proven(login);
  const sinceOf = (index: number) => login.view().suites[index]?.trading;
  const first = sinceOf(0)?.hubSinceAt;
  expect(first).toBeDefined();
  gateway.rest['Account/search'] = () => ok({ accounts: [practice, late] });
  await until('subscribed', () => allAcknowledged(login, 'user', 7));
  await until('known', () => sinceOf(1)?.hubSinceAt !== undefined);
  expect(sinceOf(1)?.endsKnownFrom).toBe(sinceOf(1)?.hubSinceAt);
  expect(sinceOf(0)?.hubSinceAt).toBe(first);
  const readings = gateway.calls.filter(
    ({ path, body }) => path === 'Trade/search' && body['accountId'] === practice.id,
  );
  expect(readings.length).toBeLessThanOrEqual(2);
});

it('writes no token and no key into its log, and leaves nothing running', async () => {
  const { gateway, lines, open, proven } = bench();
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

it('bars to compare wait for room in our share: none is put off, which people would read as a share that is spent', async () => {
  const login = bench().open([suite], { tuning: { truthMs: 20 } });
  await bench().proven(login);
  const asked = () => bench().gateway.calls.filter(({ path }) => path === 'History/retrieveBars').length;
  await until('polling has used its part', () => asked() === 4);
  const turnsLater = Date.now() + 200;
  await until('further turns have come', () => Date.now() > turnsLater);
  expect(login.view().meter).toMatchObject({ historyUsed: 4, withheld: 0 });
});
