// A hand-made gateway for tests: REST answers as given, two SignalR hubs on real sockets, and a lever for every way to end badly.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { HubName } from '../../src/domain/suite.ts';

export interface RestAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** An object is sent as JSON, a string as it is, `hang` never. */
  readonly body?: unknown;
  readonly hang?: boolean;
  /** Held back until then. */
  readonly after?: Promise<void>;
}

export type RestRoute = (body: Record<string, unknown>, request: IncomingMessage) => RestAnswer;

export interface FakeConnection {
  readonly hub: HubName;
  readonly token: string | undefined;
  readonly socket: WebSocket;
  readonly invocations: { target: string; arguments: unknown[] }[];
  /** Sends raw text, record marks included. */
  raw(text: string): void;
  send(target: string, ...args: unknown[]): void;
  closeFrame(error?: string, allowReconnect?: boolean): void;
  /** The socket dies without a close handshake: 1006. */
  kill(): void;
  /** Half-open: the socket stays, nothing is read or answered any more. */
  freeze(): void;
}

export interface FakeGateway {
  readonly apiUrl: string;
  readonly hubUrl: (hub: HubName) => string;
  readonly rest: Record<string, RestRoute>;
  readonly calls: { path: string; body: Record<string, unknown>; token: string | undefined }[];
  readonly connections: FakeConnection[];
  /** Set to answer upgrades with an HTTP status. */
  upgradeStatus: number | undefined;
  handshake: 'answer' | 'never' | 'error';
  /** Sent in answer to a handshake, whatever it is. */
  handshakeText: string | undefined;
  /** Undefined = acknowledged; a text = refused with it; `silent` = no answer. */
  acknowledge: (target: string, args: readonly unknown[]) => string | undefined;
  autoPong: boolean;
  newest(hub: HubName): FakeConnection;
  stop(): Promise<void>;
}

export const mnq = {
  id: 'CON.F.US.MNQ.Z26',
  name: 'MNQZ6',
  description: 'Micro E-mini Nasdaq-100: December 2026',
  tickSize: 0.25,
  tickValue: 0.5,
  activeContract: true,
  symbolId: 'F.US.MNQ',
};
export const practice = {
  id: 901,
  name: 'PRAC-V2-1',
  balance: 50312.4,
  canTrade: true,
  isVisible: true,
  simulated: true,
};

export function ok(payload: Record<string, unknown>): RestAnswer {
  return { body: { ...payload, success: true, errorCode: 0, errorMessage: null } };
}

let tokens = 0;
/** A JWT in shape; nobody checks its signature. */
export function makeToken(lifeMs = 24 * 3_600_000): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Date.now();
  tokens += 1;
  const claims = { iat: now / 1000, exp: (now + lifeMs) / 1000, jti: `t${tokens}` };
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}.${part(`signature-${tokens}`)}`;
}

export async function startFakeGateway(): Promise<FakeGateway> {
  const sockets = new Set<Duplex>();
  const fake: FakeGateway = {
    apiUrl: '',
    hubUrl: () => '',
    rest: {
      'Auth/loginKey': () => ok({ token: makeToken() }),
      'Auth/validate': () => ok({ newToken: makeToken() }),
      'Account/search': () => ok({ accounts: [practice] }),
      'Contract/search': () => ok({ contracts: [mnq] }),
      'Contract/available': () => ok({ contracts: [mnq] }),
      'Position/searchOpen': () => ok({ positions: [] }),
      'Order/searchOpen': () => ok({ orders: [] }),
      'Order/v2/query': () => ok({ orders: [], totalCount: 0 }),
      'Trade/search': () => ok({ trades: [] }),
      'History/retrieveBars': () => ok({ bars: [] }),
      'Status/ping': () => ({ body: 'pong' }),
    },
    calls: [],
    connections: [],
    upgradeStatus: undefined,
    handshake: 'answer',
    handshakeText: undefined,
    acknowledge: () => undefined,
    autoPong: true,
    newest(hub) {
      const found = fake.connections.filter((one) => one.hub === hub).at(-1);
      if (found === undefined) throw new Error(`no ${hub} connection yet`);
      return found;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer((request, response) => {
    answer(fake, request, response);
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.on('upgrade', (request, socket, head) => {
    upgrade(fake, request, socket, head);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(fake, { apiUrl: `${base}/api`, hubUrl: (hub: HubName) => `${base}/hubs/${hub}` });
}

function answer(fake: FakeGateway, request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const path = (request.url ?? '').replace('/api/', '');
    const text = Buffer.concat(chunks).toString();
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    fake.calls.push({ path, body, token: bearer(request) });
    const {
      status = 200,
      headers = {},
      body: said,
      hang,
      after,
    } = fake.rest[path]?.(body, request) ?? { status: 404 };
    if (hang === true) return;
    const sent = typeof said === 'string' ? said : said === undefined ? '' : JSON.stringify(said);
    const send = (): void => {
      response.writeHead(status, {
        'content-type': typeof said === 'string' ? 'text/plain' : 'application/json',
        ...headers,
      });
      response.end(sent);
    };
    if (after === undefined) send();
    else void after.then(send);
  });
}

function bearer(request: IncomingMessage): string | undefined {
  return request.headers.authorization?.replace('Bearer ', '');
}

function upgrade(fake: FakeGateway, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  if (fake.upgradeStatus !== undefined) {
    socket.end(`HTTP/1.1 ${fake.upgradeStatus} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    return;
  }
  const hub: HubName = (request.url ?? '').includes('market') ? 'market' : 'user';
  const server = new WebSocketServer({ noServer: true, autoPong: fake.autoPong });
  server.handleUpgrade(request, socket, head, (ws) => {
    fake.connections.push(serve(fake, hub, bearer(request), ws, socket));
  });
}

function serve(
  fake: FakeGateway,
  hub: HubName,
  token: string | undefined,
  ws: WebSocket,
  socket: Duplex,
): FakeConnection {
  let shaken = false;
  const raw = (text: string): void => {
    if (ws.readyState === ws.OPEN) ws.send(text);
  };
  const connection: FakeConnection = {
    hub,
    token,
    socket: ws,
    invocations: [],
    raw,
    send: (target, ...args) => raw(`${JSON.stringify({ type: 1, target, arguments: args })}\u001e`),
    closeFrame: (error, allowReconnect) => {
      raw(`${JSON.stringify({ type: 7, error, allowReconnect })}\u001e`);
      ws.close(1000);
    },
    kill: () => socket.destroy(),
    freeze: () => socket.pause(),
  };
  ws.on('message', (data: Buffer) => {
    for (const text of data.toString().split('\u001e')) {
      if (text === '') continue;
      if (!shaken) {
        shaken = true;
        if (fake.handshakeText !== undefined) raw(fake.handshakeText);
        if (fake.handshake === 'answer') raw('{}\u001e');
        if (fake.handshake === 'error') raw('{"error":"the handshake is not to my taste"}\u001e');
        continue;
      }
      const message = JSON.parse(text) as {
        type: number;
        target: string;
        arguments: unknown[];
        invocationId: string;
      };
      if (message.type !== 1) continue;
      connection.invocations.push({ target: message.target, arguments: message.arguments });
      const refusal = fake.acknowledge(message.target, message.arguments);
      if (refusal === 'silent') continue;
      const end = refusal === undefined ? { result: null } : { error: refusal };
      raw(`${JSON.stringify({ type: 3, invocationId: message.invocationId, ...end })}\u001e`);
    }
  });
  return connection;
}

/** Waits until the check holds, looking every 5 ms. */
export async function until(what: string, check: () => boolean, withinMs = 8000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!check()) {
    if (Date.now() > end) throw new Error(`waited ${withinMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
