// What a person does on the local server: type a command, complete it, press, select, submit, write; and what Discord refuses.
import { MessageType, PermissionFlagsBits as P, type APIApplicationCommand } from 'discord-api-types/v10';
import * as cast from './cast.ts';
import { kindOf } from './command-rules.ts';
import { findComponent } from './component-filling.ts';
import type { Choice, Interactions, Life, NewLife } from './interactions.ts';
import { listOf, numberOf, objectOf, textOf, type Json } from './json.ts';
import { makeMessage } from './message-making.ts';
import { inputsOf } from './modal-rules.ts';
import { channelJson, isThread, memberJson, type Channel, type Thread } from './people.ts';
import { basePermissions, demand, everyBit, may, permissionsIn, sees } from './permissions.ts';
import { openForWriting } from './thread-rules.ts';
import { fillOptions, Mistyped, resolvedTarget, resolvedValues } from './typed-options.ts';
import type { PressedComponent, SubmittedModal, TypedCommand } from './user-api.ts';
import type { StoredMessage, World } from './world.ts';

/** Refused for want of rights. */
export class Forbidden extends Error {
  override readonly name = 'Forbidden';
}

export class UserActs {
  private readonly world: World;
  private readonly interactions: Interactions;

  constructor(world: World, interactions: Interactions) {
    this.world = world;
    this.interactions = interactions;
  }

  /** The commands this person may use in the channel, as registered. */
  commandsFor(userId: string, channelId: string = cast.opsChannelId): readonly APIApplicationCommand[] {
    const { world } = this;
    const channel = world.channels.get(channelId);
    const member = world.members.get(userId);
    if (
      channel === undefined ||
      member === undefined ||
      !may(world, userId, channel, P.UseApplicationCommands)
    )
      return [];
    const bits =
      basePermissions(world, member) === everyBit ? everyBit : permissionsIn(world, member, channel);
    const all = [...world.guildCommands.values(), ...world.globalCommands.values()];
    return all.filter(({ default_member_permissions: needed }) => {
      if (needed === null) return true;
      return needed === '0' ? bits === everyBit : (bits & BigInt(needed)) === BigInt(needed);
    });
  }

  typeCommand(typed: TypedCommand): Life {
    if (typed.target !== undefined) return this.openMenu(typed, typed.target);
    const { command, path, channel } = this.prepare(typed);
    const { options, resolved } = fillOptions(this.world, typed.user, command, path, typed.options);
    return this.open(typed.user, channel, {
      type: 2,
      command: command.name,
      commandType: kindOf(command),
      source: undefined,
      data: commandData(command, options, resolved),
    });
  }

  /** A context menu command, opened on a person or a message: the one whose kind fits the target. */
  private openMenu(typed: TypedCommand, target: string): Life {
    const kind = this.world.members.has(target) ? 2 : 3;
    const { command, channel } = this.prepare({ ...typed, kind });
    if (kind === 3) this.messageFor(typed.user, channel.id, target);
    const resolved = resolvedTarget(this.world, kind, channel.id, target);
    return this.open(typed.user, channel, {
      type: 2,
      command: command.name,
      commandType: kind,
      source: undefined,
      data: { ...commandData(command, [], resolved), target_id: target },
    });
  }

  /** Resolves with the choices the bot offers; undefined where it did not answer within 3 s. */
  complete(typed: TypedCommand & { readonly focused: string }): Promise<readonly Choice[] | undefined> {
    const { command, path, channel } = this.prepare(typed);
    const { options, resolved } = fillOptions(
      this.world,
      typed.user,
      command,
      path,
      typed.options,
      typed.focused,
    );
    if (!JSON.stringify(options).includes('"focused":true'))
      throw new Mistyped(`There is no option "${typed.focused}" here.`);
    return new Promise((resolve) => {
      this.open(typed.user, channel, {
        type: 4,
        command: command.name,
        commandType: kindOf(command),
        source: undefined,
        choices: resolve,
        data: commandData(command, options, resolved),
      });
    });
  }

  press(pressed: PressedComponent): Life {
    const channel = this.reach(pressed.user, pressed.channel);
    const stored = this.messageFor(pressed.user, channel.id, pressed.message);
    const component = findComponent(stored.message.components, pressed.custom_id);
    if (component === undefined) throw new Mistyped('That message has no such component.');
    if (component['disabled'] === true) throw new Mistyped('That component is switched off.');
    const type = numberOf(component['type']) ?? 0;
    const values = pressed.values ?? [];
    const select =
      type === 2 ? {} : { values, ...this.checkSelection(pressed.user, component, values, type) };
    return this.open(pressed.user, channel, {
      type: 3,
      command: undefined,
      source: stored.message.id,
      data: { custom_id: pressed.custom_id, component_type: type, id: component['id'], ...select },
      message: stored,
    });
  }

  submit(submitted: SubmittedModal): Life {
    const opener = this.interactions.byId(submitted.interaction);
    const modal = opener?.modal;
    if (opener === undefined || modal === undefined || opener.user !== submitted.user)
      throw new Mistyped('That form is no longer open.');
    if (modal['custom_id'] !== submitted.custom_id) throw new Mistyped('That form is no longer open.');
    for (const input of inputsOf(modal))
      checkInput(input, submitted.values[textOf(input['custom_id']) ?? '']);
    const channel = this.reach(submitted.user, opener.channel);
    const source = opener.source === undefined ? undefined : this.world.stored(channel.id, opener.source);
    opener.modal = undefined;
    return this.open(submitted.user, channel, {
      type: 5,
      command: undefined,
      source: source?.message.id,
      triggering: opener.metadata,
      data: {
        custom_id: submitted.custom_id,
        components: listOf(modal['components'])
          .map(objectOf)
          .filter(({ type }) => type !== 10)
          .map((row) => submittedRow(row, submitted.values)),
      },
      ...(source === undefined ? {} : { message: source }),
    });
  }

  write(userId: string, channelId: string, content: string): StoredMessage {
    const { world } = this;
    const channel = this.reach(userId, channelId);
    if (!may(world, userId, channel, isThread(channel) ? P.SendMessagesInThreads : P.SendMessages))
      throw new Forbidden('You do not have permission to send messages in this channel.');
    openForWriting(world, channel, userId);
    const author = world.member(userId).user;
    const stored = makeMessage(world, {
      channel: channel.id,
      author,
      payload: { content },
      files: [],
      type: MessageType.Default,
    });
    world.post(stored);
    return stored;
  }

  /** Messages of a channel this person may read, oldest first. */
  read(userId: string, channelId: string): readonly StoredMessage[] {
    const channel = this.reach(userId, channelId);
    if (!may(this.world, userId, channel, P.ReadMessageHistory)) return [];
    return [...this.world.messagesOf(channel.id).values()].filter(
      ({ seenBy }) => seenBy === undefined || seenBy === userId,
    );
  }

  private reach(userId: string, channelId: string): Channel | Thread {
    const channel = this.world.channels.get(channelId);
    if (!this.world.members.has(userId) || userId === cast.botId)
      throw new Mistyped('There is no such person here.');
    if (channel === undefined || !sees(this.world, userId, channel))
      throw new Mistyped('There is no such channel, or you cannot see it.');
    return channel;
  }

  private prepare(typed: TypedCommand & { readonly kind?: number }): {
    readonly command: APIApplicationCommand;
    readonly path: readonly string[];
    readonly channel: Channel | Thread;
  } {
    const channel = this.reach(typed.user, typed.channel);
    const { kind = 1 } = typed;
    const words = typed.command.trim().replace(/^\//, '');
    const [name = '', ...path] = kind === 1 ? words.split(/\s+/) : [words];
    const known = [...this.world.guildCommands.values(), ...this.world.globalCommands.values()].filter(
      (each) => each.name === name && kindOf(each) === kind,
    );
    const first = known[0];
    if (first === undefined) throw new Mistyped(`There is no command /${name}.`);
    demandCommands(this.world, typed.user, channel);
    const command = this.commandsFor(typed.user, channel.id).find((each) => known.includes(each));
    if (command === undefined) throw new Forbidden(`You do not have permission to use /${name}.`);
    if (isThread(channel) && channel.thread_metadata.archived)
      throw new Mistyped('This thread is archived: write a message first to open it again.');
    return { command, path, channel };
  }

  private messageFor(userId: string, channelId: string, id: string): StoredMessage {
    const stored = this.world.stored(channelId, id);
    if (stored === undefined || (stored.seenBy !== undefined && stored.seenBy !== userId))
      throw new Mistyped('There is no such message.');
    return stored;
  }

  private checkSelection(viewer: string, component: Json, values: readonly string[], type: number): Json {
    const min = numberOf(component['min_values']) ?? 1;
    const max = numberOf(component['max_values']) ?? 1;
    if (values.length < min || values.length > max)
      throw new Mistyped(`Choose between ${min} and ${max} of the options.`);
    if (new Set(values).size < values.length) throw new Mistyped('Choose every option once.');
    if (type !== 3) return { resolved: resolvedValues(this.world, viewer, type, values) };
    const known = listOf(component['options']).map((option) => objectOf(option)['value']);
    const wrong = values.find((value) => !known.includes(value));
    if (wrong !== undefined) throw new Mistyped(`"${wrong}" is not one of the options.`);
    return {};
  }

  private open(
    userId: string,
    channel: Channel | Thread,
    act: Omit<NewLife, 'user' | 'channel' | 'dispatch'> & {
      readonly data: Json;
      readonly message?: StoredMessage;
    },
  ): Life {
    const { data, message, ...fresh } = act;
    return this.interactions.open({
      ...fresh,
      user: userId,
      channel: channel.id,
      dispatch: (life) => ({
        ...interactionJson(this.world, life, channel),
        data,
        ...(message === undefined ? {} : { message: { ...message.message, guild_id: cast.guildId } }),
      }),
    });
  }
}

function demandCommands(world: World, userId: string, channel: Channel | Thread): void {
  try {
    demand(world, userId, channel, P.UseApplicationCommands);
  } catch (error) {
    throw new Forbidden('You do not have permission to use commands in this channel.', { cause: error });
  }
}

function commandData(command: APIApplicationCommand, options: readonly Json[], resolved: Json): Json {
  return {
    id: command.id,
    name: command.name,
    type: command.type,
    ...(command.guild_id === undefined ? {} : { guild_id: command.guild_id }),
    ...(options.length === 0 ? {} : { options }),
    ...(Object.keys(resolved).length === 0 ? {} : { resolved }),
  };
}

function interactionJson(world: World, life: Life, channel: Channel | Thread): Json {
  const member = world.member(life.user);
  const appBits = String(permissionsIn(world, world.member(cast.botId), channel));
  const userBits = String(permissionsIn(world, member, channel));
  return {
    id: life.id,
    application_id: world.applicationId,
    type: life.type,
    token: life.token,
    version: 1,
    guild_id: cast.guildId,
    guild: { id: cast.guildId, locale: 'en-US', features: [] },
    channel_id: channel.id,
    channel: { ...channelJson(channel), permissions: userBits },
    member: { ...memberJson(member), permissions: userBits },
    app_permissions: appBits,
    locale: 'en-US',
    guild_locale: 'en-US',
    entitlements: [],
    entitlement_sku_ids: [],
    authorizing_integration_owners: { '0': cast.guildId },
    context: 0,
    attachment_size_limit: 10_485_760,
  };
}

function checkInput(input: Json, value: string | readonly string[] | undefined): void {
  const name = textOf(input['custom_id']) ?? '';
  const required = input['required'] !== false;
  if (input['type'] !== 4) {
    const chosen = value === undefined ? [] : [value].flat();
    if (required && chosen.length === 0 && input['type'] !== 23) throw new Mistyped(`"${name}" is required.`);
    return;
  }
  const text = typeof value === 'string' ? value : '';
  if (text === '' && !required) return;
  const min = numberOf(input['min_length']) ?? (required ? 1 : 0);
  const max = numberOf(input['max_length']) ?? 4000;
  if (text.length < min || text.length > max)
    throw new Mistyped(`"${name}" must have between ${min} and ${max} characters.`);
}

function submittedRow(row: Json, values: SubmittedModal['values']): Json {
  const fill = (input: Json): Json => {
    const type = numberOf(input['type']) ?? 4;
    const value = values[textOf(input['custom_id']) ?? ''];
    const base = { type, id: input['id'], custom_id: input['custom_id'] };
    if (type === 4 || type === 21) return { ...base, value: typeof value === 'string' ? value : '' };
    if (type === 23) return { ...base, value: value === 'true' };
    return { ...base, values: value === undefined ? [] : [value].flat() };
  };
  return row['type'] === 18
    ? { type: 18, id: row['id'], component: fill(objectOf(row['component'])) }
    : { type: 1, id: row['id'], components: listOf(row['components']).map((input) => fill(objectOf(input))) };
}
