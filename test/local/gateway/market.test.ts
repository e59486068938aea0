// The market: the same seed and clock give the same prints, and the bars are those very prints.
import { afterEach, describe, expect, it } from 'vitest';
import { type Gateway, type GatewayOptions, startGateway } from '../../../src/local/gateway/gateway.ts';
import { listContracts } from '../../../src/local/gateway/contracts.ts';
import { isGlobexOpen, periodStart } from '../../../src/local/gateway/session-hours.ts';
import { call, handClock, type HandClock, logIn, monday, RawHub, until } from './harness.ts';

const started: Gateway[] = [];
afterEach(async () => {
  for (const gateway of started.splice(0)) await gateway.stop();
});

interface Print {
  readonly price: number;
  readonly timestamp: string;
  readonly volume: number;
  readonly type: number;
}

interface Running {
  readonly gateway: Gateway;
  readonly clock: HandClock;
  readonly token: string;
  readonly hub: RawHub;
}

async function listen(contract: string, options: GatewayOptions, at = monday): Promise<Running> {
  const clock = handClock(at);
  const gateway = await startGateway({ clock, trader: 'off', ...options });
  started.push(gateway);
  const token = await logIn(gateway);
  const hub = await new RawHub(gateway.marketHubUrl, token).open();
  await hub.invoke('SubscribeContractTrades', contract);
  await hub.invoke('SubscribeContractQuotes', contract);
  return { gateway, clock, token, hub };
}

const printsOf = (hub: RawHub): Print[] =>
  hub.of('GatewayTrade').flatMap((message) => message.arguments?.[1] as Print[]);

/** Lets time pass and waits for all that was sent. */
async function run({ gateway, clock, hub }: Running, ms: number): Promise<Print[]> {
  for (let passed = 0; passed < ms; passed += 5000) {
    clock.forward(5000);
    hub.send({ type: 6 });
    // Half a minute without a word from it and the gateway would hang up.
    const heard = hub.pongs + 1;
    hub.socket.ping();
    await until('the ping was heard', () => hub.pongs === heard);
  }
  const [connection] = gateway.connections();
  if (connection === undefined) throw new Error('the gateway hung up');
  const { sent } = connection;
  await until('every record arrived', () => hub.messages.length >= sent);
  return printsOf(hub);
}

describe.each([
  ['MNQ', 'CON.F.US.MNQ.Z26', 4],
  ['ES', 'CON.F.US.EP.Z26', 4],
  ['CL', 'CON.F.US.CLE.F27', 100],
  ['ZB', 'CON.F.US.USA.Z26', 32],
])('%s', (_symbol, contract, den) => {
  it('gives the same prints for the same seed and clock, others for another seed, all on the grid', async () => {
    const [one, two, other] = await Promise.all([
      listen(contract, { seed: 5 }).then((it) => run(it, 30_000)),
      listen(contract, { seed: 5 }).then((it) => run(it, 30_000)),
      listen(contract, { seed: 6 }).then((it) => run(it, 30_000)),
    ]);
    expect(one.length).toBeGreaterThan(30);
    expect(two).toEqual(one);
    expect(other).not.toEqual(one);
    for (const print of one) {
      const ticks = Math.round(print.price * den);
      expect(ticks / den).toBe(print.price);
    }
  });

  it('tells bars that are exactly its prints, and quotes whose volume is their running total', async () => {
    const running = await listen(contract, { seed: 11 });
    const prints = await run(running, 125_000);
    const answer = await call(
      `${running.gateway.apiUrl}/History/retrieveBars`,
      {
        contractId: contract,
        live: false,
        startTime: new Date(monday).toISOString(),
        endTime: new Date(monday + 120_000).toISOString(),
        unit: 2,
        unitNumber: 1,
        limit: 10,
        includePartialBar: false,
      },
      running.token,
    );
    const bars = answer.body['bars'] as {
      t: string;
      o: number;
      h: number;
      l: number;
      c: number;
      v: number;
    }[];
    expect(bars).toHaveLength(2);
    for (const bar of bars) {
      const from = Date.parse(bar.t);
      const inside = prints.filter(
        (print) => Math.floor(Date.parse(print.timestamp) / 60_000) * 60_000 === from,
      );
      const prices = inside.map((print) => print.price);
      expect(bar).toMatchObject({
        o: prices[0],
        h: Math.max(...prices),
        l: Math.min(...prices),
        c: prices.at(-1),
        v: inside.reduce((sum, print) => sum + print.volume, 0),
      });
    }
    const quotes = running.hub
      .of('GatewayQuote')
      .map((message) => message.arguments?.[1] as Record<string, number | undefined>);
    const volumes = quotes.flatMap((quote) => (quote['volume'] === undefined ? [] : [quote['volume']]));
    const after = prints.filter(
      (print) =>
        Date.parse(print.timestamp) >
        Date.parse(String(quotes.find((quote) => quote['volume'] !== undefined)?.['timestamp'])),
    );
    const lastWithVolume = quotes.findLast((quote) => quote['volume'] !== undefined);
    const between = after.filter(
      (print) => Date.parse(print.timestamp) <= Date.parse(String(lastWithVolume?.['timestamp'])),
    );
    expect((volumes.at(-1) ?? 0) - (volumes[0] ?? 0)).toBe(
      between.reduce((sum, print) => sum + print.volume, 0),
    );
    expect(quotes.some((quote) => quote['bestBid'] === undefined)).toBe(true);
    for (const quote of quotes)
      if (quote['bestBid'] !== undefined && quote['bestAsk'] !== undefined)
        expect(quote['bestBid']).toBeLessThan(quote['bestAsk']);
  });
});

it('draws the same history again after a restart', async () => {
  const ask = async (at: number) => {
    const gateway = await startGateway({ seed: 3, clock: handClock(at), trader: 'off' });
    started.push(gateway);
    const body = {
      contractId: 'CON.F.US.EP.Z26',
      startTime: '2026-11-20T00:00:00Z',
      endTime: '2026-11-20T12:00:00Z',
      unit: 3,
      unitNumber: 1,
      limit: 12,
      includePartialBar: false,
    };
    return (await call(`${gateway.apiUrl}/History/retrieveBars`, body, await logIn(gateway))).body['bars'];
  };
  const first = await ask(monday);
  expect(first).toHaveLength(12);
  expect(await ask(monday + 3_600_000)).toEqual(first);
});

it('follows the Globex week where it is asked to', async () => {
  const fridayClose = Date.parse('2026-11-20T22:00:00Z');
  expect(
    [
      fridayClose - 1,
      fridayClose,
      Date.parse('2026-11-22T22:59:59Z'),
      Date.parse('2026-11-22T23:00:00Z'),
    ].map(isGlobexOpen),
  ).toEqual([true, false, false, true]);
  expect([Date.parse('2026-11-23T22:30:00Z'), Date.parse('2026-07-06T21:30:00Z')].map(isGlobexOpen)).toEqual([
    false,
    false,
  ]);
  const running = await listen('CON.F.US.MNQ.Z26', { session: 'real' }, fridayClose - 10_000);
  const prints = await run(running, 30_000);
  expect(prints.length).toBeGreaterThan(5);
  expect(prints.every((print) => Date.parse(print.timestamp) < fridayClose)).toBe(true);
  const order = { accountId: 901, contractId: 'CON.F.US.MNQ.Z26', type: 2, side: 0, size: 1 };
  expect((await call(`${running.gateway.apiUrl}/Order/place`, order, running.token)).body['errorCode']).toBe(
    5,
  );
});

it('begins trading days at 17:00 in Chicago, on both sides of a clock change', () => {
  const day = (text: string) => new Date(periodStart(Date.parse(text), 'day', 1)).toISOString();
  expect(day('2026-10-30T15:00:00Z')).toBe('2026-10-29T22:00:00.000Z');
  expect(day('2026-11-02T15:00:00Z')).toBe('2026-11-01T23:00:00.000Z');
});

it.each([
  ['2026-11-23', 'CON.F.US.EP.Z26', 'CON.F.US.CLE.F27', 'CON.F.US.USA.Z26'],
  ['2026-12-15', 'CON.F.US.EP.H27', 'CON.F.US.CLE.F27', 'CON.F.US.USA.H27'],
  ['2027-03-01', 'CON.F.US.EP.H27', 'CON.F.US.CLE.J27', 'CON.F.US.USA.H27'],
])('on %s the months in front are %s, %s and %s', (date, es, cl, zb) => {
  const contracts = listContracts(() => Date.parse(date));
  expect(['ES', 'CL', 'ZB'].map((symbol) => contracts.find(symbol)?.id)).toEqual([es, cl, zb]);
});
