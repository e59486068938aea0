// The system's own clock, handed to everything that must know the time or wait.
import type { Clock } from './domain/clock.ts';

/** Node runs a timer that is longer than this (24.8 days) at once; a token that never ends would be renewed without a pause. */
const longestMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    let leftMs = delayMs;
    const wait = (): NodeJS.Timeout => {
      const partMs = Math.min(leftMs, longestMs);
      leftMs -= partMs;
      return setTimeout(() => {
        if (leftMs > 0) timer = wait();
        else run();
      }, partMs);
    };
    let timer = wait();
    return () => {
      clearTimeout(timer);
    };
  },
  every(periodMs, run) {
    const timer = setInterval(run, periodMs);
    return () => {
      clearInterval(timer);
    };
  },
};
