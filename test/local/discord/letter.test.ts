// What the platform document says to the letter and a first reading misses: odd bodies, files, versions, menus, identify.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REST, Routes, type APIMessage, type DiscordAPIError } from 'discord.js';
import { WebSocket } from 'ws';
import { discordContract } from '../../fixtures/discord-openapi.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { startLocalDiscord, type LocalDiscord } from '../../../src/local/discord/server.ts';

interface Dispatched {
  readonly id: string;
  readonly token: string;
  readonly data: Readonly<Record<string, unknown>>;
}

let clock: FakeClock;
let discord: LocalDiscord;
let rest: REST;
let contract: ReturnType<typeof discordContract>;

beforeAll(async () => {
  clock = new FakeClock();
  discord = await startLocalDiscord({ clock, strict: true });
  contract = discordContract(discord.record);
  rest = new REST({ api: discord.apiUrl, version: '10' }).setToken(discord.token);
  await register([
    {
      name: 'take',
      description: 'd',
      options: [
        { type: 11, name: 'file', description: 'd' },
        { type: 7, name: 'where', description: 'd' },
      ],
    },
    { name: 'Show Person', type: 2 },
    { name: 'Show Message', type: 3 },
  ]);
});
afterAll(async () => {
  rest.clearHashSweeper();
  rest.clearHandlerSweeper();
  await discord.stop();
  expect(contract.violations()).toEqual([]);
});

function register(commands: object[]): Promise<{ id: string; version: string }[]> {
  const route = Routes.applicationGuildCommands(discord.applicationId, discord.guildId);
  return rest.put(route, { body: commands }) as Promise<{ id: string; version: string }[]>;
}

function send(body: object): Promise<APIMessage> {
  return rest.post(Routes.channelMessages(discord.channelId), { body }) as Promise<APIMessage>;
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'accepted',
    (error: unknown) => (error as DiscordAPIError).code,
  );
}

function typed(
  command: string,
  more: { target?: string; options?: Record<string, string> } = {},
): Dispatched {
  discord.type({
    user: discord.users.trader,
    channel: discord.channelId,
    command,
    options: {},
    ...more,
  });
  return discord.record.dispatches.findLast(({ t }) => t === 'INTERACTION_CREATE')?.d as Dispatched;
}

function answer({ id, token }: Dispatched, body: object, with_response = false): Promise<unknown> {
  return rest.post(Routes.interactionCallback(id, token), {
    auth: false,
    body,
    query: new URLSearchParams({ with_response: String(with_response) }),
  });
}

async function raw(body: string, type: string): Promise<unknown> {
  const response = await fetch(`${discord.apiUrl}/v10${Routes.channelMessages(discord.channelId)}`, {
    method: 'POST',
    headers: { authorization: `Bot ${discord.token}`, 'content-type': type },
    body,
  });
  return { status: response.status, ...((await response.json()) as object) };
}

describe('odd bodies', () => {
  it.each([
    ['text', 'multipart/form-data; boundary=a'],
    ['text', 'multipart/form-data'],
    ['null', 'application/json'],
    ['"text"', 'application/json'],
  ])('%s sent as %s is an invalid form, not a crash', async (body, type) => {
    expect(await raw(body, type)).toMatchObject({ status: 400, code: 50035 });
  });

  const select = (option: object): object => ({
    content: 'x',
    components: [
      {
        type: 1,
        components: [{ type: 3, custom_id: 's', options: [{ label: 'a', value: 'a', ...option }] }],
      },
    ],
  });
  it.each([
    ['a mention that is no id', { content: 'x', allowed_mentions: { users: ['lena'] } }],
    ['a reference that is text', { content: 'x', message_reference: 'x' }],
    ['a poll without question', { poll: { answers: [{ poll_media: { text: 'a' } }] } }],
    ['an emoji that is a number', select({ emoji: 7 })],
    ['an emoji without name and id', select({ emoji: {} })],
    ['a default that is text', select({ default: 'yes' })],
  ])('%s is refused', async (_, body) => {
    expect(await codeOf(send(body))).toBe(50035);
  });

  it('an option emptied by null comes back without the field', async () => {
    const { components } = await send(select({ description: null, emoji: null }));
    expect(components).toMatchObject([{ components: [{ options: [{ label: 'a', value: 'a' }] }] }]);
  });

  it('an archive time sent as text starts no thread', async () => {
    const { id } = await send({ content: 'x' });
    const body = { name: 'x', auto_archive_duration: '60' };
    expect(await codeOf(rest.post(Routes.threads(discord.channelId, id), { body }))).toBe(50035);
  });
});

describe('commands', () => {
  const command = { name: 'one', description: 'd', name_localizations: { de: 'eins' } };

  it('keep their version while nothing changes', async () => {
    const route = Routes.applicationCommands(discord.applicationId);
    const put = async (body: object): Promise<{ id: string; version: string } | undefined> =>
      ((await rest.put(route, { body: [body] })) as { id: string; version: string }[])[0];
    const first = await put(command);
    expect(first).toMatchObject({ name_localizations: { de: 'eins' } });
    expect(await put(command)).toEqual(first);
    const changed = await put({ ...command, description: 'e' });
    expect(changed?.id).toBe(first?.id);
    expect(BigInt(changed?.version ?? 0)).toBeGreaterThan(BigInt(first?.version ?? 0));
  });

  const option = { type: 3, name: 'o', description: 'd' };
  it.each([
    ['an option right in a group', { options: [{ ...option, type: 2, options: [option] }] }],
    ['a group in a sub-command', { options: [{ ...option, type: 1, options: [{ ...option, type: 2 }] }] }],
    ['an unknown context', { contexts: [9] }],
    ['a localization that is no text', { description_localizations: { de: 7 } }],
  ])('are refused with %s', async (_, more) => {
    const route = Routes.applicationCommands(discord.applicationId);
    expect(await codeOf(rest.put(route, { body: [{ ...command, ...more }] }))).toBe(50035);
  });
});

describe('what a person opens', () => {
  it('a context menu carries its target, resolved, and is answered by a message of type 23', async () => {
    const { id } = await send({ content: 'look at this' });
    const onMessage = typed('Show Message', { target: id });
    expect(onMessage.data).toMatchObject({
      type: 3,
      target_id: id,
      resolved: { messages: { [id]: { content: 'look at this' } } },
    });
    const { lead } = discord.users;
    const onPerson = typed('Show Person', { target: lead });
    expect(onPerson.data).toMatchObject({
      type: 2,
      target_id: lead,
      resolved: { users: { [lead]: { username: 'lena' } }, members: { [lead]: {} } },
    });
    const given = await answer(onPerson, { type: 4, data: { content: 'her' } }, true);
    expect(given).toMatchObject({ resource: { message: { type: 23 } } });
    expect(() => typed('Show Message', { target: '1' })).toThrow('no such message');
  });

  it('an attachment option carries a file, a channel option the rights in it', async () => {
    const { data } = typed('take', { options: { file: 'line one', where: discord.channelId } });
    const { attachments, channels } = data['resolved'] as {
      attachments: Record<string, { url: string; filename: string; size: number }>;
      channels: Record<string, { permissions: string }>;
    };
    const [attachment] = Object.values(attachments);
    expect(attachment).toMatchObject({ filename: 'file.txt', size: 8 });
    expect(await (await fetch(attachment?.url ?? '')).text()).toBe('line one');
    expect(BigInt(channels[discord.channelId]?.permissions ?? 0)).toBeGreaterThan(0n);
  });
});

describe('answers', () => {
  it('tell a deferred one as the created message, and a follow-up even unasked', async () => {
    const interaction = typed('take');
    const given = await answer(interaction, { type: 5 }, true);
    expect(given).toMatchObject({
      interaction: { response_message_loading: true },
      resource: { type: 4, message: { flags: 128 } },
    });
    const followUp = rest.post(Routes.webhook(discord.applicationId, interaction.token), {
      auth: false,
      body: { content: 'done' },
    });
    expect(await followUp).toMatchObject({ content: 'done', flags: 0 });
  });

  it('are no form with a radio group of one, nor with more characters wanted than allowed', async () => {
    const interaction = typed('take');
    const modal = (component: object): object => ({
      type: 9,
      data: { custom_id: 'm', title: 't', components: [{ type: 18, label: 'l', component }] },
    });
    const radio = { type: 21, custom_id: 'r', options: [{ label: 'a', value: 'a' }] };
    expect(await codeOf(answer(interaction, modal(radio)))).toBe(50035);
    const input = { type: 4, custom_id: 'i', style: 1, min_length: 5, max_length: 3 };
    expect(await codeOf(answer(interaction, modal(input)))).toBe(50035);
  });

  it('to too many edits of an old message say when to come again', async () => {
    const { id } = await send({ content: 'old' });
    await clock.forward(3_600_001);
    const edit = (content: string): Promise<Response> =>
      fetch(`${discord.apiUrl}/v10${Routes.channelMessage(discord.channelId, id)}`, {
        method: 'PATCH',
        headers: { authorization: `Bot ${discord.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ content }),
      });
    let last = await edit('first');
    for (let count = 0; count < 60 && last.status === 200; count += 1) last = await edit(`edit ${count}`);
    expect(last.status).toBe(429);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    const body = (await last.json()) as { retry_after: number };
    expect(body).toMatchObject({ code: 30046, global: false });
    expect(body.retry_after).toBeGreaterThan(0);
  });
});

describe('an IDENTIFY', () => {
  it('with an intent beyond 32 bits is closed with 4013', async () => {
    const socket = new WebSocket(`${discord.url.replace('http', 'ws')}/?v=10&encoding=json`);
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.once('message', () =>
      socket.send(JSON.stringify({ op: 2, d: { token: discord.token, intents: 2 ** 40, properties: {} } })),
    );
    expect(await closed).toBe(4013);
  });
});
