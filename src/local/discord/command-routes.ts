// Registering application commands: global and per guild, one by one or as a whole list.
import { isDeepStrictEqual } from 'node:util';
import type { APIApplicationCommand } from 'discord-api-types/v10';
import * as cast from './cast.ts';
import { noContent, ok, type Answer, type Call, type Route } from './call.ts';
import { checkCommand, kindOf, storedCommand, typeOfCommand } from './command-rules.ts';
import { Form } from './form.ts';
import { isObject, objectOf, textOf, type Json } from './json.ts';
import { refusals } from './refusal.ts';
import type { World } from './world.ts';

const dayMs = 86_400_000;
const createsPerDay = 200;
const most: Readonly<Record<number, number>> = { 1: 100, 2: 15, 3: 15, 4: 1 };

const creations = new WeakMap<World, number[]>();

type Commands = Map<string, APIApplicationCommand>;

function scopeOf(call: Call): Commands {
  if (call.param('application_id') !== call.world.applicationId) throw refusals.unknownApplication();
  const guild = call.params['guild_id'];
  if (guild === undefined) return call.world.globalCommands;
  if (guild !== cast.guildId) throw refusals.missingAccess();
  return call.world.guildCommands;
}

function oneOf(call: Call): { readonly scope: Commands; readonly command: APIApplicationCommand } {
  const scope = scopeOf(call);
  const command = scope.get(call.param('command_id'));
  if (command === undefined) throw refusals.unknownCommand();
  return { scope, command };
}

/** Discord counts new names per guild and day; overwriting a known name is free. */
function countCreation(world: World): void {
  const now = world.clock.now();
  const recent = (creations.get(world) ?? []).filter((at) => now - at < dayMs);
  if (recent.length >= createsPerDay) throw refusals.tooManyCreates();
  recent.push(now);
  creations.set(world, recent);
}

function same(a: Json, b: APIApplicationCommand): boolean {
  return textOf(a['name']) === b.name && typeOfCommand(a) === kindOf(b);
}

function make(call: Call, body: Json, known: APIApplicationCommand | undefined): APIApplicationCommand {
  if (known === undefined) countCreation(call.world);
  const guild = call.params['guild_id'];
  const command = {
    ...(storedCommand(body) as unknown as APIApplicationCommand),
    id: known?.id ?? call.world.nextId(),
    application_id: call.world.applicationId,
    ...(guild === undefined ? {} : { guild_id: guild }),
  };
  // The version grows with substantial changes only.
  return isDeepStrictEqual({ ...command, version: known?.version }, known)
    ? { ...command, version: known?.version ?? '' }
    : { ...command, version: call.world.nextId() };
}

function refuseBad(body: Json): void {
  const form = new Form();
  checkCommand(form, body, []);
  form.refuse();
}

function overwriteAll(call: Call): Answer {
  const scope = scopeOf(call);
  const form = new Form();
  const list = call.list ?? [];
  if (call.list === undefined)
    form.wrong([], 'LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType');
  const names = new Set<string>();
  const counts = new Map<number, number>();
  list.forEach((entry, index) => {
    const json = form.object(entry, [index]);
    if (json === undefined) return;
    checkCommand(form, json, [index]);
    const key = `${typeOfCommand(json)}/${textOf(json['name']) ?? ''}`;
    if (names.has(key))
      form.wrong(
        [index, 'name'],
        'APPLICATION_COMMANDS_DUPLICATE_NAME',
        'Application command names must be unique',
      );
    names.add(key);
    counts.set(typeOfCommand(json), (counts.get(typeOfCommand(json)) ?? 0) + 1);
  });
  form.refuse();
  for (const [type, count] of counts) if (count > (most[type] ?? 0)) throw refusals.tooManyCommands();
  const made = list.filter(isObject).map((body) => {
    const known = [...scope.values()].find((each) => same(body, each));
    return make(call, body, known);
  });
  scope.clear();
  for (const command of made) scope.set(command.id, command);
  call.world.announce({ kind: 'commands' });
  return ok(made);
}

function create(call: Call): Answer {
  const scope = scopeOf(call);
  refuseBad(call.body);
  const known = [...scope.values()].find((each) => same(call.body, each));
  const type = typeOfCommand(call.body);
  const count = [...scope.values()].filter((each) => kindOf(each) === type).length;
  if (known === undefined && count >= (most[type] ?? 0)) throw refusals.tooManyCommands();
  const command = make(call, call.body, known);
  scope.set(command.id, command);
  call.world.announce({ kind: 'commands' });
  return { status: known === undefined ? 201 : 200, body: command };
}

function edit(call: Call): Answer {
  const { scope, command } = oneOf(call);
  const merged = { ...objectOf(command), ...call.body, type: command.type };
  refuseBad(merged);
  const next = make(call, merged, command);
  scope.set(command.id, next);
  call.world.announce({ kind: 'commands' });
  return ok(next);
}

function remove(call: Call): Answer {
  const { scope, command } = oneOf(call);
  scope.delete(command.id);
  call.world.announce({ kind: 'commands' });
  return noContent;
}

function list(call: Call): Answer {
  const localized = call.query.get('with_localizations') === 'true';
  return ok(
    [...scopeOf(call).values()].map((command) => {
      if (localized) return command;
      const plain: Json = { ...command };
      delete plain['name_localizations'];
      delete plain['description_localizations'];
      return plain;
    }),
  );
}

const scopes = [
  '/applications/{application_id}/commands',
  '/applications/{application_id}/guilds/{guild_id}/commands',
];

export const commandRoutes: readonly Route[] = scopes.flatMap((path): Route[] => [
  { method: 'GET', path, auth: 'bot', handle: list },
  { method: 'PUT', path, auth: 'bot', handle: overwriteAll },
  { method: 'POST', path, auth: 'bot', handle: create },
  { method: 'GET', path: `${path}/{command_id}`, auth: 'bot', handle: (call) => ok(oneOf(call).command) },
  { method: 'PATCH', path: `${path}/{command_id}`, auth: 'bot', handle: edit },
  { method: 'DELETE', path: `${path}/{command_id}`, auth: 'bot', handle: remove },
]);
