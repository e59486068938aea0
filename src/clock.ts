// The system's own clock, handed to everything that must know the time or wait.
import type { Clock } from './domain/clock.ts';

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
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
