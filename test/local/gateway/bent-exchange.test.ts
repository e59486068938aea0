// The faults that bend the exchange itself, F8, F9, F11 and the late answer of F7, as a client over REST and the hub sees them, and after them.
import { afterEach, describe, expect, it } from 'vitest';
import { startGateway, type Gateway } from '../../../src/local/gateway/gateway.ts';
import { call, logIn, RawHub, until } from './harness.ts';

let gateway: Gateway | undefined;
let hub: RawHub | undefined;

afterEach(async () => {
  hub?.socket.terminate();
  await gateway?.stop();
});

type Row = Readonly<Record<string, unknown>>;
const accountId = 901;

async function open() {
  const started = await startGateway({ trader: 'off', eventsPerSecond: 1 });
  gateway = started;
  const token = await logIn(started);
  const found = await call(`${started.apiUrl}/Contract/search`, { searchText: 'MNQ', live: false }, token);
  const [first] = found.body['contracts'] as readonly Row[];
  const rest = async (path: string, body: Row = {}) =>
    (await call(`${started.apiUrl}${path}`, { accountId, ...body }, token)).body;
  return {
    gateway: started,
    token,
    rest,
    buy: (size: number) =>
      rest('/Order/place', {
        contractId: first?.['id'],
        type: 2,
        side: 0,
        size,
        stopLossBracket: { ticks: -400, type: 4 },
        takeProfitBracket: { ticks: 400, type: 1 },
      }),
    close: () => rest('/Position/closeContract', { contractId: first?.['id'] }),
    positions: async () => (await rest('/Position/searchOpen'))['positions'] as readonly Row[],
    orders: async () =>
      (await rest('/Order/v2/query', { filter: { accountId }, pageSize: 100 }))['orders'] as readonly Row[],
    working: async () => (await rest('/Order/searchOpen'))['orders'] as readonly Row[],
  };
}

describe('F8', () => {
  it('fills half, cancels the rest, keeps the bracket; whole again when it ends', async () => {
    const desk = await open();
    const fault = desk.gateway.faults.inject({ fault: 'F8', restMs: 50 });
    await desk.buy(4);
    expect((await desk.orders())[0]).toMatchObject({ status: 1, size: 4, fillVolume: 2 });
    let status: unknown;
    await until('the rest is cancelled', () => {
      void desk.orders().then((rows) => (status = rows[0]?.['status']));
      return status === 3;
    });
    expect(await desk.positions()).toMatchObject([{ size: 2 }]);
    expect(await desk.working()).toMatchObject([{ size: 4 }, { size: 4 }]);
    await desk.close();
    desk.gateway.faults.remove(fault.id);
    await desk.buy(4);
    expect(await desk.positions()).toMatchObject([{ size: 4 }]);
  });

  it('leaves accounts alone that were not named', async () => {
    const desk = await open();
    desk.gateway.faults.inject({ fault: 'F8', account: 'EXPRESS-V2-9' });
    await desk.buy(4);
    expect(await desk.positions()).toMatchObject([{ size: 4 }]);
  });
});

describe('F9', () => {
  it('rejected: the position stands, its legs are Rejected', async () => {
    const desk = await open();
    desk.gateway.faults.inject({ fault: 'F9', mode: 'rejected', contract: 'MNQ' });
    await desk.buy(1);
    expect((await desk.orders()).map((row) => row['status'])).toEqual([2, 5, 5]);
    expect(await desk.positions()).toHaveLength(1);
  });

  it('never-created: there are no legs at all, until it ends', async () => {
    const desk = await open();
    const fault = desk.gateway.faults.inject({ fault: 'F9', mode: 'never-created' });
    await desk.buy(1);
    expect(await desk.orders()).toHaveLength(1);
    desk.gateway.faults.remove(fault.id);
    await desk.close();
    await desk.buy(1);
    expect(await desk.working()).toHaveLength(2);
  });

  it('orphan: the legs work on when the position is closed', async () => {
    const desk = await open();
    desk.gateway.faults.inject({ fault: 'F9', mode: 'orphan' });
    await desk.buy(1);
    await desk.close();
    expect(await desk.positions()).toEqual([]);
    expect(await desk.working()).toHaveLength(2);
  });
});

describe('F11', () => {
  it('answers code 2 with the id of an order that is Rejected, until it ends', async () => {
    const desk = await open();
    const fault = desk.gateway.faults.inject({ fault: 'F11', message: 'No.' });
    const answer = await desk.buy(1);
    expect(answer).toMatchObject({ success: false, errorCode: 2, errorMessage: 'No.' });
    expect(await desk.orders()).toMatchObject([{ id: answer['orderId'], status: 5 }]);
    expect(await desk.positions()).toEqual([]);
    desk.gateway.faults.remove(fault.id);
    expect(await desk.buy(1)).toMatchObject({ success: true });
  });
});

describe('F7 fill-first', () => {
  it('tells the fill on the hub before the placement is answered', async () => {
    const desk = await open();
    hub = await new RawHub(desk.gateway.userHubUrl, desk.token).open();
    await hub.invoke('SubscribeTrades', accountId);
    desk.gateway.faults.inject({ fault: 'F7', mode: 'fill-first', lateMs: 600 });
    let isAnswered = false;
    const answered = desk.buy(1).then(() => (isAnswered = true));
    await until('the fill', () => (hub?.of('GatewayUserTrade').length ?? 0) > 0);
    expect(isAnswered).toBe(false);
    await answered;
  });
});
