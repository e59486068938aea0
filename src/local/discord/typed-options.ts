// From what was typed to an interaction's options: names, types, bounds, choices and required ones, as Discord's client checks them.
import type { APIApplicationCommand } from 'discord-api-types/v10';
import { storeFiles } from './attachments.ts';
import { listOf, numberOf, objectOf, textOf, type Json } from './json.ts';
import { channelJson, memberJson } from './people.ts';
import { permissionsIn } from './permissions.ts';
import type { World } from './world.ts';

export interface Filled {
  readonly options: readonly Json[];
  readonly resolved: Json;
}

/** A person's mistake in words; nothing was sent to the bot. */
export class Mistyped extends Error {
  override readonly name = 'Mistyped';
}

type Values = Readonly<Record<string, string | number | boolean>>;

/**
 * The options of the (sub)command that `path` leads to.
 * @param focused the option being typed, for autocomplete: nothing is required then
 */
export function fillOptions(
  world: World,
  viewer: string,
  command: APIApplicationCommand,
  path: readonly string[],
  values: Values,
  focused?: string,
): Filled {
  const resolved: Record<string, Json> = {};
  const wrap = (definitions: readonly Json[], steps: readonly string[]): Json[] => {
    const nested = definitions.filter(({ type }) => type === 1 || type === 2);
    if (nested.length === 0) {
      if (steps.length > 0)
        throw new Mistyped(`"${steps.join(' ')}" is not a sub-command of /${command.name}.`);
      return fillLeaf({ world, viewer, resolved }, definitions, values, focused);
    }
    const [step, ...rest] = steps;
    const chosen = nested.find(({ name }) => name === step);
    if (chosen === undefined)
      throw new Mistyped(
        `/${command.name} needs a sub-command: ${nested.map(({ name }) => String(name)).join(', ')}.`,
      );
    return [
      {
        name: chosen['name'],
        type: chosen['type'],
        options: wrap(listOf(chosen['options']).map(objectOf), rest),
      },
    ];
  };
  const definitions = 'options' in command ? listOf(command.options).map(objectOf) : [];
  return { options: wrap(definitions, path), resolved };
}

/** Who looks, and what is found for the options that name something. */
interface Finding {
  readonly world: World;
  readonly viewer: string;
  readonly resolved: Record<string, Json>;
}

function fillLeaf(
  finding: Finding,
  definitions: readonly Json[],
  values: Values,
  focused: string | undefined,
): Json[] {
  for (const name of Object.keys(values))
    if (!definitions.some((definition) => definition['name'] === name))
      throw new Mistyped(`There is no option "${name}" here.`);
  const filled: Json[] = [];
  for (const definition of definitions) {
    const name = textOf(definition['name']) ?? '';
    const type = numberOf(definition['type']) ?? 3;
    const value = values[name];
    if (name === focused) {
      filled.push({ name, type, value: String(value ?? ''), focused: true });
      continue;
    }
    if (value === undefined || value === '') {
      if (definition['required'] === true && focused === undefined)
        throw new Mistyped(`The option "${name}" is required.`);
      continue;
    }
    filled.push({ name, type, value: valueOf(finding, definition, name, type, value) });
  }
  return filled;
}

function valueOf(
  finding: Finding,
  definition: Json,
  name: string,
  type: number,
  value: string | number | boolean,
): string | number | boolean {
  if (type === 5) {
    if (value === true || value === 'true' || value === 'True') return true;
    if (value === false || value === 'false' || value === 'False') return false;
    throw new Mistyped(`"${name}" must be true or false.`);
  }
  if (type === 4 || type === 10) {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (
      typeof number !== 'number' ||
      !Number.isFinite(number) ||
      (type === 4 && !Number.isSafeInteger(number))
    )
      throw new Mistyped(`"${name}" must be ${type === 4 ? 'a whole number' : 'a number'}.`);
    const min = numberOf(definition['min_value']);
    const max = numberOf(definition['max_value']);
    if ((min !== undefined && number < min) || (max !== undefined && number > max))
      throw new Mistyped(`"${name}" must be between ${min ?? '-∞'} and ${max ?? '∞'}.`);
    demandChoice(definition, name, number);
    return number;
  }
  const text = String(value);
  if (type === 3) {
    const min = numberOf(definition['min_length']) ?? 0;
    const max = numberOf(definition['max_length']) ?? 6000;
    if (text.length < min || text.length > max)
      throw new Mistyped(`"${name}" must have between ${min} and ${max} characters.`);
    demandChoice(definition, name, text);
    return text;
  }
  if (type === 11) return attach(finding, name, text);
  resolve(finding, definition, name, type, text);
  return text;
}

/** An attachment option is given as text, which becomes the file `<option>.txt`. */
function attach({ world, resolved }: Finding, name: string, text: string): string {
  const file = { index: '0', name: `${name}.txt`, type: 'text/plain', bytes: Buffer.from(text) };
  const [attachment] = storeFiles(world, 'ephemeral', [], [file]);
  const id = String(attachment?.['id']);
  resolved['attachments'] = { ...resolved['attachments'], [id]: { ...attachment, ephemeral: true } };
  return id;
}

function demandChoice(definition: Json, name: string, value: string | number): void {
  const choices = listOf(definition['choices']).map(objectOf);
  if (choices.length > 0 && !choices.some((choice) => choice['value'] === value))
    throw new Mistyped(
      `"${name}" must be one of: ${choices.map((choice) => String(choice['name'])).join(', ')}.`,
    );
}

function resolve(finding: Finding, definition: Json, name: string, type: number, id: string): void {
  const { world, viewer, resolved } = finding;
  const put = (kind: string, json: Json): void => {
    resolved[kind] = { ...resolved[kind], [id]: json };
  };
  if ((type === 6 || type === 9) && resolveUser(world, id, put)) return;
  const role = world.roles.get(id);
  if (role !== undefined && (type === 8 || type === 9)) {
    put('roles', { ...role });
    return;
  }
  const channel = world.channels.get(id);
  if (channel !== undefined && type === 7) {
    const types = listOf(definition['channel_types']);
    if (types.length > 0 && !types.includes(channel.type))
      throw new Mistyped(`"${name}" must be another kind of channel.`);
    put('channels', {
      ...channelJson(channel),
      permissions: String(permissionsIn(world, world.member(viewer), channel)),
    });
    return;
  }
  const what = { 6: 'a person', 7: 'a channel', 8: 'a role', 9: 'a person or a role' }[type] ?? 'known';
  throw new Mistyped(`"${name}" must be ${what} of this server.`);
}

function resolveUser(world: World, id: string, put: (kind: string, json: Json) => void): boolean {
  const member = world.members.get(id);
  if (member === undefined) return false;
  const { user, ...rest } = memberJson(member);
  put('users', { ...user });
  put('members', { ...rest, permissions: permissionsOf(world, id) });
  return true;
}

function permissionsOf(world: World, id: string): string {
  const channel = [...world.channels.values()][0];
  return channel === undefined ? '0' : String(permissionsIn(world, world.member(id), channel));
}

/** Resolved data of what a context menu was opened on. */
export function resolvedTarget(world: World, type: number, channel: string, id: string): Json {
  const resolved: Record<string, Json> = {};
  if (type === 2) resolve({ world, viewer: id, resolved }, {}, 'target', 6, id);
  else {
    const stored = world.stored(channel, id);
    if (stored === undefined) throw new Mistyped('There is no such message.');
    resolved['messages'] = { [id]: stored.message };
  }
  return resolved;
}

/** Resolved data of a user, role, mentionable or channel select. */
export function resolvedValues(world: World, viewer: string, type: number, values: readonly string[]): Json {
  const resolved: Record<string, Json> = {};
  const optionType = { 5: 6, 6: 8, 7: 9, 8: 7 }[type] ?? 0;
  for (const id of values) resolve({ world, viewer, resolved }, {}, 'value', optionType, id);
  return resolved;
}
