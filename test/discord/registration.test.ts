// A change of the registration's scope leaves no command shown twice, and takes nothing away that is not this desk's.
import { DiscordAPIError, type REST } from 'discord.js';
import { afterEach, expect, test } from 'vitest';
import { Routes } from 'discord-api-types/v10';
import { pino } from 'pino';
import { systemClock } from '../../src/clock.ts';
import { registerCommands, removeDoubled } from '../../src/discord/registration.ts';
import { closeRest, openRest } from '../../src/discord/rest.ts';
import { startDiscord } from '../../src/discord/start.ts';
import { commands, idleDesk, startDesk, type Desk } from './desk.ts';

const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const names = commands.map(({ name }) => name).sort();
const globals = ({ local }: Desk) => [...local.world.globalCommands.values()].map(({ name }) => name).sort();
const ofGuild = ({ local }: Desk) => [...local.world.guildCommands.values()].map(({ name }) => name).sort();

async function open(registerFor: 'guild' | 'global'): Promise<Desk> {
  const desk = await startDesk({ registerFor });
  stops.push(() => desk.stop());
  return desk;
}

function restOf({ config }: Desk) {
  const rest = openRest(config, systemClock);
  stops.push(() => {
    closeRest(rest);
  });
  return rest.bot;
}

/** A bot that starts later on the same Discord; what it logged. */
async function restarted({ config }: Desk, registerFor: 'guild' | 'global'): Promise<string> {
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });
  const bot = await startDiscord({
    config,
    ...idleDesk,
    log,
    registerFor,
  });
  stops.push(() => bot.close());
  expect(bot.status().registered).toBe(true);
  return lines.join('');
}

test('from the server to everywhere: the server’s list is emptied of ours, and the log says so', async () => {
  const desk = await open('guild');
  expect([ofGuild(desk), globals(desk)]).toEqual([names, []]);
  const said = await restarted(desk, 'global');
  expect([ofGuild(desk), globals(desk)]).toEqual([[], names]);
  expect(said).toMatch(/"removed":\["audit".*commands of the scope used before removed/);
});

test('and back', async () => {
  const desk = await open('global');
  expect([ofGuild(desk), globals(desk)]).toEqual([[], names]);
  await restarted(desk, 'guild');
  expect([ofGuild(desk), globals(desk)]).toEqual([names, []]);
  expect(await restarted(desk, 'guild')).not.toContain('scope used before');
});

test('what bears no name of ours stays in the other list, a menu of the same name too', async () => {
  const desk = await open('guild');
  const rest = restOf(desk);
  const list = Routes.applicationCommands(desk.local.applicationId);
  await rest.post(list, { body: { name: 'weather', description: 'Not ours' } });
  await rest.post(list, { body: { name: 'help', type: 2 } });
  await rest.post(list, { body: { name: 'help', description: 'Ours of before' } });
  await restarted(desk, 'guild');
  expect(globals(desk)).toEqual(['help', 'weather']);
  expect([...desk.local.world.globalCommands.values()].find(({ name }) => name === 'help')?.type).toBe(2);
});

test('an application in several servers keeps its global list, and is told what is shown twice', async () => {
  const desk = await open('global');
  const { applicationId, guildId } = desk.local;
  const there = { scope: { kind: 'guild', guildId }, guildId, alone: false } as const;
  const found = await removeDoubled(restOf(desk), applicationId, there, commands);
  expect({ removed: found.removed, left: [...found.left].sort() }).toEqual({ removed: [], left: names });
  expect(globals(desk)).toEqual(names);
});

test('commands work while the other list cannot be read', async () => {
  const desk = await open('guild');
  const before = ofGuild(desk);
  const route = `/applications/${desk.local.applicationId}/commands`;
  desk.local.faults.inject({ fault: 'server-error', route });
  expect(await restarted(desk, 'guild')).toContain('commands may be shown twice, looking again');
  expect(ofGuild(desk)).toEqual(before);
});

test('a first start writes the whole list with one call, and a later one that changes nothing writes none', async () => {
  const desk = await open('guild');
  const writes = () =>
    desk.local.record.requests.filter(({ method, path }) => method !== 'GET' && path.endsWith('/commands'));
  expect(writes().map(({ method }) => method)).toEqual(['PUT']);
  await restarted(desk, 'guild');
  expect(writes()).toHaveLength(1);
});

test('a command that differs is put right, one that is not ours goes, and what keeps its name keeps its id', async () => {
  const desk = await open('guild');
  const rest = restOf(desk);
  const idOf = (wanted: string) =>
    [...desk.local.world.guildCommands.values()].find(({ name }) => name === wanted)?.id;
  const list = Routes.applicationGuildCommands(desk.local.applicationId, desk.local.guildId);
  await rest.post(list, { body: { name: 'help', description: 'As another version had it' } });
  await rest.post(list, { body: { name: 'weather', description: 'Not ours' } });
  const before = idOf('help');
  const said = await restarted(desk, 'guild');
  expect(said).toMatch(/"changed":\["help"\],"removed":\["weather"\]/);
  expect(ofGuild(desk)).toEqual(names);
  expect(idOf('help')).toBe(before);
});

test('an application’s own entry point is left where it is', async () => {
  const desk = await open('global');
  const entry = { id: '1', type: 4, name: 'launch', handler: 2 };
  const asked: unknown[] = [];
  const rest = {
    get: () => Promise.resolve([entry]),
    put: (_: string, { body }: { body: unknown }) => Promise.resolve(asked.push(body)),
  } as unknown as REST;
  const done = await registerCommands(
    rest,
    desk.local.applicationId,
    { kind: 'global' },
    commands.slice(0, 1),
  );
  expect(done.removed).toEqual([]);
  expect(asked).toEqual([expect.arrayContaining([entry])]);
});

test('a bot that was invited without the right to commands is told how it gets it', async () => {
  const body = { code: 50_001, message: 'Missing Access' };
  const refused = new DiscordAPIError(body, 50_001, 403, 'GET', 'url', { files: [], body: undefined });
  const rest = { get: () => Promise.reject(refused) } as unknown as REST;
  await expect(registerCommands(rest, '1', { kind: 'global' }, commands)).rejects.toMatchObject({
    hint: expect.stringContaining('scopes bot and applications.commands') as string,
  });
});

test('a bot whose commands could not be written says so where it tells what it lacks', async () => {
  const desk = await open('guild');
  const { applicationId, guildId } = desk.local;
  desk.local.faults.inject({
    fault: 'server-error',
    route: `/applications/${applicationId}/guilds/${guildId}/commands`,
  });
  const bot = await startDiscord({
    config: desk.config,
    ...idleDesk,
    log: pino({ level: 'silent' }),
  });
  stops.push(() => bot.close());
  expect(bot.remarks()).toEqual([expect.stringMatching(/^Commands may be missing or old\. .*500/)]);
});
