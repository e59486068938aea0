// What happened in the world as one person may see it: announcements to the events of the user side.
import { isThread, type Channel, type Thread } from './people.ts';
import { sees } from './permissions.ts';
import type { LocalChannel, LocalEvent } from './user-api.ts';
import type { Announcement, World } from './world.ts';

export function localChannel(channel: Channel | Thread): LocalChannel {
  return {
    id: channel.id,
    name: channel.name,
    type: channel.type,
    parent_id: channel.parent_id,
    archived: isThread(channel) && channel.thread_metadata.archived,
  };
}

/** The event for this person, or undefined where it is none of theirs. */
export function eventFor(world: World, userId: string, announcement: Announcement): LocalEvent | undefined {
  switch (announcement.kind) {
    case 'message':
    case 'message.delete':
    case 'reaction': {
      const { message, seenBy } = announcement.stored;
      const channel = world.channels.get(message.channel_id);
      if (seenBy !== undefined && seenBy !== userId) return undefined;
      if (channel === undefined || !sees(world, userId, channel)) return undefined;
      if (announcement.kind === 'message.delete')
        return { kind: 'message.delete', channel: message.channel_id, id: message.id };
      const created = announcement.kind === 'message' && announcement.change === 'create';
      return { kind: created ? 'message.create' : 'message.update', channel: message.channel_id, message };
    }
    case 'channel':
      if (announcement.change === 'delete') return undefined;
      return sees(world, userId, announcement.channel)
        ? { kind: `channel.${announcement.change}`, channel: localChannel(announcement.channel) }
        : undefined;
    case 'interaction.failed': {
      const { user, channel, interaction, command, why } = announcement;
      return user === userId ? { kind: 'interaction.failed', channel, interaction, command, why } : undefined;
    }
    case 'modal':
      return announcement.user === userId
        ? { kind: 'modal.open', interaction: announcement.interaction, modal: announcement.modal }
        : undefined;
    case 'commands':
      return { kind: 'commands.update' };
    case 'bot':
      return { kind: 'bot.status', online: announcement.online };
    case 'typing': {
      const channel = world.channels.get(announcement.channel);
      if (announcement.user === userId || channel === undefined || !sees(world, userId, channel))
        return undefined;
      return { kind: 'typing', channel: announcement.channel, user: announcement.user };
    }
    default:
      return undefined;
  }
}
