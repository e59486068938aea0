// What the gateway's tests share: a clock moved by hand, a login, REST calls, a raw hub client, and waiting for a condition.
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import type { Clock } from '../../../src/domain/clock.ts';
import { type Gateway, startGateway } from '../../../src/local/gateway/gateway.ts';

export interface HandClock extends Clock {
  /** Moves the time on, running every timer that falls due, in order. */
  forward(ms: number): void;
}

interface Timer {
  at: number;
  readonly period: number | undefined;
  readonly run: () => void;
}

export function handClock(start: number): HandClock {
  let now = start;
  const timers = new Set<Timer>();
  const add = (delay: number, period: number | undefined, run: () => void) => {
    const timer = { at: now + delay, period, run };
    timers.add(timer);
    return () => void timers.delete(timer);
  };
  return {
    now: () => now,
    after: (delay, run) => add(delay, undefined, run),
    every: (period, run) => add(period, period, run),
    forward(ms) {
      const end = now + ms;
      for (;;) {
        let next: Timer | undefined;
        for (const timer of timers)
          if (timer.at <= end && (next === undefined || timer.at < next.at)) next = timer;
        if (next === undefined) break;
        now = Math.max(now, next.at);
        if (next.period === undefined) timers.delete(next);
        else next.at += next.period;
        next.run();
      }
      now = end;
    },
  };
}

export const MNQ = 'CON.F.US.MNQ.Z26';

/** Monday, mid-session. */
export const monday = Date.parse('2026-11-23T16:00:00Z');

export async function until(what: string, holds: () => boolean, withinMs = 8000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** The parsed body, or an empty object. */
  readonly body: Readonly<Record<string, unknown>>;
}

export async function call(url: string, body?: unknown, token?: string, method = 'POST'): Promise<Answered> {
  const response = await fetch(url, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /^[[{]/.test(text);
  return {
    status: response.status,
    text,
    headers: response.headers,
    body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}

export async function logIn(gateway: Gateway): Promise<string> {
  const { body } = await call(`${gateway.apiUrl}/Auth/loginKey`, {
    userName: gateway.username,
    apiKey: gateway.apiKey,
  });
  return String(body['token']);
}

export interface Opened {
  readonly clock: HandClock;
  readonly gateway: Gateway;
  readonly token: string;
}

/** A gateway on which nobody trades, on a clock moved by hand, and a login to it. */
export async function openGateway(at = monday, seed = 7): Promise<Opened> {
  const clock = handClock(at);
  const gateway = await startGateway({ seed, clock, trader: 'off' });
  return { clock, gateway, token: await logIn(gateway) };
}

/** @returns the fault's id */
export async function injectFault(gateway: Gateway, request: object): Promise<string> {
  const answer = await call(`${gateway.url}/faults`, request);
  expect(answer.status, answer.text).toBe(201);
  return String(answer.body['id']);
}

export function endFault(gateway: Gateway, id: string): Promise<Answered> {
  return call(`${gateway.url}/faults/${id}`, undefined, undefined, 'DELETE');
}

/** A raw client of the market hub with all data of these contracts. */
export async function openMarketHub(
  { gateway, token }: Pick<Opened, 'gateway' | 'token'>,
  contracts: readonly string[] = [MNQ],
): Promise<RawHub> {
  const hub = await new RawHub(gateway.marketHubUrl, token).open();
  for (const contract of contracts) await subscribe(hub, contract);
  return hub;
}

export async function subscribe(hub: RawHub, contract: string): Promise<void> {
  for (const kind of ['Quotes', 'Trades', 'MarketDepth'])
    await hub.invoke(`SubscribeContract${kind}`, contract);
}

/** Everything sent up to now has arrived: the next answer proves it. */
export async function settle(hub: RawHub): Promise<void> {
  await hub.invoke('SubscribeContractQuotes', MNQ);
}

export interface HubMessage {
  readonly type?: number;
  readonly target?: string;
  readonly invocationId?: string;
  readonly arguments?: readonly unknown[];
  readonly error?: string;
  readonly allowReconnect?: boolean;
  readonly result?: unknown;
}

/** A raw client: no library, only frames. */
export class RawHub {
  readonly frames: string[] = [];
  closeCode: number | undefined;
  /** HTTP status of a refused upgrade. */
  refusedWith: number | undefined;
  pongs = 0;
  readonly socket: WebSocket;

  constructor(hubUrl: string, token?: string, query: Readonly<Record<string, string>> = {}) {
    const url = new URL(hubUrl.replace(/^http/, 'ws'));
    if (token !== undefined) url.searchParams.set('access_token', token);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    this.socket = new WebSocket(url);
    this.socket.on('message', (data: Buffer) => this.frames.push(data.toString('utf8')));
    this.socket.on('close', (code) => (this.closeCode = code));
    this.socket.on('pong', () => (this.pongs += 1));
    this.socket.on('unexpected-response', (_request, response) => {
      this.refusedWith = response.statusCode;
      response.resume();
    });
    this.socket.on('error', (error) => (this.closeCode ??= error.message.length > 0 ? 1006 : 0));
  }

  get messages(): readonly HubMessage[] {
    const text = this.frames.join('');
    return text
      .split('\u001e')
      .filter((record) => record !== '' && record !== '{}')
      .map((record) => JSON.parse(record) as HubMessage);
  }

  of(target: string): readonly HubMessage[] {
    return this.messages.filter((message) => message.target === target);
  }

  send(...records: readonly object[]): void {
    this.socket.send(records.map((record) => `${JSON.stringify(record)}\u001e`).join(''));
  }

  async open(): Promise<this> {
    await until('the socket opens', () => this.socket.readyState === WebSocket.OPEN);
    this.send({ protocol: 'json', version: 1 });
    await until('the handshake is answered', () => this.frames.length > 0);
    return this;
  }

  async invoke(method: string, ...args: readonly unknown[]): Promise<HubMessage> {
    const invocationId = `${method}-${this.frames.length}-${Math.random()}`;
    this.send({ type: 1, target: method, invocationId, arguments: args });
    const answer = () => this.messages.find((message) => message.invocationId === invocationId);
    await until(`${method} is answered`, () => answer() !== undefined);
    return answer() ?? {};
  }
}
