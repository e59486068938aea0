// Tells a living link from a half-open one: WebSocket pings on the very socket, protocol silence where they are not answered.
import type { Cancel, Clock } from '../domain/clock.ts';
import type { Tuning } from './tuning.ts';

export interface PulseOptions {
  readonly clock: Clock;
  readonly tuning: Tuning;
  /** True where this server answered pings before: then a first ping without an answer counts like any other. */
  readonly answersPings: boolean;
  readonly ping: () => void;
  /** A ping was answered after so long. */
  readonly rtt: (ms: number) => void;
  readonly dead: (reason: 'half-open' | 'protocol-silence', detail: string) => void;
}

export class HubPulse {
  readonly #options: PulseOptions;
  #stop: Cancel | undefined;
  #tickAt = 0;
  #pingAt: number | undefined;
  #pongAt: number | undefined;
  #rttMs: number | undefined;
  #frameAt: number | undefined;

  constructor(options: PulseOptions) {
    this.#options = options;
  }

  get lastFrameAt(): number | undefined {
    return this.#frameAt;
  }

  get lastPongAt(): number | undefined {
    return this.#pongAt;
  }

  get pongRttMs(): number | undefined {
    return this.#rttMs;
  }

  /** When the oldest ping without an answer was sent. */
  get unansweredSinceAt(): number | undefined {
    return this.#pingAt;
  }

  /** When anything was last heard. */
  get lastAliveAt(): number | undefined {
    if (this.#frameAt === undefined) return this.#pongAt;
    return this.#pongAt === undefined ? this.#frameAt : Math.max(this.#frameAt, this.#pongAt);
  }

  start(): void {
    const { clock, tuning } = this.#options;
    this.#tickAt = clock.now();
    this.#stop = clock.every(tuning.pingMs, () => this.#tick());
    this.#ping(this.#tickAt);
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  heard(): void {
    this.#frameAt = this.#options.clock.now();
  }

  answered(): void {
    const now = this.#options.clock.now();
    this.#pongAt = now;
    if (this.#pingAt !== undefined) {
      this.#rttMs = now - this.#pingAt;
      this.#options.rtt(this.#rttMs);
    }
    this.#pingAt = undefined;
  }

  #ping(now: number): void {
    this.#pingAt ??= now;
    this.#options.ping();
  }

  #tick(): void {
    const { clock, tuning } = this.#options;
    const now = clock.now();
    // After a stall of our own loop the answers wait unread in the kernel: judge at the next tick, not at this one.
    const stalled = now - this.#tickAt > tuning.pingMs * 1.5;
    this.#tickAt = now;
    if (!stalled && this.#looksDead(now) !== undefined) {
      // Timers run before sockets are read: look again after they were.
      setImmediate(() => {
        const verdict = this.#stop === undefined ? undefined : this.#looksDead(now);
        if (verdict !== undefined) this.#options.dead(...verdict);
      });
    }
    this.#ping(now);
  }

  #looksDead(now: number): Parameters<PulseOptions['dead']> | undefined {
    const { tuning, answersPings } = this.#options;
    const heardAt = this.lastAliveAt ?? 0;
    if (this.#pongAt !== undefined || answersPings) {
      // Frames that still come in are life too: a busy peer may be late with its pong.
      const waited = this.#pingAt === undefined ? 0 : now - Math.max(this.#pingAt, heardAt);
      if (waited < tuning.pongTimeoutMs) return undefined;
      return [
        'half-open',
        `no WebSocket pong and no frame for ${waited} ms on a socket that answered pings before`,
      ];
    }
    const silentMs = now - heardAt;
    if (this.#frameAt === undefined || silentMs < tuning.serverTimeoutMs) return undefined;
    return ['protocol-silence', `no frame for ${Math.round(silentMs / 1000)} s, SignalR pings included`];
  }
}
