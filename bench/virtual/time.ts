// Virtual time: timers run in order at their own instants, one at a time, and everything they set in motion settles before the clock moves on.

interface Timer {
  order: number;
  dueAt: number;
  readonly periodMs: number | undefined;
  readonly run: () => void;
  live: boolean;
}

export interface Ticket {
  cancel(): void;
}

const realImmediate = globalThis.setImmediate;
const realClearImmediate = globalThis.clearImmediate;

/** Steps taken in one turn of the real event loop: Node drains ticks and promises between two immediates of the same turn. */
const usualStepsPerTurn = 64;

export class VirtualTime {
  readonly startedAt: number;
  /** Timers that ran, for measuring. */
  ran = 0;
  readonly #stepsPerTurn: number;
  readonly #heap: Timer[] = [];
  #now: number;
  #order = 0;
  #soon: (() => void)[] = [];
  #next = 0;

  constructor(startedAt: number, stepsPerTurn = usualStepsPerTurn) {
    this.startedAt = startedAt;
    this.#now = startedAt;
    this.#stepsPerTurn = stepsPerTurn;
  }

  now(): number {
    return this.#now;
  }

  /** Runs after everything that is in flight now, at this same instant: an immediate, or bytes on the wire. */
  soon(run: () => void): Ticket {
    let wanted = true;
    this.#soon.push(() => {
      if (wanted) run();
    });
    return {
      cancel() {
        wanted = false;
      },
    };
  }

  after(delayMs: number, run: () => void): Ticket {
    return this.#add(delayMs, undefined, run);
  }

  every(periodMs: number, run: () => void): Ticket {
    return this.#add(periodMs, wholeDelay(periodMs), run);
  }

  /**
   * Lets time pass until `work` has settled.
   * @throws Error where nothing is left that could ever settle it, or where a timer threw
   */
  async until<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const done = (): void => {
      settled = true;
    };
    work.then(done, done);
    await new Promise<void>((resolve, reject) => {
      let turn: NodeJS.Immediate[] = [];
      let idle = 0;
      let over = false;
      const leave = (end: () => void): void => {
        over = true;
        for (const one of turn) realClearImmediate(one);
        end();
      };
      const step = (): void => {
        if (over) return;
        if (settled) {
          leave(resolve);
          return;
        }
        try {
          idle = this.#step() ? 0 : idle + 1;
        } catch (error) {
          leave(() => reject(error instanceof Error ? error : new Error(String(error))));
          return;
        }
        if (idle > this.#stepsPerTurn * 4)
          leave(() =>
            reject(new Error('virtual time stands still: nothing waits, and the work is not done')),
          );
      };
      const take = (): void => {
        if (over) return;
        turn = Array.from({ length: this.#stepsPerTurn }, () => realImmediate(step));
        turn.push(realImmediate(take));
      };
      take();
    });
    return await work;
  }

  /** What is in flight goes first, one thing at a time; only then the next timer. False = there is nothing. */
  #step(): boolean {
    const run = this.#soon[this.#next];
    if (run !== undefined) {
      this.#next += 1;
      if (this.#next === this.#soon.length) {
        this.#soon = [];
        this.#next = 0;
      }
      run();
      return true;
    }
    const timer = this.#pop();
    if (timer === undefined) return false;
    this.#now = Math.max(this.#now, timer.dueAt);
    this.ran += 1;
    if (timer.periodMs === undefined) timer.live = false;
    else this.#push(timer, this.#now + timer.periodMs);
    timer.run();
    return true;
  }

  #add(delayMs: number, periodMs: number | undefined, run: () => void): Ticket {
    const timer: Timer = { order: 0, dueAt: 0, periodMs, run, live: true };
    this.#push(timer, this.#now + wholeDelay(delayMs));
    return {
      cancel() {
        timer.live = false;
      },
    };
  }

  #push(timer: Timer, dueAt: number): void {
    this.#order += 1;
    timer.order = this.#order;
    timer.dueAt = dueAt;
    const heap = this.#heap;
    let index = heap.length;
    heap.push(timer);
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !before(timer, parent)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = timer;
  }

  #pop(): Timer | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined) return undefined;
      const last = this.#heap.pop();
      if (last !== undefined && last !== first) this.#sink(last);
      if (first.live) return first;
    }
  }

  #sink(timer: Timer): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      let child = heap[below];
      const right = heap[below + 1];
      if (child !== undefined && right !== undefined && before(right, child)) {
        below += 1;
        child = right;
      }
      if (child === undefined || !before(child, timer)) break;
      heap[index] = child;
      index = below;
    }
    heap[index] = timer;
  }
}

function before(one: Timer, other: Timer): boolean {
  return one.dueAt === other.dueAt ? one.order < other.order : one.dueAt < other.dueAt;
}

/** As Node counts: whole milliseconds, at least one. */
function wholeDelay(delayMs: number): number {
  return delayMs >= 1 && delayMs <= 2_147_483_647 ? Math.trunc(delayMs) : 1;
}
