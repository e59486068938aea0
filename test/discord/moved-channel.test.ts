// An incident whose channel was deleted, after the desk was given another one, goes on there and is not lost.
import { ChannelType, OverwriteType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { IncidentRefs, Post } from '../../src/domain/incident.ts';
import { makeMessenger, type MessengerParts } from '../../src/discord/messenger.ts';
import { closeRest } from '../../src/discord/rest.ts';
import { startLocalDiscord, type LocalDiscord } from '../../src/local/discord/server.ts';
import { closed, incident, silent } from './desk.ts';

let local: LocalDiscord;
let parts: MessengerParts;
const queuedAt = Date.now();
const by = { id: '1', name: 'Ada' };
const inChannel = () => local.messages(local.channelId, local.users.lead);
const deliver = (post: Post, refs: IncidentRefs) => parts.messenger.deliverPost(post, refs);

const note = (id: string): Post => ({
  id,
  incident: '12',
  queuedAt,
  kind: 'note',
  note: { kind: 'acknowledged', by, at: queuedAt },
});
const page = (id: string): Post => ({
  id,
  incident: '12',
  queuedAt: Date.now(),
  kind: 'page',
  card: incident(),
});
const card = (id: string): Post => ({
  id,
  incident: '12',
  queuedAt,
  kind: 'card',
  card: incident({ state: { kind: 'acknowledged', by, at: queuedAt } }),
});

/** What Discord knew of it in the channel that is not there any more. */
const gone: IncidentRefs = {
  channelId: '1100000000000000901',
  messageId: '1100000000000000902',
  threadId: '1100000000000000902',
  stepsId: '1100000000000000903',
};

beforeEach(async () => {
  local = await startLocalDiscord({ strict: true });
  const { token, apiUrl: api, guildId, channelId } = local;
  const config = { token, api, guildId, channelId, access: closed };
  parts = makeMessenger(config, systemClock, silent);
});
afterEach(async () => {
  closeRest(parts.rest);
  await local.stop();
});

test('its page is posted anew in the ops channel with its next change, with a thread of its own', async () => {
  const after = await deliver(card('12-2-0'), gone);
  expect(after).toMatchObject({ channelId: local.channelId, messageId: inChannel()[0]?.id });
  expect(JSON.stringify(inChannel()[0]?.components)).toContain('incident:12:resolve');
  expect(local.threads().map(({ id }) => id)).toEqual([after.threadId]);
  await deliver(note('12-2-1'), after);
  expect(inChannel()).toHaveLength(1);
  expect(local.messages(after.threadId ?? '', local.users.lead)).toHaveLength(1);
});

test('a word about it comes to the ops channel, and what follows its new page goes into the new thread', async () => {
  // As the outbox keeps them: what is not said anew stays.
  const said = { ...gone, ...(await deliver(note('12-2-0'), gone)) };
  expect(inChannel().map(({ content }) => content)).toEqual([
    expect.stringMatching(/^\*\*#12\*\* 👀 Ada has it/),
  ]);
  const paged = { ...said, ...(await deliver(card('12-3-0'), said)) };
  const last = await deliver(note('12-3-1'), paged);
  expect(local.threads().map(({ id }) => id)).toEqual([last.threadId]);
  expect(local.messages(last.threadId ?? '', local.users.lead)).toHaveLength(1);
});

test('an incident whose channel still stands is left there', async () => {
  const { threads, world } = local;
  const refs = await deliver(page('12-1-0'), {
    channelId:
      [...world.channels.values()].find(
        ({ id, type }) => id !== local.channelId && type === ChannelType.GuildText,
      )?.id ?? '',
  });
  await deliver(note('12-2-0'), refs);
  expect(inChannel()).toEqual([]);
  expect(threads().map(({ id }) => id)).toEqual([refs.threadId]);
});

test('an incident goes on in the ops channel where its old one stands but takes no messages any more', async () => {
  const old = local.generalChannelId;
  const refs = await deliver(page('12-1-0'), { channelId: old });
  const mayNot = P.SendMessages | P.SendMessagesInThreads;
  local.setOverwrites(old, [
    { id: local.roles.bot, type: OverwriteType.Role, allow: '0', deny: String(mayNot) },
  ]);
  const said = { ...refs, ...(await deliver(note('12-2-0'), refs)) };
  expect(said.channelId).toBe(local.channelId);
  expect(inChannel().map(({ content }) => content)).toEqual([
    expect.stringMatching(/^\*\*#12\*\* 👀 Ada has it/),
  ]);
  const paged = { ...said, ...(await deliver(card('12-3-0'), said)) };
  await deliver(note('12-3-1'), paged);
  expect(local.messages(paged.threadId ?? '', local.users.lead)).toHaveLength(1);
});

test('an old channel that stands is not asked for with every post', async () => {
  const old = local.generalChannelId;
  const refs = await deliver(page('12-1-0'), { channelId: old });
  for (const id of ['12-2-0', '12-3-0', '12-4-0']) await deliver(note(id), refs);
  const asked = local.record.requests.filter(
    ({ method, path }) => method === 'GET' && path.endsWith(`/channels/${old}`),
  );
  expect(asked).toHaveLength(1);
});

test('a Discord that does not say whether it is there is asked again', async () => {
  local.faults.inject({ fault: 'server-error', route: '/channels/1100000000000000901' });
  await expect(deliver(card('12-2-0'), gone)).rejects.toMatchObject({ retryable: true });
  expect(inChannel()).toEqual([]);
});
