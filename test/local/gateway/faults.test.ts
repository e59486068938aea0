// Every fault does what the catalogue says, begins and ends when it should, and is written to the ground truth.
import { readdir } from 'node:fs/promises';
import { HttpTransportType, HubConnectionBuilder, HubConnectionState, LogLevel } from '@microsoft/signalr';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../../src/local/gateway/gateway.ts';
import {
  call,
  endFault,
  type HandClock,
  injectFault,
  MNQ,
  monday,
  openGateway,
  openMarketHub,
  RawHub,
  settle,
  until,
} from './harness.ts';

const ES = 'CON.F.US.EP.Z26';
let clock: HandClock;
let gateway: Gateway;
let token: string;

beforeEach(async () => {
  ({ clock, gateway, token } = await openGateway());
});
afterEach(() => gateway.stop());

const inject = (request: object) => injectFault(gateway, request);
const remove = (id: string) => endFault(gateway, id);
const market = (...contracts: string[]) =>
  openMarketHub({ gateway, token }, contracts.length === 0 ? [MNQ] : contracts);
const events = (hub: RawHub, contract?: string) =>
  hub.messages.filter(
    (message) => message.type === 1 && (contract === undefined || message.arguments?.[0] === contract),
  );
const closed = (hub: RawHub) => until('the socket closes', () => hub.closeCode !== undefined);

describe('the log', () => {
  it('keeps every fault with its start and end, and ends it by time or by hand', async () => {
    const timed = await inject({
      fault: 'F4',
      hub: 'market',
      contract: 'MNQ',
      forMs: 60_000,
      startInMs: 1000,
    });
    const byHand = await inject({ fault: 'F5', kind: 'trade' });
    clock.forward(2000);
    expect((await remove(byHand)).status).toBe(204);
    expect((await remove('fault-99')).status).toBe(404);
    clock.forward(60_000);
    const listed = await call(`${gateway.url}/faults`, undefined, undefined, 'GET');
    expect(listed.body).toEqual([
      expect.objectContaining({
        id: timed,
        fault: 'F4',
        startAt: monday + 1000,
        endAt: monday + 61_000,
        seed: 7,
        params: { hub: 'market', contract: MNQ, forMs: 60_000, startInMs: 1000 },
      }),
      expect.objectContaining({ id: byHand, fault: 'F5', startAt: monday, endAt: monday + 2000 }),
    ]);
    await inject({ fault: 'F12' });
    expect(gateway.faults.list().at(-1)).toMatchObject({ state: 'active', endAt: null });
  });

  it.each([
    [{ fault: 'F99' }, 'fault: one of F1,'],
    [{ fault: 'F4', hub: 'moon' }, 'hub: one of user, market, both is wanted'],
    [{ fault: 'F4', forMs: -1 }, 'forMs: a number from 0'],
    [{ fault: 'F4', contract: 'XYZ' }, 'contract: there is no XYZ'],
    [{ fault: 'F4', colour: 'red' }, 'colour: F4 has no such parameter'],
    [{ fault: 'F5' }, 'F5: give at least one of contract, kind, side'],
    [{ fault: 'F17' }, 'shape: F17 needs it; one of object, flat'],
    [{ fault: 'F23' }, 'contract: F23 needs it; Which contract: symbol (MNQ)'],
    [{ fault: 'F1', connection: 'nobody' }, 'connection: there is no open connection nobody'],
    [[], 'a JSON object is wanted'],
  ])('refuses %o and says what is wanted', async (request, text) => {
    const answer = await call(`${gateway.url}/faults`, request);
    expect(answer.status).toBe(400);
    expect(answer.body['error']).toContain(text);
  });

  it('describes each fault for the page', async () => {
    const { body } = await call(`${gateway.url}/faults/catalogue`, undefined, undefined, 'GET');
    const list = body as unknown as { fault: string; name: string; description: string }[];
    const numbers = list.map((one) => Number(one.fault.slice(1)));
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(numbers).toEqual(expect.arrayContaining([1, 2, 3, 4, 5, 12, 13, 14, 15, 16, 17, 26, 27, 29, 30]));
    const files = await readdir(new URL('../../../src/local/gateway/faults/', import.meta.url));
    expect(numbers).toEqual(expect.arrayContaining(files.map((file) => Number(/\d+/.exec(file)?.[0]))));
    expect(files.length).toBeGreaterThan(0);
    expect(list.every((one) => one.name !== '' && one.description.endsWith('.'))).toBe(true);
  });
});

describe('sockets', () => {
  it('F1 kills with 1006 and the server stays up; with down it refuses until the end', async () => {
    const hub = await market();
    const id = await inject({ fault: 'F1', hub: 'market', forMs: 10_000, refuse: true });
    await closed(hub);
    expect(hub.closeCode).toBe(1006);
    const refused = new RawHub(gateway.marketHubUrl, token);
    await until('the hub refuses', () => refused.refusedWith === 503);
    expect((await call(`${gateway.marketHubUrl}/negotiate?access_token=${token}`)).status).toBe(503);
    await new RawHub(gateway.userHubUrl, token).open();
    clock.forward(10_000);
    expect(gateway.faults.list().find((one) => one.id === id)?.endAt).toBe(monday + 10_000);
    const again = await market();
    await inject({ fault: 'F1', hub: 'market' });
    await closed(again);
    await market();
  });

  it('F1 on one connection leaves the others alone', async () => {
    const one = await market();
    const id = gateway.connections()[0]?.id;
    const two = await market();
    await inject({ fault: 'F1', connection: id });
    await closed(one);
    await settle(two);
    expect(two.closeCode).toBeUndefined();
  });

  it.each([true, false])(
    'F2 with allowReconnect %s brings the official client back or ends it for good',
    async (allowReconnect) => {
      const hub = new HubConnectionBuilder()
        .withUrl(gateway.marketHubUrl, {
          skipNegotiation: true,
          transport: HttpTransportType.WebSockets,
          accessTokenFactory: () => token,
        })
        .withAutomaticReconnect([0, 50])
        .configureLogging(LogLevel.None)
        .build();
      let back = 0;
      hub.onreconnected(() => (back += 1));
      await hub.start();
      await inject({ fault: 'F2', hub: 'market', allowReconnect });
      if (allowReconnect) await until('it is back', () => back === 1);
      else await until('it is gone', () => hub.state === HubConnectionState.Disconnected);
      expect(back).toBe(allowReconnect ? 1 : 0);
      await hub.stop();
    },
  );

  it('F3 keeps the socket up and answers nothing, not even a WebSocket ping; new connections work', async () => {
    const hub = await market();
    hub.socket.ping();
    await until('a pong comes while healthy', () => hub.pongs === 1);
    await settle(hub);
    const before = hub.frames.length;
    const id = await inject({ fault: 'F3', hub: 'market' });
    hub.socket.ping();
    hub.send({ type: 6 });
    clock.forward(60_000);
    const healthy = await market();
    clock.forward(2000);
    await until('others get data', () => events(healthy).length > 3);
    expect([hub.frames.length, hub.pongs, hub.closeCode]).toEqual([before, 1, undefined]);
    await remove(id);
    await until('the ping is answered late', () => hub.pongs === 2);
    clock.forward(3000);
    await until('data flows again', () => hub.frames.length > before + 3);
  });

  it('F29 kills again and again, F16 lets the second connection throw out the first', async () => {
    const storm = await inject({ fault: 'F29', hub: 'market', everyMs: 1000 });
    for (let i = 0; i < 3; i += 1) {
      const hub = await market();
      clock.forward(1000);
      await closed(hub);
    }
    await remove(storm);
    await inject({ fault: 'F16' });
    const first = await market();
    const second = await market();
    clock.forward(200);
    await closed(first);
    expect(first.of('GatewayLogout')).toHaveLength(1);
    await settle(second);
    expect(second.closeCode).toBeUndefined();
  });

  it('F15 says GatewayLogout alone, then closes, or storms', async () => {
    const hub = await market();
    await inject({ fault: 'F15', hub: 'market', mode: 'storm', everyMs: 100, forMs: 1000 });
    clock.forward(2000);
    await settle(hub);
    expect(hub.of('GatewayLogout').length).toBeGreaterThanOrEqual(10);
    const heard = hub.of('GatewayLogout').length;
    await inject({ fault: 'F15', hub: 'market', message: 'bye' });
    await settle(hub);
    expect(
      hub
        .of('GatewayLogout')
        .slice(heard)
        .map((one) => one.arguments),
    ).toEqual([['bye']]);
    await inject({ fault: 'F15', hub: 'market', mode: 'then-close', delayMs: 500 });
    clock.forward(600);
    await closed(hub);
    expect(hub.messages.at(-1)).toEqual({ type: 7 });
  });
});

describe('the feed', () => {
  it('F4 stops the events of one contract, while others and pings go on', async () => {
    const hub = await market(MNQ, ES);
    await inject({ fault: 'F4', hub: 'market', contract: 'MNQ', forMs: 20_000 });
    await settle(hub);
    const before = events(hub, MNQ).length;
    clock.forward(19_000);
    await settle(hub);
    expect(events(hub, MNQ)).toHaveLength(before);
    expect(events(hub, ES).length).toBeGreaterThan(20);
    clock.forward(5000);
    await settle(hub);
    expect(events(hub, MNQ).length).toBeGreaterThan(before);
  });

  it('F4 on everything still pings', async () => {
    const hub = await market();
    await inject({ fault: 'F4' });
    await settle(hub);
    const before = events(hub).length;
    clock.forward(16_000);
    await until('a ping comes', () => hub.messages.some((message) => message.type === 6));
    expect(events(hub)).toHaveLength(before);
  });

  it('F5 stops one kind, or one side', async () => {
    const hub = await market();
    await settle(hub);
    const trades = hub.of('GatewayTrade').length;
    const kind = await inject({ fault: 'F5', contract: MNQ, kind: 'trade' });
    clock.forward(10_000);
    await settle(hub);
    expect(hub.of('GatewayTrade')).toHaveLength(trades);
    const quotes = hub.of('GatewayQuote').length;
    expect(quotes).toBeGreaterThan(5);
    await remove(kind);
    const side = await inject({ fault: 'F5', side: 'bid' });
    const depth = hub.of('GatewayDepth').length;
    clock.forward(20_000);
    await settle(hub);
    const data = hub
      .of('GatewayQuote')
      .slice(quotes)
      .map((one) => one.arguments?.[1] as { bestBid?: number; bestAsk?: number });
    const values = (member: 'bestBid' | 'bestAsk') => [...new Set(data.flatMap((one) => one[member] ?? []))];
    expect(values('bestBid')).toHaveLength(1);
    expect(values('bestAsk').length).toBeGreaterThan(2);
    const rows = () =>
      hub.of('GatewayDepth').flatMap((one) => one.arguments?.[1] as { type: number; price: number }[]);
    const levels = hub
      .of('GatewayDepth')
      .slice(depth)
      .flatMap((one) => one.arguments?.[1] as { type: number }[]);
    expect(levels.some((level) => [2, 4, 9].includes(level.type))).toBe(false);
    expect(levels.some((level) => level.type === 1)).toBe(true);
    // A fresh subscriber sees the side where this sick server has it.
    const fresh = await market();
    const frozen = fresh
      .of('GatewayDepth')
      .flatMap((one) => one.arguments?.[1] as { type: number; price: number }[])
      .filter((row) => row.type === 2);
    expect(Math.max(...frozen.map((row) => row.price))).toBe(values('bestBid')[0]);
    const before = rows().length;
    await remove(side);
    await settle(hub);
    const healed = rows().slice(before);
    expect(healed[0]?.type).toBe(6);
    expect(healed.filter((row) => row.type === 2)).toHaveLength(10);
    expect((await call(`${gateway.url}/faults`, { fault: 'F5', side: 'bid', kind: 'trade' })).status).toBe(
      400,
    );
  });

  it('F30 halts feed and orders, closes some connections, and everything resumes', async () => {
    const hubs = [await market(), await market(), await market(), await market()];
    clock.forward(1000);
    await inject({ fault: 'F30', forMs: 60_000 });
    await until('some are closed', () => hubs.some((hub) => hub.closeCode === 1006));
    expect(gateway.connections().length).toBeLessThan(4);
    const watching = await market();
    clock.forward(20_000);
    watching.send({ type: 6 });
    await settle(watching);
    expect(events(watching)).toEqual([]);
    const order = { accountId: 901, contractId: MNQ, type: 2, side: 0, size: 1 };
    expect((await call(`${gateway.apiUrl}/Order/place`, order, token)).body['errorCode']).toBe(5);
    clock.forward(45_000);
    const after = await market();
    clock.forward(5000);
    await until('data flows again', () => events(after).length > 3);
    expect((await call(`${gateway.apiUrl}/Order/place`, order, token)).body['success']).toBe(true);
  });
});
