// Answers that are in no queue: tried again through minutes of trouble, and left to the next bot where this one has to stop.
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import { scrub, type Log } from '../log.ts';
import { asOpsError } from './discord-error.ts';

/** `given-up`: refused for good, or nobody waits any more. `left`: this bot stops; it may still arrive. */
export type Ending = 'delivered' | 'given-up' | 'left';

const firstPauseMs = 500;
const longestPauseMs = 15_000;
/** Once the reply can no longer be reached, the answer goes to the channel: there is this long for that. */
const lateMs = 5 * 60_000;

export class Patience {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #pausing = new Set<() => void>();
  #state: 'calm' | 'hurried' | 'over' = 'calm';

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Never rejects. @param untilAt when its token ends */
  async deliver(interaction: string, untilAt: number, deliver: () => Promise<void>): Promise<Ending> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await deliver();
        return 'delivered';
      } catch (error) {
        const failed = asOpsError(error, 'The answer');
        const why = scrub(messageOf(failed));
        const pauseMs = this.#pauseMs(attempt, failed.retryAfterMs);
        if (!failed.retryable || this.#clock.now() + pauseMs > untilAt + lateMs) {
          this.#log.error({ interaction, why }, 'answer not delivered');
          return 'given-up';
        }
        if (attempt === 1) this.#log.warn({ interaction, why }, 'answer not delivered yet, trying again');
        await this.#pause(pauseMs);
        if (this.#state !== 'over') continue;
        this.#log.warn({ interaction, why }, 'answer left to the next bot');
        return 'left';
      }
    }
  }

  /** The end is near: whoever pauses tries at once, and then every moment. */
  hurry(): void {
    this.#state = 'hurried';
    this.#wake();
  }

  /** What fails from now on is not tried again. */
  end(): void {
    this.#state = 'over';
    this.#wake();
  }

  #pauseMs(attempt: number, askedMs = 0): number {
    const growing = Math.min(firstPauseMs * 2 ** Math.min(attempt - 1, 20), longestPauseMs);
    return Math.max(this.#state === 'calm' ? growing : firstPauseMs, askedMs);
  }

  #pause(ms: number): Promise<void> {
    if (this.#state === 'over') return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#pausing.delete(wake);
        resolve();
      };
      const cancel = this.#clock.after(ms, wake);
      this.#pausing.add(wake);
    });
  }

  #wake(): void {
    for (const wake of [...this.#pausing]) wake();
  }
}
