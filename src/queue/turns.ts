// Whose turn it is while Discord has trouble: one try at a time, the gravest first, so that pages arrive in order of severity when it is back; and at the start, for what waited for a bot.
import type { Clock } from '../domain/clock.ts';

export interface Turns {
  /**
   * Resolves when this one may be tried: at once while all is well. False = closed meanwhile.
   * @param who the same each time it comes back
   * @param rank lower goes first
   */
  take(who: string, rank: number): Promise<boolean>;
  /** It went through. */
  went(who: string): void;
  /** Discord did not take it for trouble of its own; it takes a turn again after `againInMs`. */
  failed(who: string, rank: number, againInMs: number): void;
  /** It ended in another way, which says nothing about Discord. */
  ended(who: string): void;
  close(): void;
}

interface Waiting {
  readonly who: string;
  readonly rank: number;
  readonly order: number;
  readonly go: (may: boolean) => void;
}

interface Trouble {
  /** Whose turn it is. */
  trying: string | undefined;
  /** Nothing is tried before. */
  nextAt: number;
  /** Those that failed and are not back yet; what is less grave waits for them. */
  absent: Map<string, { readonly rank: number; readonly untilAt: number }>;
}

const inOrder = (a: Waiting, b: Waiting): number => a.rank - b.rank || a.order - b.order;

/** Whoever failed comes back through Redis, a little later than its wait. */
const graceMs = 3_000;

/** @param gatherMs for so long at the start all only come together; then all may be tried, side by side, the gravest first */
export function makeTurns(clock: Clock, gatherMs = 0): Turns {
  const waiting: Waiting[] = [];
  /** Ranks of those that have their turn; several, where they began while all was well. */
  const underWay = new Map<string, number>();
  let order = 0;
  let closed = false;
  /** While there is trouble, and until everything that it held up has gone. */
  let trouble: Trouble | undefined;
  let cancel: (() => void) | undefined;
  let stopGathering =
    gatherMs === 0
      ? undefined
      : clock.after(gatherMs, () => {
          stopGathering = undefined;
          for (const one of waiting.splice(0).sort(inOrder)) begin(one);
        });

  function begin({ who, rank, go }: Waiting): void {
    underWay.set(who, rank);
    go(true);
  }

  function next(): void {
    cancel?.();
    cancel = undefined;
    if (trouble === undefined || trouble.trying !== undefined) return;
    const now = clock.now();
    for (const [who, { untilAt }] of trouble.absent) if (untilAt <= now) trouble.absent.delete(who);
    const [first] = [...waiting].sort(inOrder);
    if (first === undefined) return;
    // Its end asks again.
    if ([...underWay.values()].some((rank) => rank < first.rank)) return;
    const graver = [...trouble.absent.values()]
      .filter(({ rank }) => rank < first.rank)
      .map(({ untilAt }) => untilAt);
    const dueAt = Math.max(trouble.nextAt, ...graver);
    if (dueAt > now) {
      cancel = clock.after(dueAt - now, next);
      return;
    }
    waiting.splice(waiting.indexOf(first), 1);
    trouble.trying = first.who;
    begin(first);
  }

  function over(who: string): void {
    underWay.delete(who);
    if (trouble === undefined) return;
    if (trouble.trying === who) trouble.trying = undefined;
    if (waiting.length === 0 && trouble.absent.size === 0) trouble = undefined;
    else next();
  }

  return {
    take(who, rank) {
      if (closed) return Promise.resolve(false);
      if (trouble === undefined && stopGathering === undefined) {
        underWay.set(who, rank);
        return Promise.resolve(true);
      }
      trouble?.absent.delete(who);
      return new Promise((resolve) => {
        order += 1;
        waiting.push({ who, rank, order, go: resolve });
        next();
      });
    },
    went(who) {
      if (trouble !== undefined) trouble.nextAt = clock.now();
      over(who);
    },
    failed(who, rank, againInMs) {
      const nextAt = clock.now() + againInMs;
      underWay.delete(who);
      trouble ??= { trying: undefined, nextAt, absent: new Map() };
      // Several were under way when it began: the first of them to come back tries.
      trouble.nextAt = trouble.trying === who ? nextAt : Math.min(trouble.nextAt, nextAt);
      trouble.absent.set(who, { rank, untilAt: nextAt + graceMs });
      if (trouble.trying === who) trouble.trying = undefined;
      next();
    },
    ended: over,
    close() {
      closed = true;
      cancel?.();
      stopGathering?.();
      for (const { go } of waiting.splice(0)) go(false);
    },
  };
}
