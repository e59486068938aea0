// What is said through the second channel is not lost where it does not take it: it waits, in order, and is tried again.
import { messageOf } from '../domain/errors.ts';
import type { Log } from '../log.ts';

export interface Retelling {
  say(text: string): void;
  /** Tries what waits, oldest first, until one is not taken. Never rejects. */
  tell(): Promise<void>;
}

/** Who was told nothing for this many has worse troubles than the oldest of them. */
const mostUntold = 20;

/** @param sound resolves when somebody took it */
export function retelling(sound: (text: string) => Promise<void>, log: Log): Retelling {
  const untold: string[] = [];
  return {
    say(text) {
      untold.push(text);
    },
    async tell() {
      for (let next = untold[0]; next !== undefined; next = untold[0]) {
        try {
          await sound(next);
          log.warn({ event: 'second-channel-told', text: next }, 'told through the second channel');
          untold.shift();
        } catch (error) {
          log.error(
            { event: 'second-channel-failed', error: messageOf(error) },
            'the second channel did not take it; tried again',
          );
          untold.splice(0, Math.max(0, untold.length - mostUntold));
          return;
        }
      }
    },
  };
}
