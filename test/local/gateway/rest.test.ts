// REST as clients meet it: login, tokens, limits, contracts, bars, orders, brackets, positions and money.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../../src/local/gateway/gateway.ts';
import { type Answered, call, type HandClock, logIn, MNQ, monday, openGateway } from './harness.ts';

let clock: HandClock;
let gateway: Gateway;
let token: string;

beforeEach(async () => {
  ({ clock, gateway, token } = await openGateway());
});
afterEach(() => gateway.stop());

const api = (path: string, body?: unknown): Promise<Answered> =>
  call(`${gateway.apiUrl}/${path}`, body, token);
const rows = (answer: Answered, member: string) => answer.body[member] as Record<string, unknown>[];
const all = { accountId: 901, startTimestamp: '2026-11-01T00:00:00Z' };

it.each([
  ['CON.F.US.EU6.Z26', '0.00005', '6.25', 20_000],
  ['CON.F.US.TYA.Z26', '0.015625', '15.625', 64],
  ['CON.F.US.USA.Z26', '0.03125', '31.25', 32],
  ['CON.F.US.CLE.F27', '0.01', '10.0', 100],
])(
  'writes prices of %s as decimals with nine digits, all of them on its grid',
  async (contractId, tick, value, den) => {
    const { text } = await api('Contract/searchById', { contractId });
    expect(text).toContain(`"tickSize":${tick},"tickValue":${value},`);
    const answer = await api('History/retrieveBars', {
      contractId,
      startTime: new Date(monday - 3_600_000).toISOString(),
      endTime: new Date(monday).toISOString(),
      unit: 2,
      unitNumber: 1,
      limit: 60,
      includePartialBar: false,
    });
    const spelled = [...answer.text.matchAll(/"[ohlc]":([^,}]*)/g)].map((found) => found[1] ?? '');
    expect(spelled).toHaveLength(240);
    expect(spelled.filter((price) => !/^\d+\.\d{9}$/.test(price))).toEqual([]);
    expect(spelled.map(Number).filter((price) => Math.round(price * den) / den !== price)).toEqual([]);
  },
);

describe('login', () => {
  it('gives a JWT whose exp is 24 h away, and a second login leaves the first one valid', async () => {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
      exp: number;
    };
    expect(claims.exp * 1000).toBe(monday + 24 * 3_600_000);
    expect(await logIn(gateway)).not.toBe(token);
    expect((await api('Account/search', { onlyActiveAccounts: true })).status).toBe(200);
    clock.forward(24 * 3_600_000 + 1);
    const late = await api('Account/search', { onlyActiveAccounts: true });
    expect([late.status, late.text]).toEqual([401, '']);
  });

  it('refuses a wrong key with code 3 and no text, a malformed body with 400', async () => {
    const wrong = await api('Auth/loginKey', { userName: gateway.username, apiKey: 'no' });
    expect([wrong.status, wrong.body]).toEqual([
      200,
      { token: null, success: false, errorCode: 3, errorMessage: null },
    ]);
    expect((await api('Auth/loginKey', { userName: gateway.username })).status).toBe(400);
    expect((await api('Auth/loginKey', '{"userName":')).status).toBe(400);
  });

  it('validates into a new token and logs out of the old one', async () => {
    const validated = await api('Auth/validate');
    expect(validated.body).toMatchObject({ success: true, newToken: expect.any(String) as string });
    expect((await api('Auth/logout')).body).toEqual({ success: true, errorCode: 0, errorMessage: null });
    expect((await api('Auth/validate')).status).toBe(401);
    expect(
      (await call(`${gateway.apiUrl}/Account/search`, {}, String(validated.body['newToken']))).status,
    ).toBe(200);
  });

  it('answers ping without a token', async () => {
    const ping = await call(`${gateway.apiUrl}/Status/ping`, undefined, undefined, 'GET');
    expect([ping.status, ping.text]).toEqual([200, 'pong']);
  });
});

describe('limits', () => {
  it('lets 200 requests a minute pass, the login among them, and answers the next with 429 until the window slides on', async () => {
    for (let i = 0; i < 199; i += 1) expect((await api('Account/search', {})).status).toBe(200);
    clock.forward(1000);
    const over = await api('Account/search', {});
    expect([over.status, over.headers.get('retry-after')]).toEqual([429, '59']);
    clock.forward(59_000);
    expect((await api('Account/search', {})).status).toBe(200);
  });

  it('counts bars apart: 50 in 30 s', async () => {
    const ask = {
      contractId: MNQ,
      startTime: '2026-11-23T15:59:00Z',
      endTime: '2026-11-23T16:00:00Z',
      unit: 2,
      unitNumber: 1,
      limit: 1,
      includePartialBar: false,
    };
    for (let i = 0; i < 50; i += 1) expect((await api('History/retrieveBars', ask)).status).toBe(200);
    expect((await api('History/retrieveBars', ask)).status).toBe(429);
    expect((await api('Account/search', {})).status).toBe(200);
  });
});

describe('contracts', () => {
  it('knows the front months with exact ticks', async () => {
    const found = rows(await api('Contract/available', { live: false }), 'contracts');
    const pick = (id: string) => found.find((one) => one['id'] === id);
    expect(pick(MNQ)).toEqual({
      id: MNQ,
      name: 'MNQZ6',
      description: 'Micro E-mini Nasdaq-100: December 2026',
      tickSize: 0.25,
      tickValue: 0.5,
      activeContract: true,
      symbolId: 'F.US.MNQ',
    });
    expect(pick('CON.F.US.EP.Z26')).toMatchObject({ name: 'ESZ6', tickValue: 12.5 });
    expect(pick('CON.F.US.CLE.F27')).toMatchObject({ name: 'CLF7', tickSize: 0.01, tickValue: 10 });
    expect(pick('CON.F.US.USA.Z26')).toMatchObject({ name: 'ZBZ6', tickSize: 0.03125, tickValue: 31.25 });
  });

  it('also finds MNQ when asked for NQ, the exact one first', async () => {
    const found = rows(await api('Contract/search', { searchText: 'NQ' }), 'contracts');
    expect(found.map((one) => one['symbolId'])).toEqual(['F.US.ENQ', 'F.US.MNQ']);
    expect((await api('Contract/searchById', { contractId: 'CON.F.US.XXX.Z26' })).body).toMatchObject({
      success: false,
      errorCode: 1,
    });
    expect(
      (await api('Contract/searchById', { contractId: 'CON.F.US.MNQ.U26' })).body['contract'],
    ).toMatchObject({ activeContract: false });
  });
});

describe('bars', () => {
  const ask = (more: object) =>
    api('History/retrieveBars', {
      contractId: MNQ,
      live: false,
      startTime: '2026-11-23T15:00:00',
      endTime: '2026-11-23T10:00:00.000-06:00',
      unit: 2,
      unitNumber: 5,
      limit: 100,
      includePartialBar: true,
      ...more,
    });

  it('come newest first with a fraction part, whatever the spelling of the times', async () => {
    const answer = await ask({});
    const bars = rows(answer, 'bars');
    expect(bars.map((bar) => bar['t'])).toEqual(
      [55, 50, 45, 40, 35, 30, 25, 20, 15, 10, 5, 0].map(
        (minute) => `2026-11-23T15:${String(minute).padStart(2, '0')}:00+00:00`,
      ),
    );
    expect(answer.text).toMatch(/"o":\d+\.\d{9},"h"/);
  });

  it('keeps the newest of the limit and tells the bar in progress only when asked', async () => {
    clock.forward(30_000);
    const partial = rows(await ask({ endTime: '2026-11-23T16:10:00Z', limit: 2 }), 'bars');
    expect(partial.map((bar) => bar['t'])).toEqual([
      '2026-11-23T16:00:00+00:00',
      '2026-11-23T15:55:00+00:00',
    ]);
    const closed = rows(
      await ask({ endTime: '2026-11-23T16:10:00Z', limit: 2, includePartialBar: false }),
      'bars',
    );
    expect(closed[0]?.['t']).toBe('2026-11-23T15:55:00+00:00');
  });

  it.each([
    [{ contractId: 'CON.F.US.NOPE.Z26' }, 1],
    [{ unit: 0 }, 2],
    [{ unit: 8 }, 2],
    [{ unitNumber: 0 }, 3],
    [{ limit: 0 }, 4],
    [{ limit: 20_001 }, 4],
  ])('refuses %o with code %i', async (more, errorCode) => {
    expect((await ask(more)).body).toMatchObject({ success: false, errorCode, errorMessage: null });
  });

  it('takes a missing `live` as false and answers other missing members with 400', async () => {
    expect((await ask({ live: undefined })).body['success']).toBe(true);
    const refused = await ask({ unit: undefined });
    expect(refused.status).toBe(400);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
  });
});

describe('orders', () => {
  const order = { accountId: 901, contractId: MNQ, type: 2, side: 0, size: 2 };

  it('a bracket waits suspended, stands after the fill, and goes when its position is closed', async () => {
    const lastBar = rows(
      await api('History/retrieveBars', {
        contractId: MNQ,
        startTime: '2026-11-23T15:58:00Z',
        endTime: '2026-11-23T16:00:00Z',
        unit: 2,
        unitNumber: 1,
        limit: 1,
        includePartialBar: false,
      }),
      'bars',
    )[0];
    const limitPrice = Number(lastBar?.['c']) - 100;
    const brackets = { stopLossBracket: { ticks: -40, type: 4 }, takeProfitBracket: { ticks: 60, type: 1 } };
    const waiting = await api('Order/place', { ...order, type: 1, limitPrice, ...brackets });
    expect(waiting.body['success']).toBe(true);
    expect(Number(waiting.body['orderId'])).toBeGreaterThan(2 ** 31);
    expect(
      rows(await api('Order/searchOpen', { accountId: 901 }), 'orders').map((one) => one['status']),
    ).toEqual([1]);
    const query = {
      filter: { accountId: 901, statuses: [1, 6, 7, 8] },
      pageSize: 50,
      pageOffset: 0,
      sortBy: 1,
      sortDirection: 0,
      includeTotalCount: true,
    };
    const queried = await api('Order/v2/query', query);
    expect(queried.body['totalCount']).toBe(3);
    expect(rows(queried, 'orders').map((one) => [one['status'], one['parentOrderId']])).toEqual([
      [1, null],
      [8, waiting.body['orderId']],
      [8, waiting.body['orderId']],
    ]);
    expect(
      (await api('Order/cancel', { accountId: 901, orderId: waiting.body['orderId'] })).body['success'],
    ).toBe(true);
    expect(rows(await api('Order/v2/query', query), 'orders')).toEqual([]);

    const entered = await api('Order/place', { ...order, accountId: '901', ...brackets });
    const fill = rows(await api('Order/search', all), 'orders').find(
      (one) => one['id'] === entered.body['orderId'],
    );
    const open = rows(await api('Order/searchOpen', { accountId: 901 }), 'orders');
    expect(
      open.map((one) => [one['type'], one['side'], one['size'], one['stopPrice'] ?? one['limitPrice']]),
    ).toEqual([
      [4, 1, 2, Number(fill?.['filledPrice']) - 10],
      [1, 1, 2, Number(fill?.['filledPrice']) + 15],
    ]);
    expect(
      (await api('Position/partialCloseContract', { accountId: 901, contractId: MNQ, size: 3 })).body[
        'errorCode'
      ],
    ).toBe(5);
    expect((await api('Position/closeContract', { accountId: 901, contractId: MNQ })).body['success']).toBe(
      true,
    );
    expect(rows(await api('Order/searchOpen', { accountId: 901 }), 'orders')).toEqual([]);
    expect((await api('Position/closeContract', { accountId: 901, contractId: MNQ })).body['errorCode']).toBe(
      2,
    );
  });

  it('leaves a stop placed by hand behind when the position is closed', async () => {
    await api('Order/place', order);
    const price = Number(
      rows(await api('Position/searchOpen', { accountId: 901 }), 'positions')[0]?.['averagePrice'],
    );
    await api('Order/place', { ...order, type: 4, side: 1, stopPrice: Math.round(price) - 50 });
    await api('Position/closeContract', { accountId: 901, contractId: MNQ });
    expect(
      rows(await api('Order/searchOpen', { accountId: 901 }), 'orders').map((one) => one['type']),
    ).toEqual([4]);
  });

  it.each([
    [
      { stopLossBracket: { ticks: 40, type: 4 } },
      'Invalid stop loss ticks (40). Ticks should be less than zero when longing.',
    ],
    [
      { side: 1, stopLossBracket: { ticks: -40, type: 4 } },
      'Invalid stop loss ticks (-40). Ticks should be greater than zero when shorting.',
    ],
    [
      { takeProfitBracket: { ticks: -8, type: 1 } },
      'Invalid take profit ticks (-8). Ticks should be greater than zero when longing.',
    ],
    [
      { stopLossBracket: { ticks: -3, type: 4 } },
      'Invalid stop loss ticks (-3). Ticks should be at least 4 away.',
    ],
    [
      { accountId: 902, stopLossBracket: { ticks: -40, type: 4 } },
      'Brackets are not allowed on orders in Position Brackets mode. Switch the account to Auto OCO Brackets.',
    ],
    [{ type: 4, stopPrice: 99_999, side: 1 }, 'Invalid stop price'],
    [{ type: 1, limitPrice: 100 }, 'Invalid price outside allowed range'],
  ])('refuses %o with code 2, a text, and yet a real orderId', async (more, text) => {
    const { body } = await api('Order/place', { ...order, ...more });
    expect(body).toMatchObject({ success: false, errorCode: 2, errorMessage: text });
    expect(body['orderId']).toEqual(expect.any(Number));
  });

  it('refuses a custom tag that was used before', async () => {
    expect((await api('Order/place', { ...order, customTag: 'a' })).body['success']).toBe(true);
    expect((await api('Order/place', { ...order, customTag: 'a' })).body['errorCode']).toBe(2);
  });

  it.each([
    [{ accountId: 1 }, 1],
    [{ contractId: 'CON.F.US.NOPE.Z26' }, 8],
    [{ contractId: 'CON.F.US.MNQ.U26' }, 9],
  ])('refuses %o with code %i', async (more, errorCode) => {
    expect((await api('Order/place', { ...order, ...more })).body).toMatchObject({
      success: false,
      errorCode,
    });
  });

  it('moves the balance by profit minus fees and commissions of every half turn, to the cent', async () => {
    const balance = async () => Number(rows(await api('Account/search', {}), 'accounts')[0]?.['balance']);
    const before = await balance();
    for (const [side, size] of [
      [0, 2],
      [0, 1],
      [1, 5],
      [0, 2],
    ] as const) {
      await api('Order/place', { ...order, side, size });
      clock.forward(7_000);
    }
    const trades = rows(await api('Trade/search', all), 'trades');
    expect(trades.map((trade) => trade['profitAndLoss'] === null)).toEqual([true, true, false, false]);
    const cents = (value: unknown) => Math.round(Number(value) * 100);
    const moved = trades.reduce(
      (sum, trade) =>
        sum + cents(trade['profitAndLoss']) - cents(trade['fees']) - cents(trade['commissions']),
      0,
    );
    expect(cents(await balance()) - cents(before)).toBe(moved);
    expect(rows(await api('Position/searchOpen', { accountId: 901 }), 'positions')).toEqual([]);
  });
});
