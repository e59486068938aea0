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

async function press(at: Desk, user = at.local.users.lead): Promise<string> {
  const refs = await at.bot.messenger.deliverPost(
    { id: '12-1-0', incident: '12', queuedAt: Date.now(), kind: 'page', card: incident() },
    {},
  );
  return at.local.press({
    user,
    channel: at.local.channelId,
    message: refs.messageId ?? '',
    custom_id: 'incident:12:acknowledge',
  });
}
const repliesTo = (at: Desk, id: string, user = at.local.users.lead): readonly APIMessage[] =>
  at.local.messages(at.local.channelId, user).filter((message) => message.interaction_metadata?.id === id);

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

describe('an interaction that two bots were given, where Redis says nothing to this one', () => {
  type Taken = Parameters<Claims['take']>[0];
  const think = { type: 5, data: { flags: 64 } };
  const refuse = { type: 4, data: { flags: 64, content: 'The other bot says no.' } };

  /** What the other bot sends; it speaks with the same token. */
  async function other(at: Desk, method: string, route: string, body: object): Promise<void> {
    const answer = await fetch(`${at.local.apiUrl}/v10${route}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.ok, await answer.text()).toBe(true);
  }
  const acknowledges = (at: Desk, { id, reply }: Taken, body: object): Promise<void> =>
    other(at, 'POST', `/interactions/${id}/${reply.token}/callback`, body);

  /** The other bot acknowledges what comes `afterMs` after this one asked Redis for it, and answers it; undefined = there is none. */
  async function stage(
    acknowledgement: object | undefined,
    afterMs = 0,
    said?: boolean,
  ): Promise<{ at: Desk; acted: string[]; settled: string[]; left: string[]; answered: Promise<void> }> {
    const acted: string[] = [];
    const { claims, settled, left } = own();
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const at: Desk = await startDesk({
      claims: {
        ...claims,
        async take(claim) {
          if (acknowledgement === undefined) return said;
          const works = new Promise<void>((resolve) => setTimeout(resolve, afterMs)).then(async () => {
            await acknowledges(at, claim, acknowledgement);
            if (acknowledgement === think) {
              const route = `/webhooks/${claim.reply.applicationId}/${claim.reply.token}/messages/@original`;
              await other(at, 'PATCH', route, { content: 'Incident #12 is yours now.' });
            }
            answer();
          });
          if (afterMs === 0) await works;
          return said;
        },
      },
      act: (task) => {
        acted.push(task.kind);
        return Promise.resolve({ kind: 'done', text: `${task.action} was carried out here` });
      },
    });
    desk = at;
    return { at, acted, settled, left, answered };
  }
  const heldBack = (at: Desk, left: readonly string[], id: string) =>
    at.local.expect(() => (left.includes(id) ? true : undefined));
  const type = (at: Desk, command: string): string =>
    at.local.type({ user: at.local.users.lead, channel: at.local.channelId, command, options: {} });

  it.each([
    ['before', 0],
    ['a moment after', 200],
  ])('is left to the one that acknowledged it %s this one would', async (_when, afterMs) => {
    const { at, acted, left, settled, answered } = await stage(think, afterMs);
    const id = await press(at);
    await Promise.all([heldBack(at, left, id), answered]);
    expect(repliesTo(at, id).map(textOf).join()).toContain('yours now');
    expect([acted, settled]).toEqual([[], []]);
    expect(at.audited).toEqual([]);
  });

  it('is not queued a second time, nor answered where the queue does not take it', async () => {
    const { at, left, answered } = await stage(think);
    const id = type(at, 'health');
    await Promise.all([heldBack(at, left, id), answered]);
    expect(at.tickets).toEqual([]);
    expect(repliesTo(at, id).map(textOf).join()).toContain('yours now');
  });

  it('is denied by the one that was first, and stands in its trail alone', async () => {
    const { at, left, answered } = await stage(refuse);
    const { viewer } = at.local.users;
    const id = await press(at, viewer);
    await Promise.all([heldBack(at, left, id), answered]);
    expect(at.audited).toEqual([]);
    expect(repliesTo(at, id, viewer).map(textOf).join()).toContain('The other bot says no');
  });

  it("is this one's where only its own first try can have been first: the answer to that was lost", async () => {
    const { at, acted, settled, left } = await stage(undefined);
    at.local.faults.inject({ fault: 'lost-answer', route: '/callback', times: 1 });
    const id = type(at, 'audit show');
    await at.local.expect(() => repliesTo(at, id).find((one) => /carried out here/.test(textOf(one))));
    await at.local.expect(() => (settled.includes(id) ? true : undefined));
    expect([acted, left]).toEqual([['audit'], []]);
  });

  it("says nothing at once either where Redis does say that it is the other's", async () => {
    const { at, left } = await stage(undefined, 0, false);
    const { viewer } = at.local.users;
    for (const [id, user] of [
      [type(at, 'help'), at.local.users.lead],
      [await press(at, viewer), viewer],
    ] as const) {
      await heldBack(at, left, id);
      expect(repliesTo(at, id, user)).toEqual([]);
    }
    expect(at.audited).toEqual([]);
  });
});
