// Both hubs: negotiate, the upgrade with its refusals, who is subscribed to what, and the sending of events.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Clock } from '../../domain/clock.ts';
import {
  type ConnectionHost,
  type Framing,
  HubConnection,
  type HubName,
  type HubTimes,
} from './hub-connection.ts';
import { readMethod } from './hub-methods.ts';
import { eventRecords, type HubEvent } from './hub-wire.ts';
import type { Shape } from './shapes.ts';
import type { Session } from './tokens.ts';

/** How active faults bear on the hubs. */
export interface HubFaults {
  anyActive(): boolean;
  /** The HTTP answer of negotiate and upgrade, or undefined to go on. */
  refusal(hub: HubName): { readonly status: number; readonly body: string } | undefined;
  handshake(connection: HubConnection): { readonly error: string } | 'silence' | undefined;
  framing(connection: HubConnection): Framing | undefined;
  /** What the connection gets in place of an event. */
  events(connection: HubConnection, event: HubEvent): readonly HubEvent[];
  /** Nobody subscribed to it. */
  unheard(event: HubEvent): void;
  shapes(connection: HubConnection, event: HubEvent): ReadonlySet<Shape>;
  opened(connection: HubConnection): void;
}

export interface HubServerOptions {
  readonly clock: Clock;
  readonly times: HubTimes;
  readonly faults: HubFaults;
  readonly authenticate: (request: IncomingMessage, url: URL) => Session | undefined;
  /** May this user see the topic; false = the subscription is accepted and stays empty. */
  readonly mayRead: (session: Session, topic: string) => boolean;
  /** A topic got a subscriber; what it returns is sent to that subscriber first. */
  readonly welcome: (topic: string) => readonly HubEvent[];
  /** CloseOnAuthenticationExpiration of ASP.NET. */
  readonly closeOnExpiry: boolean;
}

export interface HubServer {
  negotiate(hub: HubName, request: IncomingMessage, url: URL, response: ServerResponse): void;
  upgrade(hub: HubName, request: IncomingMessage, url: URL, socket: Duplex, head: Buffer): void;
  publish(event: HubEvent): void;
  hasSubscriber(topic: string): boolean;
  connections(): readonly HubConnection[];
  start(): void;
  stop(): void;
}

interface Negotiated {
  readonly hub: HubName;
  readonly connectionId: string;
  readonly expiresAt: number;
  connection: HubConnection | undefined;
}

/** ASP.NET forgets a negotiated id that no socket asked for. */
const negotiatedMs = 15_000;
const sweepMs = 500;
const newId = () => randomBytes(16).toString('base64url');
const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  409: 'Conflict',
  503: 'Service Unavailable',
};

export function refuseUpgrade(socket: Duplex, status: number, body = ''): void {
  const type = body === '' ? '' : 'Content-Type: text/plain; charset=utf-8\r\n';
  const challenge = status === 401 ? 'WWW-Authenticate: Bearer\r\n' : '';
  socket.end(
    `HTTP/1.1 ${status} ${reasons[status] ?? 'Error'}\r\nConnection: close\r\n${type}${challenge}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

export function makeHubServer(options: HubServerOptions): HubServer {
  const { clock, faults } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    autoPong: false,
    perMessageDeflate: false,
    maxPayload: 1 << 20,
  });
  const negotiated = new Map<string, Negotiated>();
  const open = new Set<HubConnection>();
  const subscribers = new Map<string, Set<HubConnection>>();

  const leave = (connection: HubConnection, topic: string) => {
    connection.topics.delete(topic);
    const left = subscribers.get(topic);
    left?.delete(connection);
    if (left?.size === 0) subscribers.delete(topic);
  };
  const deliver = (connection: HubConnection, event: HubEvent): readonly string[] => {
    return faults
      .events(connection, event)
      .flatMap((one) => eventRecords(one, faults.shapes(connection, one)));
  };

  const host: ConnectionHost = {
    clock,
    times: options.times,
    handshakeFault: (connection) => faults.handshake(connection),
    framing: (connection) => (faults.anyActive() ? faults.framing(connection) : undefined),
    opened: (connection) => faults.opened(connection),
    closed(connection) {
      open.delete(connection);
      for (const topic of [...connection.topics]) leave(connection, topic);
      for (const [id, entry] of negotiated) if (entry.connection === connection) negotiated.delete(id);
    },
    invoke(connection, method, args) {
      const asked = readMethod(connection.hub, method, args, connection.session.username);
      if (typeof asked === 'string') return { error: asked };
      const then: string[] = [];
      for (const topic of asked.topics) {
        if (asked.action === 'unsubscribe') leave(connection, topic);
        else if (!connection.topics.has(topic) && options.mayRead(connection.session, topic)) {
          connection.topics.add(topic);
          const set = subscribers.get(topic) ?? new Set();
          subscribers.set(topic, set.add(connection));
          for (const event of options.welcome(topic)) then.push(...deliver(connection, event));
        }
      }
      return { then };
    },
  };

  const forget = (now: number) => {
    for (const [id, entry] of negotiated)
      if (entry.connection === undefined && entry.expiresAt <= now) negotiated.delete(id);
  };

  return {
    negotiate(hub, request, url, response) {
      const refused = faults.refusal(hub);
      const answer = (status: number, body: string) => {
        const type = status === 200 ? 'application/json' : 'text/plain; charset=utf-8';
        response.writeHead(status, body === '' ? { 'content-length': 0 } : { 'content-type': type });
        response.end(body);
      };
      if (refused !== undefined) {
        answer(refused.status, refused.body);
        return;
      }
      if (options.authenticate(request, url) === undefined) {
        response.setHeader('www-authenticate', 'Bearer');
        answer(401, '');
        return;
      }
      const version = Number(url.searchParams.get('negotiateVersion') ?? 0);
      const connectionId = newId();
      const connectionToken = version >= 1 ? newId() : connectionId;
      const entry = { hub, connectionId, expiresAt: clock.now() + negotiatedMs, connection: undefined };
      negotiated.set(connectionToken, entry);
      const transports = [{ transport: 'WebSockets', transferFormats: ['Text', 'Binary'] }];
      const ids =
        version >= 1
          ? { negotiateVersion: 1, connectionId, connectionToken }
          : { negotiateVersion: 0, connectionId };
      answer(200, JSON.stringify({ ...ids, availableTransports: transports }));
    },

    upgrade(hub, request, url, socket, head) {
      const refused = faults.refusal(hub);
      if (refused !== undefined) {
        refuseUpgrade(socket, refused.status, refused.body);
        return;
      }
      const session = options.authenticate(request, url);
      if (session === undefined) {
        refuseUpgrade(socket, 401);
        return;
      }
      forget(clock.now());
      const asked = url.searchParams.get('id');
      // Some clients send the connection id where the token is meant; both are known only to who negotiated.
      const entry =
        asked === null
          ? undefined
          : (negotiated.get(asked) ?? [...negotiated.values()].find((one) => one.connectionId === asked));
      if (asked !== null) {
        if (entry?.hub !== hub) {
          refuseUpgrade(socket, 404, 'No Connection with that ID');
          return;
        }
        if (entry.connection !== undefined) {
          refuseUpgrade(socket, 409);
          return;
        }
      }
      sockets.handleUpgrade(request, socket, head, (client) => {
        const connection = new HubConnection(entry?.connectionId ?? newId(), hub, session, client, host);
        if (entry !== undefined) entry.connection = connection;
        open.add(connection);
      });
    },

    publish(event) {
      const listeners = subscribers.get(event.topic);
      if (listeners === undefined) {
        faults.unheard(event);
        return;
      }
      if (!faults.anyActive()) {
        const records = eventRecords(event);
        for (const connection of listeners) for (const record of records) connection.send(record);
        return;
      }
      for (const connection of listeners)
        for (const record of deliver(connection, event)) connection.send(record);
    },

    hasSubscriber: (topic) => subscribers.has(topic),
    connections: () => [...open],
    start() {
      clock.every(sweepMs, () => {
        const now = clock.now();
        forget(now);
        for (const connection of [...open]) {
          if (options.closeOnExpiry && connection.session.expiresAt <= now) connection.close(undefined, true);
          else connection.sweep(now);
        }
      });
    },
    stop() {
      for (const connection of [...open]) connection.kill();
      for (const client of sockets.clients) client.terminate();
      sockets.close();
    },
  };
}
