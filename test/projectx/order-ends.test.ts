// How orders ended while the user hub was away or said nothing: asked for once, and told with what became of them.
import { expect, it } from 'vitest';
import type { Order } from '../../src/domain/order.ts';
import { AccountLedger } from '../../src/projectx/account-ledger.ts';
import { reconciliation } from '../../src/projectx/reconciliation.ts';
import { GatewayRefusal } from '../../src/projectx/rest.ts';
import { OrderEnds } from '../../src/projectx/order-ends.ts';
import { toOrder } from '../../src/projectx/wire-user.ts';
import { mnq, ok, practice, until } from './fake-gateway.ts';
import { suite, useBench } from './login-bench.ts';

const now = Date.UTC(2026, 10, 26, 15);
const minute = 60_000;
const stamp = (at: number): string => new Date(at).toISOString();
const row = (id: number, status: number, createdAt: number, updatedAt = createdAt) => ({
  id,
  accountId: practice.id,
  contractId: mnq.id,
  status,
  type: 4,
  side: 1,
  size: 2,
  stopPrice: 25_400,
  creationTimestamp: stamp(createdAt),
  updateTimestamp: stamp(updatedAt),
});

function read(raw: Record<string, unknown>, source: 'hub' | 'rest', at: number): Order {
  const order = toOrder(raw, source, at, () => undefined);
  if (order === undefined) throw new Error('the order of this test cannot be read');
  return order;
}

it('nothing is owed where the hub was never lost, and all is known since it was subscribed', () => {
  const ends = new OrderEnds();
  ends.subscribed(now);
  expect(ends).toMatchObject({ owedFrom: undefined, knownFrom: now });
});

it('after a gap it is owed from a minute before the loss, and once it was answered everything is known as before', () => {
  const ends = new OrderEnds();
  ends.subscribed(now);
  ends.lost(now + 10 * minute);
  expect(ends).toMatchObject({ owedFrom: undefined, knownFrom: undefined });
  ends.subscribed(now + 12 * minute);
  expect(ends).toMatchObject({ owedFrom: now + 9 * minute, knownFrom: now + 12 * minute });
  ends.answered(now + 9 * minute, now + 12 * minute + 1);
  expect(ends).toMatchObject({ owedFrom: undefined, knownFrom: now });
});

it('a second loss before the answer is part of the same question, and an answer from before it does not count', () => {
  const ends = new OrderEnds();
  ends.subscribed(now);
  ends.lost(now + 10 * minute);
  ends.subscribed(now + 11 * minute);
  const askedAt = now + 11 * minute + 5;
  ends.lost(now + 12 * minute);
  ends.subscribed(now + 13 * minute);
  ends.answered(now + 9 * minute, askedAt);
  expect(ends).toMatchObject({ owedFrom: now + 9 * minute, knownFrom: now + 13 * minute });
  ends.answered(now + 9 * minute, now + 13 * minute + 5);
  expect(ends).toMatchObject({ owedFrom: undefined, knownFrom: now });
});

it('where the gateway does not tell it, the gap stays unknown', () => {
  const ends = new OrderEnds();
  ends.subscribed(now);
  ends.lost(now + minute);
  ends.subscribed(now + 2 * minute);
  ends.refused();
  expect(ends).toMatchObject({ owedFrom: undefined, knownFrom: now + 2 * minute });
});

it('an order that is listed no more is owed from its creation, but never further back than a day', () => {
  for (const [age, reach] of [
    [5 * minute, 5 * minute + 5_000],
    [3 * 24 * 60 * minute, 24 * 60 * minute],
  ] as const) {
    const ledger = new AccountLedger(practice.id);
    ledger.takeOrder(read(row(31, 1, now - age), 'hub', now - age));
    ledger.reconcile({ askedAt: now, positions: [], orders: [], withSuspended: true, fills: [] }, now);
    expect(now - (ledger.endsOwedFrom ?? 0)).toBe(reach);
  }
});

it('what still works in the answer is left to the lists; what ended is taken with its story', () => {
  const ledger = new AccountLedger(practice.id);
  ledger.takeOrder(read(row(31, 1, now - minute), 'hub', now - minute));
  ledger.reconcile({ askedAt: now, positions: [], orders: [], withSuspended: true, fills: [] }, now);
  const from = ledger.endsOwedFrom ?? 0;
  const told = [row(31, 3, now - minute, now - 1_000), row(32, 1, now - minute)];
  ledger.tellEnds(
    told.map((one) => read(one, 'rest', now + 100)),
    from,
    now + 50,
  );
  expect(ledger.orders(mnq.id).map(({ id, status }) => `${id} ${status}`)).toEqual(['31 cancelled']);
  expect(
    ledger
      .trading(mnq.id)
      .story('31')
      ?.tellings.map(({ source, status }) => `${source} ${status}`),
  ).toEqual(['hub open', 'rest cancelled']);
  expect(ledger.endsOwedFrom).toBeUndefined();
});

const bench = useBench();
const asked = (gateway: ReturnType<typeof bench>['gateway']) =>
  gateway.calls.filter(({ path }) => path === 'Order/search');

it('a stop that was rejected while the user hub was away is asked for once it is back, and known with its fate', async () => {
  const { gateway, open, proven } = bench();
  const login = open([suite]);
  await proven(login);
  const orders = () => login.view().suites[0]?.orders() ?? [];
  expect(asked(gateway)).toHaveLength(0);
  const createdAt = Date.now();
  gateway.rest['Order/search'] = () => ok({ orders: [row(77, 5, createdAt)] });
  gateway.newest('user').kill();
  await until('asked', () => asked(gateway).length === 1);
  await until('known', () => orders().some(({ id, status }) => id === '77' && status === 'rejected'));
  const { endsKnownFrom, hubSinceAt } = login.view().suites[0]?.trading ?? {};
  expect(endsKnownFrom).toBeLessThan(hubSinceAt ?? 0);
  const since = Date.parse(String(asked(gateway)[0]?.body['startTimestamp']));
  expect(createdAt - since).toBeGreaterThan(55_000);
});

it.each([
  [{ body: { success: false, errorCode: 1, errorMessage: null } }],
  [{ status: 404 }],
  [{ body: '<html>not here</html>' }],
])('a gateway that answers %j to it is not asked again and again, and the books go on', async (answer) => {
  const { gateway, open, proven } = bench();
  const login = open([suite]);
  await proven(login);
  gateway.rest['Order/search'] = () => answer;
  gateway.newest('user').kill();
  await until('asked', () => asked(gateway).length === 1);
  await until('proven again', () => login.view().hubs.user.proven);
  const trading = () => login.view().suites[0]?.trading;
  await until('known since the return', () => trading()?.endsKnownFrom !== undefined);
  expect(trading()?.endsKnownFrom).toBe(trading()?.hubSinceAt);
  expect(asked(gateway)).toHaveLength(1);
});

it('a gateway that does not tell them is asked again after ten minutes, not at every gap', async () => {
  let at = now;
  let calls = 0;
  const books = reconciliation(
    () => at,
    () => undefined,
  );
  const ask = (): Promise<Record<string, unknown>> => {
    calls += 1;
    return calls === 1
      ? Promise.reject(new GatewayRefusal('Order/search', 1, 200, undefined))
      : Promise.resolve({ orders: [row(77, 5, now)] });
  };
  expect(await books.created(practice.id, now, ask)).toBeUndefined();
  at += 9 * minute;
  expect(await books.created(practice.id, now, ask)).toBeUndefined();
  expect(calls).toBe(1);
  at += 2 * minute;
  expect(await books.created(practice.id, now, ask)).toMatchObject([{ id: '77', status: 'rejected' }]);
});
