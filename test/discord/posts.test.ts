// Pages, cards, threads and notes on a local Discord: one page, one thread, nothing lost, nothing twice.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OverwriteType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import { systemClock } from '../../src/clock.ts';
import type { IncidentRefs, Post } from '../../src/domain/incident.ts';
import { makeMessenger, type MessengerParts } from '../../src/discord/messenger.ts';
import { closeRest } from '../../src/discord/rest.ts';
import { startLocalDiscord, type LocalDiscord } from '../../src/local/discord/server.ts';
import { closed, alert, incident, silent, stepsOf } from './desk.ts';
import { finding, login, report } from './presenter/reports.ts';

let local: LocalDiscord;
let parts: MessengerParts;
const queuedAt = Date.now();
const pageOf = (more: Partial<Post> = {}): Post =>
  ({ id: '12-1-0', incident: '12', queuedAt: Date.now(), kind: 'page', card: incident(), ...more }) as Post;
const noteOf = (id: string): Post => ({
  id,
  incident: '12',
  queuedAt,
  kind: 'note',
  note: { kind: 'acknowledged', by: { id: '1', name: 'Ada' }, at: queuedAt },
});
const deliver = (post: Post, refs: IncidentRefs = {}) => parts.messenger.deliverPost(post, refs);
const inChannel = () => local.messages(local.channelId, local.users.lead);
const threadTexts = ({ threadId = '' }: IncidentRefs): string =>
  local
    .messages(threadId, local.users.lead)
    .map(({ content, embeds }) => `${content} ${JSON.stringify(embeds)}`)
    .join('\n');

beforeEach(async () => {
  local = await startLocalDiscord({ strict: true });
  parts = makeMessenger(
    {
      token: local.token,
      api: `${local.apiUrl}/`,
      guildId: local.guildId,
      channelId: local.channelId,
      oncallMention: { kind: 'role', id: local.oncallRoleId },
      access: closed,
    },
    systemClock,
    silent,
  );
});
afterEach(async () => {
  closeRest(parts.rest);
  await local.stop();
});

test('a page is a new message that mentions on-call alone, with buttons and a thread on it', async () => {
  const refs = await deliver(pageOf());
  const [message] = inChannel();
  expect(message?.id).toBe(refs.messageId);
  expect(refs).toMatchObject({ channelId: local.channelId, threadId: refs.messageId });
  expect(refs.acceptedAt).toBeGreaterThanOrEqual(refs.sentAt ?? Infinity);
  expect(message?.mention_roles).toEqual([local.oncallRoleId]);
  expect(message?.mention_everyone).toBe(false);
  expect(JSON.stringify(message?.components)).toMatch(
    /incident:12:acknowledge.*incident:12:resolve.*incident:12:rerun/,
  );
  expect(local.threads().map(({ name }) => name)).toEqual(['🔴 #12 Market hub down · mnq, es']);
});

test('a page posted again after an unclear try is still one page and one thread', async () => {
  const page = pageOf();
  local.faults.inject({ fault: 'lost-answer', route: `/channels/${local.channelId}/messages`, times: 1 });
  const first = await deliver(page);
  const second = await deliver(page);
  expect(inChannel()).toHaveLength(1);
  expect(second.threadId).toBe(first.threadId);
});

test('a page tried again long after is found instead of posted twice', async () => {
  const page = pageOf();
  await deliver(page);
  const later = { ...page, queuedAt: page.queuedAt - 90_000 };
  const refs = await deliver(later);
  expect(inChannel()).toHaveLength(1);
  expect(refs.messageId).toBe(inChannel()[0]?.id);
});

test('pages of two runs with the same number are two pages', async () => {
  await deliver(pageOf({ queuedAt: queuedAt - 10 }));
  await deliver(pageOf({ queuedAt }));
  expect(inChannel()).toHaveLength(2);
});

test('notes and evidence go to the thread, each once', async () => {
  const refs = await deliver(pageOf());
  await deliver(noteOf('12-2-0'), refs);
  await deliver(noteOf('12-2-0'), refs);
  await deliver(
    {
      id: '12-1-e',
      incident: '12',
      queuedAt,
      kind: 'evidence',
      report: report([login('main', [finding('f', 'fail')])]),
    },
    refs,
  );
  const thread = local.messages(refs.threadId ?? '', local.users.lead).map(({ content }) => content);
  expect(thread.filter((content) => content.includes('Ada has it'))).toHaveLength(1);
  expect(thread.filter((content) => content.startsWith('🔎 Evidence'))).toHaveLength(1);
  expect(inChannel()).toHaveLength(1);
});

test('a resolved card is green, without buttons, says the downtime and mentions nobody', async () => {
  const refs = await deliver(pageOf());
  const beganAt = alert().sinceAt;
  const card = incident({
    alerts: [
      { alert: alert({ sinceAt: beganAt }), recovery: { at: beganAt + 74_000, missed: [], proof: 'flows' } },
    ],
    state: { kind: 'resolved', at: beganAt + 74_000, by: 'recovery', acknowledgedBy: undefined },
  });
  await deliver({ id: '12-3-1', incident: '12', queuedAt, kind: 'card', card }, refs);
  const [message] = inChannel();
  expect(message?.components).toEqual([]);
  expect(message?.embeds[0]?.color).toBe(0x2e9e5b);
  expect(message?.content).toContain('after 74 s');
  expect(message?.content).not.toContain('<@');
});

test('an acknowledged card keeps its buttons but the first is spent', async () => {
  const refs = await deliver(pageOf());
  const card = incident({ state: { kind: 'acknowledged', by: { id: '1', name: 'Ada' }, at: queuedAt } });
  await deliver({ id: '12-2-0', incident: '12', queuedAt, kind: 'card', card }, refs);
  expect(JSON.stringify(inChannel()[0]?.components)).toMatch(
    /"disabled":true.*incident:12:resolve|Acknowledged/,
  );
  expect(inChannel()[0]?.content).toContain('Ada has it');
});

test('a card older than the one that stands there changes nothing', async () => {
  const refs = await deliver(pageOf());
  const at = (version: number, title: string): Post => ({
    id: `card-${version}`,
    incident: '12',
    queuedAt,
    kind: 'card',
    card: incident({ version, alerts: [{ alert: alert({ title }), recovery: undefined }] }),
  });
  const after = await deliver(at(7, 'Newest'), refs);
  expect(after.cardVersion).toBe(7);
  await deliver(at(6, 'Brought back'), after);
  expect(JSON.stringify(inChannel())).toContain('Newest');
  expect(JSON.stringify(inChannel())).not.toContain('Brought back');
});

test('a note whose answer was lost is found in the thread long after, and the same words said anew are said', async () => {
  const refs = await deliver(pageOf());
  const old = { ...noteOf('a'), queuedAt: Date.now() - 20_000 };
  await deliver(old, refs);
  // Tried again by who never heard of it, after Discord has forgotten the nonce.
  const late = { ...old, queuedAt: Date.now() - 90_000 };
  const found = await deliver(late, refs);
  expect(threadTexts(refs).match(/Ada has it/g)).toHaveLength(1);
  expect(found.saidId).toBeDefined();
  await deliver({ ...late, id: 'b' }, found);
  expect(threadTexts(refs).match(/Ada has it/g)).toHaveLength(2);
});

describe('a page that a moderator deleted', () => {
  const card = (id: string, more: Parameters<typeof incident>[0] = {}): Post => ({
    id,
    incident: '12',
    queuedAt,
    kind: 'card',
    card: incident({ state: { kind: 'acknowledged', by: { id: '1', name: 'Ada' }, at: queuedAt }, ...more }),
  });

  test('is posted anew with the next change, once, calls nobody, and keeps its thread', async () => {
    const refs = await deliver(pageOf());
    local.removeMessage(local.channelId, refs.messageId ?? '');
    const after = await deliver(card('12-2-0'), refs);
    const [anew, ...more] = inChannel();
    expect(more).toEqual([]);
    expect(anew).toMatchObject({ id: after.messageId, mention_roles: [], mentions: [] });
    expect(JSON.stringify(anew?.components)).toContain('incident:12:resolve');
    expect(JSON.stringify(anew?.embeds)).toMatch(/Posted again at .*the page was deleted/);
    expect(JSON.stringify(anew?.embeds)).toContain(`<#${refs.threadId ?? ''}>`);
    await deliver(noteOf('12-2-1'), after);
    await deliver(card('12-3-0'), after);
    expect(inChannel()).toHaveLength(1);
    expect(threadTexts(refs)).toContain('Ada has it');
  });

  test('is posted once where the first try was not recorded, however late the second comes', async () => {
    const refs = await deliver(pageOf());
    local.removeMessage(local.channelId, refs.messageId ?? '');
    const first = await deliver(card('12-2-0'), refs);
    // Another nonce than the first: as if Discord had forgotten it.
    const { messageId: gone = '' } = refs;
    const second = await deliver(card('12-2-0'), { ...refs, messageId: String(BigInt(gone) - 1n) });
    expect(second.messageId).toBe(first.messageId);
    expect(inChannel()).toHaveLength(1);
  });

  test('gets its thread where it had none yet', async () => {
    const refs = await deliver(pageOf());
    const { messageId = '', threadId = '' } = refs;
    local.removeMessage(local.channelId, messageId);
    local.removeChannel(threadId);
    const after = await deliver(card('12-2-0'), { channelId: local.channelId, messageId });
    expect(local.threads().map(({ id }) => id)).toEqual([after.messageId]);
    expect(after.threadId).toBe(after.messageId);
  });

  test('takes a new thread where that was deleted too, at once, and names no dead one', async () => {
    const refs = await deliver(pageOf());
    const { messageId = '', threadId = '' } = refs;
    local.removeMessage(local.channelId, messageId);
    local.removeChannel(threadId);
    const after = await deliver(card('12-2-0'), refs);
    expect(local.threads().map(({ id }) => id)).toEqual([after.messageId]);
    expect(after.threadId).toBe(after.messageId);
    expect(JSON.stringify(inChannel())).not.toContain(`<#${threadId}>`);
    await deliver(noteOf('12-2-1'), after);
    expect(threadTexts(after)).toContain('Ada has it');
    expect(inChannel()).toHaveLength(1);
  });

  test('stays gone once its incident is over', async () => {
    const refs = await deliver(pageOf());
    local.removeMessage(local.channelId, refs.messageId ?? '');
    const state = { kind: 'resolved', at: queuedAt, by: 'recovery', acknowledgedBy: undefined } as const;
    const after = await deliver(card('12-2-0', { state }), refs);
    expect(after.messageId).toBe(refs.messageId);
    expect(inChannel()).toEqual([]);
  });
});

describe('a thread that a moderator deleted', () => {
  test('is opened anew once, and the channel is told once where it goes on', async () => {
    const refs = await deliver(pageOf());
    local.removeChannel(refs.threadId ?? '');
    const after = await deliver(noteOf('12-2-0'), refs);
    const last = await deliver(noteOf('12-3-0'), after);
    const told = inChannel().filter(({ content }) => content.includes('its thread was deleted'));
    expect(told.map(({ content }) => content)).toEqual([
      expect.stringContaining(`it goes on in a new one: <#${last.threadId ?? ''}>`),
    ]);
    expect(inChannel()).toHaveLength(2);
    expect(threadTexts(last).match(/Ada has it/g)).toHaveLength(2);
  });

  test('is not opened a third time: what follows comes to the channel', async () => {
    const refs = await deliver(pageOf());
    local.removeChannel(refs.threadId ?? '');
    const after = await deliver(noteOf('12-2-0'), refs);
    local.removeChannel(after.threadId ?? '');
    await deliver(noteOf('12-3-0'), after);
    expect(local.threads()).toEqual([]);
    expect(inChannel().at(-1)?.content).toMatch(/^\*\*#12\*\* 👀 Ada has it/);
  });

  test('takes the steps with it: they are written into the new one', async () => {
    const refs = await deliver(pageOf());
    const written = await deliver(stepsOf('12-1-s', queuedAt), refs);
    local.removeChannel(refs.threadId ?? '');
    const after = await deliver(stepsOf('12-2-s', queuedAt), written);
    expect(after.stepsId).not.toBe(written.stepsId);
    expect(threadTexts(after)).toContain('What to do');
  });
});

test('a page and a thread that are gone hold nothing up: the note comes to the channel', async () => {
  const refs: IncidentRefs = { channelId: local.channelId, messageId: '1100000000000009999' };
  await deliver(noteOf('12-2-0'), refs);
  expect(inChannel().map(({ content }) => content)[0]).toMatch(/^\*\*#12\*\* 👀 Ada has it/);
});

test('an archived thread is written again', async () => {
  const refs = await deliver(pageOf());
  await parts.rest.bot.patch(`/channels/${refs.threadId ?? ''}`, { body: { archived: true } });
  await deliver(noteOf('12-2-0'), refs);
  expect(
    local
      .messages(refs.threadId ?? '', local.users.lead)
      .map(({ content }) => content)
      .join(),
  ).toContain('Ada has it');
  expect(local.threads()[0]?.thread_metadata.archived).toBe(false);
});

test('a thread that somebody put away is told by its name how its incident stands', async () => {
  const refs = await deliver(pageOf());
  await parts.rest.bot.patch(`/channels/${refs.threadId ?? ''}`, { body: { archived: true } });
  const taken = incident({ state: { kind: 'acknowledged', by: { id: '1', name: 'Ada' }, at: queuedAt } });
  await deliver({ id: '12-2-0', incident: '12', queuedAt, kind: 'card', card: taken }, refs);
  expect(local.threads()[0]?.name).toMatch(/^👀 #12/);
});

test.each([
  ['locked', false],
  ['locked and put away', true],
])('in a thread that a moderator %s, what follows comes to the channel', async (_how, archived) => {
  const refs = await deliver(pageOf());
  local.lockThread(refs.threadId ?? '', archived);
  const before = local.record.requests.length;
  await deliver(noteOf('12-2-0'), refs);
  // No try to unlock it, which the invite gives no right to: refusals are counted.
  expect(local.record.requests.slice(before).filter(({ method }) => method === 'PATCH')).toEqual([]);
  expect(inChannel().at(-1)?.content).toMatch(/^\*\*#12\*\* .*Ada has it/);
  await deliver(noteOf('12-2-0'), refs);
  expect(inChannel().filter(({ content }) => content.includes('Ada has it'))).toHaveLength(1);
});

test('without the right to start threads the page still goes out, and its notes come to the channel', async () => {
  const all =
    P.ViewChannel | P.SendMessages | P.EmbedLinks | P.AttachFiles | P.ReadMessageHistory | P.MentionEveryone;
  local.setOverwrites(local.channelId, [
    {
      id: local.roles.bot,
      type: OverwriteType.Role,
      allow: String(all),
      deny: String(P.CreatePublicThreads),
    },
  ]);
  const refs = await deliver(pageOf());
  expect(refs.messageId).toBeDefined();
  expect(refs.threadId).toBeUndefined();
  await deliver(noteOf('12-2-0'), refs);
  expect(inChannel().at(-1)?.content).toContain('Ada has it');
});

test('without the right to embeds the page still calls, in the words of its first lines', async () => {
  local.setOverwrites(local.channelId, [
    { id: local.roles.bot, type: OverwriteType.Role, allow: '0', deny: String(P.EmbedLinks) },
  ]);
  const refs = await deliver(pageOf());
  const page = inChannel().find(({ id }) => id === refs.messageId);
  expect(page?.embeds).toEqual([]);
  expect(page?.content).toContain('Market hub down');
  expect(page?.mention_roles).toEqual([local.oncallRoleId]);
  expect(page?.components).not.toEqual([]);
});

test('a channel that refuses the page keeps it for later and says what to repair', async () => {
  local.setOverwrites(local.channelId, [
    { id: local.roles.bot, type: OverwriteType.Role, allow: '0', deny: String(P.SendMessages) },
  ]);
  await expect(deliver(pageOf())).rejects.toMatchObject({
    code: 'discord-refused',
    retryable: true,
    retryAfterMs: 30_000,
    hint: expect.stringContaining('npm run check') as string,
  });
});

test('a rate limit that lasts is handed back with the time to wait', async () => {
  local.faults.inject({ fault: 'rate-limit', route: `/channels/${local.channelId}/messages`, ms: 20_000 });
  const error: unknown = await deliver(pageOf()).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'discord-unavailable', retryable: true });
  expect((error as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(15_000);
});

test('a short rate limit is waited for, and the page is one', async () => {
  local.faults.inject({
    fault: 'rate-limit',
    route: `/channels/${local.channelId}/messages`,
    ms: 60,
    times: 1,
  });
  await deliver(pageOf());
  expect(inChannel()).toHaveLength(1);
});

test('a Discord that is down is retryable', async () => {
  const id = local.faults.inject({ fault: 'server-error' });
  await expect(deliver(pageOf())).rejects.toMatchObject({ code: 'discord-unavailable', retryable: true });
  local.faults.remove(id);
  await deliver(pageOf());
  expect(inChannel()).toHaveLength(1);
});

test('a join that makes it worse calls on-call into the thread, another does not', async () => {
  const refs = await deliver(pageOf());
  const joined = (id: string, mention: boolean): Post => ({
    id,
    incident: '12',
    queuedAt,
    kind: 'note',
    note: { kind: 'joined', alert: alert({ title: `Feed mute ${id}` }), mention },
  });
  await deliver(joined('a', true), refs);
  await deliver(joined('b', false), refs);
  const mentions = local
    .messages(refs.threadId ?? '', local.users.lead)
    .slice(-2)
    .map(({ mention_roles }) => mention_roles.length);
  expect(mentions).toEqual([1, 0]);
});
