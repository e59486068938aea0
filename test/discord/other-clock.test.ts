// Our clock and Discord's apart: commands, buttons and what is looked for among its messages work all the same, and it is told.
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { Clock } from '../../src/domain/clock.ts';
import type { Post } from '../../src/domain/incident.ts';
import { timeDifference } from '../../src/discord/time-difference.ts';
import { incident, startDesk, type Desk } from './desk.ts';
import { finding, login, report } from './presenter/reports.ts';

let desk: Desk | undefined;
afterEach(async () => {
  const open = desk;
  desk = undefined;
  await open?.stop();
});

const minuteMs = 60_000;

for (const [how, aheadMs] of [
  ['a minute ahead', minuteMs],
  ['a minute behind', -minuteMs],
  ['twenty minutes ahead', 20 * minuteMs],
] as const) {
  describe(`a bot whose clock is ${how}`, () => {
    let passedMs = 0;
    const shifted = (ms: number): Clock => ({
      ...systemClock,
      now: () => systemClock.now() + passedMs + ms,
    });
    const open = async (): Promise<Desk> => {
      passedMs = 0;
      desk = await startDesk({ clock: shifted(aheadMs), local: { clock: shifted(0) } });
      return desk;
    };

    test('answers commands in place, takes presses and says that it is wrong', async () => {
      const { bot, local, tickets } = await open();
      const { channelId: channel } = local;
      const { lead } = local.users;
      const id = local.type({ user: lead, channel, command: 'health', options: {} });
      const ticket = await local.expect(() => tickets[0]);
      await bot.messenger.deliverAnswer(ticket, report([login('main', [finding('a', 'pass')])]));
      const [reply, ...more] = local.messages(channel, lead);
      expect(more).toEqual([]);
      expect(reply?.interaction_metadata?.id).toBe(id);
      expect(JSON.stringify(reply?.embeds)).toContain('The check passes');

      const page = { id: '12-1-0', incident: '12', queuedAt: Date.now() + aheadMs } as const;
      const refs = await bot.messenger.deliverPost({ ...page, kind: 'page', card: incident() }, {});
      const custom_id = 'incident:12:acknowledge';
      local.press({ user: lead, channel, message: refs.messageId ?? '', custom_id });
      await local.expect(() =>
        local.messages(channel, lead).find((one) => JSON.stringify(one).includes('acknowledge of 12 done')),
      );
      expect(bot.clockApart(5_000)).toMatch(
        aheadMs > 0
          ? /^The bot’s clock is .* ahead of Discord’s: /
          : /^The bot’s clock is .* behind Discord’s: /,
      );
    });

    test('finds what it had posted before, however long ago, instead of posting it twice', async () => {
      const { bot, local } = await open();
      const queuedAt = Date.now() + aheadMs;
      const page: Post = { id: '12-1-0', incident: '12', queuedAt, kind: 'page', card: incident() };
      const silence = {
        id: 'S1',
        kind: 'silence',
        matcher: { suite: 'mnq' },
        reason: 'router',
        by: { id: '1', name: 'Ada' },
        madeAt: queuedAt,
        untilWell: false,
        fromAt: queuedAt,
        toAt: queuedAt + minuteMs,
      } as const;
      const posted = async (): Promise<void> => {
        await bot.messenger.deliverPost(page, {});
        await bot.messenger.deliverNotice({ kind: 'silenced', silence }, { id: 'S1-told', queuedAt });
      };
      await posted();
      // Discord has forgotten the nonces by then.
      passedMs = 10 * minuteMs;
      await posted();
      expect(local.messages(local.channelId, local.users.lead)).toHaveLength(2);
    });
  });
}

describe('the difference of two clocks', () => {
  const at = Date.UTC(2026, 0, 5, 15, 0, 0);
  const date = (ms: number): string => new Date(ms).toUTCString();

  test('is what most of the newest answers say', () => {
    const difference = timeDifference();
    for (const off of [0, 60_000, 60_000, -5_000, 60_000]) difference.heard(date(at + off), at, at + 100);
    expect(Math.abs(difference.ms() - 60_000)).toBeLessThan(1_000);
  });

  test('is nothing where an answer is slow, tells no date or one that cannot be read', () => {
    const difference = timeDifference();
    difference.heard(date(at + 60_000), at, at + 3_000);
    difference.heard(null, at, at);
    difference.heard('yesterday', at, at);
    expect(difference.ms()).toBe(0);
    expect(difference.words(0)).toBeUndefined();
  });

  test('is not told while whole seconds are all that the header has', () => {
    const difference = timeDifference();
    for (const off of [999, 500, 0]) difference.heard(date(at + 1_000), at + off, at + off + 900);
    expect(difference.words(500)).toBeUndefined();
  });
});
