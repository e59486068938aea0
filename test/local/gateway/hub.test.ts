// The hubs as clients meet them: three ways to connect, the wire rules, refusals, pings and time-outs.
import { HttpTransportType, type HubConnection, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../../src/local/gateway/gateway.ts';
import { call, type HandClock, MNQ, openGateway, RawHub, until } from './harness.ts';

let clock: HandClock;
let gateway: Gateway;
let token: string;

beforeEach(async () => {
  ({ clock, gateway, token } = await openGateway());
});
afterEach(() => gateway.stop());

const client = (url: string, options: object): HubConnection =>
  new HubConnectionBuilder().withUrl(url, options).configureLogging(LogLevel.None).build();

describe('connecting', () => {
  const ways: readonly [string, (url: string) => HubConnection][] = [
    [
      'the official client with negotiation and a header',
      (url) => client(url, { accessTokenFactory: () => token }),
    ],
    [
      'the official client without negotiation',
      (url) =>
        client(url, {
          skipNegotiation: true,
          transport: HttpTransportType.WebSockets,
          accessTokenFactory: () => token,
        }),
    ],
    [
      'the official client with the token in the URL only',
      (url) =>
        client(`${url}?access_token=${token}`, {
          skipNegotiation: true,
          transport: HttpTransportType.WebSockets,
        }),
    ],
  ];
  it.each(ways)('%s gets answers and events', async (_way, connect) => {
    const hub = connect(gateway.marketHubUrl);
    const quotes: unknown[][] = [];
    hub.on('GatewayQuote', (...args: unknown[]) => quotes.push(args));
    await hub.start();
    expect(await hub.invoke('SubscribeContractQuotes', MNQ)).toBeNull();
    clock.forward(3000);
    await until('a quote comes', () => quotes.length > 0);
    expect(quotes[0]?.[0]).toBe(MNQ);
    expect(quotes[0]?.[1]).toMatchObject({ symbol: 'F.US.MNQ' });
    await hub.stop();
  });

  it('negotiates as the real host does, and takes the token or the id on the upgrade', async () => {
    const url = `${gateway.userHubUrl}/negotiate?access_token=${token}`;
    const modern = await call(`${url}&negotiateVersion=1`);
    expect(modern.body).toEqual({
      negotiateVersion: 1,
      connectionId: expect.any(String) as string,
      connectionToken: expect.any(String) as string,
      availableTransports: [{ transport: 'WebSockets', transferFormats: ['Text', 'Binary'] }],
    });
    const old = await call(url);
    expect(old.body).not.toHaveProperty('connectionToken');
    for (const id of [modern.body['connectionToken'], old.body['connectionId']]) {
      const hub = await new RawHub(gateway.userHubUrl, token, { id: id as string }).open();
      const second = new RawHub(gateway.userHubUrl, token, { id: id as string });
      await until('the second socket is refused', () => second.refusedWith !== undefined);
      expect(second.refusedWith).toBe(409);
      hub.socket.terminate();
    }
    const unknown = new RawHub(gateway.userHubUrl, token, { id: 'nobody' });
    await until('the unknown id is refused', () => unknown.refusedWith !== undefined);
    expect(unknown.refusedWith).toBe(404);
  });

  it('refuses a missing, forged or expired token on negotiate and on the upgrade with 401', async () => {
    clock.forward(25 * 3_600_000);
    for (const bad of [undefined, 'eyJhbGciOiJIUzI1NiJ9.e30.AAAA', token]) {
      const query = bad === undefined ? '' : `?access_token=${bad}`;
      const answer = await call(`${gateway.userHubUrl}/negotiate${query}`);
      expect([answer.status, answer.text]).toEqual([401, '']);
      const hub = new RawHub(gateway.userHubUrl, bad);
      await until('the upgrade is refused', () => hub.refusedWith !== undefined);
      expect(hub.refusedWith).toBe(401);
    }
  });
});

describe('the wire', () => {
  it('reads several records in one frame and one record over several frames', async () => {
    const hub = await new RawHub(gateway.marketHubUrl, token).open();
    hub.send(
      {
        type: 1,
        target: 'SubscribeContractQuotes',
        invocationId: '0',
        arguments: [MNQ],
        headers: { 'Content-Type': 'x' },
      },
      { type: 6 },
      { type: 1, target: 'subscribecontracttrades', invocationId: '0', arguments: [MNQ] },
    );
    const split = JSON.stringify({
      type: 1,
      target: 'SubscribeContractTrades',
      invocationId: '9',
      arguments: [MNQ],
    });
    hub.socket.send(split.slice(0, 20));
    hub.socket.send(`${split.slice(20)}\u001e`);
    await until('three answers', () => hub.messages.length >= 3);
    expect(hub.frames.slice(1)).toEqual([
      '{"type":3,"invocationId":"0","result":null}\u001e',
      '{"type":3,"invocationId":"0","result":null}\u001e',
      '{"type":3,"invocationId":"9","result":null}\u001e',
    ]);
    expect(gateway.connections()[0]?.subscriptions).toEqual([`quote/${MNQ}`, `trade/${MNQ}`]);
  });

  it('answers an unknown method with the exact words, and not at all without an invocationId', async () => {
    const hub = await new RawHub(gateway.marketHubUrl, token).open();
    hub.send({ type: 1, target: 'Heartbeat', arguments: [] });
    expect((await hub.invoke('SubscribeContractDepth', MNQ)).error).toBe(
      "Failed to invoke 'SubscribeContractDepth' due to an error on the server. HubException: Method does not exist.",
    );
    expect((await hub.invoke('SubscribeContractQuotes')).error).toBe(
      "Failed to invoke 'SubscribeContractQuotes' due to an error on the server.",
    );
    expect((await hub.invoke('SubscribeOrders', 901)).error).toContain('Method does not exist.');
    expect(hub.messages).toHaveLength(3);
  });

  it('takes account ids as numeric text and several ids to unsubscribe', async () => {
    const hub = await new RawHub(gateway.userHubUrl, token).open();
    await hub.invoke('SubscribeOrders', '901');
    await hub.invoke('SubscribeOrders', 902);
    await hub.invoke('SubscribeOrders', 902);
    expect(gateway.connections()[0]?.subscriptions).toEqual(['orders/901', 'orders/902']);
    await hub.invoke('UnsubscribeOrders', 901, 902);
    expect(gateway.connections()[0]?.subscriptions).toEqual([]);
  });

  it('pings after 15 s of silence and drops a client that is silent for 30 s', async () => {
    const hub = await new RawHub(gateway.userHubUrl, token).open();
    clock.forward(14_000);
    clock.forward(1_500);
    await until('a ping comes', () => hub.messages.some((message) => message.type === 6));
    expect(hub.messages.filter((message) => message.type === 6)).toHaveLength(1);
    clock.forward(15_000);
    await until('the socket closes', () => hub.closeCode !== undefined);
    expect(hub.messages.at(-1)).toEqual({ type: 7, error: 'Connection closed with an error.' });
  });

  it('closes without a handshake after 15 s, and refuses one it does not speak', async () => {
    const mute = new RawHub(gateway.userHubUrl, token);
    await until('it is connected', () => gateway.connections().length === 1);
    clock.forward(15_500);
    await until('it is closed', () => mute.closeCode !== undefined);
    expect(mute.frames).toEqual(['{"error":"Handshake was canceled."}\u001e']);
    const other = new RawHub(gateway.userHubUrl, token);
    await until('it is open', () => other.socket.readyState === 1);
    other.send({ protocol: 'messagepack', version: 1 });
    await until('it is refused', () => other.closeCode !== undefined);
    expect(other.frames[0]).toContain("The protocol 'messagepack' is not supported.");
  });

  it('closes on a record over 32 KiB and on what is not JSON', async () => {
    for (const text of [`{"type":1,"target":"${'x'.repeat(33_000)}"}`, '{broken']) {
      const hub = await new RawHub(gateway.userHubUrl, token).open();
      hub.socket.send(`${text}\u001e`);
      await until('it is closed', () => hub.closeCode !== undefined);
      expect(hub.messages.at(-1)).toMatchObject({ type: 7, error: 'Connection closed with an error.' });
    }
  });
});

describe('events', () => {
  it('tells the live shapes: wrapped user events without nulls, arrays of prints and levels', async () => {
    const user = await new RawHub(gateway.userHubUrl, token).open();
    await user.invoke('SubscribeAccounts');
    for (const stream of ['Orders', 'Positions', 'Trades']) await user.invoke(`Subscribe${stream}`, 901);
    const order = { accountId: 901, contractId: MNQ, type: 2, side: 0, size: 2 };
    const placed = await call(`${gateway.apiUrl}/Order/place`, order, token);
    clock.forward(500);
    await until('the account is told', () => user.of('GatewayUserAccount').length >= 2);
    const told = user.messages.filter((message) => message.type === 1);
    expect(told.slice(0, 5).map((message) => message.target)).toEqual([
      'GatewayUserOrder',
      'GatewayUserTrade',
      'GatewayUserOrder',
      'GatewayUserPosition',
      'GatewayUserAccount',
    ]);
    expect(told[0]?.arguments).toEqual([
      {
        action: 1,
        data: expect.objectContaining({
          id: placed.body['orderId'],
          status: 6,
          type: 2,
          fillVolume: 0,
        }) as object,
      },
    ]);
    expect(JSON.stringify(told)).not.toContain('null');
    const fill = told[1]?.arguments?.[0] as { action: number; data: Record<string, unknown> };
    expect(fill.action).toBe(0);
    expect(fill.data).toMatchObject({ fees: 0.74, commissions: 0.5, side: 0, size: 2, voided: false });
    expect(fill.data).not.toHaveProperty('profitAndLoss');
    expect(user.frames.join('')).toMatch(/"averagePrice":\d+\.\d+/);

    const market = await new RawHub(gateway.marketHubUrl, token).open();
    for (const kind of ['Quotes', 'Trades', 'MarketDepth'])
      await market.invoke(`SubscribeContract${kind}`, MNQ);
    clock.forward(5000);
    await until('depth comes', () => market.of('GatewayDepth').length > 2);
    const depth = market.of('GatewayDepth')[0]?.arguments?.[1] as { type: number }[];
    expect(depth[0]?.type).toBe(6);
    for (const print of market.of('GatewayTrade')) {
      expect(print.arguments?.[0]).toBe(MNQ);
      expect(Array.isArray(print.arguments?.[1])).toBe(true);
    }
    expect(Array.isArray(market.of('GatewayQuote')[0]?.arguments?.[1])).toBe(false);
  });

  it('never tells a user about the account of another', async () => {
    const user = await new RawHub(gateway.userHubUrl, token).open();
    await user.invoke('SubscribeOrders', 4711);
    expect(gateway.connections()[0]?.subscriptions).toEqual([]);
  });
});
