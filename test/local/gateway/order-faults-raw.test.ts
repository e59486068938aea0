// The order faults a client sees on the raw wire, and that they are over when they end: F6-F9, F11, F24 and F25 in their variants.
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

async function trades({ rest }: Awaited<ReturnType<typeof open>>): Promise<readonly Row[]> {
  return (await rest('/Trade/search', { startTimestamp: new Date(0).toISOString() }))[
    'trades'
  ] as readonly Row[];
}

describe('F8', () => {
  it('fills half, cancels the rest, keeps the bracket; whole again when it ends', async () => {
    const desk = await open();
    const fault = desk.gateway.faults.inject({ fault: 'F8', restMs: 500 });
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

describe('F24', () => {
  it('vanishes: the named account is no longer listed, the others are, until it ends', async () => {
    const desk = await open();
    const listed = async () => {
      const { accounts } = await desk.rest('/Account/search', { onlyActiveAccounts: true });
      return (accounts as readonly Row[]).map((row) => row['name']);
    };
    expect(await listed()).toEqual(['PRAC-V2-1', 'EXPRESS-V2-9']);
    const fault = desk.gateway.faults.inject({ fault: 'F24', mode: 'vanishes', account: 'PRAC-V2-1' });
    expect(await listed()).toEqual(['EXPRESS-V2-9']);
    desk.gateway.faults.remove(fault.id);
    expect(await listed()).toHaveLength(2);
  });

  it('locked: the account is not among the active ones, only among all, until it ends', async () => {
    const desk = await open();
    const listed = async (onlyActiveAccounts: boolean) => {
      const { accounts } = await desk.rest('/Account/search', { onlyActiveAccounts });
      return (accounts as readonly Row[]).map((row) => [row['name'], row['canTrade']]);
    };
    const fault = desk.gateway.faults.inject({ fault: 'F24', mode: 'locked', account: 'PRAC-V2-1' });
    expect(await listed(true)).toEqual([['EXPRESS-V2-9', true]]);
    expect(await listed(false)).toEqual([
      ['PRAC-V2-1', false],
      ['EXPRESS-V2-9', true],
    ]);
    desk.gateway.faults.remove(fault.id);
    expect(await listed(true)).toHaveLength(2);
  });
});

describe('F25', () => {
  it('voided on the hub too, as an update of the trade it told before', async () => {
    const desk = await open();
    hub = await new RawHub(desk.gateway.userHubUrl, desk.token).open();
    await hub.invoke('SubscribeTrades', accountId);
    await desk.buy(1);
    await until('the fill', () => hub?.of('GatewayUserTrade').length === 1);
    desk.gateway.faults.inject({ fault: 'F25', mode: 'voided', onHub: true });
    await until('the update', () => hub?.of('GatewayUserTrade').length === 2);
    const [first, second] = hub.of('GatewayUserTrade').map((one) => one.arguments?.[0] as Row);
    expect(second).toMatchObject({ action: 1, data: { voided: true } });
    expect((second?.['data'] as Row)['id']).toBe((first?.['data'] as Row)['id']);
    expect(await trades(desk)).toMatchObject([{ voided: true }]);
  });

  it('wrong-fees: fees are off on REST, and right again when it ends', async () => {
    const desk = await open();
    await desk.buy(1);
    const [before] = await trades(desk);
    const fault = desk.gateway.faults.inject({ fault: 'F25', mode: 'wrong-fees', by: 1 });
    expect((await trades(desk))[0]?.['fees']).toBeCloseTo(Number(before?.['fees']) + 1, 6);
    desk.gateway.faults.remove(fault.id);
    expect(await trades(desk)).toEqual([before]);
  });
});

describe('F6', () => {
  it('each second trade event is lost where it says so', async () => {
    const desk = await open();
    hub = await new RawHub(desk.gateway.userHubUrl, desk.token).open();
    await hub.invoke('SubscribeTrades', accountId);
    desk.gateway.faults.inject({ fault: 'F6', missing: 'trade', each: 2 });
    for (let n = 0; n < 3; n += 1) await desk.buy(1);
    await until('the first and the third', () => hub?.of('GatewayUserTrade').length === 2);
    const told = hub.of('GatewayUserTrade').map((one) => (one.arguments?.[0] as { data: Row }).data['id']);
    expect(told).toEqual((await trades(desk)).map((row) => row['id']).filter((_, index) => index !== 1));
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
