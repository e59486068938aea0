// The scripted order stories: each plays to its end on a clock moved by hand, and a client over REST and the hub sees what it says.
import { afterEach, describe, expect, it } from 'vitest';
import { startGateway, type Gateway } from '../../../src/local/gateway/gateway.ts';
import { stories } from '../../../src/local/gateway/story-room.ts';
import { call, handClock, type HandClock, logIn, monday, RawHub, until } from './harness.ts';

let gateway: Gateway | undefined;
let hub: RawHub | undefined;

afterEach(async () => {
  hub?.socket.terminate();
  await gateway?.stop();
});

type Row = Readonly<Record<string, unknown>>;

interface Desk {
  readonly clock: HandClock;
  readonly gateway: Gateway;
  rest(path: string, body?: Row): Promise<Row>;
  rows(path: string, member: string, body?: Row): Promise<readonly Row[]>;
  positions(): Promise<readonly Row[]>;
  /** Every order of the account, oldest first. */
  orders(): Promise<readonly Row[]>;
  events(target: string): readonly Row[];
}

const accountId = 901;

async function open(seed = 1): Promise<Desk> {
  const clock = handClock(monday);
  const started = await startGateway({
    clock,
    seed,
    trader: 'off',
    eventsPerSecond: 6,
    // The raw client pings in real time, not on the clock moved by hand.
    hubTimes: { clientTimeoutMs: 86_400_000 },
  });
  gateway = started;
  const token = await logIn(started);
  hub = await new RawHub(started.userHubUrl, token).open();
  for (const method of ['SubscribeOrders', 'SubscribePositions', 'SubscribeTrades'])
    await hub.invoke(method, accountId);
  const rest = async (path: string, body: Row = {}) =>
    (await call(`${started.apiUrl}${path}`, { accountId, ...body }, token)).body;
  const rows = async (path: string, member: string, body?: Row) =>
    (await rest(path, body))[member] as readonly Row[];
  return {
    clock,
    gateway: started,
    rest,
    rows,
    positions: () => rows('/Position/searchOpen', 'positions'),
    orders: () => rows('/Order/v2/query', 'orders', { filter: { accountId }, pageSize: 100 }),
    events: (target) =>
      (hub?.of(target) ?? []).map(({ arguments: given }) => {
        const [first] = given ?? [];
        return (first as { readonly data: Row }).data;
      }),
  };
}

const tell = (desk: Desk, story: string, contract = 'MNQ') =>
  desk.gateway.stories.tell({ story, accountId, contract });

describe('every story', () => {
  it.each(stories.map(({ name, takesMs }) => ({ name, takesMs })))(
    '$name ends, flat, with nothing left working',
    async ({ name, takesMs }) => {
      const desk = await open();
      const told = tell(desk, name);
      expect(told).toMatchObject({ story: name, accountId, state: 'running' });
      desk.clock.forward(takesMs + 1_000);
      expect(desk.gateway.stories.list()).toMatchObject([{ state: 'ended', why: null }]);
      expect(told.truth.length).toBeGreaterThan(0);
      expect(told.truth.every(({ toAt }) => toAt !== null)).toBe(true);
      expect(await desk.positions()).toEqual([]);
      expect(await desk.rows('/Order/searchOpen', 'orders')).toEqual([]);
    },
  );
});

describe('the accident', () => {
  it.each([1, 2, 3])(
    'has the timing of the reference, told over REST and the hub (seed %i)',
    async (seed) => {
      const desk = await open(seed);
      const told = tell(desk, 'accident', 'ZB');
      const [refused, entry, stop, limit] = await desk.orders();
      expect([refused, entry, stop, limit].map((row) => row?.['status'])).toEqual([5, 2, 1, 1]);
      expect(await desk.positions()).toMatchObject([{ size: 15 }]);
      desk.clock.forward(300);
      expect(await desk.positions()).toEqual([]);
      expect(await desk.rows('/Order/searchOpen', 'orders')).toMatchObject([{ id: limit?.['id'], type: 1 }]);
      desk.clock.forward(201_000);
      expect(await desk.positions()).toEqual([]);
      desk.clock.forward(1_000);
      const entryWas = entry?.['side'] === 0 ? 1 : 2;
      expect(await desk.positions()).toMatchObject([{ size: 15, type: 3 - entryWas }]);
      expect(await desk.rows('/Order/searchOpen', 'orders')).toEqual([]);
      desk.clock.forward(52_000);
      expect(await desk.positions()).toEqual([]);
      expect(
        told.truth.map(({ what, fromAt, toAt }) => [what, fromAt - monday, (toAt ?? 0) - monday]),
      ).toEqual([
        ['refused', 0, 0],
        ['protected', 0, 200],
        ['orphan-order', 200, 202_200],
        ['naked', 202_200, 254_200],
      ]);
      await until('the hub has told the end', () => desk.events('GatewayUserPosition').length >= 4);
      expect(desk.events('GatewayUserPosition').map((row) => row['size'])).toEqual([15, 0, 15, 0]);
    },
  );
});

describe('brackets', () => {
  it.each([
    ['bracket-by-target', 1, 1],
    ['bracket-by-stop', 4, -1],
  ] as const)('%s: that leg fills and the other is cancelled', async (story, type, gain) => {
    const desk = await open();
    tell(desk, story);
    desk.clock.forward(31_000);
    const legs = (await desk.orders()).filter((row) => row['type'] !== 2);
    expect(legs.map((row) => [row['type'] === type, row['status']]).sort()).toEqual([
      [false, 3],
      [true, 2],
    ]);
    const trades = await desk.rows('/Trade/search', 'trades', {
      startTimestamp: new Date(monday - 1_000).toISOString(),
    });
    expect(Math.sign(Number(trades.at(-1)?.['profitAndLoss']))).toBe(gain);
  });

  it('suspended-children: searchOpen does not list them, v2/query does, and they wake with the fill', async () => {
    const desk = await open();
    tell(desk, 'suspended-children');
    expect(await desk.rows('/Order/searchOpen', 'orders')).toHaveLength(1);
    expect((await desk.orders()).map((row) => row['status'])).toEqual([1, 8, 8]);
    desk.clock.forward(20_500);
    expect((await desk.orders()).map((row) => row['status'])).toEqual([2, 1, 1]);
  });

  it('are not told on an account that refuses them', async () => {
    const desk = await open();
    expect(() =>
      desk.gateway.stories.tell({ story: 'bracket-by-stop', accountId: 902, contract: 'MNQ' }),
    ).toThrow(/Position Brackets mode/);
  });
});

describe('the opening fill', () => {
  it('is sent again at the close, without a profit, and the closing one has its own', async () => {
    const desk = await open();
    tell(desk, 'bracket-by-target');
    desk.clock.forward(31_000);
    await until('three trade events', () => desk.events('GatewayUserTrade').length >= 3);
    const trades = desk.events('GatewayUserTrade');
    const [opening] = trades;
    expect(trades).toHaveLength(3);
    expect(trades.filter(({ id }) => id === opening?.['id'])).toHaveLength(2);
    expect(trades.filter(({ profitAndLoss }) => Number(profitAndLoss ?? 0) > 0)).toHaveLength(1);
  });
});

describe('single orders', () => {
  it('partial-then-cancel: Open with a part filled, then Cancelled, and a position of that part', async () => {
    const desk = await open();
    tell(desk, 'partial-then-cancel');
    desk.clock.forward(2_500);
    expect((await desk.orders())[0]).toMatchObject({ status: 1, size: 5, fillVolume: 2 });
    desk.clock.forward(5_000);
    expect((await desk.orders())[0]).toMatchObject({ status: 3, size: 5, fillVolume: 2 });
    expect(await desk.positions()).toMatchObject([{ size: 2 }]);
  });

  it('fill-before-answer: the fill is on the hub before any event of its order', async () => {
    const desk = await open();
    tell(desk, 'fill-before-answer');
    desk.clock.forward(200);
    await until('the position', () => desk.events('GatewayUserPosition').length === 1);
    expect(desk.events('GatewayUserTrade')).toHaveLength(1);
    expect(desk.events('GatewayUserOrder')).toEqual([]);
    desk.clock.forward(400);
    await until('the order', () => desk.events('GatewayUserOrder').length >= 2);
  });

  it('duplicate-order: two orders alike, twice the position, half of it covered', async () => {
    const desk = await open();
    tell(desk, 'duplicate-order');
    desk.clock.forward(6_000);
    expect(await desk.positions()).toMatchObject([{ size: 4 }]);
    expect(await desk.rows('/Order/searchOpen', 'orders')).toMatchObject([{ type: 4, size: 2 }]);
  });

  it('wrong-side-stop: the stop is Rejected and the position stands without one', async () => {
    const desk = await open();
    tell(desk, 'wrong-side-stop');
    desk.clock.forward(1_000);
    expect((await desk.orders()).map((row) => row['status'])).toEqual([2, 5]);
    expect(await desk.positions()).toHaveLength(1);
    expect(await desk.rows('/Order/searchOpen', 'orders')).toEqual([]);
  });

  it('expired-order: it ends as Expired', async () => {
    const desk = await open();
    tell(desk, 'expired-order');
    desk.clock.forward(31_000);
    expect(await desk.orders()).toMatchObject([{ status: 4, fillVolume: 0 }]);
  });

  it('refusals: eight orders, all Rejected, nothing bought', async () => {
    const desk = await open();
    tell(desk, 'refusals');
    desk.clock.forward(17_000);
    expect((await desk.orders()).map((row) => row['status'])).toEqual(Array<number>(8).fill(5));
  });
});

describe('over HTTP', () => {
  it('lists the stories, tells one and keeps its truth', async () => {
    const desk = await open();
    const { url } = desk.gateway;
    const body = { story: 'unprotected-position', account: 'PRAC-V2-1', contract: 'MNQ', side: 'short' };
    expect((await call(`${url}/sim/story`, body)).status).toBe(201);
    expect(await desk.positions()).toMatchObject([{ type: 2 }]);
    expect((await call(`${url}/sim/story`, body)).body['error']).toMatch(/is being told/);
    expect((await call(`${url}/sim/story`, { ...body, story: 'no-such' })).body['error']).toMatch(
      /there is no/,
    );
    const listed = (await call(`${url}/sim/stories`, undefined, undefined, 'GET')).body;
    expect(listed['stories']).toHaveLength(stories.length);
    expect(listed['told']).toMatchObject([{ state: 'running', truth: [{ what: 'naked', toAt: null }] }]);
  });
});
