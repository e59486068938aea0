// Tells Discord which commands there are: reads what it has, compares, and where something differs writes the whole list in one call.
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  Routes,
  type APIApplicationCommand,
  type APIApplicationCommandOption,
} from 'discord-api-types/v10';
import type { REST } from 'discord.js';
import { OpsError } from '../domain/errors.ts';
import { usualMaxLength, type Command, type CommandOption } from './command.ts';
import { asOpsError, isCode } from './discord-error.ts';

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

type Described = Pick<Command, 'name' | 'description' | 'options' | 'subcommands' | 'messageMenu'>;

interface MenuBody {
  readonly type: ApplicationCommandType.Message;
  readonly name: string;
}

type Body = CommandBody | MenuBody;

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

function bodiesOf(command: Described): readonly Body[] {
  const { messageMenu } = command;
  return messageMenu === undefined
    ? [commandBody(command)]
    : [commandBody(command), { type: ApplicationCommandType.Message, name: messageMenu.name }];
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
function comparable(command: APIApplicationCommand | Body): string {
  const { description = '', options = [] } = command as Partial<CommandBody>;
  return JSON.stringify([command.name, description, options.map(comparableOption)]);
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

interface ScopeRoutes {
  readonly list: `/${string}`;
  readonly one: (id: string) => `/${string}`;
}

function routesOf(applicationId: string, scope: RegistrationScope): ScopeRoutes {
  return scope.kind === 'guild'
    ? {
        list: Routes.applicationGuildCommands(applicationId, scope.guildId),
        one: (id) => Routes.applicationGuildCommand(applicationId, scope.guildId, id),
      }
    : {
        list: Routes.applicationCommands(applicationId),
        one: (id) => Routes.applicationCommand(applicationId, id),
      };
}

/** The same name may stand there as a slash, user or message command: each kind is its own. */
function keyOf({ type, name }: { readonly type: number; readonly name: string }): string {
  return `${type} ${name}`;
}

/**
 * One call for the whole list: it is limited by the single command, and written one after the other a first start would have waited for
 * minutes with half of its commands. What keeps its name keeps its id, and with it what the server's owner set for it.
 * @throws OpsError
 */
export async function registerCommands(
  rest: REST,
  applicationId: string,
  scope: RegistrationScope,
  commands: readonly Described[],
): Promise<Registration> {
  const { list } = routesOf(applicationId, scope);
  try {
    const registered = (await rest.get(list)) as readonly APIApplicationCommand[];
    const there = new Map(registered.map((known) => [keyOf(known), known]));
    const wanted = commands.flatMap(bodiesOf);
    const keys = new Set(wanted.map(keyOf));
    // An application's own entry point is none of our commands, and Discord takes no list without it (50240).
    const entries = registered.filter(({ type }) => type === ApplicationCommandType.PrimaryEntryPoint);
    const names = (bodies: readonly { readonly name: string }[]): readonly string[] =>
      bodies.map(({ name }) => name);
    const isSame = (body: Body): boolean => {
      const known = there.get(keyOf(body));
      return known !== undefined && comparable(known) === comparable(body);
    };
    const done: Registration = {
      created: names(wanted.filter((body) => !there.has(keyOf(body)))),
      changed: names(wanted.filter((body) => there.has(keyOf(body)) && !isSame(body))),
      removed: names(registered.filter((known) => !keys.has(keyOf(known)) && !entries.includes(known))),
      unchanged: names(wanted.filter(isSame)),
    };
    if (done.created.length + done.changed.length + done.removed.length > 0)
      await rest.put(list, { body: [...wanted, ...entries.map(entryBody)] });
    return done;
  } catch (error) {
    const failed = asOpsError(error, 'The registration of the commands');
    if (!isCode(error, 'missingAccess')) throw failed;
    throw new OpsError(failed.code, failed.message, {
      retryable: false,
      hint: 'Invite the bot to the server again with the scopes bot and applications.commands.',
    });
  }
}

function entryBody({ id, type, name, handler }: APIApplicationCommand): Record<string, unknown> {
  return { id, type, name, ...(handler === undefined ? {} : { handler }) };
}

/** Commands of ours that stand in a list which this desk does not use. */
export interface Doubled {
  readonly removed: readonly string[];
  /** Shown twice, and left: they may be another desk's. */
  readonly left: readonly string[];
}

/**
 * Takes them out of the scope that is not chosen: Discord shows both lists, so after a change of scope every command stood there
 * twice. Other names are somebody else's, and no guild's list is touched but the desk's own.
 * @param alone the application is in no other guild; else the global list may be what another desk lives on
 * @throws OpsError
 */
export async function removeDoubled(
  rest: REST,
  applicationId: string,
  desk: { readonly scope: RegistrationScope; readonly guildId: string; readonly alone: boolean },
  commands: readonly Described[],
): Promise<Doubled> {
  const other: RegistrationScope =
    desk.scope.kind === 'guild' ? { kind: 'global' } : { kind: 'guild', guildId: desk.guildId };
  const { list, one } = routesOf(applicationId, other);
  const keys = new Set(commands.flatMap(bodiesOf).map(keyOf));
  try {
    const registered = (await rest.get(list)) as readonly APIApplicationCommand[];
    const ours = registered.filter((known) => keys.has(keyOf(known)));
    const names = ours.map(({ name }) => name);
    if (other.kind === 'global' && !desk.alone) return { removed: [], left: names };
    if (ours.length > 0 && ours.length === registered.length) await rest.put(list, { body: [] });
    else for (const { id } of ours) await rest.delete(one(id));
    return { removed: names, left: [] };
  } catch (error) {
    throw asOpsError(error, 'The look for commands that are shown twice');
  }
}
