// What a missing permission takes from a message, and what it leaves: the words and the buttons still arrive.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OverwriteType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import { systemClock } from '../../src/clock.ts';
import type { IncidentRefs, Post } from '../../src/domain/incident.ts';
import { makeMessenger, type MessengerParts } from '../../src/discord/messenger.ts';
import { closeRest } from '../../src/discord/rest.ts';
import { startLocalDiscord, type LocalDiscord } from '../../src/local/discord/server.ts';
import { closed, incident, silent, stepsOf } from './desk.ts';
import { finding, login, report } from './presenter/reports.ts';

let local: LocalDiscord;
let parts: MessengerParts;
const queuedAt = Date.now();
const pageOf = (id = '12'): Post => ({
  id: `${id}-1-0`,
  incident: id,
  queuedAt: Date.now(),
  kind: 'page',
  card: incident({ id }),
});
const deliver = (post: Post, refs: IncidentRefs = {}) => parts.messenger.deliverPost(post, refs);
const inChannel = () => local.messages(local.channelId, local.users.lead);
const threadTexts = ({ threadId = '' }: IncidentRefs): string =>
  JSON.stringify(local.messages(threadId, local.users.lead));

beforeEach(async () => {
  local = await startLocalDiscord({ strict: true });
  const { token, apiUrl, guildId, channelId } = local;
  parts = makeMessenger(
    { token, api: `${apiUrl}/`, guildId, channelId, access: closed },
    systemClock,
    silent,
  );
});
afterEach(async () => {
  closeRest(parts.rest);
  await local.stop();
});

describe('a bot that may not attach files or embed links', () => {
  const deny = (bits: bigint): void => {
    const overwrite = { id: local.roles.bot, type: OverwriteType.Role, allow: '0', deny: String(bits) };
    local.setOverwrites(local.channelId, [overwrite]);
  };
  const long = report([
    login(
      'main',
      Array.from({ length: 20 }, (_, index) => finding(`check-${index}`, 'pass')),
    ),
  ]);
  const evidence: Post = { id: 'e', incident: '12', queuedAt, kind: 'evidence', report: long };

  test('says in the thread what it can, and its pages still go out', async () => {
    const refs = await deliver(pageOf());
    deny(P.AttachFiles);
    await deliver(evidence, refs);
    expect(threadTexts(refs)).toContain('Evidence');
    expect(parts.rest.gate.why(local.channelId)).toBeUndefined();
    await deliver(pageOf('13'));
    expect(inChannel().some(({ content }) => content.includes('#13'))).toBe(true);
  });

  test('pages in plain words with its buttons', async () => {
    deny(P.EmbedLinks | P.AttachFiles);
    const refs = await deliver(pageOf());
    const [message] = inChannel();
    expect(message?.embeds).toEqual([]);
    expect(message?.content).toContain('Market hub down');
    expect(JSON.stringify(message?.components)).toContain('incident:12:acknowledge');
    await deliver({ id: 's', incident: '12', queuedAt, kind: 'card', card: incident() }, refs);
    expect(parts.rest.gate.why(local.channelId)).toBeUndefined();
  });
});

test('without the right to start threads the steps stand once in the channel and are changed there', async () => {
  local.setOverwrites(local.channelId, [
    { id: local.roles.bot, type: OverwriteType.Role, allow: '0', deny: String(P.CreatePublicThreads) },
  ]);
  const refs = await deliver(pageOf());
  const written = { ...refs, ...(await deliver(stepsOf('12-1-s', queuedAt), refs)) };
  const by = { id: '1', name: 'Ada' };
  await deliver(stepsOf('12-2-s', queuedAt, { 'hub-down.look': { how: 'done', by, at: queuedAt } }), written);
  const shown = inChannel().filter(({ embeds }) => JSON.stringify(embeds).includes('What to do'));
  expect(shown.map(({ content }) => content)).toEqual(['**#12**']);
  expect(JSON.stringify(shown)).toContain('Ada did it');
});
