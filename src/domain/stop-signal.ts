// Waiting that ends with a stop: for the stop itself, or for a while.
import type { Clock } from './clock.ts';

export function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Ends with the signal, at once where it is aborted already. Leaves nothing on a signal that lives long. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    // An aborted signal tells it to nobody who comes later.
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(ms, end);
    signal.addEventListener('abort', end);
  });
}

/** What `work` says, or `instead` where the signal comes first; the work goes on. Leaves nothing on a signal that lives long. */
export async function unlessStopped<T>(signal: AbortSignal, work: Promise<T>, instead: () => T): Promise<T> {
  if (signal.aborted) return instead();
  let end: (() => void) | undefined;
  const stop = new Promise<T>((resolve) => {
    end = () => resolve(instead());
    signal.addEventListener('abort', end, { once: true });
  });
  try {
    return await Promise.race([work, stop]);
  } finally {
    if (end !== undefined) signal.removeEventListener('abort', end);
  }
}

/**
 * `work` with a signal that aborts as soon as one of these does. Unlike `AbortSignal.any`, which leaves a reference on a signal that
 * lives as long as its process for every call, it lets go of them when the work has ended.
 */
export async function underAny<T>(
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const first = new AbortController();
  const ends = signals.map((signal) => {
    const end = (): void => first.abort(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
    return () => signal.removeEventListener('abort', end);
  });
  try {
    return await work(first.signal);
  } finally {
    for (const letGo of ends) letGo();
  }
}
