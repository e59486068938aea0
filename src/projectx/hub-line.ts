// One life of one hub connection: from the first byte to its end, which has exactly one reason.
import {
  HttpTransportType,
  HubConnectionBuilder,
  LogLevel,
  type HubConnection,
  type IHttpConnectionOptions,
} from '@microsoft/signalr';
import type { WebSocket } from 'ws';
import type { Cancel, Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { SocketEnd } from '../domain/stop-record.ts';
import type { HubDrop, HubDropReason, HubName } from '../domain/suite.ts';
import { scrub } from '../log.ts';
import { lenientProtocol, type CloseFrame } from './hub-protocol.ts';
import { HubPulse } from './hub-pulse.ts';
import { observedSocket, type SocketClass } from './hub-socket.ts';
import type { Notice } from './oddities.ts';
import type { Tuning } from './tuning.ts';

/** Reference 6.1, as this gateway spells them; received without regard to case. */
export const hubEvents: Readonly<Record<HubName, readonly string[]>> = {
  user: [
    'GatewayUserAccount',
    'GatewayUserOrder',
    'GatewayUserPosition',
    'GatewayUserTrade',
    'GatewayLogout',
  ],
  market: ['GatewayQuote', 'GatewayTrade', 'GatewayDepth', 'GatewayLogout'],
};

export interface LineOptions {
  readonly hub: HubName;
  readonly url: string;
  readonly token: string;
  readonly tokenExpiresAt: number | undefined;
  /** True where this server answered WebSocket pings on an earlier connection. */
  readonly answersPings: boolean;
  readonly clock: Clock;
  readonly tuning: Tuning;
  readonly odd: Notice;
  readonly rtt: (ms: number) => void;
  readonly opened: () => void;
  readonly event: (target: string, args: readonly unknown[]) => void;
  /** Once, also where it never opened. `lastAliveAt`: when something was last heard. */
  readonly ended: (drop: HubDrop, lastAliveAt: number | undefined) => void;
}

export class HubLine {
  readonly #options: LineOptions;
  readonly #connection: HubConnection;
  readonly pulse: HubPulse;
  #socket: WebSocket | undefined;
  #socketOpen = false;
  #open = false;
  #over = false;
  #closeFrame: CloseFrame | undefined;
  #refusedWith: number | undefined;
  #failure: { readonly words: string; readonly code: string | undefined } | undefined;
  #end: { readonly code: number; readonly reason: string } | undefined;
  #patience: Cancel | undefined;
  #stopping = false;

  constructor(options: LineOptions) {
    this.#options = options;
    this.pulse = new HubPulse({
      clock: options.clock,
      tuning: options.tuning,
      answersPings: options.answersPings,
      ping: () => this.#socket?.ping(),
      rtt: options.rtt,
      dead: (reason, detail) => this.#finish(reason, detail),
    });
    this.#connection = this.#build();
  }

  start(): void {
    const { clock, tuning } = this.#options;
    this.#patience = clock.after(tuning.connectTimeoutMs, () => {
      const after = `within ${tuning.connectTimeoutMs / 1000} s`;
      if (this.#socketOpen) this.#finish('handshake-failed', `the handshake was not answered ${after}`);
      else this.#finish('connect-timeout', `no connection ${after}`);
    });
    this.#connection.start().then(
      () => {
        if (this.#over) return;
        this.#patience?.();
        this.#open = true;
        this.pulse.start();
        this.#options.opened();
      },
      (error: unknown) => this.#finish(...this.#whyNotOpen(messageOf(error))),
    );
  }

  /** Invokes a hub method. @throws the server's words */
  async invoke(method: string, args: readonly unknown[]): Promise<void> {
    await this.#connection.invoke(method, ...args);
  }

  /** Ends it from our side, politely where the peer still listens. */
  async stop(detail = 'stopped by us'): Promise<SocketEnd> {
    const socket = this.#socket;
    const polite = this.#open && !this.#over;
    this.#stopping = polite;
    this.#settle('stopped', detail);
    if (!polite || socket === undefined) {
      socket?.terminate();
      return 'none';
    }
    const end = await new Promise<SocketEnd>((resolve) => {
      const cut = (): void => resolve('cut');
      const giveUp = this.#options.clock.after(250, cut);
      socket.once('close', (code: number) => {
        giveUp();
        // Without the other side's answer the socket reports 1006.
        resolve(code === 1006 ? 'cut' : 'closed');
      });
      this.#connection.stop().catch(cut);
    });
    socket.terminate();
    return end;
  }

  #build(): HubConnection {
    const { hub, url, token, tuning, odd } = this.#options;
    // `WebSocket` is the client's option for its socket class; its published types leave it out.
    const options: IHttpConnectionOptions & { readonly WebSocket: unknown } = {
      transport: HttpTransportType.WebSockets,
      skipNegotiation: true,
      accessTokenFactory: () => token,
      WebSocket: this.#socketClass(),
    };
    const connection = new HubConnectionBuilder()
      .withUrl(url, options)
      .configureLogging(LogLevel.None)
      .withServerTimeout(tuning.serverTimeoutMs)
      .withHubProtocol(
        lenientProtocol({
          known: new Set(hubEvents[hub].map((name) => name.toLowerCase())),
          longIds: hub === 'user',
          closing: (frame) => {
            this.#closeFrame = frame;
          },
          odd,
        }),
      )
      .build();
    for (const name of hubEvents[hub]) {
      connection.on(name, (...args: unknown[]) => {
        if (!this.#over) this.#options.event(name, args);
      });
    }
    connection.onclose((error) => this.#finish(...this.#whyClosed(error)));
    return connection;
  }

  #socketClass(): SocketClass {
    return observedSocket({
      made: (socket) => {
        this.#socket = socket;
        if (this.#over) socket.terminate();
      },
      opened: () => {
        this.#socketOpen = true;
      },
      frame: () => this.pulse.heard(),
      pong: () => this.pulse.answered(),
      refused: (status) => {
        this.#refusedWith = status;
      },
      failed: (words, code) => {
        const status = /Unexpected server response: (\d{3})/.exec(words)?.[1];
        if (status !== undefined) this.#refusedWith ??= Number(status);
        this.#failure = { words, code };
      },
      closed: (code, reason) => {
        this.#end = { code, reason };
      },
      odd: this.#options.odd,
    });
  }

  #whyNotOpen(words: string): [HubDropReason, string] {
    const status = this.#refusedWith;
    if (status === 401 || status === 403) return ['unauthorized', `HTTP ${status} on the WebSocket upgrade`];
    if (status !== undefined) return ['refused', `HTTP ${status} on the WebSocket upgrade`];
    if (this.#socketOpen) {
      const closed = this.#end === undefined ? '' : ` (socket closed with ${this.#end.code})`;
      const detail = `${this.#closeFrame?.error ?? words}${closed}`;
      return [speaksOfToken(detail) ? 'unauthorized' : 'handshake-failed', detail];
    }
    const { words: cause = words, code } = this.#failure ?? {};
    return [code === 'ECONNREFUSED' ? 'refused' : 'socket-dropped', cause === '' ? (code ?? words) : cause];
  }

  #whyClosed(error: Error | undefined): [HubDropReason, string] {
    const frame = this.#closeFrame;
    const words = frame?.error ?? error?.message ?? '';
    const end =
      this.#end === undefined ? '' : `socket closed with ${this.#end.code} ${this.#end.reason}`.trim();
    if (/^Server timeout elapsed/.test(words)) return ['protocol-silence', words];
    const { tokenExpiresAt, clock } = this.#options;
    const expired = tokenExpiresAt !== undefined && tokenExpiresAt <= clock.now();
    if (expired || speaksOfToken(`${words} ${end}`) || this.#end?.code === 3000) {
      return ['unauthorized', expired ? `closed after its token had expired: ${words || end}` : words || end];
    }
    if (frame !== undefined) {
      const said = frame.error === undefined ? 'Close frame without a reason' : `Close frame: ${frame.error}`;
      return [frame.allowReconnect ? 'server-close' : 'server-close-final', said];
    }
    if (this.#end !== undefined && this.#end.code !== 1006) return ['server-close', end];
    return ['socket-dropped', end || words || 'the socket closed without a word'];
  }

  #finish(reason: HubDropReason, detail: string): void {
    this.#settle(reason, detail);
    // The client leaves its socket half closed for up to 30 s; one that we end ourselves waits for its answer.
    if (!this.#stopping) this.#socket?.terminate();
  }

  #settle(reason: HubDropReason, detail: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#patience?.();
    this.pulse.stop();
    const drop: HubDrop = { reason, detail: scrub(detail).slice(0, 300), at: this.#options.clock.now() };
    this.#options.ended(drop, this.pulse.lastAliveAt);
  }
}

/** What a parser says of a text that is no JSON speaks of another kind of token. */
const parserWords = /\b(invalid or )?unexpected token\b/gi;

function speaksOfToken(told: string): boolean {
  const words = told.replace(parserWords, '');
  return /unauthori[sz]ed|authenticat|expired|\b401\b|\btoken\b/i.test(words);
}
