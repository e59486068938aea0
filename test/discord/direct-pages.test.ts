// Pages without a record on a local Discord: taken over by their incident where they still hold, and never a reason to page nobody.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { makeMessenger, type MessengerParts } from '../../src/discord/messenger.ts';
import { closeRest } from '../../src/discord/rest.ts';
import type { DirectPage } from '../../src/domain/direct-line.ts';
import type { Incident, IncidentAlert, Post } from '../../src/domain/incident.ts';
import { startLocalDiscord, type LocalDiscord } from '../../src/local/discord/server.ts';
import { alert, closed, incident, silent } from './desk.ts';

let local: LocalDiscord;
let parts: MessengerParts;
const opened: MessengerParts[] = [];
/** A bot process as it starts: it knows nothing of the one before. */
const bot = (): MessengerParts => {
  const made = makeMessenger(
    {
      token: local.token,
      api: local.apiUrl,
      guildId: local.guildId,
      channelId: local.channelId,
      oncallMention: { kind: 'role', id: local.oncallRoleId },
      access: closed,
    },
    systemClock,
    silent,
  );
  opened.push(made);
  return made;
};
const inChannel = () => local.messages(local.channelId, local.users.lead);
const calls = () => inChannel().filter(({ mention_roles }) => mention_roles.includes(local.oncallRoleId));
const firing: IncidentAlert = { alert: alert(), recovery: undefined };
const over: IncidentAlert = {
  alert: alert(),
  recovery: { at: Date.now(), missed: [], proof: 'quotes flow again' },
};
const page = (alerts: readonly IncidentAlert[], more: Partial<DirectPage> = {}): DirectPage => ({
  id: 'one',
  login: 'main',
  alerts,
  about: 'one',
  decidedAt: Date.now(),
  trouble: { sinceAt: Date.now(), why: 'ECONNREFUSED' },
  ...more,
});
const pageOf = (more: Partial<Incident> = {}): Post => ({
  id: '12-1-0',
  incident: '12',
  queuedAt: Date.now(),
  kind: 'page',
  card: incident({ alerts: [firing], ...more }),
});
const toldAhead = { how: 'direct', at: Date.now() } as const;

beforeEach(async () => {
  local = await startLocalDiscord({ strict: true });
  parts = bot();
});
afterEach(async () => {
  for (const { rest } of opened.splice(0)) closeRest(rest);
  await local.stop();
});

describe('a page without a record', () => {
  test('calls on-call once however often it is said, and becomes the incident’s own message with its thread', async () => {
    await parts.messenger.deliverDirect(page([firing]));
    await parts.messenger.deliverDirect(page([firing]));
    const [said] = inChannel();
    expect(calls().map(({ id }) => id)).toEqual([said?.id]);
    const refs = await parts.messenger.deliverPost(pageOf({ toldAhead }), {});
    expect(refs).toMatchObject({ messageId: said?.id, threadId: said?.id });
    expect(inChannel()).toHaveLength(1);
    expect(JSON.stringify(inChannel()[0]?.components)).toContain('incident:12:acknowledge');
  });

  test('of a bot that is gone is found by the next one and taken over', async () => {
    await parts.messenger.deliverDirect(page([firing]));
    const [said] = inChannel();
    const refs = await bot().messenger.deliverPost(pageOf(), {});
    expect(refs.messageId).toBe(said?.id);
    expect(inChannel()).toHaveLength(1);
  });

  test.each([
    ['the same bot', () => parts],
    ['the next bot', () => bot()],
  ])('that is over calls people anew where it fires again and is recorded, by %s', async (_, by) => {
    await parts.messenger.deliverDirect(page([firing]));
    await parts.messenger.deliverDirect(page([over]));
    const [said] = inChannel();
    const refs = await by().messenger.deliverPost(pageOf(), {});
    expect(refs.messageId).not.toBe(said?.id);
    const anew = inChannel().find(({ id }) => id === refs.messageId);
    expect(anew?.mention_roles).toEqual([local.oncallRoleId]);
  });

  test('that is over and gets its record is taken over all the same: it is that very trouble', async () => {
    await parts.messenger.deliverDirect(page([firing]));
    await parts.messenger.deliverDirect(page([over]));
    const [said] = inChannel();
    const refs = await parts.messenger.deliverPost(pageOf({ toldAhead }), {});
    expect(refs.messageId).toBe(said?.id);
  });

  test('that somebody deleted is paged anew', async () => {
    await parts.messenger.deliverDirect(page([firing]));
    const [said] = inChannel();
    await parts.rest.bot.delete(`/channels/${local.channelId}/messages/${said?.id ?? ''}`);
    const refs = await parts.messenger.deliverPost(pageOf({ toldAhead }), {});
    expect(calls().map(({ id }) => id)).toEqual([refs.messageId]);
  });

  test('of a storm stays, and its incidents get messages of their own that call nobody again', async () => {
    const other: IncidentAlert = { alert: alert({ key: 'hub-down@main/user' }), recovery: undefined };
    await parts.messenger.deliverDirect(page([firing, other], { about: 'many' }));
    const [said] = inChannel();
    const refs = await parts.messenger.deliverPost(pageOf({ toldAhead }), {});
    expect(refs.messageId).not.toBe(said?.id);
    expect(calls().map(({ id }) => id)).toEqual([said?.id]);
  });
});
