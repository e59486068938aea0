// The sign of life on a local Discord: one message that is edited, found again, posted anew where it was deleted, and calls nobody.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MessageFlags } from 'discord-api-types/v10';
import { systemClock } from '../../src/clock.ts';
import { sayAlive } from '../../src/discord/liveness-message.ts';
import { closeRest, openRest, type DiscordRest } from '../../src/discord/rest.ts';
import { message } from '../../src/discord/presenter/message.ts';
import { sendingOver } from '../../src/discord/sending.ts';
import type { Liveness } from '../../src/domain/liveness.ts';
import { startLocalDiscord, type LocalDiscord } from '../../src/local/discord/server.ts';
import { FakeClock } from '../fakes/clock.ts';

let local: LocalDiscord;
let rest: DiscordRest;
const at = Date.UTC(2026, 0, 5, 15, 0, 0);
const alive = (more: Partial<Liveness> = {}): Liveness => ({
  at,
  nextBy: at + 300_000,
  lookedAt: at - 1_000,
  watched: ['mnq', 'es'],
  unwatched: [],
  ...more,
});
const inChannel = () => local.messages(local.channelId, local.users.lead);
const say = (known?: string, more: Partial<Liveness> = {}): Promise<string> =>
  sayAlive(rest, local.channelId, alive(more), known);

beforeEach(async () => {
  local = await startLocalDiscord({ strict: true });
  rest = openRest({ token: local.token, api: local.apiUrl }, systemClock);
});
afterEach(async () => {
  closeRest(rest);
  await local.stop();
});

test('says how much is watched, when it was looked and what a late word means, and rings nowhere', async () => {
  const id = await say();
  const [message] = inChannel();
  expect(message?.id).toBe(id);
  expect(message?.content).toMatch(
    /Pitwatch watches 2 suites\*\* \(mnq, es\), last look 08:59:59 CT\. Next update by 09:05:00 CT/,
  );
  expect(message?.content).toContain('the bot is dead');
  expect((message?.flags ?? 0) & MessageFlags.SuppressNotifications).not.toBe(0);
  expect(message).toMatchObject({ mention_roles: [], mentions: [], mention_everyone: false });
});

test('names what nobody looks at', async () => {
  await say(undefined, { watched: ['mnq'], unwatched: [{ suite: 'es', login: 'desk-b' }] });
  expect(inChannel()[0]?.content).toMatch(/^⚠️ \*\*Pitwatch watches 1 of 2 suites\*\*: nobody watches es/);
  await say(undefined, { watched: [], lookedAt: undefined });
  expect(inChannel()[0]?.content).toMatch(/^⚠️ \*\*Pitwatch watches nothing/);
  expect(inChannel()).toHaveLength(1);
});

test('is edited, also by a bot that lost its id, and posted anew where it was deleted', async () => {
  const id = await say();
  expect(await say(id)).toBe(id);
  expect(await say()).toBe(id);
  local.removeMessage(local.channelId, id);
  const anew = await say(id);
  expect(anew).not.toBe(id);
  expect(inChannel().map((one) => one.id)).toEqual([anew]);
});

test('is a new message where what stands there is somebody else’s', async () => {
  const other = local.write(
    local.users.lead,
    local.channelId,
    'Somebody says: the bot is dead: start it again',
  );
  const id = await say(other.id);
  expect(id).not.toBe(other.id);
  expect(inChannel()).toHaveLength(2);
});

test('is a new message where Discord takes no more edits of the old one, and no edit of a page waits for that', async () => {
  const clock = new FakeClock(at);
  const other = await startLocalDiscord({ strict: true, clock });
  const way = openRest({ token: other.token, api: other.apiUrl }, clock);
  const again = (known?: string) => sayAlive(way, other.channelId, alive({ at: clock.now() }), known);
  try {
    const id = await again();
    await clock.forward(3_660_000);
    let stands = id;
    // How many late edits Discord takes is nowhere written.
    for (let edits = 0; stands === id && edits < 60; edits += 1) stands = await again(id);
    expect(other.messages(other.channelId, other.users.lead).map((one) => one.id)).toEqual([stands]);
    expect(stands).not.toBe(id);
    const sending = sendingOver(way, clock);
    const page = await sending.post(other.channelId, message({ content: 'a page' }), 'nonce');
    await sending.edit(other.channelId, page, message({ content: 'a page, acknowledged' }));
    expect(JSON.stringify(other.messages(other.channelId, other.users.lead))).toContain('acknowledged');
  } finally {
    closeRest(way);
    await other.stop();
  }
});
