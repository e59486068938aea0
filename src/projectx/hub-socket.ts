// The WebSocket handed to the SignalR client: ws 8 that tells what passes, mends messages split over frames, and answers for its end.
import type { IncomingMessage } from 'node:http';
import { WebSocket, type ClientOptions } from 'ws';
import { messageOf } from '../domain/errors.ts';
import { asText, asRaw } from './wire-values.ts';

const recordEnd = 0x1e;
/** Far above the largest message a gateway sends; a peer that never ends its message is not buffered without bound. */
const longestMessage = 8 * 1024 * 1024;

/** What is told of one socket. */
export interface SocketObserver {
  readonly made: (socket: WebSocket) => void;
  readonly opened: () => void;
  readonly frame: () => void;
  readonly pong: () => void;
  /** The upgrade was answered with an HTTP status instead. */
  readonly refused: (status: number) => void;
  readonly failed: (words: string, code: string | undefined) => void;
  readonly closed: (code: number, reason: string) => void;
  readonly odd: (what: string, sample: unknown) => void;
}

export type SocketClass = new (
  address: string | URL,
  protocols?: string | string[],
  options?: ClientOptions,
) => WebSocket;

/** A socket class for one connection of the SignalR client (it constructs its socket itself). */
export function observedSocket(observer: SocketObserver): SocketClass {
  return class extends WebSocket {
    #rest: Buffer | undefined;

    constructor(address: string | URL, protocols?: string | string[], options?: ClientOptions) {
      super(address, protocols, { ...options, perMessageDeflate: false, maxPayload: longestMessage });
      observer.made(this);
    }

    override emit(event: string | symbol, ...args: unknown[]): boolean {
      try {
        if (event === 'message') return this.#message(args[0]);
        this.#tell(event, args);
        return super.emit(event, ...args);
      } catch (error) {
        // The SignalR client throws out of its handlers when a socket ends at an unlucky moment; the line must end, not the process.
        observer.odd('the SignalR client threw', messageOf(error));
        if (event !== 'close') this.terminate();
        return true;
      }
    }

    #tell(event: string | symbol, args: readonly unknown[]): void {
      if (event === 'open') observer.opened();
      else if (event === 'pong') observer.pong();
      else if (event === 'close') observer.closed(Number(args[0]), bytes(args[1]).toString());
      else if (event === 'unexpected-response') {
        observer.refused((args[1] as IncomingMessage).statusCode ?? 0);
      } else if (event === 'error') {
        observer.failed(messageOf(args[0]), asText(asRaw(args[0])?.['code']));
      }
    }

    #message(data: unknown): boolean {
      observer.frame();
      const frame = bytes(data);
      if (this.#rest === undefined && frame.at(-1) === recordEnd) return super.emit('message', frame, false);
      const rest = this.#rest ?? Buffer.alloc(0);
      const all = this.#lacksEnd(rest, frame)
        ? Buffer.concat([rest, Buffer.of(recordEnd), frame])
        : Buffer.concat([rest, frame]);
      const end = all.lastIndexOf(recordEnd) + 1;
      this.#rest = end === all.length ? undefined : all.subarray(end);
      if (this.#rest === undefined && rest.length === 0) return super.emit('message', all, false);
      if (this.#rest !== undefined)
        observer.odd('a message split over frames', this.#rest.subarray(0, 200).toString());
      if ((this.#rest?.length ?? 0) > longestMessage) {
        this.#rest = undefined;
        observer.odd('a message that never ends', '');
      }
      return end === 0 ? true : super.emit('message', all.subarray(0, end), false);
    }

    /** A whole message came without its end mark, and the next frame begins a new one. */
    #lacksEnd(rest: Buffer, frame: Buffer): boolean {
      if (rest.length === 0 || frame[0] !== 0x7b || rest.at(-1) !== 0x7d) return false;
      try {
        JSON.parse(rest.toString());
        observer.odd('a message without its end mark 0x1E', rest.subarray(0, 200).toString());
        return true;
      } catch {
        return false;
      }
    }
  };
}

function bytes(data: unknown): Buffer {
  if (Buffer.isBuffer(data)) return data;
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  if (Array.isArray(data)) return Buffer.concat(data as Buffer[]);
  return Buffer.from(typeof data === 'string' ? data : '');
}
