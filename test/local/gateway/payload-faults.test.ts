// Faults of shapes, frames, logins, tokens and REST do what the catalogue says; positions can be put on by hand.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../../src/local/gateway/gateway.ts';
import {
  call,
  endFault,
  type HandClock,
  injectFault,
  logIn,
  MNQ,
  monday,
  openGateway,
  openMarketHub,
  RawHub,
  settle,
  until,
} from './harness.ts';

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
const closed = (hub: RawHub) => until('the socket closes', () => hub.closeCode !== undefined);

describe('shapes and frames', () => {
  const shaped = async (request: object, hub: RawHub): Promise<string> => {
    const id = await inject(request);
    const before = hub.frames.length;
    clock.forward(8000);
    hub.send({ type: 6 });
    await until('events come', () => hub.frames.length > before + 5);
    await remove(id);
    return hub.frames.slice(before).join('');
  };

  it.each([
    ['object', /"GatewayTrade","arguments":\["CON\.F\.US\.MNQ\.Z26",\{/],
    ['unknown-members', /"newMember":"unheard of"/],
    ['missing-members', /"GatewayTrade"/],
    ['nulls', /:null/],
    ['integers', /"change":-?\d+[,}]/],
    ['naive-times', /"timestamp":"2026-11-23T16:00:0\d\.\d{3}"/],
    ['unknown-enums', /"type":99/],
  ])('F17 %s changes market events', async (shape, pattern) => {
    expect(await shaped({ fault: 'F17', shape }, await market())).toMatch(pattern);
  });

  it('F17 flat takes the wrapper off user events, integers reach REST', async () => {
    const user = await new RawHub(gateway.userHubUrl, token).open();
    await user.invoke('SubscribeOrders', 901);
    await inject({ fault: 'F17', shape: 'flat' });
    await inject({ fault: 'F17', shape: 'integers' });
    await call(
      `${gateway.apiUrl}/Order/place`,
      { accountId: 901, contractId: MNQ, type: 2, side: 0, size: 1 },
      token,
    );
    await until('the order is told', () => user.of('GatewayUserOrder').length > 0);
    expect(user.of('GatewayUserOrder')[0]?.arguments?.[0]).toMatchObject({ accountId: 901, status: 6 });
    const trades = await call(
      `${gateway.apiUrl}/Trade/search`,
      { accountId: 901, startTimestamp: '2026-11-01' },
      token,
    );
    expect(trades.text).toContain('"fees":0.37,');
  });

  it.each(['split', 'batched', 'oversized', 'no-terminator'])('F27 %s changes the frames', async (mode) => {
    const hub = await market();
    const before = hub.frames.length;
    await inject({ fault: 'F27', mode });
    clock.forward(5000);
    await until('frames come', () => hub.frames.length > before + 2);
    const frames = hub.frames.slice(before);
    const ends = (frame: string) => frame.split('\u001e').length - 1;
    if (mode === 'split') expect(frames.slice(0, 2).map(ends)).toEqual([0, 1]);
    if (mode === 'batched') expect(Math.max(...frames.map(ends))).toBeGreaterThan(1);
    if (mode === 'oversized')
      expect(Math.max(...frames.map((frame) => frame.length))).toBeGreaterThan(200_000);
    if (mode === 'no-terminator') expect(frames.some((frame) => frame.includes('\u001e'))).toBe(false);
  });
});

describe('login, tokens and REST', () => {
  const search = (bearer: string) => call(`${gateway.apiUrl}/Account/search`, {}, bearer);

  it.each([true, false])(
    'F12 expires the tokens given out so far (close %s), a fresh login works',
    async (close) => {
      const hub = await market();
      const id = await inject({ fault: 'F12', close });
      expect((await search(token)).status).toBe(401);
      expect((await call(`${gateway.marketHubUrl}/negotiate?access_token=${token}`)).status).toBe(401);
      expect((await search(await logIn(gateway))).status).toBe(200);
      if (close) await closed(hub);
      else await settle(hub);
      expect(hub.closeCode === undefined).toBe(!close);
      await remove(id);
      await inject({ fault: 'F12', relogin: false });
      expect(await logIn(gateway)).toBe('null');
    },
  );

  it('F13 answers with a status, with and without Retry-After, only where it is asked to', async () => {
    const limited = await inject({ fault: 'F13', status: 429, retryAfter: 7, path: '/Account' });
    const refused = await search(token);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7']);
    expect((await call(`${gateway.apiUrl}/Contract/available`, { live: false }, token)).status).toBe(200);
    await remove(limited);
    await inject({ fault: 'F13', status: 503 });
    const down = await search(token);
    expect([down.status, down.headers.get('retry-after')]).toEqual([503, null]);
  });

  it('F13 delays, and takes an order without ever answering', async () => {
    const slow = await inject({ fault: 'F13', delayMs: 5000 });
    let answered = false;
    const late = search(token).then(() => (answered = true));
    await until('the request waits', () => {
      clock.forward(10);
      return clock.now() > monday + 300;
    });
    expect(answered).toBe(false);
    await until('it is answered', () => {
      clock.forward(1000);
      return answered;
    });
    await late;
    await remove(slow);
    await inject({ fault: 'F13', afterAccept: true, path: 'Order/place' });
    const order = { accountId: 901, contractId: MNQ, type: 2, side: 0, size: 1 };
    const lost = call(`${gateway.apiUrl}/Order/place`, order, token).then(
      () => 'answered',
      () => 'cut off',
    );
    let held = 0;
    const body = { accountId: 901 };
    const deadline = Date.now() + 5000;
    while (held === 0 && Date.now() < deadline)
      held = (
        (await call(`${gateway.apiUrl}/Position/searchOpen`, body, token)).body['positions'] as unknown[]
      ).length;
    expect(held).toBe(1);
    await gateway.stop();
    expect(await lost).toBe('cut off');
  });

  it.each([3, 7, 9, 10])('F14 refuses the login with code %i', async (code) => {
    await inject({ fault: 'F14', code });
    const { body } = await call(`${gateway.apiUrl}/Auth/loginKey`, {
      userName: gateway.username,
      apiKey: gateway.apiKey,
    });
    expect(body).toMatchObject({ success: false, errorCode: code, token: null });
    expect(typeof body['errorMessage']).toBe(code === 7 ? 'string' : 'object');
  });

  it('F14 refuses validate with code 3', async () => {
    await inject({ fault: 'F14', endpoint: 'validate', code: 3 });
    expect((await call(`${gateway.apiUrl}/Auth/validate`, undefined, token)).body).toMatchObject({
      success: false,
      errorCode: 3,
    });
  });

  it.each([
    ['negotiate-503', 503, 503],
    ['negotiate-401', 401, 401],
    ['wrong-json', 200, 200],
  ])('F26 %s is seen with and without negotiation', async (mode, negotiated, upgraded) => {
    await inject({ fault: 'F26', mode });
    const answer = await call(`${gateway.marketHubUrl}/negotiate?access_token=${token}`);
    expect(answer.status).toBe(negotiated);
    expect(answer.body).not.toHaveProperty('connectionId');
    const hub = new RawHub(gateway.marketHubUrl, token);
    await until('the upgrade fails', () => hub.refusedWith === upgraded);
  });

  it('F26 refuses the handshake, or never answers it', async () => {
    const refuse = await inject({ fault: 'F26', mode: 'handshake-error', error: 'no' });
    const refused = await new RawHub(gateway.userHubUrl, token).open();
    await closed(refused);
    expect(refused.frames).toEqual(['{"error":"no"}\u001e']);
    await remove(refuse);
    await inject({ fault: 'F26', mode: 'handshake-silence' });
    const ignored = new RawHub(gateway.userHubUrl, token);
    await until('it is open', () => ignored.socket.readyState === 1);
    ignored.send({ protocol: 'json', version: 1 });
    ignored.socket.ping();
    await until('the frame was read', () => ignored.pongs === 1);
    clock.forward(60_000);
    ignored.socket.ping();
    await until('the socket is still up', () => ignored.pongs === 2);
    expect(ignored.frames).toEqual([]);
  });
});

describe('positions by hand', () => {
  it('puts on exactly what was asked, protected or not, and takes it off', async () => {
    const at = `${gateway.url}/sim/position`;
    for (const account of ['PRAC-V2-1', 'EXPRESS-V2-9']) {
      const naked = await call(at, { account, contract: 'MNQ', side: 'short', size: 3, protected: false });
      expect(naked.status).toBe(201);
      expect(naked.body).toMatchObject({
        positions: [{ type: 2, size: 3, contractId: MNQ }],
        workingOrders: [],
      });
      const covered = await call(at, { account, contract: 'MNQ', side: 'long', size: 2, protected: true });
      expect(covered.body['positions']).toMatchObject([{ type: 1, size: 2 }]);
      expect(covered.body['workingOrders']).toEqual(
        expect.arrayContaining([expect.objectContaining({ type: 4, side: 1, size: 2 })]),
      );
    }
    expect((await call(at, undefined, undefined, 'DELETE')).status).toBe(204);
    const left = await call(at, undefined, undefined, 'GET');
    expect(left.body['accounts']).toMatchObject([
      { positions: [], workingOrders: [] },
      { positions: [], workingOrders: [] },
    ]);
    expect((await call(at, { contract: 'MNQ', side: 'up' })).status).toBe(400);
  });
});
