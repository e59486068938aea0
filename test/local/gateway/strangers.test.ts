// Clients nobody planned for: requests that are none, odd ids, orders nobody could pay, stamps compared, ground truth read to the millisecond.
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFaultLog } from '../../../src/local/gateway/fault-log.ts';
import { type Gateway, startGateway } from '../../../src/local/gateway/gateway.ts';
import { call, handClock, type HandClock, logIn, monday, RawHub, until } from './harness.ts';

const mnq = 'CON.F.US.MNQ.Z26';
const upgrade =
  'Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

let gateway: Gateway;
let clock: HandClock;
let token: string;

beforeEach(async () => {
  clock = handClock(monday);
  gateway = await startGateway({ clock, trader: 'off', username: 'Trader' });
  token = await logIn(gateway);
});
afterEach(async () => gateway.stop());

const api = (path: string, body: unknown) => call(`${gateway.apiUrl}${path}`, body, token);
const market = { accountId: 901, contractId: mnq, type: 2, side: 0, size: 1 };

async function sayRaw(text: string): Promise<string> {
  const socket = connect(gateway.port, '127.0.0.1');
  let heard = '';
  let isOver = false;
  socket.on('data', (data: Buffer) => (heard += data.toString('latin1')));
  socket.on('error', () => (isOver = true));
  socket.on('close', () => (isOver = true));
  socket.write(text);
  await until('an answer comes', () => isOver || heard.includes('\r\n\r\n'));
  socket.destroy();
  return heard.split('\r\n')[0] ?? '';
}

describe('requests that are none', () => {
  it.each([
    ['a target that is no URL', 'GET http://[/ HTTP/1.1\r\nHost: x\r\n\r\n', '400'],
    ['an upgrade whose target is no URL', `GET http://[/ HTTP/1.1\r\n${upgrade}`, '400'],
    ['two slashes in front', 'GET //%zz HTTP/1.1\r\nHost: x\r\n\r\n', '404'],
    [
      'a token that is no percent text',
      `GET /hubs/market?access_token=%E0%A4%A HTTP/1.1\r\n${upgrade}`,
      '401',
    ],
  ])('%s is refused and the gateway lives on', async (_what, text, status) => {
    expect(await sayRaw(text)).toContain(` ${status} `);
    expect((await call(`${gateway.apiUrl}/Status/ping`, undefined, undefined, 'GET')).text).toBe('pong');
  });
});

describe('hub', () => {
  it('answers an invocation whose id is a number with that number', async () => {
    const hub = await new RawHub(gateway.marketHubUrl, token).open();
    hub.send({ type: 1, invocationId: 5, target: 'SubscribeContractQuotes', arguments: [mnq] });
    await until('it is answered', () => hub.frames.some((frame) => frame.includes('"type":3')));
    expect(hub.frames.join('')).toContain('{"type":3,"invocationId":5,"result":null}');
    hub.socket.terminate();
  });
});

describe('orders', () => {
  it('refuses with code 3 what the balance cannot cover, and still lets a position be closed', async () => {
    expect((await api('/Order/place', { ...market, size: 1_000_000_000 })).body).toEqual({
      orderId: null,
      success: false,
      errorCode: 3,
      errorMessage: null,
    });
    expect((await api('/Order/place', { ...market, size: 2000 })).body['success']).toBe(true);
    expect((await api('/Order/place', { ...market, size: 2000 })).body['errorCode']).toBe(3);
    const closed = await api('/Position/closeContract', { accountId: 901, contractId: mnq });
    expect(closed.body['success']).toBe(true);
  });

  it('stamps a fill after its order and a position after its fill, within one millisecond too', async () => {
    const stamps: string[][] = [];
    for (let turn = 0; turn < 12; turn += 1) {
      const { orderId } = (await api('/Order/place', market)).body;
      const since = { accountId: 901, startTimestamp: new Date(clock.now()).toISOString() };
      const { body: ordered } = await api('/Order/searchById', { accountId: 901, orderId });
      const trades = (await api('/Trade/search', since)).body['trades'] as Record<string, string>[];
      const held = (await api('/Position/searchOpen', since)).body['positions'] as Record<string, string>[];
      const order = ordered['order'] as Record<string, string>;
      stamps.push([order, trades[0], held[0]].map((row) => (row?.['creationTimestamp'] ?? '').padEnd(33)));
      await api('/Position/closeContract', { accountId: 901, contractId: mnq });
      clock.forward(1000);
    }
    expect(stamps.flat().every((text) => text.includes('T16:00:'))).toBe(true);
    for (const row of stamps) expect([...row].sort()).toEqual(row);
  });

  it('writes tick size and value with a fraction part', async () => {
    const { text } = await api('/Contract/search', { searchText: 'YM' });
    expect(text).toContain('"tickSize":1.0,"tickValue":5.0,');
    const euro = await api('/Contract/search', { searchText: '6E' });
    expect(euro.text).toContain('"tickSize":0.00005,"tickValue":6.25,');
  });
});

describe('limits', () => {
  it('counts logins and calls of one user in one window, whatever the case of the name', async () => {
    const used = 1;
    for (let count = used; count < 199; count += 1) await api('/Account/search', {});
    expect((await api('/Account/search', {})).status).toBe(200);
    const login = { userName: 'TRADER', apiKey: gateway.apiKey };
    expect((await call(`${gateway.apiUrl}/Auth/loginKey`, login)).status).toBe(429);
  });
});

describe('ground truth', () => {
  it('starts a fault exactly forMs before its planned end, however the clock runs meanwhile', () => {
    let now = monday;
    const log = makeFaultLog({ ...clock, now: () => (now += 1) });
    const asked = { fault: 'F4', params: {}, startAt: monday, endsAt: monday + 60_000, seed: 1 } as const;
    expect(log.inject(asked)).toMatchObject({ state: 'active', startAt: monday, endsAt: monday + 60_000 });
  });

  it('takes the name of a fault in any case', () => {
    expect(gateway.faults.inject({ fault: 'f4' }).fault).toBe('F4');
  });

  it.each([
    ['when the close is due', {}, 300],
    ['as it ends, where that is sooner', { forMs: 100 }, 100],
  ])('F15 then-close lasts until the socket is closed: %s', async (_when, more, afterMs) => {
    const hub = await new RawHub(gateway.marketHubUrl, token).open();
    const { id } = gateway.faults.inject({ fault: 'F15', mode: 'then-close', delayMs: 300, ...more });
    const record = () => gateway.faults.list().find((one) => one.id === id);
    expect(record()?.state).toBe('active');
    clock.forward(afterMs);
    await until('the socket is closed', () => hub.closeCode !== undefined);
    expect(record()?.state).toBe('ended');
    expect(hub.of('GatewayLogout')).toHaveLength(1);
  });

  it('F15 then-close deleted in time closes nothing', async () => {
    const hub = await new RawHub(gateway.marketHubUrl, token).open();
    const { id } = gateway.faults.inject({ fault: 'F15', mode: 'then-close', delayMs: 300 });
    gateway.faults.remove(id);
    clock.forward(1000);
    const answer = await hub.invoke('SubscribeContractQuotes', mnq);
    expect(answer.error).toBeUndefined();
    expect(hub.closeCode).toBeUndefined();
    hub.socket.terminate();
  });
});
