// Times every invocation of a hub's connection from call to completion, and repeats a harmless one now and then so that a hub that only pings is told from one that works.
import type { Clock } from '../domain/clock.ts';
import type { Tuning } from './tuning.ts';

export type Invoke = (method: string, args: readonly unknown[]) => Promise<void>;

export interface InvokesOptions {
  readonly clock: Clock;
  readonly tuning: Tuning;
  /** `tookMs` undefined = refused, or no completion in time. */
  readonly took: (tookMs: number | undefined, at: number) => void;
}

export class HubInvokes {
  readonly #options: InvokesOptions;
  readonly #waiting = new Map<symbol, { readonly sentAt: number }>();
  /** The oldest call that was not completed in time, until another one is: a completion that was lost never comes. */
  #owedSinceAt: number | undefined;
  #send: Invoke | undefined;
  #lastAt = 0;

  constructor(options: InvokesOptions) {
    this.#options = options;
  }

  /** When the oldest invocation without a completion was sent, of those that no completion came after. */
  get waitingSinceAt(): number | undefined {
    const [oldest] = this.#waiting.values();
    return this.#owedSinceAt ?? oldest?.sentAt;
  }

  /** A new connection: the same call, timed. */
  connected(send: Invoke): Invoke {
    this.#send = send;
    this.#owedSinceAt = undefined;
    this.#waiting.clear();
    return (method, args) => this.#timed(send, method, args);
  }

  /** What was under way died with the connection: that says nothing of the hub's pace. */
  disconnected(): void {
    this.#send = undefined;
    this.#owedSinceAt = undefined;
    this.#waiting.clear();
  }

  /** Now and then: counts what waits too long, and where nothing was invoked for a while repeats `method` (harmless, reference 6.1). */
  tick(method: string | undefined): void {
    const { clock, tuning, took } = this.#options;
    const now = clock.now();
    for (const [key, { sentAt }] of this.#waiting) {
      if (now - sentAt < tuning.ackTimeoutMs) continue;
      this.#waiting.delete(key);
      this.#owedSinceAt ??= sentAt;
      took(undefined, now);
    }
    const send = this.#send;
    if (method === undefined || send === undefined || this.#waiting.size > 0) return;
    if (now - this.#lastAt < tuning.probeMs) return;
    // A refusal is counted where it is timed; here nothing hangs on it.
    this.#timed(send, method, []).catch(() => undefined);
  }

  async #timed(send: Invoke, method: string, args: readonly unknown[]): Promise<void> {
    const { clock, took } = this.#options;
    const sentAt = clock.now();
    const key = Symbol(method);
    this.#lastAt = sentAt;
    this.#waiting.set(key, { sentAt });
    const done = (ok: boolean): void => {
      // Calls are executed one after the other (reference 7.6): a hub that answers this one owes nothing older.
      if (this.#send === send) this.#owedSinceAt = undefined;
      if (!this.#waiting.delete(key)) return;
      const at = clock.now();
      took(ok ? at - sentAt : undefined, at);
    };
    try {
      await send(method, args);
      done(true);
    } catch (error) {
      done(false);
      throw error;
    }
  }
}
