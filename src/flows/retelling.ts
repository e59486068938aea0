// What is said through the second channel is not lost where it does not take it: it waits, in order, and is tried again.
import { messageOf } from '../domain/errors.ts';
import type { Log } from '../log.ts';

export interface Retelling {
  /** @param told called once somebody took it */
  say(text: string, told?: () => void): void;
  /** Tries what waits, oldest first, until one is not taken. Never rejects. */
  tell(): Promise<void>;
}

/** Who was told nothing for this many has worse troubles than the oldest of them. */
const mostUntold = 20;

/** @param sound resolves when somebody took it */
export function retelling(sound: (text: string) => Promise<void>, log: Log): Retelling {
  const untold: { readonly text: string; readonly told: () => void }[] = [];
  return {
    say(text, told = () => undefined) {
      untold.push({ text, told });
    },
    async tell() {
      for (let next = untold[0]; next !== undefined; next = untold[0]) {
        try {
          await sound(next.text);
          log.warn({ event: 'second-channel-told', text: next.text }, 'told through the second channel');
          untold.shift();
          next.told();
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
