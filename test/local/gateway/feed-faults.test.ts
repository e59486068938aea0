// Faults of volume, stamps, bars, rolls and bursts are seen by a client on the wire, and are over when they end.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startGateway } from '../../../src/local/gateway/gateway.ts';
import { call, handClock, logIn, MNQ, monday, RawHub, until } from './harness.ts';
import {
  type BarRow,
  Ear,
  ES,
  firstMinute,
  type Heard,
  numbers,
  type Row,
  rowsOf,
  stampOf,
  total,
} from './market-ear.ts';

let ear: Ear;
beforeEach(async () => {
  ear = await Ear.listen();
});
afterEach(() => ear.gateway.stop());

describe('F20 volume', () => {
  const totals = (heard: readonly Heard[]) => numbers(rowsOf(heard, 'Quote'), 'volume');
  const steps = (list: readonly number[]) => list.slice(1).map((one, index) => one - (list[index] ?? one));
  const sum = (heard: readonly Heard[]) => total(numbers(rowsOf(heard, 'Trade'), 'volume'));

  it('jumps back once, and forth again at the end', async () => {
    const clean = totals(await ear.hear(5000));
    const id = await ear.inject({ fault: 'F20', mode: 'back', by: 700 });
    const sick = totals(await ear.hear(10_000));
    await ear.end(id);
    const after = totals(await ear.hear(5000));
    const moves = steps([...clean, ...sick, ...after]);
    expect(moves.filter((move) => move < 0)).toHaveLength(1);
    expect(Math.min(...moves)).toBeLessThan(-600);
    expect(Math.max(...moves)).toBeGreaterThan(700);
  });

  it('dips in one of so many quotes, or begins again at zero', async () => {
    const dip = await ear.inject({ fault: 'F20', mode: 'dip', by: 1000, every: 4 });
    const dips = steps(totals(await ear.hear(10_000))).filter((move) => move < 0);
    expect(dips.length).toBeGreaterThan(1);
    await ear.end(dip);
    await ear.inject({ fault: 'F20', mode: 'reset' });
    const anew = totals(await ear.hear(5000));
    expect(anew[0]).toBe(0);
    expect(steps(anew).every((move) => move >= 0)).toBe(true);
    expect(anew.at(-1)).toBeGreaterThan(0);
  });

  it('disagrees with the prints: too much in the total, prints lost, prints told twice', async () => {
    const ratio = async (request: object) => {
      const id = await ear.inject({ fault: 'F20', ...request });
      const heard = await ear.hear(20_000);
      await ear.end(id);
      const list = totals(heard);
      return sum(heard) / ((list.at(-1) ?? 0) - (list[0] ?? 0));
    };
    expect(await ratio({ mode: 'inflated', by: 10 })).toBeLessThan(0.6);
    expect(await ratio({ mode: 'lost-prints', every: 2 })).toBeLessThan(0.8);
    expect(await ratio({ mode: 'doubled-prints', every: 1 })).toBeGreaterThan(1.7);
    const heard = await ear.hear(20_000);
    const list = totals(heard);
    const clean = sum(heard) / ((list.at(-1) ?? 0) - (list[0] ?? 0));
    expect(clean).toBeGreaterThanOrEqual(1);
    expect(clean).toBeLessThan(1.3);
  });

  it('is reset at 17:00 in Chicago, and runs on past it with no-reset', async () => {
    const overFive = async (sick: boolean) => {
      const own = handClock(Date.parse('2026-11-23T22:59:50Z'));
      const other = await startGateway({ seed: 7, clock: own, trader: 'off' });
      const client = await new RawHub(other.marketHubUrl, await logIn(other)).open();
      await client.invoke('SubscribeContractQuotes', MNQ);
      if (sick) other.faults.inject({ fault: 'F20', mode: 'no-reset' });
      own.forward(20_000);
      await client.invoke('SubscribeContractQuotes', MNQ);
      const list = client.of('GatewayQuote').flatMap((one) => numbers([one.arguments?.[1] as Row], 'volume'));
      await other.stop();
      return steps(list).filter((move) => move < 0).length;
    };
    expect([await overFive(false), await overFive(true)]).toEqual([1, 0]);
  });
});

describe('F21 stamps', () => {
  it.each([
    ['late', -8000],
    ['future', 8000],
  ] as const)('are %s', async (mode, off) => {
    const id = await ear.inject({ fault: 'F21', mode, byMs: 8000 });
    const sentAt = () => ear.clock.now();
    const before = sentAt();
    const heard = await ear.hear(5000);
    for (const kind of ['Quote', 'Trade', 'Depth'] as const)
      for (const row of rowsOf(heard, kind)) {
        expect(stampOf(row)).toBeGreaterThanOrEqual(before + off - 1000);
        expect(stampOf(row)).toBeLessThanOrEqual(sentAt() + off);
      }
    await ear.end(id);
    for (const row of rowsOf(await ear.hear(5000), 'Quote'))
      expect(Math.abs(stampOf(row) - sentAt())).toBeLessThan(6000);
  });

  it('go backwards on one kind of stream', async () => {
    const backwards = (found: readonly Row[]) =>
      found.map(stampOf).filter((one, index, all) => index > 0 && one < (all[index - 1] ?? 0)).length;
    const id = await ear.inject({ fault: 'F21', mode: 'disordered', kind: 'trade' });
    const heard = await ear.hear(10_000);
    expect(backwards(rowsOf(heard, 'Trade'))).toBeGreaterThan(2);
    expect(backwards(rowsOf(heard, 'Quote'))).toBe(0);
    await ear.end(id);
    expect(backwards(rowsOf(await ear.hear(10_000), 'Trade'))).toBe(0);
  });

  it.each([60_000, -60_000])('of a server whose clock is %i ms off agree with each other', async (byMs) => {
    const id = await ear.inject({ fault: 'F21', mode: 'skew', byMs });
    const heard = await ear.hear(125_000);
    const user = await new RawHub(ear.gateway.userHubUrl, ear.token).open();
    await user.invoke('SubscribeOrders', 901);
    const now = ear.clock.now() + byMs;
    expect(Math.abs(stampOf(rowsOf(heard, 'Quote').at(-1) ?? {}) - now)).toBeLessThan(3000);
    const minute = Math.floor(now / 60_000) * 60_000 - 60_000;
    const [bar] = await ear.bars(MNQ, {
      startTime: new Date(minute).toISOString(),
      endTime: new Date(minute + 60_000).toISOString(),
    });
    const inside = rowsOf(heard, 'Trade').filter(
      (row) => stampOf(row) >= minute && stampOf(row) < minute + 60_000,
    );
    expect(bar?.['v']).toBe(total(numbers(inside, 'volume')));
    const order = { accountId: 901, contractId: MNQ, type: 2, side: 0, size: 1 };
    const placed = await ear.ask('/Order/place', order);
    expect(Math.abs(Date.parse(placed.headers.get('date') ?? '') - now)).toBeLessThan(1001);
    await until('the order is told', () => user.of('GatewayUserOrder').length > 0);
    const told = (user.of('GatewayUserOrder')[0]?.arguments?.[0] as { data: Row }).data;
    expect(Math.abs(Date.parse(String(told['creationTimestamp'])) - now)).toBeLessThan(1001);
    const search = { accountId: 901, startTimestamp: '2026-11-01T00:00:00Z' };
    const found = await ear.ask('/Trade/search', search);
    const [trade] = found.body['trades'] as Row[];
    expect(Math.abs(Date.parse(String(trade?.['creationTimestamp'])) - now)).toBeLessThan(1001);
    const token = await logIn(ear.gateway);
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
      iat: number;
    };
    expect(Math.abs(claims.iat * 1000 - now)).toBeLessThan(1001);
    await ear.end(id);
    const ping = await call(`${ear.gateway.apiUrl}/Status/ping`, undefined, undefined, 'GET');
    expect(Math.abs(Date.parse(ping.headers.get('date') ?? '') - ear.clock.now())).toBeLessThan(1001);
  });

  it('refuses what makes no sense together', async () => {
    for (const request of [
      { mode: 'late', byMs: -5 },
      { mode: 'skew', kind: 'quote' },
      { mode: 'skew', contract: 'MNQ' },
    ])
      expect(await ear.refusal({ fault: 'F21', ...request })).toBe(400);
  });
});

describe('F22 bars', () => {
  const starts = (list: readonly BarRow[]) => list.map((bar) => Date.parse(String(bar['t'])));

  it.each([
    [
      'gap',
      (sick: number[], clean: number[]) =>
        sick.length === clean.length - 12 && sick.every((one) => clean.includes(one)),
    ],
    [
      'duplicate',
      (sick: number[], clean: number[]) => sick.length === clean.length + 12 && new Set(sick).size === 60,
    ],
    ['oldest-first', (sick: number[], clean: number[]) => sick.join() === clean.toReversed().join()],
    [
      'shifted',
      (sick: number[], clean: number[]) => sick.every((one, index) => one === (clean[index] ?? 0) + 60_000),
    ],
    [
      'partial-repeated',
      (sick: number[], clean: number[]) => sick.length === 61 && sick[0] === sick[1] && sick[0] === clean[0],
    ],
  ] as const)('%s', async (mode, holds) => {
    const clean = starts(await ear.bars());
    expect(clean).toHaveLength(60);
    const id = await ear.inject({ fault: 'F22', contract: 'MNQ', mode, every: 5 });
    const sick = await ear.bars();
    expect(holds(starts(sick), clean)).toBe(true);
    expect(await ear.bars()).toEqual(sick);
    const es = starts(await ear.bars(ES));
    expect(es).toEqual(clean);
    await ear.end(id);
    expect(starts(await ear.bars())).toEqual(clean);
  });

  it('differ from the prints in price or volume, or cannot be', async () => {
    const clean = await ear.bars();
    const changed = async (request: object) => {
      const id = await ear.inject({ fault: 'F22', every: 4, ...request });
      const sick = await ear.bars();
      await ear.end(id);
      return sick.flatMap((bar, index) => {
        const was = clean[index];
        return JSON.stringify(bar) === JSON.stringify(was) || was === undefined ? [] : [{ bar, was }];
      });
    };
    const differing = await changed({ mode: 'differs', ticks: 8 });
    expect(differing).toHaveLength(15);
    for (const { bar, was } of differing) {
      expect(Number(bar['c']) - Number(was['c'])).toBe(2);
      expect(bar['v']).toBe(was['v']);
    }
    for (const { bar, was } of await changed({ mode: 'volume' }))
      expect(Number(bar['v'])).toBeGreaterThan(Number(was['v']) * 1.4);
    const impossible = await changed({ mode: 'impossible' });
    expect(impossible).toHaveLength(15);
    for (const { bar } of impossible) {
      const { o, h, l, c } = bar as Record<string, number>;
      expect(Number(l) > Number(h) || Number(o) > Number(h) || Number(c) < Number(l)).toBe(true);
    }
    expect(await ear.bars()).toEqual(clean);
  });

  it('repeat the bar in progress in an older state', async () => {
    await ear.inject({ fault: 'F22', mode: 'partial-repeated' });
    ear.clock.forward(25_000);
    const [now, older] = await ear.bars(MNQ, {
      endTime: new Date(monday + 60_000).toISOString(),
      includePartialBar: true,
    });
    expect(older?.['t']).toBe(now?.['t']);
    expect(Number(older?.['v'])).toBeLessThan(Number(now?.['v']));
    expect(Number(older?.['h'])).toBeLessThanOrEqual(Number(now?.['h']));
    expect(Number(older?.['l'])).toBeGreaterThanOrEqual(Number(now?.['l']));
  });
});

it('F23 rolls a contract: inactive, silent, orders refused with 9, the next month in search; all taken back', async () => {
  await ear.subscribe(ES);
  const id = await ear.inject({ fault: 'F23', contract: 'MNQ' });
  expect(ear.truth(id)).toMatchObject({ params: { contract: MNQ }, firstEffectAt: monday });
  const heard = await ear.hear(10_000);
  expect(rowsOf(heard, 'Quote')).toEqual([]);
  expect(rowsOf(heard, 'Quote', ES).length).toBeGreaterThan(5);
  const byId = async (contractId: string) =>
    (await ear.ask('/Contract/searchById', { contractId, live: false })).body['contract'];
  const search = async () => {
    const answer = await ear.ask('/Contract/search', { searchText: 'MNQ', live: false });
    return (answer.body['contracts'] as { id: string; activeContract: boolean }[])[0];
  };
  expect(await byId(MNQ)).toMatchObject({ activeContract: false });
  expect(await search()).toMatchObject({ id: 'CON.F.US.MNQ.H27', activeContract: true });
  const place = async (contractId: string) => {
    const order = { accountId: 901, contractId, type: 2, side: 0, size: 1 };
    return (await ear.ask('/Order/place', order)).body['errorCode'];
  };
  expect(await place(MNQ)).toBe(9);
  expect(await place('CON.F.US.MNQ.H27')).toBe(0);
  await ear.subscribe('CON.F.US.MNQ.H27');
  expect(rowsOf(await ear.hear(5000), 'Quote', 'CON.F.US.MNQ.H27').length).toBeGreaterThan(2);
  await ear.end(id);
  expect(await byId(MNQ)).toMatchObject({ activeContract: true });
  expect(await search()).toMatchObject({ id: MNQ });
  expect(await place(MNQ)).toBe(0);
  expect(rowsOf(await ear.hear(10_000), 'Quote').length).toBeGreaterThan(5);
  expect(await ear.refusal({ fault: 'F23' })).toBe(400);
});

it('rolls by itself when its day has come', async () => {
  const own = handClock(Date.parse('2026-12-13T23:59:50Z'));
  const other = await startGateway({ seed: 7, clock: own, trader: 'off' });
  try {
    const client = await new RawHub(other.marketHubUrl, await logIn(other)).open();
    await client.invoke('SubscribeContractQuotes', MNQ);
    own.forward(9000);
    await client.invoke('SubscribeContractQuotes', MNQ);
    const before = client.of('GatewayQuote').length;
    expect(before).toBeGreaterThan(3);
    own.forward(10_000);
    await client.invoke('SubscribeContractQuotes', MNQ);
    const late = client
      .of('GatewayQuote')
      .filter((one) => stampOf(one.arguments?.[1] as Row) >= Date.parse('2026-12-14'));
    expect(late).toEqual([]);
    const answer = await call(`${other.apiUrl}/Contract/available`, { live: false }, await logIn(other));
    const ids = (answer.body['contracts'] as { id: string }[]).map((one) => one.id);
    expect(ids).toContain('CON.F.US.MNQ.H27');
    expect(ids).not.toContain(MNQ);
  } finally {
    await other.stop();
  }
});

describe('F28 burst', () => {
  it('makes one contract so many times busier, prints and bars agreeing, and ends', async () => {
    await ear.subscribe(ES);
    const usual = await ear.hear(10_000);
    const id = await ear.inject({ fault: 'F28', contract: 'MNQ', factor: 50 });
    const burst = await ear.hear(10_000);
    const settling = await ear.hear(1000, id);
    const after = await ear.hear(10_000);
    const count = (heard: readonly Heard[], contract = MNQ) =>
      heard.filter((one) => one.contract === contract).length;
    expect(count(burst)).toBeGreaterThan(20 * count(usual));
    expect(count(burst, ES)).toBeLessThan(3 * count(usual, ES));
    expect(count(after)).toBeLessThan(3 * count(usual));
    const [bar] = await ear.bars(MNQ, firstMinute);
    const printed = numbers(rowsOf([...usual, ...burst, ...settling, ...after], 'Trade'), 'volume');
    expect(bar?.['v']).toBe(total(printed));
  });

  it('lets a backlog go in lumps, nothing lost and nothing out of order', async () => {
    const id = await ear.inject({ fault: 'F28', mode: 'backlog', holdMs: 4000 });
    expect(await ear.hear(3000)).toEqual([]);
    expect((await ear.hear(1500)).length).toBeGreaterThan(5);
    await ear.hear(5000, id);
    const stamps = ear.hub.of('GatewayTrade').map((one) => stampOf((one.arguments?.[1] as Row[])[0] ?? {}));
    expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
    const [bar] = await ear.bars(MNQ, firstMinute);
    const printed = ear.hub
      .of('GatewayTrade')
      .flatMap((one) => numbers(one.arguments?.[1] as Row[], 'volume'));
    expect(bar?.['v']).toBe(total(printed));
  });
});
