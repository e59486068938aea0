// The gateway connection: it comes back from every loss, refuses a wrong token, registers only differences, names what is missing.
import { afterEach, expect, test } from 'vitest';
import { OverwriteType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import { systemClock } from '../../src/clock.ts';
import { login, makeClient } from '../../src/discord/client.ts';
import { remarksOf } from '../../src/discord/permissions.ts';
import { checkDiscord, startDiscord } from '../../src/discord/start.ts';
import { startLocalDiscord, type LocalDiscord } from '../../src/local/discord/server.ts';
import { until } from '../fixtures/redis.ts';
import { closed, commands, context, idleDesk, silent, startDesk, type Desk } from './desk.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
async function open(more: Parameters<typeof startDesk>[0] = {}): Promise<Desk> {
  const desk = await startDesk(more);
  stops.push(() => desk.stop());
  return desk;
}
async function server(): Promise<LocalDiscord> {
  const local = await startLocalDiscord({ strict: true });
  stops.push(() => local.stop());
  return local;
}
const configFor = (local: LocalDiscord) => ({
  token: local.token,
  api: local.apiUrl,
  guildId: local.guildId,
  channelId: local.channelId,
  oncallMention: { kind: 'role' as const, id: local.oncallRoleId },
  access: closed,
});

for (const fault of ['drop-gateway', 'op7', 'op9', 'close-4004'] as const) {
  test(`after ${fault} the next command is answered`, async () => {
    const desk = await open();
    const { local } = desk;
    local.faults.inject({ fault, times: 1 });
    await local.expect(() => (desk.bot.status().connected ? undefined : true), 8_000).catch(() => undefined);
    await local.expect(() => (desk.bot.status().connected && local.online() ? true : undefined), 15_000);
    const before = desk.tickets.length;
    local.type({ user: local.users.lead, channel: local.channelId, command: 'health', options: {} });
    await local.expect(() => (desk.tickets.length > before ? true : undefined));
  });
}

test('a gateway that answers no heartbeat is left for a new connection, and is not called well until then', async () => {
  const desk = await open({ local: { heartbeatIntervalMs: 500 } });
  const { local } = desk;
  const fault = local.faults.inject({ fault: 'missing-ack' });
  await until(() => !desk.bot.status().connected, 5_000, 'the dead gateway found');
  expect(desk.bot.status().why).toBeDefined();
  local.faults.remove(fault);
  await until(() => desk.bot.status().connected && local.online(), 15_000, 'a new connection');
  const before = desk.tickets.length;
  local.type({ user: local.users.lead, channel: local.channelId, command: 'health', options: {} });
  await local.expect(() => (desk.tickets.length > before ? true : undefined));
}, 30_000);

test('a gateway that accepts the connection and never greets is tried again at once, not after a minute', async () => {
  const local = await server();
  local.faults.inject({ fault: 'late-hello', ms: 600_000, times: 1 });
  const client = makeClient(configFor(local), 200);
  stops.push(() => client.destroy());
  await login(client, local.token, systemClock);
  expect(client.isReady()).toBe(true);
}, 10_000);

test('a wrong token is refused at once with what to do', async () => {
  const local = await server();
  const starting = startDiscord({
    config: { ...configFor(local), token: 'wrong-token-entirely' },
    ...idleDesk,
    log: silent,
  });
  await expect(starting).rejects.toMatchObject({
    code: 'discord-refused',
    retryable: false,
    hint: expect.stringContaining('DISCORD_TOKEN') as string,
  });
});

test('a Discord that is away at the start is waited for', async () => {
  const local = await server();
  const id = local.faults.inject({ fault: 'server-error' });
  const starting = startDiscord({
    config: configFor(local),
    ...idleDesk,
    log: silent,
  });
  await local.expect(() => (local.record.requests.length > 0 ? true : undefined));
  local.faults.remove(id);
  const bot = await starting;
  stops.push(() => bot.close());
  expect(bot.status().connected).toBe(true);
});

test('commands are written once, and a second start writes only where something differs', async () => {
  const desk = await open();
  expect(desk.bot.status().registered).toBe(true);
  const writes = () =>
    desk.local.record.requests.filter(({ method, path }) => method !== 'GET' && path.includes('/commands'))
      .length;
  const first = writes();
  expect(first).toBe(1);
  const again = await startDiscord({
    config: desk.config,
    commands: commands
      .map((command) => (command.name === 'help' ? { ...command, description: 'Changed' } : command))
      .slice(1),
    context: () => context,
    submit: () => Promise.resolve(),
    act: () => Promise.resolve({ kind: 'done', text: '' }),
    record: () => undefined,
    clock: systemClock,
    log: silent,
  });
  stops.push(() => again.close());
  const later = desk.local.record.requests
    .filter(({ method, path }) => method !== 'GET' && path.includes('/commands'))
    .slice(first)
    .map(({ method }) => method);
  expect(later).toEqual(['PUT']);
});

test('a bot with everything it needs has nothing missing', async () => {
  const local = await server();
  const check = await checkDiscord(configFor(local), systemClock);
  expect(check).toMatchObject({ kind: 'ok', missing: [], problems: [], channel: 'ops' });
});

test('every missing permission is named', async () => {
  const local = await server();
  const denied = P.EmbedLinks | P.CreatePublicThreads | P.SendMessagesInThreads;
  local.setOverwrites(local.channelId, [
    { id: local.roles.bot, type: OverwriteType.Role, allow: '0', deny: String(denied) },
  ]);
  const check = await checkDiscord(configFor(local), systemClock);
  expect(check.kind).toBe('incomplete');
  expect(check.missing.map(({ permission }) => permission)).toEqual([
    'Embed Links',
    'Create Public Threads',
    'Send Messages in Threads',
  ]);
});

test('what the bot has too much of is named, with the link that gives it the least', async () => {
  const local = await server();
  const { permissions } = local.world.roles.get(local.roles.bot) ?? { permissions: '0' };
  const given = (more: bigint) => local.setRolePermissions(local.roles.bot, BigInt(permissions) | more);
  given(P.ManageRoles);
  const check = await checkDiscord(configFor(local), systemClock);
  expect(check.kind).toBe('ok');
  expect(check.excess.map(({ permission }) => permission)).toEqual(['Manage Roles']);
  // What it is there for is still told where Administrator makes everything else look complete.
  given(P.Administrator);
  const all = await checkDiscord(configFor(local), systemClock);
  const [remark = ''] = remarksOf(all);
  expect(all.excess).toHaveLength(1);
  expect(remark).toMatch(/More than it needs: Administrator; .*token could do everything/);
  const invite = new URL(all.invite ?? '');
  expect(remark).toContain(invite.href);
  expect(invite.searchParams.get('client_id')).toBe(local.applicationId);
  expect(BigInt(invite.searchParams.get('permissions') ?? '0') & P.Administrator).toBe(0n);
  expect(BigInt(invite.searchParams.get('permissions') ?? '0') & P.SendMessages).toBe(P.SendMessages);
});

test('a running bot says what it lacks or has too much, as it is now', async () => {
  const desk = await startDesk();
  stops.push(() => desk.stop());
  expect(desk.bot.remarks()).toEqual([]);
  const { local } = desk;
  local.setOverwrites(local.channelId, [
    { id: local.roles.bot, type: OverwriteType.Role, allow: '0', deny: String(P.AttachFiles) },
  ]);
  await local.expect(() => (desk.bot.remarks()?.length === 1 ? true : undefined));
  expect(desk.bot.remarks()).toEqual([
    'Missing permission: Attach Files (long reports and postmortems arrive without their files).',
  ]);
});

test('an on-call role that the bot cannot mention is said, with the two ways out', async () => {
  const desk = await open();
  expect(desk.bot.remarks()).toEqual([]);
  const { local } = desk;
  const role = local.world.roles.get(local.oncallRoleId);
  if (role === undefined) throw new Error('the cast has no on-call role');
  role.mentionable = false;
  local.world.announce({ kind: 'role', role });
  const [remark] = await local.expect(() =>
    desk.bot.remarks()?.length === 1 ? desk.bot.remarks() : undefined,
  );
  expect(remark).toMatch(
    /^Missing permission: Mention @everyone.*not mentionable, so a page would wake nobody \(or make/,
  );
  const given = BigInt(local.world.roles.get(local.roles.bot)?.permissions ?? '0');
  local.setRolePermissions(local.roles.bot, given | P.MentionEveryone);
  await local.expect(() => (desk.bot.remarks()?.length === 0 ? true : undefined));
});

test('a channel that does not exist is a problem in words', async () => {
  const local = await server();
  const check = await checkDiscord({ ...configFor(local), channelId: '1100000000000099999' }, systemClock);
  expect(check.kind).toBe('blind');
  expect(check.problems[0]).toContain('DISCORD_CHANNEL_ID');
});
