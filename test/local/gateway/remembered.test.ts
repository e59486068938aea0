// What the simulated exchange remembers of its own past: bounded, and never at the cost of what still works.
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeBars } from '../../../src/local/gateway/bars.ts';
import { startGateway } from '../../../src/local/gateway/gateway.ts';
import type { PrintSource } from '../../../src/local/gateway/prints.ts';
import { call, handClock, logIn, MNQ, monday } from './harness.ts';

async function exchange(remembered: { readonly orders: number; readonly trades: number }) {
  const gateway = await startGateway({ seed: 7, clock: handClock(monday), trader: 'off', remembered });
  onTestFinished(() => gateway.stop());
  const token = await logIn(gateway);
  const [account] = (await call(`${gateway.apiUrl}/Account/search`, { onlyActiveAccounts: true }, token))
    .body['accounts'] as { id: number }[];
  const ask = (path: string, body: object) =>
    call(`${gateway.apiUrl}/${path}`, { accountId: account?.id, ...body }, token);
  const place = async (order: object): Promise<number> => {
    const { body } = await ask('Order/place', { contractId: MNQ, size: 1, ...order });
    return Number(body['orderId']);
  };
  const since = new Date(monday - 60_000).toISOString();
  const list = async (path: 'Order' | 'Trade'): Promise<number[]> => {
    const { body } = await ask(`${path}/search`, { startTimestamp: since });
    return (body[`${path.toLowerCase()}s`] as { id: number }[]).map(({ id }) => id);
  };
  /** A price that no market reaches within this test, and the exchange allows. */
  const farBelow = async (): Promise<number> => {
    const { body } = await ask('History/retrieveBars', {
      contractId: MNQ,
      live: false,
      startTime: new Date(monday - 600_000).toISOString(),
      endTime: new Date(monday).toISOString(),
      unit: 2,
      unitNumber: 1,
      limit: 1,
      includePartialBar: false,
    });
    return Number((body['bars'] as { c: number }[])[0]?.c) - 100;
  };
  return { place, list, farBelow };
}

const buy = { type: 2, side: 0 };
const sell = { type: 2, side: 1 };

describe('the exchange’s own past', () => {
  it('forgets the oldest finished orders beyond its bound, and no working one', async () => {
    const { place, list, farBelow } = await exchange({ orders: 10, trades: 1_000 });
    const working = await place({ type: 1, side: 0, limitPrice: await farBelow() });
    const finished: number[] = [];
    for (let n = 0; n < 10; n += 1) finished.push(await place(buy), await place(sell));
    const listed = await list('Order');
    expect(listed).toHaveLength(10);
    expect(listed).toContain(working);
    expect(listed).toEqual(expect.arrayContaining(finished.slice(-9)));
  });

  it('forgets the oldest half turns, and keeps at least its bound of them', async () => {
    const { place, list } = await exchange({ orders: 1_000, trades: 8 });
    for (let n = 0; n < 20; n += 1) {
      await place(buy);
      await place(sell);
    }
    const listed = await list('Trade');
    expect(listed.length).toBeGreaterThanOrEqual(8);
    expect(listed.length).toBeLessThanOrEqual(10);
  });

  it('tells a minute it has forgotten as it told it the first time', () => {
    let asked = 0;
    const prints: PrintSource = {
      beats: () => [],
      between: () => [],
      mid: () => 0,
      tally(second, _from, _to, bar) {
        asked += 1;
        bar.open ||= second;
        bar.close = second;
        bar.high = Math.max(bar.high, second);
        bar.low = bar.low === 0 ? second : Math.min(bar.low, second);
        bar.volume += 1;
      },
    };
    const bars = makeBars(prints, () => monday, monday - 86_400_000, 5);
    const hour = () => bars.over(monday - 3_600_000, monday);
    const first = hour();
    expect(asked).toBe(3_600);
    expect(hour()).toEqual(first);
    expect(asked).toBe(7_200);
    const few = () => bars.over(monday - 300_000, monday);
    const told = few();
    const before = asked;
    expect(few()).toEqual(told);
    expect(asked).toBe(before);
  });
});
