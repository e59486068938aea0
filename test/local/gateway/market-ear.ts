// A client's ear for the market-fault tests: a gateway on a hand clock, one subscribed hub, and what it hears, keeps and asks.
import { expect } from 'vitest';
import type { FaultRecord } from '../../../src/local/gateway/fault.ts';
import type { Gateway } from '../../../src/local/gateway/gateway.ts';
import {
  type Answered,
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
  subscribe,
  until,
} from './harness.ts';

export const ES = 'CON.F.US.EP.Z26';

export type Row = Readonly<Record<string, unknown>>;
export type BarRow = Readonly<Record<string, number | string>>;

/** One event as it arrived. */
export interface Heard {
  readonly target: string;
  readonly contract: string;
  readonly rows: readonly Row[];
}

export interface Book {
  readonly bids: Map<number, number>;
  readonly asks: Map<number, number>;
}

export function heardIn(messages: RawHub['messages']): readonly Heard[] {
  return messages.flatMap(({ target, arguments: args }) => {
    if (target === undefined) return [];
    const data = args?.[1];
    return [{ target, contract: String(args?.[0]), rows: (Array.isArray(data) ? data : [data]) as Row[] }];
  });
}

export const rowsOf = (
  heard: readonly Heard[],
  kind: 'Quote' | 'Trade' | 'Depth',
  contract = MNQ,
): readonly Row[] =>
  heard.flatMap((one) => (one.target === `Gateway${kind}` && one.contract === contract ? one.rows : []));
export const numbers = (found: readonly Row[], member: string): number[] =>
  found.flatMap((row) => (typeof row[member] === 'number' ? [row[member]] : []));
export const total = (list: readonly number[]): number => list.reduce((sum, one) => sum + one, 0);
export const isAligned = (price: number, den = 4): boolean => Math.round(price * den) / den === price;
export const stampOf = (row: Row): number => Date.parse(String(row['timestamp']));
export const prices = (heard: readonly Heard[], contract = MNQ) => ({
  quote: ['lastPrice', 'bestBid', 'bestAsk'].flatMap((member) =>
    numbers(rowsOf(heard, 'Quote', contract), member),
  ),
  trade: numbers(rowsOf(heard, 'Trade', contract), 'price'),
  depth: numbers(
    rowsOf(heard, 'Depth', contract).filter((row) => row['type'] !== 6),
    'price',
  ),
});

/** The book as a client keeps it, row by row. */
export function keepBook(heard: readonly Heard[], book: Book = { bids: new Map(), asks: new Map() }) {
  let resets = 0;
  const found = rowsOf(heard, 'Depth') as unknown as { type: number; price: number; volume: number }[];
  for (const { type, price, volume } of found) {
    if (type === 6) {
      resets += 1;
      book.bids.clear();
      book.asks.clear();
    }
    const side = type === 2 ? book.bids : type === 1 ? book.asks : undefined;
    if (volume === 0) side?.delete(price);
    else side?.set(price, volume);
  }
  return { ...book, bid: Math.max(...book.bids.keys()), ask: Math.min(...book.asks.keys()), resets };
}

export class Ear {
  private constructor(
    readonly clock: HandClock,
    readonly gateway: Gateway,
    readonly token: string,
    readonly hub: RawHub,
  ) {}

  static async listen(at = monday, seed = 7): Promise<Ear> {
    const opened = await openGateway(at, seed);
    return new Ear(opened.clock, opened.gateway, opened.token, await openMarketHub(opened));
  }

  async subscribe(contract: string, hub: RawHub = this.hub): Promise<void> {
    await subscribe(hub, contract);
  }

  inject(request: object): Promise<string> {
    return injectFault(this.gateway, request);
  }

  /** The status of a request that is expected to be refused. */
  async refusal(request: object): Promise<number> {
    return (await call(`${this.gateway.url}/faults`, request)).status;
  }

  async end(id: string): Promise<void> {
    expect((await endFault(this.gateway, id)).status).toBe(204);
  }

  truth(id: string): FaultRecord | undefined {
    return this.gateway.faults.list().find((one) => one.id === id);
  }

  ask(path: string, body: object): Promise<Answered> {
    return call(`${this.gateway.apiUrl}${path}`, body, this.token);
  }

  /** What arrives while so much time passes; where a fault is named it ends first, so that its end is heard too. */
  async hear(ms: number, ends?: string): Promise<readonly Heard[]> {
    const before = this.hub.messages.length;
    if (ends !== undefined) await this.end(ends);
    for (let passed = 0; passed < ms; passed += 5000) {
      this.clock.forward(Math.min(5000, ms - passed));
      await settle(this.hub);
    }
    return heardIn(this.hub.messages.slice(before));
  }

  /** The book a subscriber of this moment gets. */
  async trueBook() {
    const other = await new RawHub(this.gateway.marketHubUrl, this.token).open();
    await other.invoke('SubscribeContractMarketDepth', MNQ);
    await until('the book arrives', () => other.of('GatewayDepth').length > 0);
    return keepBook(heardIn(other.messages));
  }

  /** The sixty minute bars before the start, newest first, unless asked otherwise. */
  async bars(contractId = MNQ, more: object = {}): Promise<readonly BarRow[]> {
    const answer = await this.ask('/History/retrieveBars', {
      contractId,
      live: false,
      startTime: new Date(monday - 3_600_000).toISOString(),
      endTime: new Date(monday).toISOString(),
      unit: 2,
      unitNumber: 1,
      limit: 60,
      includePartialBar: false,
      ...more,
    });
    expect(answer.body['success'], answer.text).toBe(true);
    return answer.body['bars'] as BarRow[];
  }
}

/** The bar in progress of the first minute. */
export const firstMinute = {
  startTime: new Date(monday).toISOString(),
  endTime: new Date(monday + 60_000).toISOString(),
  includePartialBar: true,
};
