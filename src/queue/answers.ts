// The bot side of an answer: each ticket that is complete, or out of time, is delivered once; failures are tried again.
import { setMaxListeners } from 'node:events';
import { systemClock } from '../clock.ts';
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { AskResult, ExaminePart, TaskTicket } from '../domain/job.ts';
import { letterOf } from './dead-letters.ts';
import { keys } from './keys.ts';
import { within, type RedisLink } from './redis.ts';
import { answerRetry, retryAfter } from './retry.ts';
import { doneScript, laterScript, sweepScript } from './ticket-scripts.ts';

/** `complete`: every part answered; `deadline`: the wait ended with what there is. */
export type AnswerWhy = 'complete' | 'deadline';

export type DeliverAnswer = (
  ticket: TaskTicket,
  results: readonly AskResult[],
  missing: readonly ExaminePart[],
  why: AnswerWhy,
) => Promise<void>;

export interface AnswerServing {
  close(): Promise<void>;
}

interface Ready {
  readonly ticket: TaskTicket;
  readonly why: AnswerWhy;
  readonly attempts: number;
  /** By index of the part. */
  readonly results: Readonly<Record<string, AskResult>>;
}

/** Also how exact a deadline is. */
const sweepMs = 250;
const closeMs = 5_000;

/**
 * Delivers answers until closed. At least once: a crash between delivery and its record delivers again.
 * An OpsError that is retryable is tried again (`retryAfterMs` honoured), others end in the dead letters.
 */
export function serveAnswers(
  link: RedisLink,
  deliver: DeliverAnswer,
  clock: Clock = systemClock,
): AnswerServing {
  const delivering = new Map<string, Promise<void>>();
  const closing = new AbortController();
  // One listener per delivery that waits to be tried again is no leak.
  setMaxListeners(0, closing.signal);
  let sweeping = false;

  const unlisten = link.listen(`${keys.answerChannel}${link.id}`, (message) => {
    take(JSON.parse(message) as Ready);
  });
  const stopSweeping = clock.every(sweepMs, sweep);
  sweep();

  function take(ready: Ready): void {
    const { id } = ready.ticket;
    if (closing.signal.aborted || delivering.has(id)) return;
    const work = bring(ready)
      .catch((error: unknown) => {
        // Left in Redis as it is: the sweep finds it again.
        link.log.warn(
          { event: 'answer-unrecorded', ticket: id, error: messageOf(error) },
          'a delivery was not recorded',
        );
      })
      .finally(() => delivering.delete(id));
    delivering.set(id, work);
  }

  async function bring(ready: Ready): Promise<void> {
    const { ticket, why } = ready;
    const parts = ticket.task.kind === 'examine' ? ticket.task.parts : [];
    const results = parts.flatMap((_part, index) => ready.results[index] ?? []);
    const missing = parts.filter((_part, index) => ready.results[index] === undefined);
    for (let attempt = ready.attempts + 1; ; attempt += 1) {
      try {
        await deliver(ticket, results, missing, why);
      } catch (error) {
        const next = retryAfter(error, attempt, answerRetry);
        if (next.kind === 'again' && clock.now() + next.inMs < ticket.reply.tokenExpiresAt) {
          await link.runPatiently(laterScript, [keys.ticketsReady], [ticket.id, next.inMs]);
          await pause(next.inMs);
          if (closing.signal.aborted) return;
          continue;
        }
        await done(ticket, messageOf(error));
        return;
      }
      await done(ticket);
      return;
    }
  }

  async function done(ticket: TaskTicket, failure?: string): Promise<void> {
    let letter = '';
    if (failure !== undefined) {
      const about = `${ticket.task.kind === 'examine' ? ticket.task.title : ticket.task.action} asked by ${ticket.askedBy.name}`;
      letter = letterOf({ at: clock.now(), what: 'answer', id: ticket.id, about, why: failure });
      link.log.error(
        { event: 'answer-given-up', ticket: ticket.id, error: failure },
        `no answer to: ${about}`,
      );
    }
    await link.runPatiently(doneScript, [keys.ticketsReady], [ticket.id, letter]);
  }

  function sweep(): void {
    if (sweeping || !link.up()) return;
    sweeping = true;
    link
      .run(sweepScript, [keys.ticketDeadlines, keys.ticketsReady], [clock.now(), ...delivering.keys()])
      .then((found) => {
        for (const text of found as readonly string[]) take(JSON.parse(text) as Ready);
      })
      .catch((error: unknown) => {
        link.log.debug(
          { event: 'answer-sweep-failed', error: messageOf(error) },
          'answers could not be swept',
        );
      })
      .finally(() => {
        sweeping = false;
      });
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        closing.signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = clock.after(ms, end);
      closing.signal.addEventListener('abort', end);
    });
  }

  return {
    async close() {
      unlisten();
      stopSweeping();
      closing.abort();
      await within(closeMs, Promise.all(delivering.values()));
    },
  };
}
