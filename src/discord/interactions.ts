// What people type, press and complete: acknowledged at once, then planned and handed on, always with one answer.
import {
  InteractionResponseType,
  InteractionType,
  MessageFlags,
  type APIApplicationCommandInteraction,
  type APIInteraction,
  type APIInteractionResponse,
  type APIMessageComponentInteraction,
  type APIModalSubmitInteraction,
} from 'discord-api-types/v10';
import { may, type Action, type Denied } from '../domain/access.ts';
import type { AuditEvent } from '../domain/audit.ts';
import { messageOf } from '../domain/errors.ts';
import type { Answer, IncidentTask } from '../domain/job.ts';
import type { Picked } from '../domain/picked.ts';
import { scrub } from '../log.ts';
import type { Acknowledgements, AckOutcome } from './acknowledgement.ts';
import { failureAnswer, notRead, type Answers, type Asked } from './answers.ts';
import { CarryingOut, type CarryingOutOptions, type WhileAway } from './carrying-out.ts';
import type { Command, Plan, PlanContext, Typed } from './command.ts';
import { Completion } from './completion.ts';
import { parseCustomId } from './custom-id.ts';
import { callerOf, makerOf, type Caller, type DiscordConfig } from './config.ts';
import { bars, Outages, pressWords, type OutageDesk } from './outages.ts';
import { actionOf, planFor, unknownCommand } from './planning.ts';
import { plain } from './presenter/text.ts';
import { fromMenu } from './message-menu.ts';
import { noteForm, readNote } from './note-form.ts';
import { Patience } from './patience.ts';
import { flawOf } from './pressed.ts';
import type { Claims, Hold, Receipt } from './receipt.ts';
import { holdOn, isAddressed, receiptOf, replyTo, Seen, unshared } from './receipt.ts';
import type { TimeDifference } from './time-difference.ts';
import { outcomeOf, trailOf, type Trail } from './trail.ts';
import { isSlash, peopleIn, readTyped, typedWords } from './typed.ts';
import { within } from './within.ts';

export interface InteractionsOptions extends CarryingOutOptions {
  readonly config: Pick<DiscordConfig, 'access'>;
  readonly commands: readonly Command[];
  /** From a cache: it is awaited while somebody types. */
  readonly context: (command: string) => Promise<PlanContext> | PlanContext;
  readonly record: (event: AuditEvent) => void;
  /** What is said while the store is away; missing = it never is (tests). */
  readonly outages?: OutageDesk;
  readonly acknowledgements: Acknowledgements;
  readonly answers: Answers;
  /** None: this process alone takes what is typed. */
  readonly claims?: Claims;
  /** Ids are by Discord's clock. */
  readonly difference: Pick<TimeDifference, 'ms'>;
}

const contextWithinMs = 5_000;

export class Interactions {
  readonly #options: InteractionsOptions;
  readonly #commands: ReadonlyMap<string, Command>;
  readonly #running = new Set<Promise<void>>();
  readonly #seen = new Seen();
  readonly #trail: Trail;
  readonly #completion: Completion;
  readonly #outages: Outages;
  readonly #carrying: CarryingOut;
  readonly #patience: Patience;
  #stopped = false;
  #self: string | undefined;

  constructor(options: InteractionsOptions) {
    this.#options = options;
    this.#trail = trailOf(options.record, options.clock);
    this.#commands = new Map(options.commands.map((command) => [command.name, command]));
    this.#outages = new Outages(options.outages, options.clock, options.config.access);
    this.#carrying = new CarryingOut(options, this.#outages);
    this.#patience = new Patience(options.clock, options.log);
    this.#completion = new Completion({ ...options, commands: this.#commands, trail: this.#trail });
  }

  /**
   * Takes an interaction of whatever shape; never throws, never waits. What can be answered is answered.
   * @param self who the bot is, as far as it knows
   */
  receive(interaction: APIInteraction, self?: string): void {
    const { clock, difference } = this.#options;
    this.#self = self ?? this.#self;
    // Without an id or a token there is nobody to answer.
    if (this.#stopped || !isAddressed(interaction)) return;
    const freshness = this.#seen.take(interaction.id, clock.now() + difference.ms());
    if (freshness === 'old') this.#old(interaction);
    if (freshness !== 'fresh') return;
    const running = this.#taken(interaction).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Never rejects. */
  async #taken(interaction: APIInteraction): Promise<void> {
    const { claims, clock } = this.#options;
    let hold = unshared;
    try {
      hold = holdOn(claims, interaction, clock);
      await this.#handle(interaction, hold);
    } catch (error) {
      await this.#unreadable(interaction, error, hold);
    }
    hold.settle();
  }

  /** Of a shape that Discord does not send, or a bug of ours: whoever waits for an answer gets one. Never rejects. */
  async #unreadable(interaction: APIInteraction, error: unknown, hold: Hold): Promise<void> {
    const { acknowledgements, log } = this.#options;
    log.error({ interaction: interaction.id, why: scrub(messageOf(error)) }, 'interaction not understood');
    const receipt = receiptOf(interaction);
    const caller = callerOf(interaction) ?? { id: '' };
    if (acknowledgements.outcome(receipt.token) === undefined)
      await this.#answerAtOnce(receipt, caller, notRead, hold);
    else if (await hold.mine) await this.#deliver(this.#asked(receipt, caller, true), notRead, hold);
  }

  /**
   * Takes nothing more and waits for what is under way, at most `graceMs`. What could not be delivered by then is told by the next
   * bot, by its claim.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    this.#patience.hurry();
    const all = Promise.allSettled([...this.#running]);
    await within(this.#options.clock, graceMs, all).catch((error: unknown) => {
      this.#options.log.warn({ why: messageOf(error), left: this.#running.size }, 'interactions cut short');
    });
    this.#patience.end();
  }

  /** Nobody waits for it any more, and Discord would take no answer. */
  #old(interaction: APIInteraction): void {
    const caller = callerOf(interaction);
    if (caller === undefined) return;
    const text = 'It was made more than 15 minutes ago, so nothing was done.';
    this.#trail.denial(caller, `interaction ${interaction.id}`, { reason: 'replayed', text });
  }

  async #handle(interaction: APIInteraction, hold: Hold): Promise<void> {
    switch (interaction.type) {
      case InteractionType.ApplicationCommand:
        return this.#command(interaction, hold);
      case InteractionType.ApplicationCommandAutocomplete:
        return this.#completion.offer(interaction);
      case InteractionType.MessageComponent:
        return this.#press(interaction, hold);
      case InteractionType.ModalSubmit:
        return this.#form(interaction, hold);
      case InteractionType.Ping:
        return;
      default:
        throw new Error('an interaction of an unknown type');
    }
  }

  async #command(interaction: APIApplicationCommandInteraction, hold: Hold): Promise<void> {
    const caller = makerOf(interaction);
    const receipt = receiptOf(interaction);
    const { name } = interaction.data;
    const menu = fromMenu(interaction, this.#commands.values());
    const command = menu?.command ?? (isSlash(interaction) ? this.#commands.get(name) : undefined);
    const denied = this.#denial(
      caller,
      command === undefined ? { command: name, tier: 'read' } : actionOf(command),
    );
    if (denied !== undefined) return this.#deny(receipt, caller, `/${name}`, denied, hold);
    if (command === undefined || (menu === undefined && !isSlash(interaction))) {
      const unknown = unknownCommand(name, [...this.#commands.keys()]);
      return this.#deny(receipt, caller, `/${name}`, { ...unknown, reason: 'unknown command' }, hold);
    }
    const reading =
      menu === undefined
        ? readTyped(command, (interaction.data as { readonly options?: readonly unknown[] }).options)
        : ({ kind: 'typed', typed: menu.typed } as const);
    if (reading.kind === 'malformed') {
      const wayOut = 'Type the command again and pick from what is offered.';
      return this.#deny(
        receipt,
        caller,
        `/${name}`,
        { reason: 'malformed', text: reading.text, wayOut },
        hold,
      );
    }
    const ephemeral = command.ephemeral === true || menu !== undefined;
    // Sent before anything else but the claim; planning and queueing go on while it is on its way, but for a crowd.
    void this.#defer(receipt, ephemeral, hold);
    await this.#options.acknowledgements.calm();
    if (!(await hold.mine)) return;
    const asked = this.#asked(receipt, caller, ephemeral);
    const people = peopleIn(interaction.data);
    const answer = await this.#planned(command, reading.typed, people, asked, hold, caller);
    if (answer !== undefined) await this.#deliver(asked, answer, hold);
  }

  /** The answer that is known at once, or undefined where the task is on its way and its answer comes from the queue. */
  async #planned(
    command: Command,
    typed: Typed,
    people: Readonly<Record<string, Picked>>,
    asked: Asked,
    hold: Hold,
    caller: Caller,
  ): Promise<Answer | undefined> {
    const { clock, config, log } = this.#options;
    const words = typedWords(command.name, typed);
    const outage = await this.#outages.proven();
    let plan: Plan | Denied;
    let context: PlanContext;
    try {
      context = {
        ...(await within(clock, contextWithinMs, Promise.resolve(this.#options.context(command.name)))),
        asked: {
          by: { id: caller.id, name: plain(caller.name) },
          channelId: asked.reply.channelId,
          people,
        },
      };
      plan = planFor(command, typed, context, caller, config.access);
    } catch (error) {
      log.error({ command: command.name, why: scrub(messageOf(error)) }, 'command not planned');
      this.#trail.command(caller, words, undefined, 'failed: not planned');
      return failureAnswer(
        error,
        `/${command.name} could not be started: the desk's state could not be read.`,
        'Try again in a few seconds; if this persists, look at the bot’s /healthz page.',
      );
    }
    if (plan.kind === 'denied') {
      this.#trail.denial(caller, words, plan);
      return { kind: 'refusal', text: plan.text, wayOut: plan.wayOut };
    }
    const task = plan.kind === 'task' ? plan.task : undefined;
    const away: WhileAway = (found, begun) =>
      this.#outages.answer({ asked: words, outage: found, task, begun }, caller, { command, context });
    let answer: Answer | undefined;
    if (plan.kind === 'answer' && (outage === undefined || plan.answer.kind !== 'suites'))
      answer = plan.answer;
    else if (outage !== undefined && (plan.kind === 'answer' || bars(outage, plan.task)))
      answer = away(outage, false);
    else if (plan.kind === 'task')
      answer =
        plan.task.kind === 'examine'
          ? await this.#carrying.queued(plan.task, command, asked, caller, away)
          : await this.#carrying.acted(plan.task, caller, hold, away);
    // What only another bot does is in its trail.
    if (answer === undefined && task?.kind !== 'examine') return undefined;
    this.#trail.command(caller, words, task, answer === undefined ? 'asked' : outcomeOf(answer));
    return answer;
  }

  async #press(interaction: APIMessageComponentInteraction, hold: Hold): Promise<void> {
    const caller = makerOf(interaction);
    const receipt = receiptOf(interaction);
    const { custom_id } = interaction.data;
    const pressed = parseCustomId(custom_id);
    const what = pressed?.action ?? `component ${custom_id}`;
    const denied = this.#denial(caller, { command: pressed?.action ?? 'component', tier: 'respond' });
    if (denied !== undefined) return this.#deny(receipt, caller, what, denied, hold);
    const flaw = flawOf(interaction, this.#self);
    if (flaw !== undefined || pressed === undefined) {
      return this.#deny(
        receipt,
        caller,
        what,
        {
          reason: flaw === undefined ? 'unknown component' : 'forged press',
          text: flaw ?? 'This button is no longer known.',
          wayOut: 'Use the newest message about the incident, or type /help.',
        },
        hold,
      );
    }
    if (pressed.action === 'note') {
      // A blink is waited for: it ends well within the 3 s that there are for a form.
      const outage = await this.#outages.proven();
      const task = { kind: 'incident', ...pressed, action: 'note', text: '' } as const;
      if (outage !== undefined) {
        const answer = this.#outages.answer({ asked: pressWords(task), outage, task }, caller);
        return this.#answerAtOnce(receipt, caller, answer, hold);
      }
      // A form must be the first answer; whether the incident can still be worked is judged when it is sent in.
      await this.#acknowledge(receipt, noteForm(pressed.incident), hold);
      return;
    }
    void this.#defer(receipt, true, hold);
    if (!(await hold.mine)) return;
    const asked = this.#asked(receipt, caller, true);
    const answer = await this.#worked({ kind: 'incident', ...pressed }, caller, hold);
    if (answer === undefined) return;
    this.#trail.press(caller, what, `#${pressed.incident}`, answer);
    await this.#deliver(asked, answer, hold);
  }

  async #form(interaction: APIModalSubmitInteraction, hold: Hold): Promise<void> {
    const caller = makerOf(interaction);
    const receipt = receiptOf(interaction);
    const what = `form ${interaction.data.custom_id}`;
    const note = readNote(interaction);
    const denied = this.#denial(caller, { command: note === undefined ? 'form' : 'note', tier: 'respond' });
    if (denied !== undefined || note === undefined) {
      const unknown = {
        reason: 'unknown form',
        text: 'This form is no longer known; nothing was saved.',
        wayOut: 'Type /help to see what there is.',
      };
      return this.#deny(receipt, caller, what, denied ?? unknown, hold);
    }
    void this.#defer(receipt, true, hold);
    if (!(await hold.mine)) return;
    const answer = await this.#worked({ kind: 'incident', action: 'note', ...note }, caller, hold);
    if (answer === undefined) return;
    this.#trail.press(caller, 'note', `#${note.incident}`, answer);
    await this.#deliver(this.#asked(receipt, caller, true), answer, hold);
  }

  /** A press or a form, where the store takes it; what was written comes back to who wrote it. */
  async #worked(task: IncidentTask, caller: Caller, hold: Hold): Promise<Answer | undefined> {
    const outage = await this.#outages.proven();
    const away: WhileAway = (found, begun) => {
      const written = task.action === 'note' ? { written: task.text } : {};
      return this.#outages.answer(
        { asked: pressWords(task), outage: found, task, begun, ...written },
        caller,
      );
    };
    if (!bars(outage, task)) return this.#carrying.acted(task, caller, hold, away);
    return away(outage, false);
  }

  #denial(caller: Caller, action: Action): Denied | undefined {
    const verdict = may(caller, action, [], this.#options.config.access);
    return verdict.kind === 'denied' ? verdict : undefined;
  }

  /** A denial needs no thought: it is itself the acknowledgement, seen by the caller alone. */
  async #deny(
    receipt: Receipt,
    caller: Caller,
    what: string,
    denied: { readonly reason: string; readonly text: string; readonly wayOut: string },
    hold: Hold,
  ): Promise<void> {
    const { text, wayOut } = denied;
    await Promise.all([
      this.#answerAtOnce(receipt, caller, { kind: 'refusal', text, wayOut }, hold),
      hold.mine.then((isMine) => {
        if (isMine) this.#trail.denial(caller, what, denied);
      }),
    ]);
  }

  #acknowledge(receipt: Receipt, response: APIInteractionResponse, hold: Hold): Promise<AckOutcome> {
    const outcome = this.#options.acknowledgements.send(receipt, response, hold.said);
    hold.acknowledging(outcome);
    return outcome;
  }

  #defer(receipt: Receipt, ephemeral: boolean, hold: Hold): Promise<unknown> {
    const type = InteractionResponseType.DeferredChannelMessageWithSource;
    const data = ephemeral ? { flags: MessageFlags.Ephemeral } : {};
    return this.#acknowledge(receipt, { type, data }, hold);
  }

  async #answerAtOnce(
    receipt: Receipt,
    caller: Pick<Caller, 'id'>,
    answer: Answer,
    hold: Hold,
  ): Promise<void> {
    const type = InteractionResponseType.ChannelMessageWithSource;
    const data = { ...this.#options.answers.atOnce(answer), flags: MessageFlags.Ephemeral };
    const outcome = await this.#acknowledge(receipt, { type, data }, hold);
    if (outcome === 'acknowledged') this.#options.acknowledgements.forget(receipt.token);
    else if (outcome !== 'elsewhere') await this.#deliver(this.#asked(receipt, caller, true), answer, hold);
  }

  /** As long as it takes; what this bot leaves undelivered is the next one's. */
  async #deliver(asked: Asked, answer: Answer, hold: Hold): Promise<void> {
    const { answers } = this.#options;
    const ending = await this.#patience.deliver(asked.id, asked.reply.tokenExpiresAt, () =>
      answers.deliver(asked, answer),
    );
    if (ending === 'left') hold.leave();
  }

  #asked(receipt: Receipt, { id }: Pick<Caller, 'id'>, ephemeral: boolean): Asked {
    return { id: receipt.id, reply: replyTo(receipt, id, ephemeral, this.#options.clock.now()) };
  }
}
