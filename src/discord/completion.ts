// Choices while somebody types: from what is at hand, for what this person may see, in time or none.
import {
  InteractionResponseType,
  type APIApplicationCommandAutocompleteInteraction,
} from 'discord-api-types/v10';
import { may, type AccessPolicy } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import { scrub, type Log } from '../log.ts';
import type { Acknowledgements } from './acknowledgement.ts';
import { fitting } from './choices.ts';
import type { Choice, Command, PlanContext } from './command.ts';
import { callerOf } from './config.ts';
import { actionOf, contextFor } from './planning.ts';
import type { Trail } from './trail.ts';
import { readHalfTyped } from './typed.ts';
import { within } from './within.ts';

export interface CompletionOptions {
  readonly config: { readonly access: AccessPolicy };
  readonly commands: ReadonlyMap<string, Command>;
  readonly context: (command: string) => Promise<PlanContext> | PlanContext;
  readonly acknowledgements: Acknowledgements;
  readonly trail: Trail;
  readonly clock: Clock;
  readonly log: Log;
}

/** Discord gives up on choices after 3 s. */
const completeWithinMs = 2_500;

export class Completion {
  readonly #options: CompletionOptions;

  constructor(options: CompletionOptions) {
    this.#options = options;
  }

  async offer(interaction: APIApplicationCommandAutocompleteInteraction): Promise<void> {
    const { acknowledgements, log } = this.#options;
    let choices: readonly Choice[] = [];
    try {
      choices = await this.#choices(interaction);
    } catch (error) {
      log.warn({ interaction: interaction.id, why: scrub(messageOf(error)) }, 'choices not found');
    }
    await acknowledgements.send(interaction, {
      type: InteractionResponseType.ApplicationCommandAutocompleteResult,
      data: { choices: fitting(choices) },
    });
    acknowledgements.forget(interaction.token);
  }

  async #choices(interaction: APIApplicationCommandAutocompleteInteraction): Promise<readonly Choice[]> {
    const { clock, commands, config, context, log, trail } = this.#options;
    const caller = callerOf(interaction);
    if (caller === undefined)
      log.warn({ interaction: interaction.id }, 'an interaction of nobody was dropped');
    const command = commands.get(interaction.data.name);
    if (caller === undefined || command === undefined) return [];
    const verdict = may(caller, actionOf(command), [], config.access);
    if (verdict.kind === 'denied') {
      trail.denialWhileTyping(caller, `choices of /${command.name}`, verdict);
      return [];
    }
    const reading = readHalfTyped(command, interaction.data.options);
    if (reading.kind === 'malformed') return [];
    const { options, typed, focused } = reading;
    const complete = options.find(({ name }) => name === focused)?.complete;
    if (complete === undefined || focused === undefined) return [];
    const given = context(command.name);
    const known = given instanceof Promise ? await within(clock, completeWithinMs, given) : given;
    const seen = contextFor(known, command, caller, config.access);
    return complete(typed[focused] ?? '', seen, typed);
  }
}
