// A bot whose token is revoked, whose channel is deleted or whose permission is taken: it says so at once, asks little, and is back when it is mended.
import { afterEach, expect, test } from 'vitest';
import { OverwriteType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import { FakeClock } from '../fakes/clock.ts';
import { until } from '../fixtures/redis.ts';
import { incident, startDesk, type Desk } from './desk.ts';

let desk: Desk | undefined;
afterEach(async () => {
  const open = desk;
  desk = undefined;
  await open?.stop();
});

const second = 1_000;

/** Lets time pass in steps that leave room for what Discord answers in between. */
function passing(clock: FakeClock): (ms: number) => Promise<void> {
  return async (ms) => {
    for (let passed = 0; passed < ms; passed += 5 * second) {
      await clock.forward(5 * second);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
}

test('a permission taken away is told by name before anything was tried, and is over once it is given back', async () => {
  desk = await startDesk();
  const { bot, local } = desk;
  const denied = { id: local.roles.bot, type: OverwriteType.Role, allow: '0', deny: String(P.SendMessages) };
  expect(bot.status().connected).toBe(true);
  local.setOverwrites(local.channelId, [denied]);
  await until(() => !bot.status().connected, 5_000, 'the missing permission seen');
  expect(bot.status().why).toMatch(/^the bot lacks Send Messages in its channel.*npm run check/);
  local.setOverwrites(local.channelId, []);
  await until(() => bot.status().connected, 5_000, 'the permission seen again');
});

test('a permission given back is over at once also where Discord had refused messages meanwhile', async () => {
  desk = await startDesk();
  const { bot, local } = desk;
  const page = {
    id: '12-1-0',
    incident: '12',
    queuedAt: Date.now(),
    kind: 'page',
    card: incident(),
  } as const;
  const denied = { id: local.roles.bot, type: OverwriteType.Role, allow: '0', deny: String(P.SendMessages) };
  local.setOverwrites(local.channelId, [denied]);
  await until(() => !bot.status().connected, 5_000, 'the missing permission seen');
  await expect(bot.messenger.deliverPost(page, {})).rejects.toMatchObject({ code: 'discord-refused' });
  expect(bot.status().why).toMatch(/lacks Send Messages/);
  local.setOverwrites(local.channelId, []);
  await until(() => bot.status().connected, 5_000, 'the permission seen again');
  await bot.messenger.deliverPost(page, {});
  expect(local.messages(local.channelId, local.users.lead)).toHaveLength(1);
});

test('commands that are gone when the bot is given back what it lacked, as after it was thrown out, are registered anew', async () => {
  desk = await startDesk();
  const { bot, local } = desk;
  const commands = async (change?: 'remove'): Promise<unknown> => {
    const route = `${local.apiUrl}/v10/applications/${local.applicationId}/guilds/${local.guildId}/commands`;
    const headers = { authorization: `Bot ${local.token}`, 'content-type': 'application/json' };
    const answer = await fetch(route, {
      headers,
      ...(change === undefined ? {} : { method: 'PUT', body: '[]' }),
    });
    return answer.json();
  };
  const before = await commands();
  expect(before).not.toEqual([]);
  local.setOverwrites(local.channelId, [
    { id: local.roles.bot, type: OverwriteType.Role, allow: '0', deny: String(P.SendMessages) },
  ]);
  await until(() => !bot.status().connected, 5_000, 'the missing permission seen');
  expect(await commands('remove')).toEqual([]);
  local.setOverwrites(local.channelId, []);
  const names = (list: unknown) => (list as { name: string }[]).map(({ name }) => name);
  await until(
    async () => names(await commands()).length === names(before).length,
    5_000,
    'the commands registered anew',
  );
});

test('a channel that is deleted or hidden is told', async () => {
  desk = await startDesk();
  const { bot, local } = desk;
  local.removeChannel(local.channelId);
  await until(() => !bot.status().connected, 5_000, 'the missing channel seen');
  expect(bot.status().why).toMatch(/has no channel \d+ that the bot can see: correct DISCORD_CHANNEL_ID/);
});

test('a revoked token is told, asked again at most ten times in ten minutes, and taken again once it is good', async () => {
  const clock = new FakeClock(Date.now());
  desk = await startDesk({ clock });
  const { bot, local } = desk;
  const restore = local.revokeToken();
  await until(() => !bot.status().connected, 5_000, 'the connection lost');
  const pass = passing(clock);
  await pass(600 * second);
  expect(bot.status().why).toMatch(/has not known the bot’s token since .*DISCORD_TOKEN/);
  const refused = local.record.requests.filter(({ status }) => status === 401).length;
  expect(refused).toBeGreaterThan(2);
  expect(refused).toBeLessThanOrEqual(10);
  restore();
  await until(
    async () => {
      await pass(15 * second);
      return bot.status().connected;
    },
    20_000,
    'the connection made anew',
  );
}, 40_000);

test('what is to be said while the token is revoked waits and is said afterwards: a note, the card, the thread’s name', async () => {
  const clock = new FakeClock(Date.now());
  desk = await startDesk({ clock });
  const { bot, local } = desk;
  const post = { incident: '12', queuedAt: clock.now() };
  const refs = await bot.messenger.deliverPost({ ...post, id: '12-1-0', kind: 'page', card: incident() }, {});
  const by = { id: '1', name: 'Ada' };
  const note = { ...post, id: '12-2-0', kind: 'note', note: { kind: 'acknowledged', by, at: 0 } } as const;
  const state = { kind: 'acknowledged', by, at: post.queuedAt } as const;
  const card = { ...post, id: '12-2-1', kind: 'card', card: incident({ state, version: 2 }) } as const;
  const restore = local.revokeToken();
  for (const one of [note, card, note])
    await expect(bot.messenger.deliverPost(one, refs)).rejects.toMatchObject({
      retryable: true,
      retryAfterMs: 30_000,
    });
  restore();
  const pass = passing(clock);
  await until(
    async () => {
      await pass(15 * second);
      return bot.status().connected;
    },
    20_000,
    'the connection made anew',
  );
  await bot.messenger.deliverPost(note, refs);
  await bot.messenger.deliverPost(card, refs);
  const thread = local.messages(refs.threadId ?? '', local.users.lead).map(({ content }) => content);
  expect(thread).toEqual([expect.stringContaining('Ada has it')]);
  expect(local.messages(local.channelId, local.users.lead)[0]?.content).toMatch(/^👀 #12/);
}, 40_000);
