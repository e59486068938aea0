// Work with an end: told to stop at its deadline, and a moment later its slot is free whether it listened or not.
import { setMaxListeners } from 'node:events';
import type { Clock } from '../domain/clock.ts';
import { OpsError } from '../domain/errors.ts';

export interface Deadline {
  readonly clock: Clock;
  readonly endsInMs: number;
  /** `The examination`: what did not end, for the error. */
  readonly what: string;
  /** Told earlier where this aborts. */
  readonly stopping?: AbortSignal;
}

/** What whoever was told to stop may still take for a last word. */
export const lastWordMs = 500;

/**
 * Runs `work` with a signal that aborts at the deadline (or with `stopping`), and waits `lastWordMs` more at most. Only work
 * that gives the event loop back can be left behind: an endless loop stops the whole process, which others then notice.
 * @throws what `work` throws; OpsError `deadline` (retryable) or `cancelled` where it did not end
 */
export async function byDeadline<T>(
  { clock, endsInMs, what, stopping }: Deadline,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const control = new AbortController();
  setMaxListeners(0, control.signal);
  let cancel = (): void => undefined;
  let leave: (error: OpsError) => void = () => undefined;
  const left = new Promise<never>((_resolve, reject) => {
    leave = reject;
  });
  const end = (error: OpsError): void => {
    cancel();
    control.abort(error);
    cancel = clock.after(lastWordMs, () => leave(error));
  };
  const stop = (): void => end(new OpsError('cancelled', `${what} was told to stop.`, { retryable: true }));
  cancel = clock.after(Math.max(0, endsInMs), () => {
    end(
      new OpsError('deadline', `${what} did not end in its time and was left behind.`, { retryable: true }),
    );
  });
  if (stopping?.aborted === true) stop();
  stopping?.addEventListener('abort', stop);
  try {
    return await Promise.race([(async () => await work(control.signal))(), left]);
  } finally {
    cancel();
    stopping?.removeEventListener('abort', stop);
  }
}
