// One client's socket on a hub: handshake, records in and out, pings, time-outs, and the ways it can end or go silent.
import type { WebSocket } from 'ws';
import type { Clock } from '../../domain/clock.ts';
import {
  closeRecord,
  completionRecord,
  cutRecords,
  maxIncomingBytes,
  pingRecord,
  recordEnd,
} from './hub-wire.ts';
import type { Session } from './tokens.ts';

export type HubName = 'user' | 'market';
export type Framing = 'split' | 'batched' | 'oversized' | 'no-terminator';

export interface HubTimes {
  /** Ping after so long without other traffic; SignalR's default 15 s. */
  readonly keepAliveMs: number;
  /** A client from which nothing came for so long is dropped; default 30 s. */
  readonly clientTimeoutMs: number;
  /** Default 15 s. */
  readonly handshakeMs: number;
}

export interface ConnectionHost {
  readonly clock: Clock;
  readonly times: HubTimes;
  /** Undefined = answer normally. */
  handshakeFault(connection: HubConnection): { readonly error: string } | 'silence' | undefined;
  framing(connection: HubConnection): Framing | undefined;
  /** Carries a hub method out; an error's text, or what is to be sent after the answer. */
  invoke(connection: HubConnection, method: string, args: readonly unknown[]): Invoked;
  opened(connection: HubConnection): void;
  closed(connection: HubConnection): void;
}

export type Invoked = { readonly error: string } | { readonly then: readonly string[] };

/** What a hub answers when it will not say more; ASP.NET hides details by default. */
export const closedWithError = 'Connection closed with an error.';
const maxBuffered = 32 * 1024 * 1024;
const closeGraceMs = 5000;
const batchMs = 120;

export class HubConnection {
  readonly topics = new Set<string>();
  readonly openedAt: number;
  lastReceivedAt: number;
  lastSentAt: number;
  sent = 0;
  phase: 'handshake' | 'open' | 'closed' = 'handshake';
  frozen = false;
  private rest = '';
  private batch: string[] | undefined;
  private silentHandshake = false;

  constructor(
    readonly id: string,
    readonly hub: HubName,
    readonly session: Session,
    private readonly socket: WebSocket,
    private readonly host: ConnectionHost,
  ) {
    this.openedAt = host.clock.now();
    this.lastReceivedAt = this.openedAt;
    this.lastSentAt = this.openedAt;
    socket.on('message', (data: Buffer) => this.receive(data.toString('utf8')));
    socket.on('ping', (data: Buffer) => {
      if (!this.frozen) socket.pong(data);
    });
    // A broken socket also emits 'close', which is where its end is handled.
    socket.on('error', () => undefined);
    socket.on('close', () => this.over());
  }

  /** Sends one record as an event or answer would be. */
  send(record: string): void {
    if (this.frozen || this.phase === 'closed') return;
    this.sent += 1;
    this.lastSentAt = this.host.clock.now();
    const framing = this.phase === 'open' ? this.host.framing(this) : undefined;
    if (framing === undefined && this.batch === undefined) this.frame(record + recordEnd);
    else this.sendOdd(record, framing);
    if (this.socket.bufferedAmount > maxBuffered) this.kill();
  }

  /** Drops the socket without a word: the client sees 1006. */
  kill(): void {
    this.socket.terminate();
    this.over();
  }

  close(error: string | undefined, allowReconnect: boolean): void {
    if (this.phase === 'closed') return;
    this.send(closeRecord(error, allowReconnect));
    this.shut();
  }

  /** The socket stays up and nothing moves on it any more, WebSocket pings included. */
  freeze(): void {
    this.frozen = true;
    this.batch = undefined;
    this.socket.pause();
  }

  thaw(): void {
    this.frozen = false;
    this.lastReceivedAt = this.host.clock.now();
    this.socket.resume();
  }

  /** Regular look at the clock: pings, and clients that went silent. */
  sweep(now: number): void {
    if (this.frozen || this.phase === 'closed') return;
    const { keepAliveMs, clientTimeoutMs, handshakeMs } = this.host.times;
    if (this.phase === 'handshake') {
      if (!this.silentHandshake && now - this.openedAt >= handshakeMs) this.refuse('Handshake was canceled.');
    } else if (now - this.lastReceivedAt >= clientTimeoutMs) this.close(closedWithError, false);
    else if (now - this.lastSentAt >= keepAliveMs) this.send(pingRecord);
  }

  private frame(text: string): void {
    this.socket.send(text);
  }

  private sendOdd(record: string, framing: Framing | undefined): void {
    if (framing === 'batched' || this.batch !== undefined) {
      if (this.batch === undefined) {
        this.batch = [];
        this.host.clock.after(batchMs, () => this.flush());
      }
      this.batch.push(record + recordEnd);
    } else if (framing === 'split') {
      const text = record + recordEnd;
      const half = Math.floor(text.length / 2);
      this.frame(text.slice(0, half));
      this.frame(text.slice(half));
    } else if (framing === 'oversized') {
      this.frame(`{"padding":"${'x'.repeat(256 * 1024)}",${record.slice(1)}${recordEnd}`);
    } else this.frame(record);
  }

  private flush(): void {
    const held = this.batch;
    this.batch = undefined;
    if (held !== undefined && held.length > 0 && this.phase !== 'closed' && !this.frozen)
      this.frame(held.join(''));
  }

  private receive(text: string): void {
    if (this.frozen || this.phase === 'closed') return;
    this.lastReceivedAt = this.host.clock.now();
    const { records, rest } = cutRecords(this.rest + text);
    this.rest = rest;
    const tooLong = [rest, ...records].some((record) => Buffer.byteLength(record) > maxIncomingBytes);
    if (tooLong) {
      if (this.phase === 'handshake') this.refuse('Handshake was canceled.');
      else this.close(closedWithError, false);
      return;
    }
    for (const record of records) {
      if (this.phase === 'handshake') this.shakeHands(record);
      else if (this.isOpen()) this.take(record);
    }
  }

  private isOpen(): boolean {
    return this.phase === 'open';
  }

  private shakeHands(record: string): void {
    const fault = this.host.handshakeFault(this);
    if (fault === 'silence') {
      this.silentHandshake = true;
      return;
    }
    if (this.silentHandshake) return;
    if (fault !== undefined) {
      this.refuse(fault.error);
      return;
    }
    const asked = parseRecord(record);
    const { protocol, version } = asked ?? {};
    if (typeof protocol !== 'string' || typeof version !== 'number') {
      this.refuse('An unexpected error occurred during connection handshake.');
      return;
    }
    if (protocol !== 'json') {
      this.refuse(`The protocol '${protocol}' is not supported.`);
      return;
    }
    if (version !== 1 && version !== 2) {
      this.refuse(`The server does not support version ${version} of the 'json' protocol.`);
      return;
    }
    this.frame(`{}${recordEnd}`);
    this.lastSentAt = this.host.clock.now();
    this.phase = 'open';
    this.host.opened(this);
  }

  private take(record: string): void {
    const message = parseRecord(record);
    if (typeof message?.['type'] !== 'number') {
      this.close(closedWithError, false);
      return;
    }
    const { type, target, invocationId } = message;
    if (type === 7) {
      this.shut();
      return;
    }
    if (type !== 1 && type !== 4) return;
    const args: unknown = message['arguments'] ?? [];
    if (typeof target !== 'string' || !Array.isArray(args)) {
      this.close(closedWithError, false);
      return;
    }
    const outcome = this.host.invoke(this, target, args);
    // A number is not what the protocol asks for, but an answer with the same id serves its sender better than none.
    if (typeof invocationId === 'string' || typeof invocationId === 'number')
      this.send(completionRecord(invocationId, 'error' in outcome ? outcome.error : undefined));
    if ('then' in outcome) for (const record of outcome.then) this.send(record);
  }

  private refuse(error: string): void {
    this.frame(JSON.stringify({ error }) + recordEnd);
    this.shut();
  }

  private shut(): void {
    this.flush();
    this.over();
    this.socket.close(1000);
    this.host.clock.after(closeGraceMs, () => this.socket.terminate());
  }

  private over(): void {
    if (this.phase === 'closed') return;
    this.phase = 'closed';
    this.host.closed(this);
  }
}

function parseRecord(record: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(record);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
