// The first members, roles and channels of the local server as Discord's objects.
import { ChannelType } from 'discord-api-types/v10';
import type { APIOverwrite, APIRole, APIUser } from 'discord-api-types/v10';
import * as cast from './cast.ts';

export interface Member {
  readonly user: APIUser;
  roles: string[];
  nick: string | null;
  joined_at: string;
}

/** A text channel's JSON. */
export interface Channel {
  readonly id: string;
  readonly type: ChannelType.GuildText | ChannelType.GuildAnnouncement;
  readonly guild_id: string;
  name: string;
  position: number;
  permission_overwrites: APIOverwrite[];
  parent_id: string | null;
  nsfw: boolean;
  topic: string | null;
  rate_limit_per_user: number;
  last_message_id: string | null;
  flags: number;
}

/** A thread's JSON. */
export interface Thread {
  readonly id: string;
  readonly type: ChannelType.AnnouncementThread | ChannelType.PublicThread | ChannelType.PrivateThread;
  readonly guild_id: string;
  name: string;
  parent_id: string;
  owner_id: string;
  last_message_id: string | null;
  rate_limit_per_user: number;
  flags: number;
  message_count: number;
  member_count: number;
  total_message_sent: number;
  thread_metadata: {
    archived: boolean;
    archive_timestamp: string;
    auto_archive_duration: number;
    locked: boolean;
    create_timestamp: string;
    invitable?: boolean;
  };
  /** Not part of the JSON: who joined, and when. */
  readonly people: Map<string, string>;
}

export function isThread(channel: Channel | Thread): channel is Thread {
  return 'thread_metadata' in channel;
}

/** What goes over the wire of a channel. */
export function channelJson(channel: Channel | Thread, member?: string): Record<string, unknown> {
  if (!isThread(channel)) return { ...channel };
  const { people, ...bare } = channel;
  const rest = { ...bare, thread_metadata: { ...channel.thread_metadata } };
  const joined = member === undefined ? undefined : people.get(member);
  return joined === undefined || member === undefined
    ? rest
    : { ...rest, member: threadMemberJson(channel.id, member, joined) };
}

export function threadMemberJson(thread: string, user: string, joined: string): Record<string, unknown> {
  return { id: thread, user_id: user, join_timestamp: joined, flags: 0 };
}

/** The vendor's flag enums have no name for none set. */
const noFlags: object = { flags: 0, public_flags: 0 };

function userOf(id: string, username: string, name: string | null, bot: boolean): Member['user'] {
  return {
    id,
    username,
    discriminator: '0',
    global_name: name,
    avatar: null,
    ...noFlags,
    primary_guild: null,
    ...(bot ? { bot: true } : {}),
  };
}

export function firstMembers(): Map<string, Member> {
  const members = new Map<string, Member>();
  members.set(cast.botId, {
    user: userOf(cast.botId, 'pitwatch', null, true),
    roles: [cast.botRoleId],
    nick: null,
    joined_at: cast.joinedAt,
  });
  for (const { id, username, name, roles } of cast.castUsers)
    members.set(id, {
      user: userOf(id, username, name, false),
      roles: [...roles],
      nick: null,
      joined_at: cast.joinedAt,
    });
  return members;
}

/** A member's JSON as REST and dispatches carry it. */
export function memberJson(member: Member): Record<string, unknown> & { user: APIUser } {
  return {
    user: member.user,
    nick: member.nick,
    avatar: null,
    banner: null,
    roles: member.roles,
    joined_at: member.joined_at,
    premium_since: null,
    deaf: false,
    mute: false,
    flags: 0,
    pending: false,
    communication_disabled_until: null,
  };
}

export function firstRoles(): Map<string, APIRole> {
  return new Map(cast.castRoles.map((role, position) => [role.id, roleOf(role, position)]));
}

function roleOf(role: cast.CastRole, position: number): APIRole {
  const { id, name, color, permissions, mentionable, managed } = role;
  const json: Record<string, unknown> = {
    id,
    name,
    color,
    colors: { primary_color: color, secondary_color: null, tertiary_color: null },
    hoist: id !== cast.guildId,
    icon: null,
    unicode_emoji: null,
    position,
    permissions: String(permissions),
    managed,
    mentionable,
    flags: 0,
    ...(managed ? { tags: { bot_id: cast.botId } } : {}),
  };
  return json as unknown as APIRole;
}

export function firstChannels(): Map<string, Channel | Thread> {
  const room = (id: string, name: string, topic: string, position: number): [string, Channel] => [
    id,
    {
      id,
      type: ChannelType.GuildText,
      guild_id: cast.guildId,
      name,
      position,
      permission_overwrites: [],
      parent_id: null,
      nsfw: false,
      topic,
      rate_limit_per_user: 0,
      last_message_id: null,
      flags: 0,
    },
  ];
  return new Map<string, Channel | Thread>([
    room(cast.opsChannelId, 'ops', 'Pages, diagnoses and incidents', 0),
    room(cast.generalChannelId, 'general', 'Everything else', 1),
  ]);
}
