// What Discord refuses is not asked again and again: at most ten invalid requests in ten minutes, whatever is tried, and one try after it was mended.
import { OverwriteType, PermissionFlagsBits } from 'discord-api-types/v10';
import { expect, it } from 'vitest';
import { makeMessenger } from '../../src/discord/messenger.ts';
import { refusalGate } from '../../src/discord/refusal-gate.ts';
import { closeRest } from '../../src/discord/rest.ts';
import type { Post } from '../../src/domain/incident.ts';
import { startLocalDiscord } from '../../src/local/discord/server.ts';
import { FakeClock } from '../fakes/clock.ts';
import { closed, incident, silent } from './desk.ts';

const second = 1_000;
const minute = 60 * second;
const messages = '/channels/20/messages';

/** A page that is tried every 10 s, cards and threads beside it; counts what is really asked in each ten minutes. */
it.each([401, 403])(
  'a desk whose every request is refused with %i asks ten times in ten minutes at most',
  (status) => {
    const gate = refusalGate();
    const asked: number[] = [];
    for (let now = 0; now < 40 * minute; now += 10 * second) {
      for (const [method, path] of [
        ['POST', messages],
        ['PATCH', `${messages}/1`],
        ['GET', `${messages}?limit=100`],
        ['POST', '/channels/21/messages'],
      ] as const) {
        if (gate.held(method, path, now) !== undefined) continue;
        asked.push(now);
        gate.refused(method, path, status, new Error('no'), now);
      }
    }
    for (const from of asked)
      expect(asked.filter((at) => at >= from && at < from + 10 * minute).length).toBeLessThanOrEqual(10);
    expect(asked.length).toBeGreaterThan(20);
  },
);

it('what was refused is thrown again as it was, and tried once after half a minute; who comes meanwhile hears the same', () => {
  const gate = refusalGate();
  const no = new Error('Missing Access');
  expect(gate.held('POST', messages, 0)).toBeUndefined();
  gate.refused('POST', messages, 403, no, 0);
  expect(gate.held('POST', messages, 29 * second)).toBe(no);
  expect(gate.held('POST', messages, 30 * second)).toBeUndefined();
  expect(gate.held('POST', messages, 31 * second)).toBe(no);
  gate.accepted('POST', messages);
  expect(gate.held('POST', messages, 32 * second)).toBeUndefined();
  expect(gate.why('20')).toBeUndefined();
});

it('a 401 that was a passing fault of Discord’s holds a page back for two seconds, however many requests met it; one that lasts is asked about less and less', () => {
  const gate = refusalGate();
  const no = new Error('401');
  for (let n = 0; n < 5; n += 1) gate.refused('PATCH', `${messages}/${n}`, 401, no, n);
  expect(gate.held('POST', messages, 1.9 * second)).toBe(no);
  expect(gate.held('POST', messages, 2 * second)).toBeUndefined();
  gate.accepted('POST', messages);
  expect(gate.held('PATCH', messages, 2 * second)).toBeUndefined();
  const lasting = refusalGate();
  const asked: number[] = [];
  for (let now = 0; now < 4 * minute; now += second) {
    if (lasting.held('POST', messages, now) !== undefined) continue;
    asked.push(now / second);
    lasting.refused('POST', messages, 401, no, now);
  }
  expect(asked).toEqual([0, 2, 12, 42, 117, 192]);
});

it('what the bot is given back is asked at once, however often it was refused before; a token that is not known stays so', () => {
  const gate = refusalGate();
  for (let n = 0; n < 9; n += 1)
    gate.refused('POST', `/channels/${n + 20}/messages`, 403, new Error('no'), n * second);
  expect(gate.held('POST', messages, 5 * minute)).toBeDefined();
  gate.mended();
  expect(gate.held('POST', messages, 5 * minute)).toBeUndefined();
  expect(gate.why('20')).toBeUndefined();
  gate.refused('POST', messages, 401, new Error('no'), 5 * minute);
  gate.mended();
  expect(gate.held('POST', messages, 5 * minute)).toBeDefined();
});

it('that a thread cannot be opened, or one message not be edited, holds no page back', () => {
  const gate = refusalGate();
  gate.refused('POST', `${messages}/5/threads`, 403, new Error('no'), 0);
  gate.refused('PATCH', `${messages}/5`, 403, new Error('no'), 0);
  expect(gate.held('POST', messages, 1)).toBeUndefined();
  expect(gate.held('POST', `${messages}/6/threads`, 1)).toBeDefined();
  expect(gate.why('20')).toBeUndefined();
});

it('that files or embeds are refused holds no bare words back, and none of them are asked for while those are refused too', () => {
  const gate = refusalGate();
  const no = new Error('Missing Permissions');
  gate.refused('POST', messages, 403, no, 0, { carries: 'files and embeds' });
  expect(gate.held('POST', messages, 1, 'files and embeds')).toBe(no);
  expect(gate.held('POST', messages, 1)).toBeUndefined();
  expect(gate.why('20')).toBeUndefined();
  gate.refused('POST', messages, 403, no, 1, { carries: undefined });
  expect(gate.why('20')).toBeDefined();
  // Long after: the bare words ask first.
  expect(gate.held('POST', messages, 5 * minute, 'files and embeds')).toBe(no);
  expect(gate.held('POST', messages, 5 * minute)).toBeUndefined();
  gate.accepted('POST', messages);
  expect(gate.held('POST', messages, 5 * minute + 1, 'files and embeds')).toBeUndefined();
});

it('a missing message, a wrong body or a rate limit is no reason not to ask', () => {
  const gate = refusalGate();
  for (const status of [400, 404, 429, 500]) gate.refused('POST', messages, status, new Error('no'), 0);
  expect(gate.held('POST', messages, 1)).toBeUndefined();
});

it('says for health why nothing can be posted, and what to do', () => {
  const gate = refusalGate();
  gate.refused('POST', messages, 403, new Error('no'), 0);
  expect(gate.why('20')).toMatch(/refused the bot’s messages .* since 18:00:00 CT .*npm run check/);
  expect(gate.why('30')).toBeUndefined();
  gate.refused('GET', '/gateway/bot', 401, new Error('no'), 0);
  expect(gate.why('30')).toMatch(/DISCORD_TOKEN/);
});

it('a channel that refuses the bot hears of a page that is tried every ten seconds ten times in ten minutes at most, and gets it once mended', async () => {
  const local = await startLocalDiscord({ strict: true });
  const clock = new FakeClock(Date.now());
  const { token, apiUrl: api, guildId, channelId } = local;
  const statuses: number[] = [];
  const { messenger, rest } = makeMessenger(
    { token, api, guildId, channelId, access: closed },
    clock,
    silent,
    () => [],
    (status) => statuses.push(status),
  );
  const page: Post = { id: '1', incident: '12', queuedAt: clock.now(), kind: 'page', card: incident() };
  try {
    const denied = {
      id: local.roles.bot,
      type: OverwriteType.Role,
      allow: '0',
      deny: String(PermissionFlagsBits.SendMessages),
    };
    local.setOverwrites(channelId, [denied]);
    for (let tried = 0; tried < 60; tried += 1) {
      await expect(messenger.deliverPost(page, {})).rejects.toMatchObject({ retryable: true });
      await clock.forward(10 * second);
    }
    const refused = statuses.filter((status) => status === 403).length;
    expect(refused).toBeGreaterThan(2);
    expect(refused).toBeLessThanOrEqual(10);
    expect(rest.gate.why(channelId)).toMatch(/403/);
    local.setOverwrites(channelId, []);
    await clock.forward(10 * minute);
    expect((await messenger.deliverPost(page, {})).messageId).toBeDefined();
    expect(rest.gate.why(channelId)).toBeUndefined();
  } finally {
    closeRest(rest);
    await local.stop();
  }
});
