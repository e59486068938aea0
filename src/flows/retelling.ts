// What is said through the second channel is not lost where it does not take it: it waits, in order, and is tried again.
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import { chicagoTime } from '../domain/span.ts';
import type { Log } from '../log.ts';

/** What becomes of one word; one of the two is called, once. */
export interface Outcome {
  /** Somebody took it. */
  readonly told?: () => void;
  /** Too many waited: it is not tried again, and whoever said it may say it anew. */
  readonly dropped?: () => void;
}

export interface Retelling {
  say(text: string, outcome?: Outcome): void;
  /** Tries what waits, oldest first, until one is not taken. Never rejects. */
  tell(): Promise<void>;
}

/** Who was told nothing for this many has worse troubles than the oldest of them. */
const mostUntold = 20;
/** What waited longer than this says so: by now it may be otherwise. */
const oldMs = 60_000;

/** @param sound resolves when somebody took it */
export function retelling(
  sound: (text: string) => Promise<void>,
  clock: Pick<Clock, 'now'>,
  log: Log,
): Retelling {
  const untold: { readonly text: string; readonly saidAt: number; readonly outcome: Outcome }[] = [];
  const textOf = ({ text, saidAt }: (typeof untold)[number]): string =>
    clock.now() - saidAt < oldMs
      ? text
      : `${text} (This was so at ${chicagoTime(saidAt)}; it could not be told here before.)`;
  return {
    say(text, outcome = {}) {
      untold.push({ text, saidAt: clock.now(), outcome });
    },
    async tell() {
      for (let next = untold[0]; next !== undefined; next = untold[0]) {
        try {
          const text = textOf(next);
          await sound(text);
          log.warn({ event: 'second-channel-told', text }, 'told through the second channel');
          untold.shift();
          next.outcome.told?.();
        } catch (error) {
          log.error(
            { event: 'second-channel-failed', error: messageOf(error) },
            'the second channel did not take it; tried again',
          );
          for (const { outcome } of untold.splice(0, Math.max(0, untold.length - mostUntold)))
            outcome.dropped?.();
          return;
        }
      }
    },
  };
}
