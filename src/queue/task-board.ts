// Where the bot pins its questions: a ticket is written and one job per login asked, in one trip to Redis.
import { systemClock } from '../clock.ts';
import type { Clock } from '../domain/clock.ts';
import { OpsError } from '../domain/errors.ts';
import type { AskJob, ExaminePart, ExamineTask, TaskTicket } from '../domain/job.ts';
import { escaped, keys } from './keys.ts';
import { laneOf, queueOf, questionOf, type Lane } from './question.ts';
import { guarded } from './redis-error.ts';
import { within, type RedisLink } from './redis.ts';
import { doneScript, submitScript } from './ticket-scripts.ts';

export interface TaskBoard {
  /**
   * Pins an examination; its answer comes through `serveAnswers`, exactly once. The same ticket id twice is one ticket.
   * @throws OpsError `redis-unavailable`: nobody will answer, tell the person. `bad-payload` for a task that asks nobody.
   */
  submit(ticket: TaskTicket): Promise<void>;
}

/** What a job of an ask queue holds. */
export interface SealedAsk {
  readonly sealed: string;
}

interface InFlight {
  readonly askId: string;
  readonly deadlineAt: number;
}

/** Beyond this many different questions in flight the oldest are simply not joined. */
const mostInFlight = 1_000;
/** A wait nobody ends (Redis emptied half-way) goes by itself this long after its deadline. */
const afterlifeMs = 60_000;
/** Clocks of machines differ by less, and after this nobody waits for what an ask would bring. */
const askLifeMs = 10 * 60_000;
/** An answer may come late, after an outage of Discord; a day later it is an old one brought back. */
const ticketLifeMs = 24 * 60 * 60_000;
/** Nobody is kept waiting for a withdrawal that may well fail as the submission did. */
const withdrawMs = 300;

export function taskBoard(link: RedisLink, clock: Clock = systemClock): TaskBoard {
  /** Only a hint which ask may be joined: whether it is still open is decided in Redis. */
  const inFlight = new Map<string, InFlight>();

  async function submit(ticket: TaskTicket): Promise<void> {
    if (ticket.task.kind !== 'examine') {
      throw new OpsError('bad-payload', `A task of kind ${ticket.task.kind} asks no host.`, {
        retryable: false,
      });
    }
    const task = ticket.task;
    const lane = laneOf(task);
    const plans = task.parts.map((part) => {
      const question = questionOf(part, task);
      const hint = inFlight.get(question);
      // An ask about to time out would answer this ticket with nothing.
      const join =
        hint !== undefined && hint.deadlineAt - clock.now() > (ticket.deadlineAt - clock.now()) / 2;
      const askId = `${question}-${escaped(ticket.id)}`;
      const job = jobOf(part, askId, ticket, task);
      const sealed = link.seal.close('ask', askId, clock.now() + askLifeMs, job);
      return { question, join: join ? hint.askId : '', job, sealed };
    });
    const life = Math.max(0, ticket.deadlineAt - clock.now()) + afterlifeMs;
    // At once: of a crowd that asks the same in one breath, all but the first join.
    for (const { question, join, job } of plans)
      if (join === '') remember(question, { askId: job.askId, deadlineAt: ticket.deadlineAt });
    const written = link.run(
      submitScript,
      [keys.ticketDeadlines],
      [
        ticket.id,
        // A text inside the JSON that the scripts put together.
        JSON.stringify(link.seal.close('ticket', ticket.id, clock.now() + ticketLifeMs, ticket)),
        ticket.deadlineAt,
        link.id,
        life,
        // What nobody waits for waits its turn as a job; a message would begin it at once, however many there are.
        ...plans.flatMap(({ join, job, sealed }) => [
          join,
          job.askId,
          escaped(job.login),
          lane === 'interactive' ? sealed : '',
        ]),
      ],
    ) as Promise<readonly number[]>;
    let joined: readonly number[];
    try {
      // A host that sees the job before the ticket is there would answer nobody. On one connection the order is kept without
      // waiting for the reply.
      if (!link.keepsOrder) await written;
      const asked = plans.filter(({ join }) => join === '').map((plan) => ask(lane, plan));
      [joined] = await Promise.all([written, ...asked]);
      if (joined[0] === -1) return;
      const late = plans.filter(({ join }, part) => join !== '' && joined[part] !== 1);
      await Promise.all(late.map((plan) => ask(lane, plan)));
    } catch (error) {
      // The person is told of the failure now; a half-written ticket must not answer a second time at its deadline.
      await within(withdrawMs, link.run(doneScript, [keys.ticketsReady], [ticket.id, '', '']));
      throw error;
    }
    plans.forEach((plan, part) => {
      if (plan.join !== '' && joined[part] !== 1)
        remember(plan.question, { askId: plan.job.askId, deadlineAt: ticket.deadlineAt });
    });
  }

  async function ask(
    lane: Lane,
    { job, sealed }: { readonly job: AskJob; readonly sealed: string },
  ): Promise<void> {
    const queue = link.queue(queueOf(lane, job.login));
    await guarded(link, queue.add('ask', { sealed } satisfies SealedAsk, { jobId: job.askId }));
  }

  function remember(question: string, flight: InFlight): void {
    inFlight.delete(question);
    inFlight.set(question, flight);
    for (const [oldest] of inFlight) {
      if (inFlight.size <= mostInFlight) break;
      inFlight.delete(oldest);
    }
  }

  return { submit };
}

function jobOf(part: ExaminePart, askId: string, ticket: TaskTicket, task: ExamineTask): AskJob {
  return {
    kind: 'ask',
    askId,
    login: part.login,
    suites: part.suites,
    diagnostics: task.diagnostics,
    ...(task.exhibits === undefined ? {} : { exhibits: task.exhibits }),
    ...(task.subject === undefined ? {} : { subject: task.subject }),
    grant: ticket.grant,
    askedAt: ticket.askedAt,
    deadlineAt: ticket.deadlineAt,
  };
}
