// How orders ended while the user hub was away or said nothing: asked for once, and told with what became of them.
import { expect, it } from 'vitest';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import type { Order } from '../../src/domain/order.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import timelineExhibit from '../../src/exhibits/order-timeline.ts';
import ordersExhibit from '../../src/exhibits/orders.ts';
import { AccountLedger } from '../../src/projectx/account-ledger.ts';
import { reconciliation } from '../../src/projectx/reconciliation.ts';
import { GatewayRefusal } from '../../src/projectx/rest.ts';
import { OrderEnds } from '../../src/projectx/order-ends.ts';
import { toOrder, toPosition } from '../../src/projectx/wire-user.ts';
import { fakeLogin, firstSuite } from '../fakes/view.ts';
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
  ends.answered(now + 9 * minute, now + 12 * minute + 1, new Set());
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
  ends.answered(now + 9 * minute, askedAt, new Set());
  expect(ends).toMatchObject({ owedFrom: now + 9 * minute, knownFrom: now + 13 * minute });
  ends.answered(now + 9 * minute, now + 13 * minute + 5, new Set());
  expect(ends).toMatchObject({ owedFrom: undefined, knownFrom: now });
});

it('an outage of more than a day is asked for its last day, and does not count as known', () => {
  const ends = new OrderEnds();
  const day = 24 * 60 * minute;
  ends.subscribed(now);
  ends.lost(now + minute);
  ends.subscribed(now + 2 * day);
  expect(ends.owedFrom).toBe(now + day);
  ends.answered(now + day, now + 2 * day + 1, new Set());
  expect(ends).toMatchObject({ owedFrom: undefined, knownFrom: now + 2 * day });
});

it('where the gateway does not tell it, the gap stays unknown', () => {
  const ends = new OrderEnds();
  ends.subscribed(now);
  ends.lost(now + minute);
  ends.subscribed(now + 2 * minute);
  ends.refused();
  expect(ends).toMatchObject({ owedFrom: undefined, knownFrom: now + 2 * minute });
});

it('an answer that comes while the hub is still away is of no use for the rest of the gap, which is asked for once it is back', () => {
  const ends = new OrderEnds();
  ends.subscribed(now);
  ends.lost(now + 10 * minute);
  ends.unlisted('31', now + 5 * minute, now + 11 * minute);
  ends.answered(ends.owedFrom ?? 0, now + 11 * minute + 1, new Set(['31']));
  expect(ends).toMatchObject({ owedFrom: undefined, knownFrom: undefined });
  ends.subscribed(now + 20 * minute);
  expect(ends).toMatchObject({ owedFrom: now + 9 * minute, knownFrom: now + 20 * minute });
});

it('a question asked before the hub was back says nothing of what ended between it and the return', () => {
  const ends = new OrderEnds();
  ends.subscribed(now);
  ends.lost(now + 10 * minute);
  ends.unlisted('31', now + minute, now + 11 * minute);
  const from = ends.owedFrom ?? 0;
  ends.subscribed(now + 12 * minute);
  ends.answered(from, now + 12 * minute - 1, new Set(['31']));
  expect(ends).toMatchObject({ owedFrom: from, knownFrom: now + 12 * minute });
  ends.answered(from, now + 12 * minute, new Set(['31']));
  expect(ends.knownFrom).toBe(now);
});

it('where the end of an order that is listed no more was not in the answer, the gap stays unknown', () => {
  const ends = new OrderEnds();
  ends.subscribed(now);
  ends.lost(now + 10 * minute);
  ends.subscribed(now + 12 * minute);
  ends.unlisted('31', now - 3 * 24 * 60 * minute, now + 12 * minute);
  ends.answered(now + 9 * minute, now + 12 * minute, new Set(['32']));
  expect(ends).toMatchObject({ owedFrom: undefined, knownFrom: now + 12 * minute });
});

it('an order that is listed no more is owed from its creation, and not at all where it worked for more than a day', () => {
  for (const [age, reach] of [
    [5 * minute, 5 * minute + 5_000],
    [3 * 24 * 60 * minute, undefined],
  ] as const) {
    const ledger = new AccountLedger(practice.id);
    ledger.takeOrder(read(row(31, 1, now - age), 'hub', now - age));
    ledger.reconcile({ askedAt: now, positions: [], orders: [], withSuspended: true, fills: [] }, now);
    const owed = ledger.endsOwedFrom;
    expect(owed === undefined ? undefined : now - owed).toBe(reach);
  }
});

it('of a long answer only those are taken whose end was not told: what ended before the gap, or was told, is left as it is', () => {
  const ledger = new AccountLedger(practice.id);
  ledger.hubSubscribed(now - 60 * minute);
  const known = [row(31, 1, now - 30 * minute), row(32, 5, now - 20 * minute)];
  for (const one of known) ledger.takeOrder(read(one, 'hub', Date.parse(one.updateTimestamp)));
  ledger.hubLost(now - 10 * minute);
  ledger.hubSubscribed(now - 2_000);
  ledger.reconcile(
    { askedAt: now - 1_000, positions: [], orders: [], withSuspended: true, fills: [] },
    now - 900,
  );
  const told = [
    row(30, 5, now - 25 * minute),
    row(31, 3, now - 30 * minute, now - 9 * minute),
    known[1],
    row(33, 5, now - 5 * minute),
    row(34, 11, now - 5 * minute),
  ];
  ledger.tellEnds(
    told.flatMap((one) => (one === undefined ? [] : read(one, 'rest', now))),
    ledger.endsOwedFrom ?? 0,
    now - 500,
  );
  expect(ledger.orders(mnq.id).map(({ id, status, source }) => `${id} ${status} ${source}`)).toEqual([
    '32 rejected hub',
    '31 cancelled rest',
    '33 rejected rest',
  ]);
  expect(ledger.orders(mnq.id)[0]?.receivedAt).toBe(now - 20 * minute);
  expect(ledger.trading(mnq.id).story('30')).toBeUndefined();
  expect(ledger.trading(mnq.id).endsKnownFrom).toBe(now - 60 * minute);
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

const market: MarketPhase = { kind: 'open', openedAt: now - 60 * minute, closesAt: now + 60 * minute };
const context = {
  now,
  market,
  marketOf: () => market,
  thresholds: startThresholds,
  signal: new AbortController().signal,
};

it('an order whose end was told late does not seem to have worked on without its position', () => {
  const ledger = new AccountLedger(practice.id);
  ledger.takeOrder(read(row(31, 1, now - 20 * minute), 'hub', now - 20 * minute));
  const position = {
    id: 7,
    accountId: practice.id,
    contractId: mnq.id,
    type: 1,
    size: 2,
    averagePrice: 25_410,
  };
  for (const [size, at] of [
    [2, now - 20 * minute],
    [0, now - 10 * minute],
  ] as const) {
    const told = toPosition({ ...position, size }, 'hub', at, () => undefined);
    if (told !== undefined) ledger.takePosition(told);
  }
  ledger.takeOrder(read(row(31, 3, now - 20 * minute, now - 10 * minute), 'rest', now - 5 * minute));
  const patch = {
    orders: () => ledger.orders(mnq.id),
    fills: () => [],
    trading: ledger.trading(mnq.id),
  };
  const view = firstSuite(fakeLogin(now, { suites: [{ patch }] }));
  const [shown] = timelineExhibit.show(view, { ...context, subject: '31' });
  const texts = shown?.kind === 'timeline' ? shown.entries.map(({ text }) => text) : [];
  expect(texts).toContain('cancelled');
  expect(texts).toContain('position: long 2 → flat');
});

it('/orders puts first what ended last, also of those that REST told at one moment', () => {
  const told = [9, 3, 6].map((minutes) =>
    read(row(minutes, 3, now - 10 * minute, now - minutes * minute), 'rest', now),
  );
  const view = firstSuite(fakeLogin(now, { suites: [{ patch: { orders: () => told } }] }));
  const [, ended] = ordersExhibit.show(view, context);
  expect(ended?.rows.map(([id, , , changed]) => `${id} ${changed}`)).toEqual([
    '3 3 min ago',
    '6 6 min ago',
    '9 9 min ago',
  ]);
});

it('where no hub tells, ends are owed from the last answer on, again and again, and known since the first', () => {
  const ends = new OrderEnds();
  ends.polls(now, minute);
  expect(ends).toMatchObject({ owedFrom: now - 5_000, knownFrom: undefined, afterGap: false });
  ends.answered(now - 5_000, now + 1, new Set());
  expect(ends).toMatchObject({ owedFrom: undefined, knownFrom: now, polledAt: now + 1 });
  ends.polls(now + minute - 1, minute);
  expect(ends.owedFrom).toBeUndefined();
  ends.polls(now + minute, minute);
  expect(ends.owedFrom).toBe(now + 1 - 5_000);
  const late = { id: '7', createdAt: now + 20_000, updatedAt: now + 30_000 };
  expect([
    ends.concerns(late),
    ends.concerns({ ...late, createdAt: now - minute, updatedAt: now - minute }),
  ]).toEqual([true, false]);
  ends.answered(now + 1 - 5_000, now + minute + 1, new Set(['7']));
  expect(ends).toMatchObject({ knownFrom: now, polledAt: now + minute + 1 });
});

it('an answer for one order alone does not count for all that came and went meanwhile', () => {
  const ends = new OrderEnds();
  ends.polls(now, minute);
  ends.answered(now - 5_000, now + 1, new Set());
  ends.unlisted('9', now + 50_000, now + 55_000);
  ends.answered(now + 45_000, now + 56_000, new Set(['9']));
  expect(ends).toMatchObject({ owedFrom: undefined, polledAt: now + 1 });
  ends.polls(now + minute, minute);
  expect(ends.owedFrom).toBe(now + 1 - 5_000);
});

it('a gateway that does not tell ends leaves them unknown where no hub tells either', () => {
  const ends = new OrderEnds();
  ends.polls(now, minute);
  ends.answered(now - 5_000, now + 1, new Set());
  ends.refused();
  expect(ends).toMatchObject({ owedFrom: undefined, knownFrom: undefined, polledAt: undefined });
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
  const readings = () => gateway.calls.filter(({ path }) => path === 'Trade/search').length;
  const before = readings();
  gateway.newest('user').kill();
  await until('read again', () => readings() > before);
  await until('proven once more', () => login.view().hubs.user.proven);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(asked(gateway)).toHaveLength(1);
});

it('a gateway that twice does not tell them is asked again after ten minutes, not at every gap', async () => {
  let at = now;
  let calls = 0;
  const books = reconciliation(
    () => at,
    () => undefined,
  );
  const ask = (): Promise<Record<string, unknown>> => {
    calls += 1;
    return calls <= 2
      ? Promise.reject(new GatewayRefusal('Order/search', 1, 200, undefined))
      : Promise.resolve({ orders: [row(77, 5, now)] });
  };
  await expect(books.created(practice.id, now, ask)).rejects.toThrow('Order/search');
  expect(await books.created(practice.id, now, ask)).toBeUndefined();
  at += 9 * minute;
  expect(await books.created(practice.id, now, ask)).toBeUndefined();
  expect(calls).toBe(2);
  at += 2 * minute;
  expect(await books.created(practice.id, now, ask)).toMatchObject([{ id: '77', status: 'rejected' }]);
});

it('one refusal alone, as right after a return, is not taken for a gateway that cannot tell', async () => {
  let refuses = true;
  const asked: string[] = [];
  const books = reconciliation(
    () => now,
    () => undefined,
  );
  const ask = (path: string): Promise<Record<string, unknown>> => {
    asked.push(path);
    const optional = path === 'Order/v2/query' || path === 'Order/search';
    if (optional && refuses) return Promise.reject(new GatewayRefusal(path, 1, 200, undefined));
    return Promise.resolve({ orders: [row(77, 8, now)], positions: [], trades: [], totalCount: 1 });
  };
  await expect(books.created(practice.id, now, ask)).rejects.toThrow('Order/search');
  expect(await books.ask(practice.id, now, ask)).toMatchObject({ withSuspended: false });
  expect(asked).toContain('Order/searchOpen');
  refuses = false;
  expect(await books.created(practice.id, now, ask)).toHaveLength(1);
  // Suspended bracket children are seen again at once: without them a position may look naked, or not be judged at all.
  expect(await books.ask(practice.id, now, ask)).toMatchObject({ withSuspended: true });
});

it('several accounts are asked one right after the other: all of them belong to the recovery', async () => {
  const { gateway, open } = bench();
  const names = ['A', 'B'];
  gateway.rest['Account/search'] = () =>
    ok({ accounts: names.map((name, index) => ({ ...practice, id: 901 + index, name })) });
  gateway.rest['Order/search'] = () => ok({ orders: [] });
  const login = open(names.map((name) => ({ ...suite, name, account: name })));
  await until('proven', () => login.view().hubs.user.proven);
  const known = () => login.view().suites.filter(({ trading }) => trading.endsKnownFrom !== undefined);
  expect(known()).toHaveLength(2);
  gateway.newest('user').kill();
  await until('the first', () => asked(gateway).length > 0);
  await until('all', () => new Set(asked(gateway).map(({ body }) => body['accountId'])).size === 2, 600);
});
