// Messages of channels and threads by the bot's own token: create (deduped by nonce), read, edit, delete, react, pin, typing.
import { MessageFlags, PermissionFlagsBits as P } from 'discord-api-types/v10';
import * as cast from './cast.ts';
import { noContent, ok, type Answer, type Call, type Route } from './call.ts';
import { wrongField } from './form.ts';
import { listOf, textOf } from './json.ts';
import { editedMessage, makeMessage, permittedParts } from './message-making.ts';
import { isThread, type Channel, type Thread } from './people.ts';
import { demand, may } from './permissions.ts';
import { refusals } from './refusal.ts';
import { bornAt, isSnowflake } from './snowflake.ts';
import { openForWriting } from './thread-rules.ts';
import type { StoredMessage, World } from './world.ts';

const hourMs = 3_600_000;
/** Discord says "a few minutes"; also the window in which late edits are counted. */
const nonceLifeMs = 5 * 60_000;
const lateEditLimit = 30;

const nonces = new WeakMap<World, Map<string, { readonly id: string; readonly at: number }>>();

function channelOf(call: Call): Channel | Thread {
  return call.world.channel(call.param('channel_id'));
}

function writable(call: Call): Channel | Thread {
  const channel = channelOf(call);
  demand(call.world, cast.botId, channel, isThread(channel) ? P.SendMessagesInThreads : P.SendMessages);
  return channel;
}

/** A message that everybody in the channel sees. */
function publicMessage(call: Call): StoredMessage {
  const stored = call.world.stored(call.param('channel_id'), call.param('message_id'));
  if (stored === undefined || stored.seenBy !== undefined) throw refusals.unknownMessage();
  return stored;
}

function create(call: Call): Answer {
  const { world, body } = call;
  const channel = writable(call);
  const payload = permittedParts(world, cast.botId, channel.id, body, call.files, false);
  openForWriting(world, channel, cast.botId);
  const key = body['enforce_nonce'] === true ? nonceKey(channel.id, body['nonce']) : undefined;
  const known = key === undefined ? undefined : recall(world, key);
  if (known !== undefined) {
    const stored = world.stored(channel.id, known);
    if (stored !== undefined) return ok(stored.message);
  }
  const stored = makeMessage(world, {
    channel: channel.id,
    author: world.bot,
    payload,
    files: call.files,
  });
  if (key !== undefined) noncesOf(world).set(key, { id: stored.message.id, at: world.clock.now() });
  world.post(stored);
  return ok(stored.message);
}

function nonceKey(channel: string, nonce: unknown): string | undefined {
  return typeof nonce === 'string' || typeof nonce === 'number' ? `${channel}/${nonce}` : undefined;
}

function noncesOf(world: World): Map<string, { readonly id: string; readonly at: number }> {
  const found = nonces.get(world) ?? new Map<string, { readonly id: string; readonly at: number }>();
  nonces.set(world, found);
  return found;
}

function recall(world: World, key: string): string | undefined {
  const kept = noncesOf(world);
  const now = world.clock.now();
  for (const [old, { at }] of kept) {
    if (now - at < nonceLifeMs) break;
    kept.delete(old);
  }
  return kept.get(key)?.id;
}

function history(call: Call): Answer {
  const channel = channelOf(call);
  demand(call.world, cast.botId, channel, P.ViewChannel);
  if (!may(call.world, cast.botId, channel, P.ReadMessageHistory)) return ok([]);
  const limit = Number(call.query.get('limit') ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw wrongField(['limit'], 'NUMBER_TYPE_MAX', 'int value should be between 1 and 100.');
  const [before, after, around] = ['before', 'after', 'around'].map((key) => {
    const id = call.query.get(key);
    if (id === null) return undefined;
    if (!isSnowflake(id)) throw wrongField([key], 'NUMBER_TYPE_COERCE', 'Value is not snowflake.');
    return BigInt(id);
  });
  const all = [...call.world.messagesOf(channel.id).values()]
    .filter(({ seenBy }) => seenBy === undefined)
    .map(({ message }) => message)
    .reverse();
  if (after !== undefined) {
    const later = all.filter(({ id }) => BigInt(id) > after);
    return ok(later.slice(-limit));
  }
  if (around !== undefined) {
    const index = all.findIndex(({ id }) => BigInt(id) <= around);
    const start = Math.max(0, (index < 0 ? all.length : index) - Math.floor(limit / 2));
    return ok(all.slice(start, start + limit));
  }
  return ok(all.filter(({ id }) => before === undefined || BigInt(id) < before).slice(0, limit));
}

function readOne(call: Call): Answer {
  demand(call.world, cast.botId, channelOf(call), P.ViewChannel | P.ReadMessageHistory);
  return ok(publicMessage(call).message);
}

function edit(call: Call): Answer {
  const { world, body } = call;
  const channel = channelOf(call);
  demand(world, cast.botId, channel, P.ViewChannel);
  const stored = publicMessage(call);
  const own = stored.message.author.id === cast.botId;
  const onlyFlags = Object.keys(body).every((key) => key === 'flags');
  if (!own && !onlyFlags) throw refusals.notTheAuthor();
  if (!own) demand(world, cast.botId, channel, P.ManageMessages);
  if (isThread(channel) && channel.thread_metadata.archived) throw refusals.threadArchived();
  const payload = permittedParts(world, cast.botId, channel.id, body, call.files, true);
  const lateEdits = lateEditsOf(world, stored);
  const message = editedMessage(world, stored, payload, call.files, false);
  return ok(world.rewrite({ ...stored, lateEdits }, message).message);
}

/** Discord limits edits of messages older than an hour; its number is not published, ours is generous. */
function lateEditsOf(world: World, stored: StoredMessage): number[] {
  const now = world.clock.now();
  if (now - bornAt(stored.message.id) < hourMs) return [];
  const recent = stored.lateEdits.filter((at) => now - at < hourMs);
  if (recent.length >= lateEditLimit)
    throw refusals.tooManyOldEdits(Math.max(1, (recent[0] ?? now) + hourMs - now));
  return [...recent, now];
}

function remove(call: Call): Answer {
  const channel = channelOf(call);
  demand(call.world, cast.botId, channel, P.ViewChannel);
  const stored = publicMessage(call);
  if (stored.message.author.id !== cast.botId) demand(call.world, cast.botId, channel, P.ManageMessages);
  if (isThread(channel) && channel.thread_metadata.archived) throw refusals.threadArchived();
  call.world.remove(stored);
  return noContent;
}

function bulkDelete(call: Call): Answer {
  const channel = channelOf(call);
  demand(call.world, cast.botId, channel, P.ManageMessages);
  const ids = listOf(call.body['messages']);
  if (ids.length < 2 || ids.length > 100)
    throw wrongField(['messages'], 'BASE_TYPE_BAD_LENGTH', 'Must be between 2 and 100 in length.');
  for (const id of ids) {
    const stored = call.world.stored(channel.id, textOf(id) ?? '');
    if (stored?.seenBy === undefined && stored !== undefined) call.world.remove(stored);
  }
  return noContent;
}

function pin(call: Call, pinned: boolean): Answer {
  const channel = channelOf(call);
  demand(call.world, cast.botId, channel, P.ViewChannel);
  if (!may(call.world, cast.botId, channel, P.PinMessages))
    demand(call.world, cast.botId, channel, P.ManageMessages);
  const stored = publicMessage(call);
  call.world.rewrite(stored, { ...stored.message, pinned });
  return noContent;
}

function pinnedOf(call: Call): StoredMessage[] {
  demand(call.world, cast.botId, channelOf(call), P.ViewChannel);
  return [...call.world.messagesOf(call.param('channel_id')).values()]
    .filter(({ message }) => message.pinned)
    .reverse();
}

function react(call: Call, change: 'add' | 'remove'): Answer {
  const channel = channelOf(call);
  demand(call.world, cast.botId, channel, P.ViewChannel | P.ReadMessageHistory);
  if (change === 'add') demand(call.world, cast.botId, channel, P.AddReactions);
  const stored = publicMessage(call);
  const emoji = call.param('emoji_name');
  if (!/\p{Extended_Pictographic}|\p{Emoji_Presentation}|\u20e3/u.test(emoji)) throw refusals.unknownEmoji();
  const { reactions } = call.world;
  const byEmoji = reactions.get(stored.message.id) ?? new Map<string, Set<string>>();
  reactions.set(stored.message.id, byEmoji);
  const people = byEmoji.get(emoji) ?? new Set<string>();
  byEmoji.set(emoji, people);
  if (change === 'add') people.add(cast.botId);
  else people.delete(cast.botId);
  const list = [...byEmoji]
    .filter(([, users]) => users.size > 0)
    .map(([name, users]) => ({
      emoji: { id: null, name },
      count: users.size,
      count_details: { burst: 0, normal: users.size },
      burst_colors: [],
      me_burst: false,
      burst_me: false,
      me: users.has(cast.botId),
      burst_count: 0,
    }));
  const next = { ...stored, message: { ...stored.message, reactions: list } } as StoredMessage;
  call.world.messagesOf(channel.id).set(stored.message.id, next);
  call.world.announce({ kind: 'reaction', change, stored: next, emoji, user: cast.botId });
  return noContent;
}

function typing(call: Call): Answer {
  const channel = writable(call);
  call.world.announce({ kind: 'typing', channel: channel.id, user: cast.botId });
  return noContent;
}

/** The parent message of a new thread shows it. */
export function markThreaded(world: World, stored: StoredMessage, thread: unknown): void {
  const flags = (stored.message.flags ?? 0) | MessageFlags.HasThread;
  world.rewrite(stored, { ...stored.message, ...({ flags, thread } as object) });
}

const messages = '/channels/{channel_id}/messages';
const one = `${messages}/{message_id}`;
const reaction = `${one}/reactions/{emoji_name}/@me`;

export const messageRoutes: readonly Route[] = [
  { method: 'POST', path: messages, auth: 'bot', handle: create },
  { method: 'GET', path: messages, auth: 'bot', handle: history },
  { method: 'POST', path: `${messages}/bulk-delete`, auth: 'bot', handle: bulkDelete },
  {
    method: 'GET',
    path: `${messages}/pins`,
    auth: 'bot',
    handle: (call) =>
      ok({
        items: pinnedOf(call).map(({ message }) => ({ pinned_at: message.timestamp, message })),
        has_more: false,
      }),
  },
  { method: 'PUT', path: `${messages}/pins/{message_id}`, auth: 'bot', handle: (call) => pin(call, true) },
  {
    method: 'DELETE',
    path: `${messages}/pins/{message_id}`,
    auth: 'bot',
    handle: (call) => pin(call, false),
  },
  {
    method: 'GET',
    path: '/channels/{channel_id}/pins',
    auth: 'bot',
    handle: (call) => ok(pinnedOf(call).map(({ message }) => message)),
  },
  {
    method: 'PUT',
    path: '/channels/{channel_id}/pins/{message_id}',
    auth: 'bot',
    handle: (call) => pin(call, true),
  },
  {
    method: 'DELETE',
    path: '/channels/{channel_id}/pins/{message_id}',
    auth: 'bot',
    handle: (call) => pin(call, false),
  },
  { method: 'GET', path: one, auth: 'bot', handle: readOne },
  { method: 'PATCH', path: one, auth: 'bot', handle: edit },
  { method: 'DELETE', path: one, auth: 'bot', handle: remove },
  { method: 'PUT', path: reaction, auth: 'bot', handle: (call) => react(call, 'add') },
  { method: 'DELETE', path: reaction, auth: 'bot', handle: (call) => react(call, 'remove') },
  { method: 'POST', path: '/channels/{channel_id}/typing', auth: 'bot', handle: typing },
];
