// Every interaction has one end: through minutes of a Discord in trouble, through a stop, and from one bot alone.
import { afterEach, describe, expect, it } from 'vitest';
import type { APIMessage } from 'discord-api-types/v10';
import type { Clock } from '../../src/domain/clock.ts';
import type { Claims } from '../../src/discord/receipt.ts';
import { textOf } from '../fixtures/desk.ts';
import { incident, startDesk, type Desk } from './desk.ts';

/** Twenty seconds of the desk pass in one. */
const startedAt = Date.now();
const fast: Clock = {
  now: () => startedAt + (Date.now() - startedAt) * 20,
  after(ms, run) {
    const timer = setTimeout(run, ms / 20);
    return () => clearTimeout(timer);
  },
  every(ms, run) {
    const timer = setInterval(run, ms / 20);
    return () => clearInterval(timer);
  },
};

let desk: Desk | undefined;
afterEach(async () => {
  const open = desk;
  desk = undefined;
  await open?.stop();
});

function own() {
  const settled: string[] = [];
  const left: string[] = [];
  const claims: Claims = {
    take: () => Promise.resolve(true),
    settle: (id) => settled.push(id),
    leave: (id) => left.push(id),
  };
  return { claims, settled, left };
}

async function press(at: Desk): Promise<string> {
  const refs = await at.bot.messenger.deliverPost(
    { id: '12-1-0', incident: '12', queuedAt: Date.now(), kind: 'page', card: incident() },
    {},
  );
  return at.local.press({
    user: at.local.users.lead,
    channel: at.local.channelId,
    message: refs.messageId ?? '',
    custom_id: 'incident:12:acknowledge',
  });
}
const repliesTo = (at: Desk, id: string): readonly APIMessage[] =>
  at.local
    .messages(at.local.channelId, at.local.users.lead)
    .filter((message) => message.interaction_metadata?.id === id);

describe('an answer that Discord does not take', () => {
  it('arrives after minutes of 5xx, and only then is its claim settled', async () => {
    const { claims, settled, left } = own();
    desk = await startDesk({ clock: fast, claims });
    const { local } = desk;
    // Three requests to a try, and nine pauses: more than a minute.
    local.faults.inject({ fault: 'server-error', route: '/webhooks/', times: 27 });
    const id = await press(desk);
    const begunAt = fast.now();
    await local.expect(() => repliesTo(desk as Desk, id)[0]);
    expect(settled).toEqual([]);
    await local.expect(
      () => repliesTo(desk as Desk, id).find((message) => /acknowledge of 12 done/.test(textOf(message))),
      20_000,
    );
    expect(fast.now() - begunAt).toBeGreaterThan(60_000);
    await local.expect(() => (settled.length > 0 ? true : undefined));
    expect([settled, left]).toEqual([[id], []]);
  }, 30_000);

  it('does not keep the bot from stopping, which leaves its claim to the next one', async () => {
    const { claims, settled, left } = own();
    desk = await startDesk({ clock: fast, claims });
    const { local } = desk;
    local.faults.inject({ fault: 'server-error', route: '/webhooks/' });
    const id = await press(desk);
    await local.expect(() => repliesTo(desk as Desk, id)[0]);
    const stopsAt = Date.now();
    await desk.bot.close();
    // Four seconds of the desk's are a moment here; Discord itself is left at its own speed.
    expect(Date.now() - stopsAt).toBeLessThan(5_000);
    await local.expect(() => (left.length > 0 ? true : undefined));
    expect([settled, left]).toEqual([[], [id]]);
  });
});
