// The life of interactions under a clock the test moves: 3 s, 15 min, 40060, 10062, 50027, nonces, follow-ups.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { REST, Routes, type APIMessage } from 'discord.js';
import { discordContract } from '../../fixtures/discord-openapi.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { startLocalDiscord, type LocalDiscord } from '../../../src/local/discord/server.ts';

interface Dispatched {
  readonly id: string;
  readonly token: string;
}

let clock: FakeClock;
let discord: LocalDiscord;
let rest: REST;
let contract: ReturnType<typeof discordContract>;

beforeEach(async () => {
  clock = new FakeClock();
  discord = await startLocalDiscord({ clock, strict: true });
  contract = discordContract(discord.record);
  rest = new REST({ api: discord.apiUrl, version: '10' }).setToken(discord.token);
  await rest.put(Routes.applicationGuildCommands(discord.applicationId, discord.guildId), {
    body: [{ name: 'health', description: 'Ask' }],
  });
});
afterEach(async () => {
  rest.clearHashSweeper();
  rest.clearHandlerSweeper();
  await discord.stop();
  expect(contract.violations()).toEqual([]);
});

function typed(user = discord.users.trader): Dispatched {
  discord.type({ user, channel: discord.channelId, command: 'health', options: {} });
  return discord.record.dispatches.findLast(({ t }) => t === 'INTERACTION_CREATE')?.d as Dispatched;
}

function answer({ id, token }: Dispatched, body: object): Promise<unknown> {
  return rest.post(Routes.interactionCallback(id, token), { auth: false, body });
}

function original(token: string): `/${string}` {
  return Routes.webhookMessage(discord.applicationId, token, '@original');
}

describe('the life of an interaction', () => {
  it('is dead after three seconds without an answer, and the person is told', async () => {
    const seen: string[] = [];
    discord.on(discord.users.trader, (event) => {
      if (event.kind === 'interaction.failed') seen.push(`${event.command ?? ''}: ${event.why}`);
    });
    const interaction = typed();
    await clock.forward(2_999);
    expect(seen).toEqual([]);
    await clock.forward(1);
    expect(seen).toEqual(['health: The application did not respond']);
    await expect(answer(interaction, { type: 5 })).rejects.toMatchObject({ status: 404, code: 10062 });
  });

  it('takes one answer only: the second is 40060, a wrong token 10062', async () => {
    const interaction = typed();
    await answer(interaction, { type: 5 });
    await expect(answer(interaction, { type: 5 })).rejects.toMatchObject({ status: 400, code: 40060 });
    await expect(answer({ ...interaction, token: 'nope' }, { type: 5 })).rejects.toMatchObject({
      code: 10062,
    });
  });

  it('knows no webhook before the first answer', async () => {
    const { token } = typed();
    await expect(rest.patch(original(token), { auth: false, body: { content: 'x' } })).rejects.toMatchObject({
      code: 10015,
    });
  });

  it('may be edited for fifteen minutes by the token alone, then is 50027', async () => {
    const interaction = typed();
    await answer(interaction, { type: 5 });
    await clock.forward(15 * 60_000 - 1);
    const edited = (await rest.patch(original(interaction.token), {
      auth: false,
      body: { content: 'late' },
    })) as APIMessage;
    expect(edited).toMatchObject({ content: 'late', flags: 0, interaction_metadata: { id: interaction.id } });
    await clock.forward(1);
    await expect(
      rest.patch(original(interaction.token), { auth: false, body: { content: 'too late' } }),
    ).rejects.toMatchObject({ status: 401, code: 50027 });
    await rest.patch(Routes.channelMessage(discord.channelId, edited.id), {
      body: { content: 'by the bot' },
    });
    expect(discord.messages(discord.channelId, discord.users.viewer).at(-1)?.content).toBe('by the bot');
  });

  it('tells the person when a deferred answer is never filled', async () => {
    let failed = 0;
    discord.on(discord.users.trader, (event) => {
      if (event.kind === 'interaction.failed') failed += 1;
    });
    await answer(typed(), { type: 5 });
    await clock.forward(15 * 60_000);
    expect(failed).toBe(1);
  });

  it('fills the loading message by a follow-up sent straight after the deferral, later makes new ones', async () => {
    const interaction = typed();
    await answer(interaction, { type: 5, data: { flags: 64 } });
    const hook = Routes.webhook(discord.applicationId, interaction.token);
    const query = new URLSearchParams({ wait: 'true' });
    const first = (await rest.post(hook, { auth: false, query, body: { content: 'one' } })) as APIMessage;
    const second = (await rest.post(hook, { auth: false, query, body: { content: 'two' } })) as APIMessage;
    const all = discord.messages(discord.channelId, discord.users.trader);
    expect(all.map(({ id, content, flags }) => [id, content, flags])).toEqual([
      [first.id, 'one', 64],
      [second.id, 'two', 0],
    ]);
    expect(discord.messages(discord.channelId, discord.users.viewer).map(({ content }) => content)).toEqual([
      'two',
    ]);
    await expect(rest.get(Routes.channelMessage(discord.channelId, first.id))).rejects.toMatchObject({
      code: 10008,
    });
    await rest.delete(original(interaction.token), { auth: false });
    await expect(rest.get(original(interaction.token), { auth: false })).rejects.toMatchObject({
      code: 10008,
    });
  });

  it('gives the callback object on request', async () => {
    const { id, token } = typed();
    const query = new URLSearchParams({ with_response: 'true' });
    const given = await rest.post(Routes.interactionCallback(id, token), {
      auth: false,
      query,
      body: { type: 4, data: { content: 'hi' } },
    });
    expect(given).toMatchObject({
      interaction: { id, type: 2, response_message_loading: false, response_message_ephemeral: false },
      resource: { type: 4, message: { content: 'hi', type: 20 } },
    });
  });

  it('refuses answers that do not fit the interaction', async () => {
    const interaction = typed();
    for (const type of [6, 7, 8, 99])
      await expect(answer(interaction, { type })).rejects.toMatchObject({ code: 50035 });
    await answer(interaction, { type: 4, data: { content: 'still possible' } });
  });
});

describe('nonces', () => {
  it('give the first message again within minutes, a new one later, and are told back', async () => {
    const post = (nonce: string): Promise<APIMessage> =>
      rest.post(Routes.channelMessages(discord.channelId), {
        body: { content: 'page', nonce, enforce_nonce: true },
      }) as Promise<APIMessage>;
    const first = await post('job-1');
    expect(first.nonce).toBe('job-1');
    expect((await post('job-1')).id).toBe(first.id);
    expect((await post('job-2')).id).not.toBe(first.id);
    await clock.forward(10 * 60_000);
    expect((await post('job-1')).id).not.toBe(first.id);
    await expect(post('x'.repeat(26))).rejects.toMatchObject({ code: 50035 });
  });
});
