// Rights, rate limits and faults of the bot side, and the user side over HTTP with its live events.
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OverwriteType, PermissionFlagsBits, REST, Routes, type APIMessage } from 'discord.js';
import { inviteOf } from '../../../src/discord/permissions.ts';
import { invitedPermissions } from '../../../src/local/discord/cast.ts';
import {
  startLocalDiscord,
  type LocalDiscord,
  type LocalDiscordOptions,
} from '../../../src/local/discord/server.ts';
import type { LocalEvent, LocalState } from '../../../src/local/discord/user-api.ts';

let discord: LocalDiscord;
let rest: REST;

async function start(options: LocalDiscordOptions = {}): Promise<void> {
  discord = await startLocalDiscord(options);
  rest = new REST({ api: discord.apiUrl, version: '10', retries: 1 }).setToken(discord.token);
}

beforeEach(() => start());
afterEach(async () => {
  rest.clearHashSweeper();
  rest.clearHandlerSweeper();
  await discord.stop();
});

function send(content: string, more: object = {}): Promise<unknown> {
  return rest.post(Routes.channelMessages(discord.channelId), { body: { content, ...more } });
}

function texts(): string[] {
  return discord.messages(discord.channelId, discord.users.lead).map(({ content }) => content);
}

async function local(path: string, init?: RequestInit): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${discord.url}/local${path}`, init);
  const body = await answer.text();
  return { status: answer.status, body: body === '' ? undefined : (JSON.parse(body) as unknown) };
}

function post(path: string, body: object): Promise<{ status: number; body: unknown }> {
  return local(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

describe('rights', () => {
  it('refuse what the bot may not: 50001 unseen, 50013 not allowed, 401 without its token', async () => {
    discord.setOverwrites(discord.channelId, [
      {
        id: discord.botId,
        type: OverwriteType.Member,
        allow: '0',
        deny: String(PermissionFlagsBits.SendMessages),
      },
    ]);
    await expect(send('x')).rejects.toMatchObject({ status: 403, code: 50013 });
    discord.setOverwrites(discord.channelId, [
      {
        id: discord.guildId,
        type: OverwriteType.Role,
        allow: '0',
        deny: String(PermissionFlagsBits.ViewChannel),
      },
    ]);
    await expect(send('x')).rejects.toMatchObject({ status: 403, code: 50001 });
    await expect(rest.get(Routes.channelMessages('1100000000000000999'))).rejects.toMatchObject({
      code: 10003,
    });
    const stranger = await fetch(`${discord.apiUrl}/v10/users/@me`, { headers: { authorization: 'Bot no' } });
    expect(stranger.status).toBe(401);
    expect(await stranger.json()).toEqual({ message: '401: Unauthorized', code: 0 });
  });

  it('let the bot change only its own messages', async () => {
    const { id } = discord.write(discord.users.trader, discord.channelId, 'mine');
    const edit = rest.patch(Routes.channelMessage(discord.channelId, id), { body: { content: 'yours' } });
    await expect(edit).rejects.toMatchObject({ status: 403, code: 50005 });
    expect(() => discord.write(discord.users.viewer, discord.channelId, 'hi')).toThrow(
      'do not have permission',
    );
  });

  it('keep a locked thread shut for those who may not manage threads', async () => {
    const message = (await send('page')) as APIMessage;
    const thread = (await rest.post(Routes.threads(discord.channelId, message.id), {
      body: { name: 'incident', auto_archive_duration: 60 },
    })) as { id: string };
    await expect(
      rest.patch(Routes.channel(thread.id), { body: { locked: true, archived: true } }),
    ).rejects.toMatchObject({ status: 403, code: 50013 });
    discord.lockThread(thread.id, true);
    const late = () => rest.post(Routes.channelMessages(thread.id), { body: { content: 'late' } });
    await expect(late()).rejects.toMatchObject({ code: 160005 });
    await expect(rest.patch(Routes.channel(thread.id), { body: { archived: false } })).rejects.toMatchObject({
      code: 160005,
    });
    discord.setRolePermissions(discord.roles.bot, invitedPermissions | PermissionFlagsBits.ManageThreads);
    await late();
  });

  it('drop embeds without Embed Links beside anything else, and refuse them alone', async () => {
    const before = (await send('before', { embeds: [{ title: 'shown' }] })) as APIMessage;
    expect(before.embeds).toHaveLength(1);
    discord.setRolePermissions(discord.roles.bot, invitedPermissions & ~PermissionFlagsBits.EmbedLinks);
    const embeds = [{ title: 'dropped' }];
    expect(await send('words', { embeds })).toMatchObject({ content: 'words', embeds: [] });
    const button = { type: 2, style: 1, label: 'x', custom_id: 'x' };
    const components = [{ type: 1, components: [button] }];
    expect(await send('', { embeds, components })).toMatchObject({ content: '', embeds: [] });
    await expect(send('', { embeds })).rejects.toMatchObject({ status: 403, code: 50013 });
    const edit = (body: object) => rest.patch(Routes.channelMessage(discord.channelId, before.id), { body });
    expect(await edit({ content: 'after', embeds })).toMatchObject({ content: 'after', embeds: [] });
    await expect(edit({ content: '', embeds })).rejects.toMatchObject({ status: 400, code: 50006 });
  });

  it('give the bot what the invite gives, and more only where it is asked for', async () => {
    const granted = (): bigint => BigInt(discord.world.roles.get(discord.roles.bot)?.permissions ?? '0');
    const [, query = ''] = inviteOf(discord.applicationId).split('?');
    expect(granted()).toBe(BigInt(new URLSearchParams(query).get('permissions') ?? '0'));
    const all = { content: '@everyone', allowed_mentions: { parse: ['everyone'] } };
    expect(await send('', all)).toMatchObject({ mention_everyone: false });
    await discord.stop();
    await start({ alsoMay: PermissionFlagsBits.MentionEveryone });
    expect(await send('', all)).toMatchObject({ mention_everyone: true });
  });
});

describe('unknown routes', () => {
  it('are answered 404, recorded, and fail a strict stop', async () => {
    await discord.stop();
    await start({ strict: true });
    await expect(rest.get('/guilds/1/nonsense')).rejects.toMatchObject({ status: 404 });
    expect(discord.record.unknownRoutes).toEqual(['GET /guilds/1/nonsense']);
    await expect(discord.stop()).rejects.toThrow('GET /guilds/1/nonsense');
    discord = await startLocalDiscord();
  });
});

describe('faults', () => {
  it('refuse by 429 with a time, which the library waits out', async () => {
    discord.faults.inject({ fault: 'rate-limit', route: 'POST /channels', times: 1, ms: 60 });
    await send('after the limit');
    expect(discord.record.requests.map(({ status }) => status)).toEqual([429, 200]);
    expect(discord.record.requests[0]?.responseBody).toEqual({
      message: 'You are being rate limited.',
      retry_after: 0.06,
      global: false,
    });
  });

  it('answer 500 once, which the library tries again, or always', async () => {
    discord.faults.inject({ fault: 'server-error', times: 1 });
    await send('second try');
    const id = discord.faults.inject({ fault: 'server-error' });
    await expect(send('never')).rejects.toMatchObject({ status: 500 });
    discord.faults.remove(id);
    expect(texts()).toEqual(['second try']);
  });

  it('lose the answer of a call that was performed, or never perform it', async () => {
    discord.faults.inject({ fault: 'lost-answer', times: 1 });
    await expect(send('once', { nonce: 'n', enforce_nonce: true })).rejects.toThrow();
    await send('once', { nonce: 'n', enforce_nonce: true });
    expect(texts()).toEqual(['once']);
    discord.faults.inject({ fault: 'no-answer' });
    const hasty = new REST({ api: discord.apiUrl, version: '10', retries: 0, timeout: 100 }).setToken(
      discord.token,
    );
    const lost = hasty.post(Routes.channelMessages(discord.channelId), { body: { content: 'lost' } });
    await expect(lost).rejects.toThrow();
    hasty.clearHashSweeper();
    hasty.clearHandlerSweeper();
    expect(texts()).toEqual(['once']);
  });

  it('answer late what was performed at once', async () => {
    discord.faults.inject({ fault: 'slow', times: 1, ms: 80 });
    const startedAt = performance.now();
    const sent = send('slow');
    await discord.expect(() => (texts().length === 1 ? true : undefined));
    await sent;
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(75);
  });

  it('are switched over HTTP', async () => {
    const { status, body } = await post('/faults', { fault: 'server-error', times: 1 });
    expect(status).toBe(201);
    const { id } = body as { id: string };
    expect((await local('/faults')).body).toMatchObject({ faults: [{ id, fault: 'server-error' }] });
    expect((await local(`/faults/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await local(`/faults/${id}`, { method: 'DELETE' })).status).toBe(404);
    expect((await post('/faults', { fault: 'flood' })).status).toBe(400);
  });
});

describe('rate limits as Discord counts', () => {
  it('refuse the sixth message in five seconds with the bucket in the headers', async () => {
    await discord.stop();
    await start({ rateLimits: 'discord' });
    const raw = (): Promise<Response> =>
      fetch(`${discord.apiUrl}/v10/channels/${discord.channelId}/messages`, {
        method: 'POST',
        headers: { authorization: `Bot ${discord.token}`, 'content-type': 'application/json' },
        body: '{"content":"x"}',
      });
    for (let left = 4; left >= 0; left -= 1) {
      const answer = await raw();
      expect([answer.status, answer.headers.get('x-ratelimit-remaining')]).toEqual([200, String(left)]);
    }
    const refused = await raw();
    expect(refused.status).toBe(429);
    expect(refused.headers.get('x-ratelimit-scope')).toBe('user');
    expect(refused.headers.get('x-ratelimit-bucket')).toMatch(/^[0-9a-f]{32}/);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('the user side over HTTP', () => {
  it('tells the state as each person may see it', async () => {
    const { lead } = discord.users;
    await rest.put(Routes.applicationCommands(discord.applicationId), {
      body: [
        { name: 'all', description: 'for all' },
        { name: 'admin', description: 'for few', default_member_permissions: '0' },
      ],
    });
    const names = async (user: string): Promise<unknown> =>
      ((await local(`/state?user=${user}`)).body as LocalState).commands.map(
        (each) => (each as { name: string }).name,
      );
    expect(await names(lead)).toEqual(['all', 'admin']);
    expect(await names(discord.users.viewer)).toEqual(['all']);
    const state = (await local(`/state?user=${lead}`)).body as LocalState;
    expect(state.channels.map(({ name }) => name)).toEqual(['ops', 'general']);
    expect(state.users.map(({ title }) => title)).toEqual(['on-call lead', 'trader', 'viewer']);
    expect(state.bot).toMatchObject({ id: discord.botId, online: false });
  });

  it('streams what happens, live, and carries a typed command', async () => {
    await rest.put(Routes.applicationCommands(discord.applicationId), {
      body: [{ name: 'all', description: 'for all' }],
    });
    const abort = new AbortController();
    const stream = await fetch(`${discord.url}/local/events?user=${discord.users.trader}`, {
      signal: abort.signal,
    });
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    const heard: LocalEvent[] = [];
    const reading = (async () => {
      for await (const chunk of stream.body as unknown as AsyncIterable<Uint8Array>)
        for (const line of Buffer.from(chunk).toString().split('\n'))
          if (line.startsWith('data: ')) heard.push(JSON.parse(line.slice(6)) as LocalEvent);
    })().catch(() => undefined);
    await send('hello');
    const typed = { user: discord.users.trader, channel: discord.channelId, command: 'all', options: {} };
    expect((await post('/commands', typed)).status).toBe(202);
    expect(await post('/commands', { ...typed, command: 'none' })).toEqual({
      status: 400,
      body: { error: 'There is no command /none.' },
    });
    await discord.expect(() => heard.find(({ kind }) => kind === 'interaction.failed'), 10_000);
    expect(heard.map(({ kind }) => kind)).toEqual(['message.create', 'interaction.failed']);
    abort.abort();
    await reading;
  });

  it('refuses other host names and foreign origins', async () => {
    const status = (headers: Record<string, string>): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        request(`${discord.url}/local/faults`, { headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        })
          .once('error', reject)
          .end();
      });
    expect(await status({})).toBe(200);
    expect(await status({ host: `localhost:${discord.port}` })).toBe(200);
    expect(await status({ host: 'evil.example' })).toBe(403);
    expect(await status({ origin: 'https://evil.example' })).toBe(403);
    expect(await status({ origin: discord.url })).toBe(200);
    expect(await status({ 'sec-fetch-site': 'cross-site' })).toBe(403);
  });

  it('serves the page and its library, passes the rest on, and forwards to the gateway', async () => {
    await discord.stop();
    const other = await startLocalDiscord();
    await start({
      gatewayUrl: `${other.url}/local`,
      fallback: ({ url }) => (url.endsWith('/healthz') ? new Response('ok') : undefined),
    });
    expect(await (await fetch(`${discord.url}/healthz`)).text()).toBe('ok');
    expect((await fetch(`${discord.url}/unknown`)).status).toBe(404);
    expect((await fetch(`${discord.url}/page/%2e%2e/server.ts`)).status).toBe(404);
    const library = await fetch(`${discord.url}/page/vendor/preact.js`);
    expect(library.headers.get('content-type')).toContain('text/javascript');
    expect((await library.text()).length).toBeGreaterThan(1_000);
    expect(await local('/gateway/faults')).toEqual({ status: 200, body: { faults: [] } });
    await other.stop();
  });
});
