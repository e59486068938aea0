// What a hub is asked to send, and what the server said to each wish on the connection that is open now.
import type { Cancel, Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { HubName, SubscriptionView } from '../domain/suite.ts';
import { scrub } from '../log.ts';
import type { Invoke } from './hub-invokes.ts';
import { delayAt, type Tuning } from './tuning.ts';

/** A wanted subscription; the same one wanted by several suites is one. */
export interface Wish {
  readonly method: string;
  readonly argument: string | number | undefined;
}

type State = Exclude<SubscriptionView['state'], { kind: 'off' }>;

interface Entry {
  readonly wish: Wish;
  state: State;
  tries: number;
  retry: Cancel | undefined;
}

/** The methods of reference 6.1, exactly as the gateway spells them. */
export function marketWishes(contractId: string, depth: boolean): Wish[] {
  const methods = ['SubscribeContractQuotes', 'SubscribeContractTrades'];
  if (depth) methods.push('SubscribeContractMarketDepth');
  return methods.map((method) => ({ method, argument: contractId }));
}

export function userWishes(accountIds: readonly number[]): Wish[] {
  const perAccount = ['SubscribeOrders', 'SubscribePositions', 'SubscribeTrades'];
  return [
    { method: 'SubscribeAccounts', argument: undefined },
    ...accountIds.flatMap((argument) => perAccount.map((method) => ({ method, argument }))),
  ];
}

function keyOf({ method, argument }: Wish): string {
  return `${method} ${argument ?? ''}`;
}

export class HubSubscriptions {
  readonly hub: HubName;
  readonly #clock: Clock;
  readonly #tuning: Tuning;
  readonly #changed: () => void;
  #entries = new Map<string, Entry>();
  #invoke: Invoke | undefined;

  constructor(options: { hub: HubName; clock: Clock; tuning: Tuning; changed: () => void }) {
    this.hub = options.hub;
    this.#clock = options.clock;
    this.#tuning = options.tuning;
    this.#changed = options.changed;
  }

  /** True where something is wanted and all of it was acknowledged on this connection. */
  get complete(): boolean {
    return (
      this.#entries.size > 0 &&
      [...this.#entries.values()].every(({ state }) => state.kind === 'acknowledged')
    );
  }

  get any(): boolean {
    return this.#entries.size > 0;
  }

  want(wishes: readonly Wish[]): void {
    const before = this.#entries;
    this.#entries = new Map();
    for (const wish of wishes) {
      const key = keyOf(wish);
      const kept = this.#entries.get(key) ?? before.get(key);
      before.delete(key);
      const entry: Entry = kept ?? { wish, state: this.#waiting(), tries: 0, retry: undefined };
      this.#entries.set(key, entry);
      if (kept === undefined) this.#ask(entry);
    }
    for (const gone of before.values()) this.#leave(gone);
  }

  /** A new connection knows nothing of the old one's subscriptions (reference 6.1). */
  connected(invoke: Invoke): void {
    this.#invoke = invoke;
    for (const entry of this.#entries.values()) {
      entry.tries = 0;
      entry.state = this.#waiting();
      this.#ask(entry);
    }
  }

  disconnected(): void {
    this.#invoke = undefined;
    for (const entry of this.#entries.values()) {
      entry.retry?.();
      entry.retry = undefined;
      entry.state = this.#waiting();
    }
  }

  views(): SubscriptionView[] {
    return [...this.#entries.values()].map(({ wish, state }) => ({
      method: wish.method,
      target: String(wish.argument ?? ''),
      state,
    }));
  }

  #waiting(): State {
    return { kind: 'waiting', sinceAt: this.#clock.now() };
  }

  #ask(entry: Entry): void {
    const invoke = this.#invoke;
    if (invoke === undefined) return;
    entry.retry?.();
    // An answer that never comes: ask again; subscribing twice is harmless (reference 6.1).
    entry.retry = this.#clock.after(this.#tuning.ackTimeoutMs, () => this.#ask(entry));
    const { method, argument } = entry.wish;
    const askedAt = this.#clock.now();
    const current = (): boolean => this.#invoke === invoke && this.#entries.get(keyOf(entry.wish)) === entry;
    invoke(method, argument === undefined ? [] : [argument]).then(
      () => {
        if (!current() || entry.state.kind === 'acknowledged') return;
        entry.retry?.();
        const at = this.#clock.now();
        entry.state = { kind: 'acknowledged', at, tookMs: at - askedAt };
        this.#changed();
      },
      (error: unknown) => {
        if (!current() || entry.state.kind === 'acknowledged') return;
        entry.retry?.();
        const words = scrub(messageOf(error)).slice(0, 300);
        entry.state = { kind: 'refused', at: this.#clock.now(), error: words };
        entry.retry = this.#clock.after(delayAt(this.#tuning.refusedRetryMs, entry.tries), () =>
          this.#ask(entry),
        );
        entry.tries += 1;
        this.#changed();
      },
    );
  }

  #leave({ wish, retry }: Entry): void {
    retry?.();
    const args = wish.argument === undefined ? [] : [wish.argument];
    // Nothing hangs on the answer: what still comes for a contract nobody wants is not looked at.
    this.#invoke?.(wish.method.replace(/^Subscribe/, 'Unsubscribe'), args).catch(() => undefined);
  }
}
