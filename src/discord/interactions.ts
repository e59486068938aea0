// What people type, press and complete: acknowledged at once, then planned and handed on, always with one answer.
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  InteractionResponseType,
  InteractionType,
  MessageFlags,
  type APIApplicationCommandAutocompleteInteraction,
  type APIApplicationCommandInteraction,
  type APIApplicationCommandInteractionDataOption,
  type APIChatInputApplicationCommandInteraction,
  type APIInteraction,
  type APIMessageComponentInteraction,
} from 'discord-api-types/v10';
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { Person } from '../domain/incident.ts';
import type { Answer, IncidentTask, ReplyAddress, TaskTicket } from '../domain/job.ts';
import { nearest } from '../domain/nearest.ts';
import { scrub, type Log } from '../log.ts';
import type { Acknowledgements } from './acknowledgement.ts';
import { failureAnswer, persistently, type Answers, type Asked } from './answers.ts';
import type { Choice, Command, Plan, PlanContext, Typed } from './command.ts';
import { callerOf, tierRefusal, type Caller, type DiscordConfig } from './config.ts';
import { presentAnswer } from './presenter/answer.ts';
import { parseCustomId } from './presenter/incident.ts';
import { limits } from './presenter/message.ts';
import { clip, plain } from './presenter/text.ts';
import { within } from './within.ts';
import { asNewMessage } from './wire.ts';

export interface InteractionsOptions {
  readonly config: Pick<DiscordConfig, 'guildId' | 'roles'>;
  readonly commands: readonly Command[];
  /** From a cache: it is awaited while somebody types. */
  readonly context: () => Promise<PlanContext> | PlanContext;
  readonly submit: (ticket: TaskTicket) => Promise<void>;
  readonly incident: (task: IncidentTask, by: Person) => Promise<Answer>;
  readonly acknowledgements: Acknowledgements;
  readonly answers: Answers;
  readonly clock: Clock;
  readonly log: Log;
  /** How long a command waits for its answer, ms. */
  readonly deadlineMs?: number;
}

const tokenLifeMs = 15 * 60_000;
/** Discord gives up on choices after 3 s. */
const completeWithinMs = 2_500;
const contextWithinMs = 5_000;
const submitWithinMs = 6_000;
const rememberedIds = 1_000;

type Receipt = Pick<APIInteraction, 'id' | 'token' | 'application_id'> & {
  readonly channelId: string;
};

export class Interactions {
  readonly #options: InteractionsOptions;
  readonly #commands: ReadonlyMap<string, Command>;
  readonly #running = new Set<Promise<void>>();
  readonly #seen = new Set<string>();
  #stopped = false;

  constructor(options: InteractionsOptions) {
    this.#options = options;
    this.#commands = new Map(options.commands.map((command) => [command.name, command]));
  }

  /** Takes an interaction; never throws for a shape that Discord can send, never waits. */
  receive(interaction: APIInteraction): void {
    if (this.#stopped || this.#known(interaction.id)) return;
    const running = this.#handle(interaction)
      .catch((error: unknown) => {
        this.#options.log.error(
          { interaction: interaction.id, why: scrub(messageOf(error)) },
          'interaction failed',
        );
      })
      .finally(() => {
        this.#running.delete(running);
      });
    this.#running.add(running);
  }

  /** Takes nothing more and waits for what is under way, at most `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    const all = Promise.allSettled([...this.#running]);
    await within(this.#options.clock, graceMs, all).catch((error: unknown) => {
      this.#options.log.warn({ why: messageOf(error), left: this.#running.size }, 'interactions cut short');
    });
  }

  /** A resumed gateway session can replay a dispatch. */
  #known(id: string): boolean {
    if (this.#seen.has(id)) return true;
    this.#seen.add(id);
    if (this.#seen.size > rememberedIds) {
      const oldest = this.#seen.values().next();
      if (oldest.done !== true) this.#seen.delete(oldest.value);
    }
    return false;
  }

  async #handle(interaction: APIInteraction): Promise<void> {
    switch (interaction.type) {
      case InteractionType.ApplicationCommand:
        return this.#command(interaction);
      case InteractionType.ApplicationCommandAutocomplete:
        return this.#complete(interaction);
      case InteractionType.MessageComponent:
        return this.#press(interaction);
      case InteractionType.ModalSubmit:
      case InteractionType.Ping:
        return;
    }
  }

  async #command(interaction: APIApplicationCommandInteraction): Promise<void> {
    if (!isSlash(interaction)) return;
    const caller = callerOf(interaction);
    if (caller === undefined) return;
    const receipt = receiptOf(interaction);
    const command = this.#commands.get(interaction.data.name);
    const refused = this.#refusal(interaction, caller, command);
    if (refused !== undefined || command === undefined) {
      return this.#answerAtOnce(receipt, caller, refused ?? this.#unknown(interaction.data.name));
    }
    const ephemeral = command.ephemeral === true;
    // Sent before anything else; planning and queueing go on while it is on its way, but for a crowd.
    void this.#defer(receipt, ephemeral);
    await this.#options.acknowledgements.calm();
    const asked = this.#asked(receipt, caller, ephemeral);
    const answer = await this.#planned(command, typedOf(interaction.data.options), asked, caller);
    if (answer !== undefined) await this.#deliver(asked, answer);
  }

  /** The answer that is known at once, or undefined where the task is on its way and its answer comes from the queue. */
  async #planned(command: Command, typed: Typed, asked: Asked, caller: Caller): Promise<Answer | undefined> {
    const { clock, log, submit } = this.#options;
    let plan: Plan;
    try {
      plan = command.plan(typed, await this.#context(contextWithinMs));
    } catch (error) {
      log.error({ command: command.name, why: scrub(messageOf(error)) }, 'command not planned');
      return failureAnswer(
        error,
        `/${command.name} could not be started: the desk's state could not be read.`,
        'Try again in a few seconds; if it stays so, look at the page /healthz of the bot.',
      );
    }
    if (plan.kind === 'answer') return plan.answer;
    const askedAt = clock.now();
    const ticket: TaskTicket = {
      ...asked,
      task: plan.task,
      askedBy: { id: caller.id, name: plain(caller.name) },
      askedAt,
      deadlineAt: askedAt + (this.#options.deadlineMs ?? 10_000),
    };
    try {
      await within(clock, submitWithinMs, submit(ticket));
      return undefined;
    } catch (error) {
      log.error({ command: command.name, why: scrub(messageOf(error)) }, 'task not queued');
      return failureAnswer(
        error,
        `/${command.name} could not be queued: the queue (Redis) did not take it. Nothing was examined.`,
        'Try again in a few seconds. Until then look at the suites yourself: paging may be held up too.',
      );
    }
  }

  async #press(interaction: APIMessageComponentInteraction): Promise<void> {
    const caller = callerOf(interaction);
    if (caller === undefined) return;
    const receipt = receiptOf(interaction);
    const pressed = parseCustomId(interaction.data.custom_id);
    const refused = this.#refusal(interaction, caller, { tier: 'respond' });
    if (refused !== undefined) return this.#answerAtOnce(receipt, caller, refused);
    if (pressed === undefined) {
      return this.#answerAtOnce(receipt, caller, {
        kind: 'refusal',
        text: 'This button is not known any more.',
        wayOut: 'Use the newest message about the incident, or type /help.',
      });
    }
    void this.#defer(receipt, true);
    const asked = this.#asked(receipt, caller, true);
    await this.#deliver(asked, await this.#acted({ kind: 'incident', ...pressed }, caller));
  }

  async #acted(task: IncidentTask, caller: Caller): Promise<Answer> {
    const { clock, log, incident, deadlineMs } = this.#options;
    try {
      const by = { id: caller.id, name: plain(caller.name) };
      return await within(clock, deadlineMs ?? 10_000, incident(task, by));
    } catch (error) {
      log.error({ ...task, why: scrub(messageOf(error)) }, 'incident action failed');
      return failureAnswer(
        error,
        `"${task.action}" of incident #${task.incident} did not go through.`,
        'Look at the card: if it did not change, press again.',
      );
    }
  }

  async #complete(interaction: APIApplicationCommandAutocompleteInteraction): Promise<void> {
    const { acknowledgements, log } = this.#options;
    const caller = callerOf(interaction);
    let choices: readonly Choice[] = [];
    try {
      const command = this.#commands.get(interaction.data.name);
      const allowed = caller !== undefined && this.#refusal(interaction, caller, command) === undefined;
      const focused = interaction.data.options.find((option) => 'focused' in option && option.focused);
      const complete = command?.options.find(({ name }) => name === focused?.name)?.complete;
      if (allowed && complete !== undefined && focused !== undefined && 'value' in focused) {
        const context = await this.#context(completeWithinMs);
        choices = complete(String(focused.value), context, typedOf(interaction.data.options));
      }
    } catch (error) {
      log.warn({ command: interaction.data.name, why: scrub(messageOf(error)) }, 'choices not found');
    }
    await acknowledgements.send(interaction, {
      type: InteractionResponseType.ApplicationCommandAutocompleteResult,
      data: { choices: fitting(choices) },
    });
    acknowledgements.forget(interaction.token);
  }

  #refusal(
    interaction: APIInteraction,
    caller: Caller,
    wanted: Pick<Command, 'tier'> | undefined,
  ): Answer | undefined {
    const { config } = this.#options;
    if (interaction.guild_id !== config.guildId) {
      return {
        kind: 'refusal',
        text: 'This bot works only in the server it was set up for.',
        wayOut: 'Go to its ops channel, or set DISCORD_GUILD_ID to this server.',
      };
    }
    return wanted === undefined ? undefined : tierRefusal(wanted.tier, caller, config.roles);
  }

  #unknown(name: string): Answer {
    const near = nearest(name, [...this.#commands.keys()]);
    return {
      kind: 'refusal',
      text: `The command /${name.slice(0, 40)} is not known any more.`,
      wayOut: near.length === 0 ? 'Type /help for what there is.' : `Did you mean /${near.join(' or /')}?`,
    };
  }

  async #context(waitMs: number): Promise<PlanContext> {
    const context = this.#options.context();
    return context instanceof Promise ? within(this.#options.clock, waitMs, context) : context;
  }

  #defer(receipt: Receipt, ephemeral: boolean): Promise<unknown> {
    return this.#options.acknowledgements.send(receipt, {
      type: InteractionResponseType.DeferredChannelMessageWithSource,
      data: ephemeral ? { flags: MessageFlags.Ephemeral } : {},
    });
  }

  /** A refusal that needs no thought is itself the acknowledgement, seen by the caller alone. */
  async #answerAtOnce(receipt: Receipt, caller: Caller, answer: Answer): Promise<void> {
    const { body } = asNewMessage(presentAnswer(answer));
    const outcome = await this.#options.acknowledgements.send(receipt, {
      type: InteractionResponseType.ChannelMessageWithSource,
      data: { ...body, flags: MessageFlags.Ephemeral },
    });
    if (outcome === 'acknowledged') this.#options.acknowledgements.forget(receipt.token);
    else await this.#deliver(this.#asked(receipt, caller, true), answer);
  }

  async #deliver(asked: Asked, answer: Answer): Promise<void> {
    const { answers, clock, log } = this.#options;
    try {
      await persistently(clock, 5, 500, () => answers.deliver(asked, answer));
    } catch (error) {
      log.error({ interaction: asked.id, why: scrub(messageOf(error)) }, 'answer not delivered');
    }
  }

  #asked(receipt: Receipt, caller: Caller, ephemeral: boolean): Asked {
    const reply: ReplyAddress = {
      applicationId: receipt.application_id,
      token: receipt.token,
      tokenExpiresAt: this.#options.clock.now() + tokenLifeMs,
      channelId: receipt.channelId,
      userId: caller.id,
      ephemeral,
    };
    return { id: receipt.id, reply };
  }
}

function receiptOf(interaction: APIApplicationCommandInteraction | APIMessageComponentInteraction): Receipt {
  const { id, token, application_id } = interaction;
  // Typed as always there; a channel the bot cannot see comes as an id alone.
  const channel = interaction.channel as { readonly id: string } | undefined;
  const { channel_id } = interaction as { readonly channel_id?: string };
  return { id, token, application_id, channelId: channel?.id ?? channel_id ?? '' };
}

function isSlash(
  interaction: APIApplicationCommandInteraction,
): interaction is APIChatInputApplicationCommandInteraction {
  return interaction.data.type === ApplicationCommandType.ChatInput;
}

function typedOf(options: readonly APIApplicationCommandInteractionDataOption[] | undefined): Typed {
  const typed: Record<string, string> = {};
  for (const option of options ?? []) {
    if (option.type === ApplicationCommandOptionType.Subcommand) continue;
    if (option.type === ApplicationCommandOptionType.SubcommandGroup) continue;
    typed[option.name] = String(option.value);
  }
  return typed;
}

/** Discord refuses the whole list for one choice too long or empty. */
function fitting(choices: readonly Choice[]): { name: string; value: string }[] {
  return choices
    .filter(({ name, value }) => plain(name) !== '' && value !== '' && value.length <= limits.choiceText)
    .slice(0, limits.choices)
    .map(({ name, value }) => ({ name: clip(plain(name), limits.choiceText), value }));
}
