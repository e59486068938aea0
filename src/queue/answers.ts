// The bot side of an answer: each ticket that is complete, or out of time, is delivered once; failures are tried again.
import { setMaxListeners } from 'node:events';
import { pause } from '../domain/stop-signal.ts';
import { systemClock } from '../clock.ts';
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { AskResult, ExaminePart, TaskTicket } from '../domain/job.ts';
import { byDeadline } from './deadline.ts';
import { letterOf, parcelOf, whyGivenUp } from './dead-letters.ts';
import { keys } from './keys.ts';
import { questionOf } from './question.ts';
import { lossMs, within, type RedisLink } from './redis.ts';
import { refusals, type Refuse } from './refusals.ts';
import { answerRetry, retryAfter } from './retry.ts';
import { isSealedResult, isTicket, shaped } from './shapes.ts';
import { doneScript, laterScript, sweepScript } from './ticket-scripts.ts';

/** `complete`: every part answered; `deadline`: the wait ended with what there is. */
export type AnswerWhy = 'complete' | 'deadline';

export type DeliverAnswer = (
  ticket: TaskTicket,
  results: readonly AskResult[],
  missing: readonly ExaminePart[],
  why: AnswerWhy,
  /** Aborts where it takes too long; it is then tried again. */
  signal: AbortSignal,
) => Promise<void>;

export interface AnswerGuard {
  readonly refuse?: Refuse;
  /** A ticket was refused: who waits for it must be told by what this process remembers of it. */
  readonly onDropped?: (ticket: string) => void;
  /** How long one delivery may take, ms. */
  readonly deliverMs?: number;
  /** For the waits between tries, from 0 to 1. */
  readonly random?: () => number;
}

export interface AnswerServing {
  close(): Promise<void>;
}

/** As the scripts put it together: what can be acted on is sealed in it. */
interface Ready {
  readonly ticket: unknown;
  readonly why: AnswerWhy;
  readonly attempts: number;
  /** By index of the part. */
  readonly results: Readonly<Record<string, unknown>>;
}

/** Proved to be what the desk's own processes wrote. */
interface Proved {
  readonly ticket: TaskTicket;
  readonly why: AnswerWhy;
  readonly attempts: number;
  /** By index of the part; a refused one says so. */
  readonly results: readonly (AskResult | undefined)[];
  /** As it came, for the dead letters. */
  readonly ready: string;
}

/** Also how exact a deadline is. */
const sweepMs = 250;
const closeMs = 5_000;
const mostRemembered = 2_000;
/** Calls to Discord have shorter ends of their own; this is for what hangs in spite of them. */
const usualDeliverMs = 60_000;

/**
 * Delivers answers until closed. At least once: a crash between delivery and its record delivers again.
 * An OpsError that is retryable is tried again (`retryAfterMs` honoured), others end in the dead letters.
 */
export function serveAnswers(
  link: RedisLink,
  deliver: DeliverAnswer,
  clock: Clock = systemClock,
  {
    refuse = refusals(link, undefined, clock),
    onDropped = () => undefined,
    deliverMs = usualDeliverMs,
    random = Math.random,
  }: AnswerGuard = {},
): AnswerServing {
  const delivering = new Map<string, Promise<void>>();
  /** When each was; Redis remembers it too, but whoever brings an old ticket back can also make Redis forget. */
  const delivered = new Map<string, number>();
  const closing = new AbortController();
  // One listener per delivery that waits to be tried again is no leak.
  setMaxListeners(0, closing.signal);
  let sweeping = false;

  const unlisten = link.listen(`${keys.answerChannel}${link.id}`, take);
  const stopSweeping = clock.every(sweepMs, sweep);
  sweep();

  /** `text`: the id under which it was found, a line break, and the ready ticket. */
  function take(text: string): void {
    const cut = text.indexOf('\n');
    const id = text.slice(0, Math.max(0, cut));
    if (closing.signal.aborted || delivering.has(id)) return;
    let proved: Proved | string;
    try {
      proved = prove(id, text.slice(cut + 1));
    } catch (error) {
      // One that nobody could foresee must not keep back those that were found with it.
      proved = `it cannot be judged: ${messageOf(error)}`;
    }
    const work = (typeof proved === 'string' ? drop(id, proved) : bring(proved))
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

  /** The reason where the ticket cannot be trusted. */
  function prove(id: string, text: string): Proved | string {
    let ready: Partial<Ready> | null;
    try {
      ready = JSON.parse(text) as Partial<Ready> | null;
    } catch {
      return 'it cannot be read';
    }
    const sealed = link.seal.open<unknown>('ticket', ready?.ticket, clock.now(), id);
    const opened = shaped(sealed, isTicket, 'no ticket');
    if (opened.kind === 'refused') return opened.why;
    if (clock.now() - (delivered.get(id) ?? clock.now()) > lossMs)
      return 'it was answered before: it is an old one brought back';
    const ticket = opened.content;
    if (ticket.id !== id) return 'it says that it is another one than the one it was found as';
    const parts = ticket.task.kind === 'examine' ? ticket.task.parts : [];
    const results = parts.map((part, index) => resultOf(ticket, part, ready?.results?.[index]));
    const attempts = Number(ready?.attempts);
    return {
      ticket,
      results,
      ready: text,
      why: ready?.why === 'deadline' ? 'deadline' : 'complete',
      attempts: attempts >= 0 ? attempts : 0,
    };
  }

  function resultOf(ticket: TaskTicket, part: ExaminePart, text: unknown): AskResult | undefined {
    if (text === undefined || ticket.task.kind !== 'examine') return undefined;
    const sealed = link.seal.open<unknown>('result', text, clock.now());
    const opened = shaped(sealed, isSealedResult, 'no result');
    const question = `${questionOf(part, ticket.task)}-`;
    let why: string;
    if (opened.kind === 'refused') why = opened.why;
    else if (!opened.id.startsWith(question)) why = 'it answers another question';
    // An ask that was joined was still open then; one that was not is an old answer. All by the clock of the bot that asked.
    else if (opened.content.deadlineAt < ticket.askedAt || opened.content.askedAt > ticket.deadlineAt)
      why = 'it is the answer to an earlier ask, brought back';
    else return opened.content.result;
    refuse({ what: 'result', id: ticket.id, why });
    return {
      kind: 'failed',
      login: part.login,
      why: 'what came as its answer was not signed by a worker of this desk and version, and was refused',
    };
  }

  async function drop(id: string, why: string): Promise<void> {
    refuse({ what: 'ticket', id, why });
    await link.runPatiently(doneScript, [keys.ticketsReady], [id, '', '']);
    onDropped(id);
  }

  async function bring(found: Proved): Promise<void> {
    const { ticket, why, attempts, results: proved } = found;
    if (delivered.has(ticket.id)) {
      link.log.warn({ event: 'answer-returned', ticket: ticket.id }, 'Redis has lost that it was answered');
      await done(ticket);
      return;
    }
    const parts = ticket.task.kind === 'examine' ? ticket.task.parts : [];
    const results = proved.filter((result) => result !== undefined);
    const missing = parts.filter((_part, index) => proved[index] === undefined);
    for (let attempt = attempts + 1; ; attempt += 1) {
      try {
        await byDeadline({ clock, endsInMs: deliverMs, what: 'The delivery' }, (signal) =>
          deliver(ticket, results, missing, why, signal),
        );
      } catch (error) {
        const next = retryAfter(error, attempt, answerRetry, random);
        if (next.kind === 'again') {
          link.log.warn(
            {
              event: 'answer-failed',
              ticket: ticket.id,
              attempt,
              error: messageOf(error),
              againInMs: next.inMs,
            },
            'an answer was not accepted',
          );
          await link.runPatiently(laterScript, [keys.ticketsReady], [ticket.id, next.inMs]);
          await pause(clock, next.inMs, closing.signal);
          if (closing.signal.aborted) return;
          continue;
        }
        await giveUp(found, error);
        return;
      }
      await done(ticket);
      return;
    }
  }

  async function done(ticket: TaskTicket): Promise<void> {
    await link.runPatiently(doneScript, [keys.ticketsReady], [ticket.id, '', '']);
    if (!delivered.has(ticket.id)) remember(ticket.id);
  }

  /** Not remembered as answered: a person may send it again. */
  async function giveUp({ ticket, ready }: Proved, failure: unknown): Promise<void> {
    const about = `${ticket.task.kind === 'examine' ? ticket.task.title : ticket.task.action} asked by ${ticket.askedBy.name}`;
    link.log.error(
      { event: 'answer-given-up', ticket: ticket.id, error: messageOf(failure) },
      `no answer to: ${about}`,
    );
    const why = whyGivenUp(failure);
    const letter = letterOf(link.seal, { at: clock.now(), what: 'answer', id: ticket.id, about, why });
    const parcel = parcelOf({ kind: 'answer', ready });
    await link.runPatiently(doneScript, [keys.ticketsReady], [ticket.id, letter, parcel]);
  }

  function remember(id: string): void {
    delivered.set(id, clock.now());
    if (delivered.size > mostRemembered)
      for (const oldest of [...delivered.keys()].slice(0, mostRemembered / 2)) delivered.delete(oldest);
  }

  function sweep(): void {
    if (sweeping || !link.up()) return;
    sweeping = true;
    link
      .run(sweepScript, [keys.ticketDeadlines, keys.ticketsReady], [clock.now(), ...delivering.keys()])
      .then((found) => {
        for (const text of found as readonly string[]) take(text);
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

  return {
    async close() {
      unlisten();
      stopSweeping();
      closing.abort();
      await within(closeMs, Promise.all(delivering.values()));
    },
  };
}
