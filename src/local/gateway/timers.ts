// A clock whose every timer can be cancelled at once, so that a stopped gateway leaves nothing behind.
import type { Cancel, Clock } from '../../domain/clock.ts';

export interface ScopedClock extends Clock {
  stop(): void;
}

export function scopeClock(clock: Clock): ScopedClock {
  const running = new Set<Cancel>();
  let stopped = false;
  const keep = (cancel: Cancel): Cancel => {
    running.add(cancel);
    return () => {
      running.delete(cancel);
      cancel();
    };
  };
  return {
    now: () => clock.now(),
    after(delayMs, run) {
      if (stopped) return () => undefined;
      const cancel = clock.after(delayMs, () => {
        running.delete(cancel);
        run();
      });
      return keep(cancel);
    },
    every: (periodMs, run) => (stopped ? () => undefined : keep(clock.every(periodMs, run))),
    stop() {
      stopped = true;
      for (const cancel of running) cancel();
      running.clear();
    },
  };
}
