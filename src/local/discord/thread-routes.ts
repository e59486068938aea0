// The bot's calls about threads: start, join, leave, list.
import { ChannelType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import * as cast from './cast.ts';
import { created, noContent, ok, type Answer, type Call, type Route } from './call.ts';
import { Form } from './form.ts';
import { markThreaded } from './message-routes.ts';
import { channelJson, isThread, memberJson, threadMemberJson, type Channel, type Thread } from './people.ts';
import { demand, sees } from './permissions.ts';
import { refusals } from './refusal.ts';
import { checkThread, makeThread, openForWriting, setThreadMember } from './thread-rules.ts';

function parentOf(call: Call): Channel {
  const channel = call.world.channel(call.param('channel_id'));
  if (isThread(channel)) throw refusals.wrongChannelType();
  return channel;
}

function threadOf(call: Call): Thread {
  const channel = call.world.channel(call.param('channel_id'));
  if (!sees(call.world, cast.botId, channel)) throw refusals.missingAccess();
  if (!isThread(channel)) throw refusals.wrongChannelType();
  return channel;
}

function checkBody(call: Call): void {
  const form = new Form();
  checkThread(form, call.body, true);
  form.refuse();
}

function startOnMessage(call: Call): Answer {
  const { world } = call;
  const parent = parentOf(call);
  demand(world, cast.botId, parent, P.CreatePublicThreads | P.ReadMessageHistory);
  const stored = world.stored(parent.id, call.param('message_id'));
  if (stored === undefined || stored.seenBy !== undefined) throw refusals.unknownMessage();
  checkBody(call);
  if (world.channels.has(stored.message.id)) throw refusals.threadExists();
  const thread = makeThread(
    world,
    parent,
    stored.message.id,
    call.body,
    parent.type === ChannelType.GuildAnnouncement ? ChannelType.AnnouncementThread : ChannelType.PublicThread,
    cast.botId,
  );
  const json = channelJson(thread, cast.botId);
  markThreaded(world, stored, json);
  return created(json);
}

function startAlone(call: Call): Answer {
  const { world, body } = call;
  const parent = parentOf(call);
  const isPublic =
    body['type'] === ChannelType.PublicThread || body['type'] === ChannelType.AnnouncementThread;
  demand(world, cast.botId, parent, isPublic ? P.CreatePublicThreads : P.CreatePrivateThreads);
  checkBody(call);
  const type = isPublic ? ChannelType.PublicThread : ChannelType.PrivateThread;
  const thread = makeThread(world, parent, world.nextId(), body, type, cast.botId);
  return created(channelJson(thread, cast.botId));
}

function member(call: Call, joined: boolean): Answer {
  const { world } = call;
  const thread = threadOf(call);
  const named = call.params['user_id'];
  const user = named === undefined || named === '@me' ? cast.botId : named;
  if (!world.members.has(user)) throw refusals.unknownMember();
  if (thread.thread_metadata.archived) throw refusals.threadArchived();
  if (user !== cast.botId)
    demand(world, cast.botId, thread, joined ? P.SendMessagesInThreads : P.ManageThreads);
  if (joined && user !== cast.botId) openForWriting(world, thread, cast.botId);
  setThreadMember(world, thread, user, joined);
  return noContent;
}

function peopleOf(call: Call): Answer {
  const thread = threadOf(call);
  const withMember = call.query.get('with_member') === 'true';
  const list = [...thread.people].map(([user, joined]) => ({
    ...threadMemberJson(thread.id, user, joined),
    ...(withMember ? { member: memberJson(call.world.member(user)) } : {}),
  }));
  const wanted = call.params['user_id'];
  if (wanted === undefined) return ok(list);
  const user = wanted === '@me' ? cast.botId : wanted;
  const one = list.find((entry) => (entry as { user_id?: string }).user_id === user);
  if (one === undefined) throw refusals.unknownMember();
  return ok(one);
}

function listThreads(call: Call, wanted: (thread: Thread) => boolean): Answer {
  const threads = [...call.world.channels.values()].filter(isThread).filter(wanted);
  const visible = threads.filter((thread) => sees(call.world, cast.botId, thread)).reverse();
  return ok({
    threads: visible.map((thread) => channelJson(thread, cast.botId)),
    members: visible.flatMap((thread) => {
      const joined = thread.people.get(cast.botId);
      return joined === undefined ? [] : [threadMemberJson(thread.id, cast.botId, joined)];
    }),
    has_more: false,
  });
}

function archived(call: Call, types: readonly ChannelType[]): Answer {
  const parent = parentOf(call);
  demand(call.world, cast.botId, parent, P.ReadMessageHistory);
  return listThreads(
    call,
    (thread) =>
      thread.parent_id === parent.id && thread.thread_metadata.archived && types.includes(thread.type),
  );
}

const members = '/channels/{channel_id}/thread-members';

export const threadRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/channels/{channel_id}/messages/{message_id}/threads',
    auth: 'bot',
    handle: startOnMessage,
  },
  { method: 'POST', path: '/channels/{channel_id}/threads', auth: 'bot', handle: startAlone },
  { method: 'GET', path: members, auth: 'bot', handle: peopleOf },
  { method: 'PUT', path: `${members}/@me`, auth: 'bot', handle: (call) => member(call, true) },
  { method: 'DELETE', path: `${members}/@me`, auth: 'bot', handle: (call) => member(call, false) },
  { method: 'GET', path: `${members}/{user_id}`, auth: 'bot', handle: peopleOf },
  { method: 'PUT', path: `${members}/{user_id}`, auth: 'bot', handle: (call) => member(call, true) },
  { method: 'DELETE', path: `${members}/{user_id}`, auth: 'bot', handle: (call) => member(call, false) },
  {
    method: 'GET',
    path: '/channels/{channel_id}/threads/archived/public',
    auth: 'bot',
    handle: (call) => archived(call, [ChannelType.PublicThread, ChannelType.AnnouncementThread]),
  },
  {
    method: 'GET',
    path: '/channels/{channel_id}/threads/archived/private',
    auth: 'bot',
    handle: (call) => archived(call, [ChannelType.PrivateThread]),
  },
  {
    method: 'GET',
    path: '/guilds/{guild_id}/threads/active',
    auth: 'bot',
    handle: (call) => {
      if (call.param('guild_id') !== cast.guildId) throw refusals.unknownGuild();
      return listThreads(call, (thread) => !thread.thread_metadata.archived);
    },
  },
];
