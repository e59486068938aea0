// The gateway with the real client under faults: dropped, op 7, op 9, missing ACK, late HELLO, 4004, 4014, down.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Client, Events, GatewayIntentBits, type Interaction } from 'discord.js';
import { WebSocket } from 'ws';
import { connectBot } from '../../fixtures/discord-bot.ts';
import { startLocalDiscord, type LocalDiscord } from '../../../src/local/discord/server.ts';

let discord: LocalDiscord;
let bot: Client<true> | undefined;

beforeEach(async () => {
  discord = await startLocalDiscord({ heartbeatIntervalMs: 200 });
});
afterEach(async () => {
  await bot?.destroy();
  bot = undefined;
  await discord.stop();
});

async function typeAndSee(client: Client<true>): Promise<string> {
  const seen = new Promise<Interaction>((resolve) => client.once(Events.InteractionCreate, resolve));
  const id = discord.type({
    user: discord.users.lead,
    channel: discord.channelId,
    command: 'health',
    options: {},
  });
  expect((await seen).id).toBe(id);
  return id;
}

async function ready(): Promise<Client<true>> {
  bot = await connectBot(discord);
  await bot.application.commands.set([{ name: 'health', description: 'Ask' }], discord.guildId);
  return bot;
}

function event(client: Client, name: string): Promise<unknown> {
  return new Promise((resolve) => client.once(name, resolve));
}

describe('the gateway', () => {
  it('replays an interaction typed while the socket was down', async () => {
    const client = await ready();
    const resumed = event(client, Events.ShardResume);
    discord.faults.inject({ fault: 'drop-gateway', times: 1 });
    await discord.expect(() => (discord.online() ? undefined : true));
    await typeAndSee(client);
    await resumed;
    expect(discord.online()).toBe(true);
  });

  it('is resumed after op 7 and after a missing ACK', async () => {
    const client = await ready();
    let resumed = event(client, Events.ShardResume);
    discord.faults.inject({ fault: 'op7', times: 1 });
    await resumed;
    await typeAndSee(client);
    resumed = event(client, Events.ShardResume);
    discord.faults.inject({ fault: 'missing-ack', times: 1 });
    await resumed;
    await typeAndSee(client);
  });

  it('starts a new session after op 9', async () => {
    const client = await ready();
    discord.faults.inject({ fault: 'op9', times: 1 });
    await event(client, Events.ShardReady);
    await typeAndSee(client);
  });

  it('lets the bot in after a late HELLO', async () => {
    discord.faults.inject({ fault: 'late-hello', times: 1, ms: 50 });
    await typeAndSee(await ready());
  });

  it('ends the bot with 4004 and 4014, and a wrong token with 401', async () => {
    const client = await ready();
    const lost = event(client, Events.ShardDisconnect);
    discord.faults.inject({ fault: 'close-4004', times: 1 });
    expect(await lost).toMatchObject({ code: 4004 });
    const curious = new Client({
      intents: [GatewayIntentBits.Guilds, GatewayIntentBits.MessageContent],
      rest: { api: discord.apiUrl },
    });
    await expect(curious.login(discord.token)).rejects.toThrow(/disallowed intents/i);
    await curious.destroy();
    const stranger = new Client({ intents: [], rest: { api: discord.apiUrl } });
    await expect(stranger.login('wrong')).rejects.toMatchObject({ code: 'TokenInvalid' });
    await stranger.destroy();
  });

  it('is away while down and comes back by itself', async () => {
    const client = await ready();
    const id = discord.faults.inject({ fault: 'down' });
    await discord.expect(() => (discord.online() ? undefined : true));
    await expect(fetch(`${discord.apiUrl}/v10/gateway`)).rejects.toThrow();
    expect((await fetch(`${discord.url}/local/faults`)).status).toBe(200);
    discord.faults.remove(id);
    await discord.expect(() => (discord.online() ? true : undefined), 15_000);
    await typeAndSee(client);
  });

  it('closes with its own codes on what may not be sent', async () => {
    const cases: readonly [object | string, number][] = [
      ['not json', 4002],
      [{ op: 99, d: null }, 4001],
      [{ op: 3, d: {} }, 4003],
      [{ op: 2, d: { token: 'wrong', intents: 1 } }, 4004],
      [{ op: 2, d: { token: discord.token, intents: 1, shard: [2, 1] } }, 4010],
      [{ op: 2, d: { token: discord.token, intents: 1 << 30 } }, 4013],
      [{ op: 2, d: { token: discord.token, intents: 1 << 15 } }, 4014],
      ['x'.repeat(4097), 4002],
    ];
    for (const [frame, code] of cases) {
      const socket = new WebSocket(`${discord.url.replace('http', 'ws')}/?v=10&encoding=json`);
      const closed = new Promise<number>((resolve) => socket.once('close', resolve));
      socket.once('message', () => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)));
      expect(await closed).toBe(code);
    }
  });

  it("sends other people's text only to those with the privileged intent", async () => {
    const frames: { readonly t: string | null; readonly d: { readonly content?: string } }[] = [];
    const socket = new WebSocket(`${discord.url.replace('http', 'ws')}/?v=10&encoding=json`);
    socket.on('message', (data: Buffer) =>
      frames.push(JSON.parse(data.toString()) as (typeof frames)[number]),
    );
    await new Promise((resolve) => socket.once('open', resolve));
    const identify = { token: discord.token, intents: GatewayIntentBits.GuildMessages, properties: {} };
    socket.send(JSON.stringify({ op: 2, d: identify }));
    await discord.expect(() => frames.find(({ t }) => t === 'READY'));
    discord.write(discord.users.trader, discord.channelId, 'private words');
    discord.write(discord.users.trader, discord.channelId, `<@${discord.botId}> you there?`);
    await discord.expect(() =>
      frames.filter(({ t }) => t === 'MESSAGE_CREATE').length === 2 ? true : undefined,
    );
    const texts = frames.filter(({ t }) => t === 'MESSAGE_CREATE').map(({ d }) => d.content);
    expect(texts).toEqual(['', `<@${discord.botId}> you there?`]);
    expect(frames.some(({ t }) => t === 'GUILD_CREATE')).toBe(false);
    socket.terminate();
  });
});
