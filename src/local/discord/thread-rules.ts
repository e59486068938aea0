// Threads: made on a message or without one, archived, locked, woken by a new message.
import { ChannelType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import * as cast from './cast.ts';
import { Form } from './form.ts';
import { numberOf, textOf, type Json } from './json.ts';
import { isThread, type Channel, type Thread } from './people.ts';
import { may } from './permissions.ts';
import { refusals } from './refusal.ts';
import type { World } from './world.ts';

export const archiveMinutes = [60, 1440, 4320, 10080];

export function checkThread(form: Form, body: Json, required: boolean): void {
  form.text(body, 'name', [], { min: 1, max: 100, required });
  const minutes = body['auto_archive_duration'];
  if (minutes !== undefined && minutes !== null && !archiveMinutes.some((each) => each === minutes))
    form.oneOf(['auto_archive_duration'], archiveMinutes);
  form.integer(body, 'rate_limit_per_user', [], 0, 21_600);
}

/** Makes a thread in `parent`; `id` is the message's where it starts from one. */
export function makeThread(
  world: World,
  parent: Channel,
  id: string,
  body: Json,
  type: Thread['type'],
  owner: string,
): Thread {
  const now = world.isoNow();
  const thread: Thread = {
    id,
    type,
    guild_id: cast.guildId,
    name: (textOf(body['name']) ?? '').trim(),
    parent_id: parent.id,
    owner_id: owner,
    last_message_id: null,
    rate_limit_per_user: numberOf(body['rate_limit_per_user']) ?? 0,
    flags: 0,
    message_count: 0,
    member_count: 1,
    total_message_sent: 0,
    thread_metadata: {
      archived: false,
      archive_timestamp: now,
      auto_archive_duration: numberOf(body['auto_archive_duration']) ?? 4320,
      locked: false,
      create_timestamp: now,
      ...(type === ChannelType.PrivateThread ? { invitable: body['invitable'] !== false } : {}),
    },
    people: new Map([[owner, now]]),
  };
  world.channels.set(id, thread);
  world.announce({ kind: 'channel', change: 'create', channel: thread });
  return thread;
}

/** Adds or removes somebody; a bot joins the threads it writes in, as on Discord. */
export function setThreadMember(world: World, thread: Thread, user: string, joined: boolean): void {
  if (joined === thread.people.has(user)) return;
  if (joined) thread.people.set(user, world.isoNow());
  else thread.people.delete(user);
  thread.member_count = thread.people.size;
  world.announce({
    kind: 'thread.members',
    thread,
    added: joined ? [user] : [],
    removed: joined ? [] : [user],
  });
}

/** Refuses a locked thread to those who may not manage it; a message wakes an archived one. */
export function openForWriting(world: World, channel: Channel | Thread, userId: string): void {
  if (!isThread(channel)) return;
  const { thread_metadata } = channel;
  if (thread_metadata.locked && !may(world, userId, channel, P.ManageThreads)) throw refusals.threadLocked();
  if (thread_metadata.archived) setArchived(world, channel, false);
  setThreadMember(world, channel, userId, true);
}

export function setArchived(world: World, thread: Thread, archived: boolean): void {
  thread.thread_metadata.archived = archived;
  thread.thread_metadata.archive_timestamp = world.isoNow();
  world.announce({ kind: 'channel', change: 'update', channel: thread });
}

/** Applies PATCH /channels/{thread}. */
export function changeThread(world: World, thread: Thread, body: Json): void {
  const form = new Form();
  checkThread(form, body, false);
  const archived = form.flag(body, 'archived', []);
  const locked = form.flag(body, 'locked', []);
  form.refuse();
  const manages = may(world, cast.botId, thread, P.ManageThreads);
  const owns = thread.owner_id === cast.botId;
  const { thread_metadata } = thread;
  if (locked !== undefined && locked !== thread_metadata.locked && !manages)
    throw refusals.missingPermissions();
  if (thread_metadata.locked && !manages) throw refusals.threadLocked();
  const wakes = archived === false && thread_metadata.archived;
  if (thread_metadata.archived && archived !== false && locked === undefined) {
    if (archived === true && Object.keys(body).length === 1) return;
    throw refusals.threadArchived();
  }
  if (!manages && !owns && !wakes) throw refusals.missingPermissions();
  const name = textOf(body['name']);
  if (name !== undefined) thread.name = name.trim();
  const minutes = numberOf(body['auto_archive_duration']);
  if (minutes !== undefined) thread_metadata.auto_archive_duration = minutes;
  const slow = numberOf(body['rate_limit_per_user']);
  if (slow !== undefined) thread.rate_limit_per_user = slow;
  if (locked !== undefined) thread_metadata.locked = locked;
  if (archived !== undefined && archived !== thread_metadata.archived) {
    thread_metadata.archived = archived;
    thread_metadata.archive_timestamp = world.isoNow();
  }
  world.announce({ kind: 'channel', change: 'update', channel: thread });
}
