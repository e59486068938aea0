// Work that repeats for ever: one run at a time, the next after what the last one says, or at once when woken.
import type { Cancel, Clock } from '../domain/clock.ts';

export class Recurring {
  readonly #clock: Clock;
  readonly #run: () => Promise<number>;
  #timer: Cancel | undefined;
  #running = false;
  #again = false;
  #stopped = false;

  /** `run` resolves with the ms until the next run; it must not reject. */
  constructor(clock: Clock, run: () => Promise<number>) {
    this.#clock = clock;
    this.#run = run;
  }

  /** Runs now, or once more right after the run that is going on. */
  wake(): void {
    if (this.#stopped) return;
    this.#again = this.#running;
    if (this.#running) return;
    this.#timer?.();
    this.#running = true;
    void this.#run().then((nextMs) => {
      this.#running = false;
      if (this.#again) this.wake();
      else this.later(nextMs);
    });
  }

  later(ms: number): void {
    if (this.#stopped) return;
    this.#timer?.();
    this.#timer = this.#clock.after(ms, () => this.wake());
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.();
  }
}
