// Work that repeats for ever: one run at a time, the next after what the last one says, or at once when woken.
import type { Cancel, Clock } from '../domain/clock.ts';

const afterFailureMs = 10_000;

export class Recurring {
  readonly #clock: Clock;
  readonly #run: () => Promise<number>;
  readonly #failed: (error: unknown) => void;
  #timer: Cancel | undefined;
  #running = false;
  #again = false;
  #stopped = false;

  /** `run` resolves with the ms until the next run; where it rejects, that is told and it runs again later. */
  constructor(clock: Clock, run: () => Promise<number>, failed: (error: unknown) => void) {
    this.#clock = clock;
    this.#run = run;
    this.#failed = failed;
  }

  /** A run has begun and not ended. */
  get isRunning(): boolean {
    return this.#running;
  }

  /** Runs now, or once more right after the run that is going on. */
  wake(): void {
    if (this.#stopped) return;
    this.#again = this.#running;
    if (this.#running) return;
    this.#timer?.();
    this.#running = true;
    this.#run().then(
      (nextMs) => this.#ran(nextMs),
      (error: unknown) => {
        this.#failed(error);
        this.#ran(afterFailureMs);
      },
    );
  }

  #ran(nextMs: number): void {
    this.#running = false;
    if (this.#again) this.wake();
    else this.later(nextMs);
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
