// Stands between one process and a vendor's HTTP side: names each request, asks what becomes of it and of its answer; sockets pass through.
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { pass, type Meet, type Moment, type Role, type Step } from './wire.ts';

export interface HttpTap {
  readonly url: string;
  /** Drops the hub connections that are open. */
  cutSockets(): void;
  close(): Promise<void>;
}

export interface HttpTapOptions {
  readonly role: Role;
  readonly wire: 'discord' | 'gateway';
  readonly target: string;
  readonly meet: Meet;
}

export async function openHttpTap({ role, wire, target, meet }: HttpTapOptions): Promise<HttpTap> {
  const to = new URL(target);
  const sockets = new Set<Duplex>();
  const hubs = new Set<Duplex>();

  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('error', () => outgoing.destroy());
    incoming.on('end', () => {
      const step: Step = { role, wire, name: requestName(incoming.method ?? '', incoming.url ?? '') };
      if (mayPass(step, 'before', outgoing)) passOn(incoming, Buffer.concat(chunks), step, outgoing);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });

  function mayPass(step: Step, moment: Moment, outgoing: ServerResponse): boolean {
    const verdict = meet(step, moment);
    if (verdict.kind === 'answer')
      outgoing
        .writeHead(verdict.status, { 'content-type': 'application/json', ...verdict.headers })
        .end(verdict.body);
    if (verdict.kind === 'drop') outgoing.destroy();
    return verdict.kind === pass.kind;
  }

  function passOn(incoming: IncomingMessage, body: Buffer, step: Step, outgoing: ServerResponse): void {
    const { method = '', url = '', headers } = incoming;
    const onward = forward(
      { host: to.hostname, port: to.port, method, path: url, headers: { ...headers, host: to.host } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', () => outgoing.destroy());
        answer.on('end', () => {
          if (mayPass(step, 'after', outgoing))
            outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(Buffer.concat(chunks));
        });
      },
    );
    onward.on('error', () => outgoing.destroy());
    onward.end(body);
  }

  server.on('upgrade', (incoming, socket, head) => {
    hubs.add(socket);
    socket.on('error', () => socket.destroy());
    const step: Step = { role, wire, name: `open ${(incoming.url ?? '').replace(/\?.*/, '')}` };
    if (meet(step, 'before').kind !== 'pass') {
      socket.destroy();
      return;
    }
    const onward = connect({ host: to.hostname, port: Number(to.port) }, () => {
      const lines = Object.entries(incoming.headers).map(([name, value]) => `${name}: ${String(value)}`);
      onward.write(
        `${incoming.method ?? 'GET'} ${incoming.url ?? '/'} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`,
      );
      onward.write(head);
      onward.once('data', (first: Buffer) => {
        if (meet(step, 'after').kind !== 'pass') {
          socket.destroy();
          return;
        }
        socket.write(first);
        onward.pipe(socket).pipe(onward);
      });
    });
    onward.on('error', () => socket.destroy());
    onward.on('close', () => socket.destroy());
    socket.on('close', () => {
      hubs.delete(socket);
      onward.destroy();
    });
  });

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    cutSockets() {
      for (const hub of hubs) hub.destroy();
    },
    async close() {
      for (const socket of [...hubs, ...sockets]) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** `POST /channels/…/messages`, `PATCH /webhooks/…/@original`, `POST /Position/searchOpen`. */
export function requestName(method: string, url: string): string {
  const path = url
    .replace(/\?.*/, '')
    .replaceAll('%40', '@')
    .replace(/^\/api(\/v10)?/, '')
    .replace(/\/interactions\/.*/, '/interactions/…/callback')
    .replace(/\/webhooks\/\d+\/[^/]+/, '/webhooks/…')
    .replace(/\/\d{15,}/g, '/…');
  return `${method} ${path}`;
}
