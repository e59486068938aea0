// Connections without a network: pairs of streams in memory, brought to real HTTP servers by port.
import type { Server } from 'node:http';
import { Duplex } from 'node:stream';
import type { VirtualTime } from './time.ts';

/** As much as a loopback socket takes before its writer must wait. */
const windowBytes = 256 * 1024;

type Taken = (error?: Error | null) => void;

class End extends Duplex {
  peer: End | undefined;
  readonly #time: VirtualTime;
  /** The peer's write that waits until this end reads again. */
  #held: Taken | undefined;

  constructor(time: VirtualTime, isServer: boolean) {
    super({ allowHalfOpen: isServer, readableHighWaterMark: windowBytes, writableHighWaterMark: 16 * 1024 });
    this.#time = time;
  }

  override _read(): void {
    const held = this.#held;
    this.#held = undefined;
    held?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, taken: Taken): void {
    this.#time.soon(() => this.#carry(chunk, taken));
  }

  override _writev(chunks: { readonly chunk: Buffer }[], taken: Taken): void {
    const whole = Buffer.concat(chunks.map(({ chunk }) => chunk));
    this.#time.soon(() => this.#carry(whole, taken));
  }

  override _final(taken: Taken): void {
    this.#time.soon(() => {
      this.#tellEnd();
      taken();
    });
  }

  override _destroy(error: Error | null, taken: Taken): void {
    this._read();
    this.#time.soon(() => this.#tellEnd());
    taken(error);
  }

  #carry(chunk: Buffer, taken: Taken): void {
    const { peer } = this;
    if (peer === undefined || peer.destroyed || peer.readableEnded) taken();
    else if (peer.push(chunk)) taken();
    else peer.#held = taken;
  }

  #tellEnd(): void {
    const { peer } = this;
    this.peer = undefined;
    if (peer !== undefined && !peer.destroyed) peer.push(null);
  }
}

/** Ports and who listens on them. */
export class Wire {
  readonly #time: VirtualTime;
  readonly #servers = new Map<number, Server>();
  #nextPort = 1;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  listen(server: Server): number {
    const port = this.#nextPort;
    this.#nextPort += 1;
    this.#servers.set(port, server);
    return port;
  }

  connect(port: number): Duplex {
    const server = this.#servers.get(port);
    const client = new End(this.#time, false);
    if (server === undefined) {
      const refused = Object.assign(new Error(`connect ECONNREFUSED port ${port}`), { code: 'ECONNREFUSED' });
      this.#time.soon(() => client.destroy(refused));
      return client;
    }
    const accepted = new End(this.#time, true);
    client.peer = accepted;
    accepted.peer = client;
    // `http.Server` takes any duplex stream for a connection that way.
    this.#time.soon(() => server.emit('connection', accepted));
    return client;
  }
}
