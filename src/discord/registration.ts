// Tells Discord which commands there are: reads what it has, compares, and writes only the differences.
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  Routes,
  type APIApplicationCommand,
  type APIApplicationCommandOption,
} from 'discord-api-types/v10';
import type { REST } from 'discord.js';
import { usualMaxLength, type Command, type CommandOption } from './command.ts';
import { asOpsError } from './discord-error.ts';

/** Guild commands are visible at once; global ones everywhere the bot is. */
export type RegistrationScope =
  | { readonly kind: 'guild'; readonly guildId: string }
  | { readonly kind: 'global' };

export interface Registration {
  readonly created: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: readonly string[];
}

interface StringBody {
  readonly type: ApplicationCommandOptionType.String;
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly autocomplete: boolean;
  readonly max_length?: number;
  readonly choices?: readonly { readonly name: string; readonly value: string }[];
}

interface PersonBody {
  readonly type: ApplicationCommandOptionType.User;
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
}

type OptionBody = StringBody | PersonBody;

interface SubcommandBody {
  readonly type: ApplicationCommandOptionType.Subcommand;
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionBody[];
}

interface CommandBody {
  readonly type: ApplicationCommandType.ChatInput;
  readonly name: string;
  readonly description: string;
  readonly options: readonly (OptionBody | SubcommandBody)[];
}

type Described = Pick<Command, 'name' | 'description' | 'options' | 'subcommands'>;

/** A command as Discord is told of it. */
export function commandBody(command: Described): CommandBody {
  const { name, description, options, subcommands } = command;
  return {
    type: ApplicationCommandType.ChatInput,
    name,
    description,
    options:
      subcommands === undefined
        ? optionBodies(options)
        : subcommands.map((one) => ({
            type: ApplicationCommandOptionType.Subcommand,
            name: one.name,
            description: one.description,
            options: optionBodies(one.options),
          })),
  };
}

/** Required ones first, as Discord wants them. */
function optionBodies(options: readonly CommandOption[]): readonly OptionBody[] {
  return [...options]
    .sort((a, b) => Number(b.required) - Number(a.required))
    .map(({ name, description, required, complete, maxLength, person, choices }): OptionBody => {
      if (person === true) return { type: ApplicationCommandOptionType.User, name, description, required };
      return {
        type: ApplicationCommandOptionType.String,
        name,
        description,
        required,
        autocomplete: complete !== undefined,
        ...(choices === undefined
          ? { max_length: maxLength ?? usualMaxLength }
          : { choices: choices.map((one) => ({ name: one.name, value: one.value })) }),
      };
    });
}

/** Only what we set is compared: Discord fills in the rest (ids, versions, empty localisations). */
function comparable(command: APIApplicationCommand | CommandBody): string {
  return JSON.stringify([command.name, command.description, (command.options ?? []).map(comparableOption)]);
}

function comparableOption(option: APIApplicationCommandOption | OptionBody | SubcommandBody): unknown {
  return [
    option.type,
    option.name,
    option.description,
    'required' in option ? (option.required ?? false) : false,
    'autocomplete' in option ? (option.autocomplete ?? false) : false,
    'max_length' in option ? (option.max_length ?? 0) : 0,
    'choices' in option ? (option.choices ?? []).map(({ name, value }) => [name, value]) : [],
    'options' in option ? (option.options ?? []).map(comparableOption) : [],
  ];
}

/** @throws OpsError */
export async function registerCommands(
  rest: REST,
  applicationId: string,
  scope: RegistrationScope,
  commands: readonly Described[],
): Promise<Registration> {
  const list =
    scope.kind === 'guild'
      ? Routes.applicationGuildCommands(applicationId, scope.guildId)
      : Routes.applicationCommands(applicationId);
  const one = (id: string) =>
    scope.kind === 'guild'
      ? Routes.applicationGuildCommand(applicationId, scope.guildId, id)
      : Routes.applicationCommand(applicationId, id);
  const done = {
    created: [] as string[],
    changed: [] as string[],
    removed: [] as string[],
    unchanged: [] as string[],
  };
  try {
    const registered = (await rest.get(list)) as readonly APIApplicationCommand[];
    // The same name may stand there as a user or message command too; those are not ours to compare with.
    const slash = new Map(
      registered
        .filter(({ type }) => type === ApplicationCommandType.ChatInput)
        .map((known) => [known.name, known]),
    );
    const wanted = new Set(commands.map(({ name }) => name));
    for (const known of registered) {
      if (known.type === ApplicationCommandType.ChatInput && wanted.has(known.name)) continue;
      await rest.delete(one(known.id));
      done.removed.push(known.name);
    }
    for (const command of commands) {
      const body = commandBody(command);
      const known = slash.get(command.name);
      if (known === undefined) {
        await rest.post(list, { body });
        done.created.push(command.name);
      } else if (comparable(known) !== comparable(body)) {
        await rest.patch(one(known.id), { body });
        done.changed.push(command.name);
      } else {
        done.unchanged.push(command.name);
      }
    }
    return done;
  } catch (error) {
    throw asOpsError(error, 'The registration of the commands');
  }
}
