// Faults of prices and book are seen by a client on the wire, and are over when they end.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startGateway } from '../../../src/local/gateway/gateway.ts';
import { sequence } from '../../../src/local/gateway/random.ts';
import { handClock, logIn, MNQ, monday, RawHub } from './harness.ts';
import {
  Ear,
  ES,
  heardIn,
  isAligned,
  keepBook,
  numbers,
  prices,
  type Row,
  stampOf,
  total,
  rowsOf,
} from './market-ear.ts';

const ZN = 'CON.F.US.TYA.Z26';
let ear: Ear;
beforeEach(async () => {
  ear = await Ear.listen();
});
afterEach(() => ear.gateway.stop());

describe('F18 prices', () => {
  const during = async (request: object) => {
    const id = await ear.inject({ fault: 'F18', contract: 'MNQ', ...request });
    const heard = await ear.hear(10_000);
    await ear.end(id);
    expect(ear.truth(id)?.effects).toBeGreaterThan(0);
    const after = prices(await ear.hear(10_000));
    expect([...after.quote, ...after.trade].every((price) => isAligned(price) && price > 20_000)).toBe(true);
    return prices(heard);
  };

  it.each([
    [
      'misaligned',
      (price: number) => !isAligned(price) && Math.abs(price * 20 - Math.round(price * 20)) < 1e-6,
    ],
    ['noise', (price: number) => !isAligned(price) && Math.abs(price - Math.round(price * 4) / 4) < 1e-8],
    ['zero', (price: number) => price === 0],
    ['negative', (price: number) => price < -20_000],
  ] as const)('%s in quotes, prints and book', async (mode, isWrong) => {
    const seen = await during({ mode });
    for (const kind of ['quote', 'trade'] as const) {
      expect(seen[kind].length).toBeGreaterThan(5);
      expect(seen[kind].every(isWrong), kind).toBe(true);
    }
    expect(seen.depth.some(isWrong)).toBe(true);
  });

  it('spikes so far for so many events of one kind, then it is over by itself', async () => {
    const id = await ear.inject({
      fault: 'F18',
      contract: 'MNQ',
      mode: 'spike',
      kind: 'trade',
      direction: 'up',
      ticks: 400,
      events: 2,
    });
    const heard = await ear.hear(10_000);
    const trades = heard
      .filter((one) => one.target === 'GatewayTrade')
      .map((one) => Number(one.rows[0]?.['price']));
    const base = trades.slice(2);
    expect(trades.slice(0, 2).every((price) => price > Math.max(...base) + 80)).toBe(true);
    expect(Math.max(...base) - Math.min(...base)).toBeLessThan(50);
    expect(ear.truth(id)).toMatchObject({ state: 'ended', effects: 2 });
  });

  it('leaves no phantom in the book, and touches one member or one contract where asked', async () => {
    await ear.subscribe(ES);
    const one = await ear.inject({
      fault: 'F18',
      contract: 'MNQ',
      kind: 'quote',
      member: 'bestAsk',
      mode: 'zero',
    });
    const seen = await ear.hear(10_000);
    expect(numbers(rowsOf(seen, 'Quote'), 'bestAsk').every((price) => price === 0)).toBe(true);
    expect(numbers(rowsOf(seen, 'Quote'), 'bestBid').every((price) => price > 0)).toBe(true);
    expect(prices(seen, ES).quote.every((price) => price > 0)).toBe(true);
    await ear.end(one);
    const book = await ear.inject({ fault: 'F18', contract: 'MNQ', kind: 'depth', mode: 'misaligned' });
    const wrong = await ear.hear(10_000);
    await ear.hear(1000, book);
    expect(prices(wrong).depth.some((price) => !isAligned(price))).toBe(true);
    const kept = keepBook(heardIn(ear.hub.messages));
    expect([...kept.bids.keys(), ...kept.asks.keys()].every((price) => isAligned(price))).toBe(true);
  });

  it('is off the grid for half thirty-seconds too, and the same seed gives the same bytes', async () => {
    const run = async () => {
      const own = handClock(monday);
      const other = await startGateway({ seed: 9, clock: own, trader: 'off' });
      const client = await new RawHub(other.marketHubUrl, await logIn(other)).open();
      await client.invoke('SubscribeContractTrades', ZN);
      other.faults.inject({ fault: 'F18', contract: 'ZN', every: 2, seed: 4 });
      own.forward(20_000);
      await client.invoke('SubscribeContractTrades', ZN);
      const frames = client.frames.filter((frame) => frame.includes('GatewayTrade'));
      await other.stop();
      return { frames, found: client.of('GatewayTrade').flatMap((one) => one.arguments?.[1] as Row[]) };
    };
    const [first, second] = [await run(), await run()];
    expect(first.frames).toEqual(second.frames);
    const off = numbers(first.found, 'price').filter((price) => !isAligned(price, 64));
    expect(off.length).toBeGreaterThan(3);
    expect(off.length).toBeLessThan(first.found.length);
  });
});

describe('F19 book', () => {
  it.each([
    ['crossed', 'bid'],
    ['crossed', 'ask'],
    ['locked', 'bid'],
  ] as const)('is %s on the %s side in quotes and book, and heals at the end', async (mode, side) => {
    const opening = heardIn(ear.hub.messages);
    const id = await ear.inject({ fault: 'F19', contract: 'MNQ', mode, side, ticks: 3 });
    const heard = await ear.hear(10_000);
    const gaps = rowsOf(heard, 'Quote').flatMap((row) =>
      row['bestBid'] === undefined ? [] : [Number(row['bestBid']) - Number(row['bestAsk'])],
    );
    expect(gaps.length).toBeGreaterThan(5);
    expect(gaps.every((gap) => gap === (mode === 'locked' ? 0 : 0.75))).toBe(true);
    const sick = keepBook([...opening, ...heard]);
    expect(sick.bid - sick.ask).toBe(mode === 'locked' ? 0 : 0.75);
    const healed = keepBook(await ear.hear(100, id));
    expect(healed.resets).toBe(1);
    expect(healed.bid).toBeLessThan(healed.ask);
    const clean = await ear.hear(10_000);
    for (const row of rowsOf(clean, 'Quote'))
      if (row['bestBid'] !== undefined) expect(Number(row['bestBid'])).toBeLessThan(Number(row['bestAsk']));
  });

  it('shows in quotes alone where asked', async () => {
    const opening = heardIn(ear.hub.messages);
    await ear.inject({ fault: 'F19', mode: 'crossed', in: 'quote' });
    const heard = await ear.hear(5000);
    expect(rowsOf(heard, 'Quote').some((row) => Number(row['bestBid']) > Number(row['bestAsk']))).toBe(true);
    const book = keepBook([...opening, ...heard]);
    expect(book.bid).toBeLessThan(book.ask);
  });

  it('is reset and not rebuilt until the end', async () => {
    const id = await ear.inject({ fault: 'F19', mode: 'reset' });
    const heard = await ear.hear(15_000);
    const depth = rowsOf(heard, 'Depth');
    expect(depth.filter((row) => row['type'] === 6)).toHaveLength(1);
    expect(depth.filter((row) => row['type'] === 1 || row['type'] === 2)).toEqual([]);
    expect(depth.some((row) => row['type'] === 5)).toBe(true);
    expect(rowsOf(heard, 'Quote').length).toBeGreaterThan(5);
    const healed = keepBook(await ear.hear(100, id));
    expect([healed.bids.size, healed.asks.size]).toEqual([10, 10]);
  });

  it('keeps a level for ever, and drops it at the end', async () => {
    const before = await ear.trueBook();
    const id = await ear.inject({ fault: 'F19', mode: 'stuck-level', side: 'bid', levels: 2 });
    const own = { bids: new Map(before.bids), asks: new Map(before.asks) };
    let kept = before;
    let now = before;
    // Until the market has left the level behind.
    for (let n = 0; n < 60 && Math.abs(now.bid - before.bid) < 0.75; n += 1) {
      kept = keepBook(await ear.hear(5000), own);
      now = await ear.trueBook();
    }
    const stale = [...kept.bids.keys()].filter((price) => !now.bids.has(price));
    const stuck = [before.bid, before.bid - 0.25];
    expect(stale.length).toBeGreaterThan(0);
    expect(stuck).toEqual(expect.arrayContaining(stale));
    const healed = keepBook(await ear.hear(100, id), own);
    expect([...healed.bids.keys()].every((price) => price <= healed.bid && price > healed.bid - 2.5)).toBe(
      true,
    );
  });

  it('stands still on one side in quotes and book', async () => {
    const id = await ear.inject({ fault: 'F19', mode: 'frozen-side', side: 'ask' });
    const heard = await ear.hear(15_000);
    expect(new Set(numbers(rowsOf(heard, 'Quote'), 'bestAsk')).size).toBe(1);
    expect(new Set(numbers(rowsOf(heard, 'Quote'), 'bestBid')).size).toBeGreaterThan(1);
    expect(rowsOf(heard, 'Depth').some((row) => [1, 3, 10].includes(Number(row['type'])))).toBe(false);
    await ear.end(id);
    const after = await ear.hear(15_000);
    expect(new Set(numbers(rowsOf(after, 'Quote'), 'bestAsk')).size).toBeGreaterThan(1);
  });
});

it('hits one connection alone where asked, and two connections get the same otherwise', async () => {
  const other = await new RawHub(ear.gateway.marketHubUrl, ear.token).open();
  await ear.subscribe(MNQ, other);
  const [mine] = ear.gateway.connections();
  const id = await ear.inject({ fault: 'F18', mode: 'zero', kind: 'trade', connection: mine?.id });
  const start = other.messages.length;
  const heard = await ear.hear(5000);
  await other.invoke('SubscribeContractQuotes', MNQ);
  const zero = (message: { arguments?: readonly unknown[] }) =>
    (message.arguments?.[1] as Row[]).every((row) => row['price'] === 0);
  const others = () => other.messages.slice(start).filter((one) => one.target === 'GatewayTrade');
  expect(rowsOf(heard, 'Trade').every((row) => row['price'] === 0)).toBe(true);
  expect(others().length).toBeGreaterThan(0);
  expect(others().some(zero)).toBe(false);
  await ear.end(id);
  await ear.inject({ fault: 'F18', mode: 'misaligned', kind: 'trade', every: 2 });
  const [mineFrom, othersFrom] = [ear.hub.frames.length, other.frames.length];
  await ear.hear(5000);
  await other.invoke('SubscribeContractQuotes', MNQ);
  const trades = (frames: readonly string[]) => frames.filter((frame) => frame.includes('GatewayTrade'));
  expect(trades(other.frames.slice(othersFrom))).toEqual(trades(ear.hub.frames.slice(mineFrom)));
  expect(trades(ear.hub.frames.slice(mineFrom)).length).toBeGreaterThan(3);
});

it.each([
  { fault: 'F5', side: 'bid' },
  { fault: 'F17', shape: 'missing-members' },
  { fault: 'F17', shape: 'nulls' },
  { fault: 'F18', mode: 'misaligned', every: 2 },
  { fault: 'F18', mode: 'spike', kind: 'depth' },
  { fault: 'F19', mode: 'crossed' },
  { fault: 'F20', mode: 'dip' },
  { fault: 'F21', mode: 'disordered' },
  { fault: 'F28', factor: 10 },
])('sends the same bytes for the same seed: %j', async (request) => {
  const run = async () => {
    const own = await Ear.listen(monday, 11);
    own.gateway.faults.inject({ ...request, contract: 'MNQ', seed: 5 });
    await own.hear(8000);
    await own.gateway.stop();
    return own.hub.frames.filter((frame) => frame.includes('"target":"Gateway'));
  };
  const [first, second] = [await run(), await run()];
  expect(first.length).toBeGreaterThan(10);
  expect(second).toEqual(first);
});

it.each([
  { fault: 'F4', hub: 'market' },
  { fault: 'F5', contract: 'MNQ' },
  { fault: 'F5', kind: 'depth' },
  { fault: 'F5', side: 'bid' },
  { fault: 'F5', side: 'ask', kind: 'depth' },
  { fault: 'F18', kind: 'depth', mode: 'spike' },
  { fault: 'F19', mode: 'crossed' },
  { fault: 'F19', mode: 'locked', side: 'ask' },
  { fault: 'F19', mode: 'reset' },
  { fault: 'F19', mode: 'stuck-level' },
  { fault: 'F19', mode: 'frozen-side' },
  { fault: 'F23', contract: 'MNQ' },
  { fault: 'F28', mode: 'backlog' },
])('gives a client its true book back as it ends: %j', async (request) => {
  const id = await ear.inject(request);
  await ear.hear(20_000);
  await ear.hear(100, id);
  const kept = keepBook(heardIn(ear.hub.messages));
  const now = await ear.trueBook();
  expect([kept.bids, kept.asks]).toEqual([now.bids, now.asks]);
});

it.each([1, 2, 3])(
  'leaves a client right once every fault is over, however they overlapped (%i)',
  async (seed) => {
    const draw = sequence(seed);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(draw() * list.length)] as T;
    const requests: readonly (() => object)[] = [
      () => ({ fault: 'F4', hub: 'market' }),
      () => ({ fault: 'F5', kind: pick(['quote', 'trade', 'depth']) }),
      () => ({ fault: 'F5', side: pick(['bid', 'ask']) }),
      () => ({ fault: 'F18', mode: pick(['misaligned', 'noise', 'spike', 'zero', 'negative']), every: 3 }),
      () => ({
        fault: 'F19',
        mode: pick(['crossed', 'locked', 'reset', 'stuck-level', 'frozen-side']),
        side: pick(['bid', 'ask']),
      }),
      () => ({ fault: 'F20', mode: pick(['back', 'dip', 'reset', 'inflated', 'lost-prints']) }),
      () => ({ fault: 'F21', mode: pick(['late', 'future', 'disordered', 'skew']) }),
      () => ({ fault: 'F23', contract: 'MNQ' }),
      () => ({ fault: 'F28', mode: pick(['rate', 'backlog']), factor: 10 }),
    ];
    for (let n = 0; n < 25; n += 1) {
      await ear.inject({ ...pick(requests)(), forMs: 500 + Math.floor(draw() * 9000) });
      await ear.hear(Math.floor(draw() * 2000));
    }
    await ear.hear(12_000);
    expect(ear.gateway.faults.list().every((one) => one.state === 'ended')).toBe(true);
    const clean = await ear.hear(15_000);
    const kept = keepBook(heardIn(ear.hub.messages));
    const now = await ear.trueBook();
    expect([kept.bids, kept.asks]).toEqual([now.bids, now.asks]);
    const { quote, trade } = prices(clean);
    expect(trade.length).toBeGreaterThan(5);
    expect([...quote, ...trade].every((price) => isAligned(price) && price > 20_000)).toBe(true);
    const counted = clean.findIndex(
      ({ rows: [row] }) => typeof row?.['volume'] === 'number' && 'symbol' in row,
    );
    const before = Number(clean[counted]?.rows[0]?.['volume']);
    const after = numbers(rowsOf(clean, 'Quote'), 'volume').at(-1) ?? 0;
    expect(after - before).toBe(total(numbers(rowsOf(clean.slice(counted), 'Trade'), 'volume')));
    expect(after).toBeGreaterThan(before);
    const stamps = rowsOf(clean, 'Trade').map(stampOf);
    expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
  },
);
