// The bot's look around: gateway address, itself, its application, the guild, roles, members and channels.
import { OverwriteType, PermissionFlagsBits as P, type APIRole } from 'discord-api-types/v10';
import * as cast from './cast.ts';
import { noContent, ok, type Answer, type Call, type Route } from './call.ts';
import { Form } from './form.ts';
import { numberOf, textOf } from './json.ts';
import { channelJson, isThread, memberJson, type Channel, type Thread } from './people.ts';
import { demand, may, sees } from './permissions.ts';
import { refusals } from './refusal.ts';
import { changeThread } from './thread-rules.ts';
import type { World } from './world.ts';

/** The guild as REST gives it; GUILD_CREATE adds to it. */
export function guildJson(world: World): Record<string, unknown> & { roles: APIRole[] } {
  return {
    id: cast.guildId,
    name: cast.guildName,
    icon: null,
    description: null,
    home_header: null,
    splash: null,
    discovery_splash: null,
    features: [],
    banner: null,
    owner_id: cast.ownerId,
    application_id: null,
    region: 'deprecated',
    afk_channel_id: null,
    afk_timeout: 300,
    system_channel_id: null,
    system_channel_flags: 0,
    widget_enabled: false,
    widget_channel_id: null,
    verification_level: 0,
    roles: [...world.roles.values()],
    default_message_notifications: 1,
    mfa_level: 0,
    explicit_content_filter: 0,
    max_presences: null,
    max_members: 500_000,
    max_stage_video_channel_users: 50,
    max_video_channel_users: 25,
    vanity_url_code: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    preferred_locale: 'en-US',
    rules_channel_id: null,
    safety_alerts_channel_id: null,
    public_updates_channel_id: null,
    premium_progress_bar_enabled: false,
    nsfw: false,
    nsfw_level: 0,
    emojis: [],
    stickers: [],
    incidents_data: null,
  };
}

function inGuild(call: Call): World {
  if (call.param('guild_id') !== cast.guildId) throw refusals.unknownGuild();
  return call.world;
}

function getChannel(call: Call): Answer {
  const channel = call.world.channel(call.param('channel_id'));
  if (!sees(call.world, cast.botId, channel)) throw refusals.missingAccess();
  return ok(channelJson(channel, cast.botId));
}

function patchChannel(call: Call): Answer {
  const { world, body } = call;
  const channel = world.channel(call.param('channel_id'));
  if (!sees(world, cast.botId, channel)) throw refusals.missingAccess();
  if (isThread(channel)) changeThread(world, channel, body);
  else changeChannel(world, channel, body);
  return ok(channelJson(channel, cast.botId));
}

function changeChannel(world: World, channel: Channel, body: Call['body']): void {
  demand(world, cast.botId, channel, P.ManageChannels);
  const form = new Form();
  const name = form.text(body, 'name', [], { min: 1, max: 100 });
  const topic = form.text(body, 'topic', [], { max: 1024 });
  const slow = form.integer(body, 'rate_limit_per_user', [], 0, 21_600);
  form.refuse();
  if (name !== undefined) channel.name = name.trim().toLowerCase().replace(/\s+/g, '-');
  if (topic !== undefined || body['topic'] === null) channel.topic = topic ?? null;
  if (slow !== undefined) channel.rate_limit_per_user = slow;
  world.announce({ kind: 'channel', change: 'update', channel });
}

function deleteChannel(call: Call): Answer {
  const { world } = call;
  const channel: Channel | Thread = world.channel(call.param('channel_id'));
  demand(world, cast.botId, channel, isThread(channel) ? P.ManageThreads : P.ManageChannels);
  world.channels.delete(channel.id);
  world.announce({ kind: 'channel', change: 'delete', channel });
  return ok(channelJson(channel, cast.botId));
}

function members(call: Call): Answer {
  const world = inGuild(call);
  const limit = Math.min(1000, Number(call.query.get('limit') ?? 1));
  const after = BigInt(call.query.get('after') ?? '0');
  const list = [...world.members.values()].filter(({ user }) => BigInt(user.id) > after);
  return ok(list.slice(0, limit).map(memberJson));
}

function searchMembers(call: Call): Answer {
  const typed = (call.query.get('query') ?? '').toLowerCase();
  const found = [...inGuild(call).members.values()].filter(({ user, nick }) =>
    [user.username, user.global_name ?? '', nick ?? ''].some((name) => name.toLowerCase().startsWith(typed)),
  );
  return ok(found.slice(0, Number(call.query.get('limit') ?? 1)).map(memberJson));
}

function memberRole(call: Call, held: boolean): Answer {
  const world = inGuild(call);
  const member = world.member(call.param('user_id'));
  const role = call.param('role_id');
  if (!world.roles.has(role)) throw refusals.unknownRole();
  const ops = world.channel(cast.opsChannelId);
  if (!may(world, cast.botId, ops, P.ManageRoles)) throw refusals.missingPermissions();
  member.roles = [...member.roles.filter((id) => id !== role), ...(held ? [role] : [])];
  world.announce({ kind: 'member', member });
  return noContent;
}

function overwrite(call: Call, kept: boolean): Answer {
  const { world, body } = call;
  const channel = world.channel(call.param('channel_id'));
  if (isThread(channel)) throw refusals.wrongChannelType();
  demand(world, cast.botId, channel, P.ManageRoles);
  const id = call.param('overwrite_id');
  const others = channel.permission_overwrites.filter((each) => each.id !== id);
  if (!kept && others.length === channel.permission_overwrites.length) throw refusals.unknownOverwrite();
  const bits = (key: string): string => textOf(body[key]) ?? String(numberOf(body[key]) ?? 0);
  channel.permission_overwrites = kept
    ? [
        ...others,
        {
          id,
          type: body['type'] === 1 ? OverwriteType.Member : OverwriteType.Role,
          allow: bits('allow'),
          deny: bits('deny'),
        },
      ]
    : others;
  world.announce({ kind: 'channel', change: 'update', channel });
  return noContent;
}

function patchSelf(call: Call): Answer {
  const world = inGuild(call);
  const member = world.member(cast.botId);
  const form = new Form();
  const nick = form.text(call.body, 'nick', [], { max: 32 });
  form.refuse();
  if (call.body['nick'] !== undefined) member.nick = nick === undefined || nick === '' ? null : nick;
  world.announce({ kind: 'member', member });
  return ok(memberJson(member));
}

const guild = '/guilds/{guild_id}';

export const guildRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/users/@me',
    auth: 'bot',
    handle: ({ world }) =>
      ok({ ...world.bot, bot: true, mfa_enabled: true, locale: 'en-US', verified: true, email: null }),
  },
  {
    method: 'GET',
    path: '/users/@me/guilds',
    auth: 'bot',
    handle: () =>
      ok([
        {
          id: cast.guildId,
          name: cast.guildName,
          icon: null,
          banner: null,
          owner: false,
          permissions: '0',
          features: [],
        },
      ]),
  },
  {
    method: 'GET',
    path: '/users/{user_id}',
    auth: 'bot',
    handle: (call) => {
      const member = call.world.members.get(call.param('user_id'));
      if (member === undefined) throw refusals.unknownUser();
      return ok(member.user);
    },
  },
  { method: 'GET', path: guild, auth: 'bot', handle: (call) => ok(guildWithCounts(call)) },
  {
    method: 'GET',
    path: `${guild}/channels`,
    auth: 'bot',
    handle: (call) =>
      ok(
        [...inGuild(call).channels.values()]
          .filter((each) => !isThread(each))
          .map((each) => channelJson(each)),
      ),
  },
  {
    method: 'GET',
    path: `${guild}/roles`,
    auth: 'bot',
    handle: (call) => ok([...inGuild(call).roles.values()]),
  },
  {
    method: 'GET',
    path: `${guild}/roles/{role_id}`,
    auth: 'bot',
    handle: (call) => {
      const role = inGuild(call).roles.get(call.param('role_id'));
      if (role === undefined) throw refusals.unknownRole();
      return ok(role);
    },
  },
  { method: 'GET', path: `${guild}/members`, auth: 'bot', handle: members },
  { method: 'GET', path: `${guild}/members/search`, auth: 'bot', handle: searchMembers },
  { method: 'PATCH', path: `${guild}/members/@me`, auth: 'bot', handle: patchSelf },
  {
    method: 'GET',
    path: `${guild}/members/{user_id}`,
    auth: 'bot',
    handle: (call) => {
      const named = call.param('user_id');
      return ok(memberJson(inGuild(call).member(named === '@me' ? cast.botId : named)));
    },
  },
  {
    method: 'PUT',
    path: `${guild}/members/{user_id}/roles/{role_id}`,
    auth: 'bot',
    handle: (call) => memberRole(call, true),
  },
  {
    method: 'DELETE',
    path: `${guild}/members/{user_id}/roles/{role_id}`,
    auth: 'bot',
    handle: (call) => memberRole(call, false),
  },
  { method: 'GET', path: '/channels/{channel_id}', auth: 'bot', handle: getChannel },
  { method: 'PATCH', path: '/channels/{channel_id}', auth: 'bot', handle: patchChannel },
  { method: 'DELETE', path: '/channels/{channel_id}', auth: 'bot', handle: deleteChannel },
  {
    method: 'PUT',
    path: '/channels/{channel_id}/permissions/{overwrite_id}',
    auth: 'bot',
    handle: (call) => overwrite(call, true),
  },
  {
    method: 'DELETE',
    path: '/channels/{channel_id}/permissions/{overwrite_id}',
    auth: 'bot',
    handle: (call) => overwrite(call, false),
  },
];

function guildWithCounts(call: Call): Record<string, unknown> {
  const world = inGuild(call);
  const count = world.members.size;
  const counts =
    call.query.get('with_counts') === 'true'
      ? { approximate_member_count: count, approximate_presence_count: count }
      : {};
  return { ...guildJson(world), ...counts };
}
