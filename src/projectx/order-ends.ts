// Orders of one account that ended while nobody told it: from when on they must be asked for, and since when every end is known.
import type { Order } from '../domain/order.ts';

/** Events of the last moments before a connection is seen to be lost may be lost too. */
const overlapMs = 60_000;
/** An order that works for longer is not worth the answer it would cost: all of the account's orders since. */
const longestMs = 24 * 3_600_000;
/** Stamps of one gateway, with room. */
const clocksMs = 5_000;
/** Where no hub tells, at least so long between two questions for what came and went, times the accounts: each reading of one that is flat. */
export const endsEveryMs = 35_000;
/** Bound of what waits for an answer that never comes. */
const mostUnlisted = 400;

export class OrderEnds {
  #owedFrom: number | undefined;
  /** Since when the hub told, or REST was asked for, how orders ended; undefined = it does not tell now. */
  #knownFrom: number | undefined;
  #lostAt = Number.NEGATIVE_INFINITY;
  #subscribedAt = Number.NEGATIVE_INFINITY;
  /** What was known before a connection was lost, until the time since is asked for. */
  #before: { readonly knownFrom: number; readonly lostAt: number } | undefined;
  /** No hub tells this account: orders that ended from then on are asked for now and then, and not before `notBefore`. */
  #polling: { readonly from: number; readonly notBefore: number } | undefined;
  /** Since when all ends are known that way, and when they were last asked for. */
  #polled: { readonly from: number; readonly askedAt: number } | undefined;
  /** Orders that worked, are listed no more, and whose end nobody told. */
  readonly #unlisted = new Set<string>();

  /** The user hub tells from now on. */
  subscribed(at: number): void {
    if (this.#knownFrom === undefined) [this.#knownFrom, this.#subscribedAt] = [at, at];
    if (this.#before !== undefined) this.#owe(this.#before.lostAt - overlapMs, at);
  }

  lost(at: number): void {
    // Lost again before it was asked: what is owed reaches back to the first time.
    if (this.#knownFrom !== undefined) this.#before ??= { knownFrom: this.#knownFrom, lostAt: at };
    this.#knownFrom = undefined;
    this.#lostAt = at;
  }

  /** No hub tells this account, and it was read: what is in no list any more came and went. @param everyMs between two questions */
  polls(at: number, everyMs: number): void {
    const { from, notBefore } = this.#polling ?? { from: at, notBefore: at };
    if (at < notBefore) return;
    this.#polling = { from, notBefore: at + everyMs };
    this.#owe(from - clocksMs, at);
  }

  get isPolled(): boolean {
    return this.#polling !== undefined;
  }

  /** An order that worked is listed no more. @param createdAt by the gateway's clock */
  unlisted(id: string, createdAt: number | undefined, at: number): void {
    this.#unlisted.add(id);
    const oldest = this.#unlisted.size > mostUnlisted ? this.#unlisted.values().next().value : undefined;
    if (oldest !== undefined) this.#unlisted.delete(oldest);
    const from = createdAt === undefined ? at - longestMs : createdAt - clocksMs;
    // Asked for a day, the answer would be long and not tell it.
    if (from >= at - longestMs) this.#owe(Math.min(from, at), at);
  }

  #owe(from: number, at: number): void {
    const since = Math.max(from, at - longestMs);
    this.#owedFrom = Math.min(this.#owedFrom ?? since, since);
  }

  /** Orders created since then are to be asked for; undefined = nothing is. */
  get owedFrom(): number | undefined {
    return this.#owedFrom;
  }

  /** True where the hub was away meanwhile: then it is part of a recovery, and not of the usual rounds. */
  get afterGap(): boolean {
    return this.#before !== undefined && this.#knownFrom !== undefined;
  }

  get knownFrom(): number | undefined {
    return this.#knownFrom ?? this.#polled?.from;
  }

  /** When they were last asked for, where only that tells them. */
  get polledAt(): number | undefined {
    return this.#knownFrom === undefined ? this.#polled?.askedAt : undefined;
  }

  /** Whether it can have ended untold: the answer reaches back to the eldest that is owed, and tells all that ended since as well. */
  concerns({ id, updatedAt, createdAt }: Pick<Order, 'id' | 'updatedAt' | 'createdAt'>): boolean {
    if (this.#unlisted.has(id)) return true;
    const endedAt = updatedAt ?? createdAt;
    if (this.#polling !== undefined && endedAt !== undefined && endedAt >= this.#polling.from - clocksMs)
      return true;
    return this.#before !== undefined && endedAt !== undefined && endedAt >= this.#before.lostAt - overlapMs;
  }

  /** They were asked for at `askedAt`, when `from` was owed. @param ended those that the answer told as ended */
  answered(from: number, askedAt: number, ended: ReadonlySet<string>): void {
    if (this.#owedFrom === undefined || this.#owedFrom < from) return;
    // What ended after the question, as long as the hub did not tell it, is not in the answer.
    if (this.#lostAt >= askedAt || this.#subscribedAt > askedAt) return;
    const isWhole = [...this.#unlisted].every((id) => ended.has(id));
    this.#owedFrom = undefined;
    this.#unlisted.clear();
    if (this.#polling !== undefined && from <= this.#polling.from) {
      this.#polled = { from: this.#polled?.from ?? this.#polling.from, askedAt };
      this.#polling = { ...this.#polling, from: askedAt };
    }
    // The gap goes on: as a whole it is asked for once it is over.
    if (this.#knownFrom === undefined) return;
    // Of an outage longer than a day only the last day was asked for.
    if (this.#before !== undefined && isWhole && from <= this.#before.lostAt - overlapMs)
      this.#knownFrom = this.#before.knownFrom;
    this.#before = undefined;
  }

  /** The gateway does not tell them: how these ended stays unknown. */
  refused(): void {
    this.#owedFrom = undefined;
    this.#before = undefined;
    this.#polled = undefined;
    this.#unlisted.clear();
  }
}
