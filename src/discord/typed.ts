// What was typed, read with care: only options that the command declares, only text, only as long as it may be.
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  type APIApplicationCommandInteraction,
  type APIApplicationCommandInteractionDataOption,
  type APIChatInputApplicationCommandInteraction,
} from 'discord-api-types/v10';
import type { Picked } from '../domain/picked.ts';
import { usualMaxLength, type Command, type CommandOption, type Typed } from './command.ts';
import { clip, plain } from './presenter/text.ts';

type Given = Pick<APIApplicationCommandInteractionDataOption, 'name' | 'type'> & {
  readonly value?: unknown;
  readonly focused?: boolean;
  readonly options?: readonly Given[];
};

export type Reading =
  | {
      readonly kind: 'typed';
      readonly typed: Typed;
      readonly options: readonly CommandOption[];
      /** The option being typed right now, for choices. */
      readonly focused: string | undefined;
    }
  /** Nothing that Discord would let through: a full sentence. */
  | { readonly kind: 'malformed'; readonly text: string };

/** Pure; values are taken as they are, so that the command can tell what was typed. */
export function readTyped(command: Command, data: readonly unknown[] | undefined): Reading {
  return read(command, data, 'sent');
}

/** The same while it is still being typed: what is only half there yet counts as not typed, but for where the cursor is. */
export function readHalfTyped(command: Command, data: readonly unknown[] | undefined): Reading {
  return read(command, data, 'typing');
}

type Stage = 'sent' | 'typing';

function read(command: Command, data: readonly unknown[] | undefined, stage: Stage): Reading {
  const given = (data ?? []) as readonly Given[];
  const [first] = given;
  if (command.subcommands === undefined) return readOptions(command.name, command.options, given, [], stage);
  const wanted = command.subcommands.find(({ name }) => name === first?.name);
  if (wanted === undefined || first?.type !== ApplicationCommandOptionType.Subcommand || given.length > 1) {
    const names = command.subcommands.map(({ name }) => `/${command.name} ${name}`).join(' or ');
    return { kind: 'malformed', text: `This is not one of its forms. They are: ${names}.` };
  }
  const words = `${command.name} ${wanted.name}`;
  return readOptions(words, wanted.options, first.options ?? [], [['subcommand', wanted.name]], stage);
}

function readOptions(
  words: string,
  options: readonly CommandOption[],
  given: readonly Given[],
  typed: [string, string][],
  stage: Stage,
): Reading {
  let focused: string | undefined;
  for (const one of given) {
    const { name, value } = one;
    const flaw = flawIn(one, words, options);
    if (flaw !== undefined || typeof value !== 'string') {
      if (stage === 'typing' && one.focused !== true) continue;
      return { kind: 'malformed', text: flaw ?? '' };
    }
    if (one.focused === true) focused = name;
    // Half a character is no text, and Redis' own JSON would not read it.
    typed.push([name, value.replace(/\p{Cs}/gu, '')]);
  }
  // No prototype: a name is only ever what was declared, and what was not typed is not there.
  const read = Object.assign(Object.create(null) as Record<string, string>, Object.fromEntries(typed));
  return { kind: 'typed', typed: read, options, focused };
}

/** Why it is none of the command's options, in a sentence. */
function flawIn(
  { name, type, value }: Given,
  words: string,
  options: readonly CommandOption[],
): string | undefined {
  const option = options.find((known) => known.name === name);
  if (typeof (name as unknown) !== 'string') return `/${words} came with an option that has no name.`;
  if (option === undefined) return `/${words} has no option "${clip(plain(name), 40)}".`;
  if (typeof value !== 'string') return `The option ${name} of /${words} is a text, and something else came.`;
  const wanted =
    option.person === true ? ApplicationCommandOptionType.User : ApplicationCommandOptionType.String;
  if (type !== wanted || (option.person === true && !/^\d{1,20}$/.test(value))) {
    const what = option.person === true ? 'a person' : 'a text';
    return `The option ${name} of /${words} is ${what}, and something else came.`;
  }
  if (option.choices !== undefined && !option.choices.some((choice) => choice.value === value))
    return `The option ${name} of /${words} is one of a list, and something else came.`;
  const [longest, length] = [option.maxLength ?? usualMaxLength, charactersIn(value)];
  return length > longest
    ? `The option ${name} of /${words} holds at most ${longest} characters, and ${length} came.`
    : undefined;
}

/** As JSON Schema counts them, in which Discord states its limits: a sign beyond the first plane is one. */
export function charactersIn(text: string): number {
  return Array.from(text).length;
}

/** For the audit log: what was typed, short, without what could be a secret. */
export function typedWords(command: string, typed: Typed): string {
  const { subcommand, ...options } = typed;
  const values = Object.entries(options).map(([name, value]) => `${name}:${shownValue(value ?? '')}`);
  return [`/${command}`, ...(subcommand === undefined ? [] : [subcommand]), ...values].join(' ');
}

/** A long run of letters and digits is somebody's key pasted by mistake, not a name. */
function shownValue(value: string): string {
  return clip(plain(value).replace(/(?=[^\s]*\d)[A-Za-z0-9_+/=.-]{24,}/g, '…'), 60);
}

/** Whoever was picked in options, by id: nicknames first, as people know each other here. */
export function peopleIn(data: unknown): Readonly<Record<string, Picked>> {
  const { resolved } = (data ?? {}) as {
    readonly resolved?: {
      readonly users?: Readonly<
        Record<
          string,
          { readonly username?: string; readonly global_name?: string | null; readonly bot?: boolean }
        >
      >;
      readonly members?: Readonly<Record<string, { readonly nick?: string | null }>>;
    };
  };
  const named = Object.entries(resolved?.users ?? {}).map(([id, user]) => {
    const member = resolved?.members?.[id];
    const name = member?.nick ?? user.global_name ?? user.username ?? id;
    // Discord leaves the member out where the user is not in the server.
    const kind = user.bot === true ? 'bot' : member === undefined ? 'stranger' : 'member';
    return [id, { name: clip(plain(name), 80), kind } satisfies Picked] as const;
  });
  return Object.assign(Object.create(null) as Record<string, Picked>, Object.fromEntries(named));
}

/** Typed, not opened from a menu. */
export function isSlash(
  interaction: APIApplicationCommandInteraction,
): interaction is APIChatInputApplicationCommandInteraction {
  return interaction.data.type === ApplicationCommandType.ChatInput;
}
