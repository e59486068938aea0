// A promise with an end: after the given time it is a deadline error, whatever becomes of it.
import type { Clock } from '../domain/clock.ts';
import { OpsError } from '../domain/errors.ts';

/** @throws OpsError `deadline` (retryable) after `limitMs`; what the promise does later is ignored. */
export function within<T>(clock: Clock, limitMs: number, promise: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.after(limitMs, () => {
      reject(new OpsError('deadline', `Nothing came within ${limitMs} ms.`, { retryable: true }));
    });
    promise.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
