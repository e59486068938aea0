// A whole desk whose clock is a minute behind Discord's: it pages, is worked by its buttons, and says in /health and /healthz that the clock is wrong.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestDesk, textOf, type DeskUnderTest } from '../fixtures/desk.ts';
import { healthOf } from '../fixtures/processes.ts';
import { until } from '../fixtures/real-redis.ts';

let desk: DeskUnderTest;

beforeAll(async () => {
  desk = await openTestDesk({ discordAheadMs: 60_000 });
}, 60_000);
afterAll(() => desk.stop(), 30_000);

it('works, and tells it as a note', async () => {
  const { discord, gateway } = desk;
  const { channelId: channel } = discord;
  const { lead } = discord.users;
  // Known from the first answers of Discord's that come within a second: a busy machine has to ask more than once.
  const note = /The bot’s clock is 1 min.* behind Discord’s/;
  await until(async () => note.test(textOf(await desk.ask('health'))), 15_000, 'the note on the clock');
  const { status, checks } = await healthOf(desk.desks[0]?.url ?? '');
  expect(status).toBe('ok');
  expect(checks.find(({ name }) => name === 'clock')?.detail).toMatch(/behind Discord’s/);

  gateway.faults.inject({ fault: 'F1', hub: 'market', down: true });
  const page = await discord.expect(() => desk.pages().find((one) => /hub/i.test(textOf(one))), 10_000);
  const [, incident = ''] = /incident:(\d+):resolve/.exec(JSON.stringify(page.components)) ?? [];
  discord.press({ user: lead, channel, message: page.id, custom_id: `incident:${incident}:acknowledge` });
  await discord.expect(
    () => desk.pages().find((one) => one.id === page.id && /has it/.test(one.content)),
    10_000,
  );
  await discord.expect(() => desk.thread().find((one) => textOf(one).includes('Evidence')), 10_000);
}, 60_000);
