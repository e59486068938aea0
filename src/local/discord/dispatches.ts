// What happened in the world as the bot hears it: announcements to gateway dispatches.
import * as cast from './cast.ts';
import type { Json } from './json.ts';
import { channelJson, isThread, memberJson, threadMemberJson } from './people.ts';
import { sees } from './permissions.ts';
import type { Announcement, World } from './world.ts';

type Dispatch = (t: string, d: Json) => void;

/** Ephemeral messages stay out: they are not sent to the channel. */
export function dispatchOf(world: World, announcement: Announcement, dispatch: Dispatch): void {
  const guild_id = cast.guildId;
  switch (announcement.kind) {
    case 'message': {
      const { message, seenBy } = announcement.stored;
      if (seenBy !== undefined || !seen(world, message.channel_id)) return;
      const author = world.members.get(message.author.id);
      const member = author === undefined ? {} : { member: { ...memberJson(author), user: undefined } };
      dispatch(`MESSAGE_${announcement.change.toUpperCase()}`, { ...message, guild_id, ...member });
      return;
    }
    case 'message.delete': {
      const { message, seenBy } = announcement.stored;
      if (seenBy === undefined && seen(world, message.channel_id))
        dispatch('MESSAGE_DELETE', { id: message.id, channel_id: message.channel_id, guild_id });
      return;
    }
    case 'channel': {
      const { channel, change } = announcement;
      const t = `${isThread(channel) ? 'THREAD' : 'CHANNEL'}_${change.toUpperCase()}`;
      if (change === 'delete' && isThread(channel))
        dispatch(t, { id: channel.id, guild_id, parent_id: channel.parent_id, type: channel.type });
      else if (change === 'delete' || sees(world, cast.botId, channel))
        dispatch(t, {
          ...channelJson(channel, cast.botId),
          ...(isThread(channel) && change === 'create' ? { newly_created: true } : {}),
        });
      return;
    }
    case 'role':
      dispatch('GUILD_ROLE_UPDATE', { guild_id, role: announcement.role });
      return;
    case 'member':
      dispatch('GUILD_MEMBER_UPDATE', { guild_id, ...memberJson(announcement.member) });
      return;
    case 'thread.members': {
      const { thread, added, removed } = announcement;
      dispatch('THREAD_MEMBERS_UPDATE', {
        id: thread.id,
        guild_id,
        member_count: thread.member_count,
        added_members: added.map((user) => ({
          ...threadMemberJson(thread.id, user, thread.people.get(user) ?? world.isoNow()),
          member: memberJson(world.member(user)),
          presence: null,
        })),
        removed_member_ids: removed,
      });
      return;
    }
    case 'reaction':
      dispatch(`MESSAGE_REACTION_${announcement.change.toUpperCase()}`, {
        user_id: announcement.user,
        channel_id: announcement.stored.message.channel_id,
        message_id: announcement.stored.message.id,
        guild_id,
        emoji: { id: null, name: announcement.emoji },
        message_author_id: announcement.stored.message.author.id,
        burst: false,
        type: 0,
      });
      return;
    case 'typing':
      dispatch('TYPING_START', {
        channel_id: announcement.channel,
        guild_id,
        user_id: announcement.user,
        timestamp: Math.floor(world.clock.now() / 1000),
        member: memberJson(world.member(announcement.user)),
      });
      return;
    default:
      return;
  }
}

function seen(world: World, channelId: string): boolean {
  const channel = world.channels.get(channelId);
  return channel !== undefined && sees(world, cast.botId, channel);
}
