// What is wrong with the bot's channel is told as what it is: an outage of Discord's is no mistake in the configuration.
import { ChannelType, PermissionsBitField, type Client } from 'discord.js';
import { expect, test } from 'vitest';
import { barredBy, checkChannel, remarksOf } from '../../src/discord/permissions.ts';

const config = { guildId: '10', channelId: '20' };

function clientWith(guild: Record<string, unknown>): Client {
  return {
    user: { username: 'pitwatch' },
    application: { id: '1' },
    guilds: { cache: new Map([[config.guildId, guild]]) },
  } as unknown as Client;
}

function guildWith(type: ChannelType, isTextBased: boolean): Record<string, unknown> {
  const me = { permissions: new PermissionsBitField(0n) };
  const channel = {
    name: 'ops',
    type,
    isTextBased: () => isTextBased,
    permissionsFor: () => new PermissionsBitField(PermissionsBitField.All),
    guild: { members: { me } },
  };
  return { available: true, name: 'desk', channels: { cache: new Map([[config.channelId, channel]]) } };
}

test('a server that Discord says is not available is an outage, whatever was known of it before', () => {
  const unavailable = { available: false, channels: { cache: new Map() } };
  const check = checkChannel(clientWith(unavailable), config);
  expect(remarksOf(check)).toEqual([
    expect.stringMatching(/not available right now: an outage of Discord’s/),
  ]);
  expect(barredBy(check)).toMatch(/outage/);
});

test('a forum takes no messages, so no page can be posted there', () => {
  const check = checkChannel(clientWith(guildWith(ChannelType.GuildForum, false)), config);
  expect(check.kind).toBe('incomplete');
  expect(barredBy(check)).toMatch(
    /^ops is not a text channel, so no page can be posted there: .*DISCORD_CHANNEL_ID/,
  );
});

test('the chat of a voice channel takes pages, and it is said that it has no threads', () => {
  const check = checkChannel(clientWith(guildWith(ChannelType.GuildVoice, true)), config);
  expect(check.problems).toEqual([expect.stringContaining('no threads can be started')]);
  expect(barredBy(check)).toBeUndefined();
});

test.each([ChannelType.GuildText, ChannelType.GuildAnnouncement])(
  'a channel of type %i is what is wanted',
  (type) => {
    const check = checkChannel(clientWith(guildWith(type, true)), config);
    expect(check).toMatchObject({ kind: 'ok', problems: [] });
  },
);
