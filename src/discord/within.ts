// A promise with an end: after the given time it is a deadline error, whatever becomes of it.
import type { Clock } from '../domain/clock.ts';
import { OpsError } from '../domain/errors.ts';

/**
 * In so many pieces the time is counted: a process that stood still (stopped, or busy with itself) has not read what lies there,
 * and its clock alone would call that late though it was done.
 */
const pieces = 10;

/** @throws OpsError `deadline` (retryable) after `limitMs` in which this process ran; what the promise does later is ignored. */
export function within<T>(clock: Clock, limitMs: number, promise: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let left = pieces;
    const cancel = clock.every(limitMs / pieces, () => {
      left -= 1;
      if (left > 0) return;
      cancel();
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
