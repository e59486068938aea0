// A clock that moves only when told: timers run in order, at their own instants.
import type { Cancel, Clock } from '../../src/domain/clock.ts';

interface Timer {
  readonly id: number;
  dueAt: number;
  readonly periodMs: number | undefined;
  readonly run: () => void;
}

export class FakeClock implements Clock {
  #now: number;
  #next = 1;
  readonly #timers = new Map<number, Timer>();

  constructor(startAt = Date.UTC(2026, 10, 18, 15, 0, 0)) {
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): Cancel {
    return this.#add(delayMs, undefined, run);
  }

  every(periodMs: number, run: () => void): Cancel {
    return this.#add(periodMs, periodMs, run);
  }

  /** Timers waiting, for leak checks. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Moves time forward, running every timer at its instant and letting promises settle in between. */
  async forward(ms: number): Promise<void> {
    const endAt = this.#now + ms;
    await settle();
    for (let timer = this.#due(endAt); timer !== undefined; timer = this.#due(endAt)) {
      this.#now = Math.max(this.#now, timer.dueAt);
      if (timer.periodMs === undefined) this.#timers.delete(timer.id);
      // One that is late is not made up for, as with the real one.
      else timer.dueAt = this.#now + timer.periodMs;
      timer.run();
      await settle();
    }
    this.#now = endAt;
    await settle();
  }

  /** Time passes for everybody but this process: its timers are late, as after a SIGSTOP. */
  standStill(ms: number): void {
    this.#now += ms;
  }

  #add(delayMs: number, periodMs: number | undefined, run: () => void): Cancel {
    const id = this.#next;
    this.#next += 1;
    this.#timers.set(id, { id, dueAt: this.#now + delayMs, periodMs, run });
    return () => {
      this.#timers.delete(id);
    };
  }

  #due(endAt: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers.values()) {
      if (timer.dueAt <= endAt && (first === undefined || timer.dueAt < first.dueAt)) first = timer;
    }
    return first;
  }
}

/** Lets every promise that can go on go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
