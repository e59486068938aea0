// The dead man's switch: an address of yours is asked for once a minute while all is well; when that stops, it raises the alarm.
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import { scrub, type Log } from '../log.ts';

const periodMs = 60_000;
const timeoutMs = 10_000;

/** @param well whether commands are answered and pages sent right now. Returns the way to stop. */
export function startDeadMan(url: string, well: () => Promise<boolean>, clock: Clock, log: Log): () => void {
  const beat = async (): Promise<void> => {
    try {
      if (!(await well())) {
        log.warn({ event: 'dead-man-held' }, 'not well, so the dead man’s switch is not pressed');
        return;
      }
      const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
      if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    } catch (error) {
      log.warn(
        { event: 'dead-man-failed', why: scrub(messageOf(error)) },
        'the dead man’s switch was not reached',
      );
    }
  };
  return clock.every(periodMs, () => void beat());
}
