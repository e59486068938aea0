// Orders of one account that ended while nobody told it: from when on they must be asked for, and since when every end is known.

/** Events of the last moments before a connection is seen to be lost may be lost too. */
const overlapMs = 60_000;
/** An order that works for longer is not worth the answer it would cost: all of the account's orders since. */
const longestMs = 24 * 3_600_000;

export class OrderEnds {
  #owedFrom: number | undefined;
  /** Since when the hub told, or REST was asked for, how orders ended; undefined = it does not tell now. */
  #knownFrom: number | undefined;
  #lostAt = Number.NEGATIVE_INFINITY;
  /** What was known before a connection was lost, until the time since is asked for. */
  #before: { readonly knownFrom: number; readonly lostAt: number } | undefined;

  /** The user hub tells from now on. */
  subscribed(at: number): void {
    this.#knownFrom ??= at;
    if (this.#before !== undefined) this.owe(this.#before.lostAt - overlapMs, at);
  }

  lost(at: number): void {
    // Lost again before it was asked: what is owed reaches back to the first time.
    if (this.#knownFrom !== undefined) this.#before ??= { knownFrom: this.#knownFrom, lostAt: at };
    this.#knownFrom = undefined;
    this.#lostAt = at;
  }

  /** An order that worked is listed no more, or there may be such. @param from when the oldest of them was created, or ms before its end */
  owe(from: number | undefined, at: number): void {
    const since = Math.max(from ?? 0, at - longestMs);
    this.#owedFrom = Math.min(this.#owedFrom ?? since, since);
  }

  /** Orders created since then are to be asked for; undefined = nothing is. */
  get owedFrom(): number | undefined {
    return this.#owedFrom;
  }

  /** True where the hub was away meanwhile: then it is part of a recovery, and not of the usual rounds. */
  get afterGap(): boolean {
    return this.#before !== undefined;
  }

  get knownFrom(): number | undefined {
    return this.#knownFrom;
  }

  /** They were asked for at `askedAt`, when `from` was owed. */
  answered(from: number, askedAt: number): void {
    if (this.#owedFrom === undefined || this.#owedFrom < from || this.#lostAt >= askedAt) return;
    this.#owedFrom = undefined;
    if (this.#knownFrom !== undefined && this.#before !== undefined) this.#knownFrom = this.#before.knownFrom;
    this.#before = undefined;
  }

  /** The gateway does not tell them: how these ended stays unknown. */
  refused(): void {
    this.#owedFrom = undefined;
    this.#before = undefined;
  }
}
