// The whole state of the local server, in memory and bounded, and the announcements of its changes.
import type { APIApplicationCommand, APIMessage, APIRole, APIUser } from 'discord-api-types/v10';
import type { Clock } from '../../domain/clock.ts';
import * as cast from './cast.ts';
import type { Channel, Member, Thread } from './people.ts';
import { firstChannels, firstMembers, firstRoles } from './people.ts';
import { refusals } from './refusal.ts';
import { snowflakes } from './snowflake.ts';

/** A message with what is not part of its JSON. */
export interface StoredMessage {
  readonly message: APIMessage;
  /** Ephemeral: the only user who sees it. */
  readonly seenBy: string | undefined;
  /** The interaction it answers, where it answers one. */
  readonly interaction: string | undefined;
  /** Edits done after its first hour, with their instants. */
  lateEdits: number[];
}

export interface StoredFile {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** Something changed; gateway connections and browser pages tell it on, each in its own words. */
export type Announcement =
  | { readonly kind: 'message'; readonly change: 'create' | 'update'; readonly stored: StoredMessage }
  | { readonly kind: 'message.delete'; readonly stored: StoredMessage }
  | {
      readonly kind: 'channel';
      readonly change: 'create' | 'update' | 'delete';
      readonly channel: Channel | Thread;
    }
  | { readonly kind: 'role'; readonly role: APIRole }
  | { readonly kind: 'member'; readonly member: Member }
  | {
      readonly kind: 'thread.members';
      readonly thread: Thread;
      readonly added: string[];
      readonly removed: string[];
    }
  | { readonly kind: 'commands' }
  | { readonly kind: 'typing'; readonly channel: string; readonly user: string }
  | { readonly kind: 'bot'; readonly online: boolean }
  | {
      readonly kind: 'reaction';
      readonly change: 'add' | 'remove';
      readonly stored: StoredMessage;
      readonly emoji: string;
      readonly user: string;
    }
  | {
      readonly kind: 'interaction.failed';
      readonly user: string;
      readonly channel: string;
      readonly interaction: string;
      readonly command: string | undefined;
      readonly why: string;
    }
  | { readonly kind: 'modal'; readonly user: string; readonly interaction: string; readonly modal: unknown };

const keptMessages = 2_000;
const keptFileBytes = 128 * 1024 * 1024;

export class World {
  readonly clock: Clock;
  readonly nextId: () => string;
  /** `http://127.0.0.1:P`, known once the port is. */
  url = '';
  readonly applicationId: string;
  readonly bot: APIUser;
  readonly members: Map<string, Member>;
  readonly roles: Map<string, APIRole>;
  readonly channels: Map<string, Channel | Thread>;
  readonly globalCommands = new Map<string, APIApplicationCommand>();
  readonly guildCommands = new Map<string, APIApplicationCommand>();
  readonly files = new Map<string, StoredFile>();
  readonly reactions = new Map<string, Map<string, Set<string>>>();
  private fileBytes = 0;
  private readonly messages = new Map<string, Map<string, StoredMessage>>();
  private readonly listeners = new Set<(announcement: Announcement) => void>();

  constructor(clock: Clock, applicationId: string = cast.applicationId) {
    this.clock = clock;
    this.applicationId = applicationId;
    this.nextId = snowflakes(clock);
    this.roles = firstRoles();
    this.members = firstMembers();
    this.channels = firstChannels();
    const bot = this.members.get(cast.botId);
    if (bot === undefined) throw new Error('the cast has no bot');
    this.bot = bot.user;
  }

  isoNow(): string {
    return new Date(this.clock.now()).toISOString().replace('Z', '000+00:00');
  }

  announce(announcement: Announcement): void {
    for (const listener of this.listeners) listener(announcement);
  }

  listen(listener: (announcement: Announcement) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  channel(id: string): Channel | Thread {
    const found = this.channels.get(id);
    if (found === undefined) throw refusals.unknownChannel();
    return found;
  }

  member(id: string): Member {
    const found = this.members.get(id);
    if (found === undefined) throw refusals.unknownMember();
    return found;
  }

  messagesOf(channel: string): Map<string, StoredMessage> {
    let room = this.messages.get(channel);
    if (room === undefined) {
      room = new Map();
      this.messages.set(channel, room);
    }
    return room;
  }

  stored(channel: string, id: string): StoredMessage | undefined {
    return this.messages.get(channel)?.get(id);
  }

  /** Adds a new message and tells everybody who may know. */
  post(stored: StoredMessage): void {
    const { message } = stored;
    const room = this.messagesOf(message.channel_id);
    room.set(message.id, stored);
    if (room.size > keptMessages) {
      const oldest = room.keys().next();
      if (oldest.done !== true) room.delete(oldest.value);
    }
    const channel = this.channels.get(message.channel_id);
    if (channel !== undefined && stored.seenBy === undefined) {
      channel.last_message_id = message.id;
      if ('thread_metadata' in channel) {
        channel.message_count += 1;
        channel.total_message_sent += 1;
      }
    }
    this.announce({ kind: 'message', change: 'create', stored });
  }

  /** Replaces a message's JSON by its edited one. */
  rewrite(stored: StoredMessage, message: APIMessage): StoredMessage {
    const next: StoredMessage = { ...stored, message };
    this.messagesOf(message.channel_id).set(message.id, next);
    this.announce({ kind: 'message', change: 'update', stored: next });
    return next;
  }

  remove(stored: StoredMessage): void {
    const { channel_id, id } = stored.message;
    if (!this.messagesOf(channel_id).delete(id)) return;
    this.reactions.delete(id);
    const channel = this.channels.get(channel_id);
    if (channel !== undefined && 'thread_metadata' in channel && stored.seenBy === undefined)
      channel.message_count = Math.max(0, channel.message_count - 1);
    this.announce({ kind: 'message.delete', stored });
  }

  keepFile(key: string, file: StoredFile): void {
    this.files.set(key, file);
    this.fileBytes += file.bytes.byteLength;
    for (const [oldKey, old] of this.files) {
      if (this.fileBytes <= keptFileBytes) break;
      this.files.delete(oldKey);
      this.fileBytes -= old.bytes.byteLength;
    }
  }
}
