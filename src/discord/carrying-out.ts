// What becomes of a task that somebody may give: an examination goes into the queue, the rest the bot does itself, once among all bots.
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import { readsOnly, type Answer, type DeskTask, type ExamineTask, type TaskTicket } from '../domain/job.ts';
import type { StoreOutage } from '../domain/store-watch.ts';
import { scrub, type Log } from '../log.ts';
import { failureAnswer, notCarriedOut, unclaimed, type Asked } from './answers.ts';
import type { Command } from './command.ts';
import type { Caller } from './config.ts';
import { bars, type Outages } from './outages.ts';
import { actionOf } from './planning.ts';
import { plain } from './presenter/text.ts';
import type { Hold } from './receipt.ts';
import { within } from './within.ts';

export interface CarryingOutOptions {
  readonly submit: (ticket: TaskTicket) => Promise<void>;
  /** What the bot does itself; it judges once more whether the caller may. */
  readonly act: (task: DeskTask, by: Caller) => Promise<Answer>;
  readonly clock: Clock;
  readonly log: Log;
  /** How long a command waits for its answer, ms. */
  readonly deadlineMs?: number;
}

/** The answer where the store is away; `begun` = what became of the task is not known. */
export type WhileAway = (outage: StoreOutage, begun: boolean) => Answer;

const usualDeadlineMs = 10_000;
const submitWithinMs = 6_000;

export class CarryingOut {
  readonly #options: CarryingOutOptions;
  readonly #outages: Outages;

  constructor(options: CarryingOutOptions, outages: Outages) {
    this.#options = options;
    this.#outages = outages;
  }

  /** Undefined where it is in the queue, which brings the answer. */
  async queued(
    task: ExamineTask,
    command: Command,
    asked: Asked,
    caller: Caller,
    away: WhileAway,
  ): Promise<Answer | undefined> {
    const { clock, log, submit, deadlineMs = usualDeadlineMs } = this.#options;
    const askedAt = clock.now();
    const ticket: TaskTicket = {
      ...asked,
      task,
      askedBy: { id: caller.id, name: plain(caller.name) },
      grant: { ...actionOf(command), guildId: caller.guildId ?? '', roles: caller.roles },
      askedAt,
      deadlineAt: askedAt + deadlineMs,
    };
    try {
      await within(clock, submitWithinMs, submit(ticket));
      return undefined;
    } catch (error) {
      log.error({ command: command.name, why: scrub(messageOf(error)) }, 'task not queued');
      const outage = await this.#outages.behind(error);
      if (outage !== undefined) return away(outage, true);
      return failureAnswer(
        error,
        `/${command.name} could not be queued: the queue (Redis) did not take it. Nothing was examined.`,
        'Try again in a few seconds. Until then watch the platform yourself: paging may be held up too.',
      );
    }
  }

  /** Undefined where another bot turns out to have it: that one acts and answers. */
  async acted(
    task: DeskTask,
    caller: Caller,
    hold: Pick<Hold, 'proven'>,
    away: WhileAway,
  ): Promise<Answer | undefined> {
    const { act, clock, log, deadlineMs = usualDeadlineMs } = this.#options;
    // Planning takes its time.
    const before = await this.#outages.proven();
    if (bars(before, task)) return away(before, false);
    if (!readsOnly(task)) {
      const mine = await hold.proven();
      if (mine === false) return undefined;
      // Another bot that is as much in doubt would do the same.
      if (mine === undefined) return this.#unclaimed(task, away);
    }
    const by = { ...caller, name: plain(caller.name) };
    try {
      return await within(clock, deadlineMs, this.#outages.whileUp(act(task, by)));
    } catch (error) {
      log.error({ task: task.kind, why: scrub(messageOf(error)) }, 'not carried out');
      const outage = await this.#outages.behind(error);
      return outage === undefined ? notCarriedOut(error, task) : away(outage, true);
    }
  }

  async #unclaimed(task: DeskTask, away: WhileAway): Promise<Answer> {
    this.#options.log.error({ task: task.kind }, 'not carried out: Redis does not say which bot has it');
    const outage = await this.#outages.proven();
    return bars(outage, task) ? away(outage, false) : unclaimed;
  }
}
