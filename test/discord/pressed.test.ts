// Whose message a press is on: the bot's own by its user's id, whatever the application is called.
import { afterEach, describe, expect, test } from 'vitest';
import { flawOf } from '../../src/discord/pressed.ts';
import { incident, startDesk, type Desk } from './desk.ts';

const application = '1100000000000000009';
const bot = '1100000000000000001';
const other = '1144444444444444444';
const on = (author: { readonly id: string; readonly bot?: boolean }): Parameters<typeof flawOf>[0] =>
  ({
    application_id: application,
    data: { custom_id: 'a', component_type: 2 },
    message: { author, components: [{ type: 1, components: [{ type: 2, custom_id: 'a' }] }] },
  }) as unknown as Parameters<typeof flawOf>[0];
const theirs = /not on a message of this bot/;

describe('a press on a message', () => {
  test('of the bot’s user fits, and one by the application’s id too', () => {
    expect(flawOf(on({ id: bot, bot: true }), bot)).toBeUndefined();
    expect(flawOf(on({ id: application, bot: true }), bot)).toBeUndefined();
  });
  test('of anybody else does not, bot or not', () => {
    expect(flawOf(on({ id: other, bot: true }), bot)).toMatch(theirs);
    expect(flawOf(on({ id: other }), bot)).toMatch(theirs);
  });
  test('of some bot fits while it is not known who this bot is; one of a person never does', () => {
    expect(flawOf(on({ id: bot, bot: true }), undefined)).toBeUndefined();
    expect(flawOf(on({ id: other }), undefined)).toMatch(theirs);
  });
});

let desk: Desk | undefined;
afterEach(async () => {
  const open = desk;
  desk = undefined;
  await open?.stop();
});

test.each([
  ['has the id of its bot', true],
  ['has another id than its bot', false],
])('a button does what it says where the application %s', async (_name, oneId) => {
  desk = await startDesk({ local: { oneId } });
  const { local } = desk;
  expect(local.applicationId === local.botId).toBe(oneId);
  const refs = await desk.bot.messenger.deliverPost(
    { id: '12-1-0', incident: '12', queuedAt: Date.now(), kind: 'page', card: incident() },
    {},
  );
  local.press({
    user: local.users.lead,
    channel: local.channelId,
    message: refs.messageId ?? '',
    custom_id: 'incident:12:acknowledge',
  });
  const answer = await local.expect(() =>
    local
      .messages(local.channelId, local.users.lead)
      .find(({ content }) => content.includes('acknowledge of 12 done')),
  );
  expect(answer.author.id).toBe(local.botId);
});
