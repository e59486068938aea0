// Redis goes away for a while and comes back with its data: people are told at once, and nothing is told twice or wrongly.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { APIMessage } from 'discord-api-types/v10';
import { textOf } from '../fixtures/desk.ts';
import { flowing, healthOf, openStage, tell, type Stage } from '../fixtures/processes.ts';
import { hasServer, until } from '../fixtures/redis.ts';

const outageMs = 5_000;
const hostLostMs = 4_000;

function idOf(page: APIMessage, action: string): string {
  return new RegExp(`incident:[^":]+:${action}`).exec(JSON.stringify(page.components))?.[0] ?? '';
}

// The reason is printed by the fixture: an embedded server cannot be brought back with its data.
describe.skipIf(!hasServer)('a Redis that is away for 5 s', () => {
  let stage: Stage;
  let botUrl: string;
  /** A start on a busy machine may have had a page of its own, which says nothing of Redis. */
  const atStart = new Set<string>();
  const pages = (): readonly APIMessage[] => stage.pages().filter(({ id }) => !atStart.has(id));

  beforeAll(async () => {
    stage = await openStage({ thresholds: `hostLost: ${hostLostMs}ms` });
    const bot = stage.bot();
    const worker = stage.worker();
    [botUrl] = await Promise.all([bot.ready(), worker.ready()]);
    await flowing(stage);
    await stage.unprotected();
    const held = async (): Promise<boolean> =>
      (await stage.desk.view()).pulses.some(({ suites }) =>
        suites.some(({ exposure }) => exposure.kind === 'unprotected'),
      );
    await until(held, 10_000, 'a pulse that tells of the position');
    // The bot has heard it too, and made a round over the incidents.
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    for (const { id } of stage.pages()) atStart.add(id);
  }, 200_000);
  afterAll(() => stage.stop(), 30_000);

  it('costs a clear failure at once, no page, and nothing once it is back', async () => {
    const { server } = stage;
    if (server === undefined) throw new Error('no server');
    await server.kill();
    const downAt = Date.now();
    const asked = stage.type('health');
    const text = textOf(await stage.answer(asked, 5_000));
    tell('told that Redis is away (promised 3,000)', Date.now() - downAt);
    expect(Date.now() - downAt).toBeLessThan(3_000);
    expect(text).toMatch(/Redis is unreachable: \/health is not answered/);
    expect(text).toMatch(/mnq: was LONG 2 WITHOUT A STOP/);
    expect(text).toMatch(/None was open then/);
    expect(text).not.toMatch(/🟢|✅/);
    expect((await healthOf(botUrl)).status).toBe('unable');
    await until(() => Date.now() - downAt >= outageMs, outageMs + 1_000);
    // Beyond the life of the bot's own lock: nobody else can have it, so it still answers.
    expect(textOf(await stage.ask('health', {}, 3_000))).toMatch(/Redis/);
    await server.start();
    const backAt = Date.now();
    await flowing(stage);
    tell('a good /health after Redis came back (promised 3,000)', Date.now() - backAt);
    await until(() => Date.now() - backAt > hostLostMs + 2_000, hostLostMs + 4_000);
    expect(pages()).toEqual([]);
    expect(stage.thinking()).toEqual([]);
    expect((await healthOf(botUrl)).status).toBe('ok');
  }, 60_000);

  it('delays the page of what breaks meanwhile, and never repeats one', async () => {
    const { server } = stage;
    if (server === undefined) throw new Error('no server');
    const fault = stage.gateway.faults.inject({ fault: 'F1', hub: 'user', down: true });
    const first = await stage.discord.expect(() => pages()[0], 10_000);
    expect(textOf(first)).toMatch(/user hub/i);
    await stage.discord.expect(
      () => stage.thread(first).find((one) => textOf(one).includes('Evidence')),
      20_000,
    );
    await server.kill();
    stage.gateway.faults.remove(fault.id);
    const downAt = Date.now();
    const { lead } = stage.discord.users;
    stage.discord.press({
      user: lead,
      channel: stage.discord.channelId,
      message: first.id,
      custom_id: idOf(first, 'acknowledge'),
    });
    const refused = await stage.discord.expect(
      () =>
        stage.discord
          .messages(stage.discord.channelId, lead)
          .find((message) => /Nothing was recorded/.test(textOf(message))),
      3_000,
    );
    expect(((refused.flags ?? 0) & 64) !== 0).toBe(true);
    await until(() => Date.now() - downAt >= 1_500, 3_000);
    stage.gateway.faults.inject({ fault: 'F1', hub: 'market', down: true });
    await until(() => Date.now() - downAt >= 3_000, 4_000);
    await server.start();
    const backAt = Date.now();
    const second = await stage.discord.expect(
      () => pages().find((page) => /market hub/i.test(textOf(page))),
      20_000,
    );
    tell('the page after Redis came back', Date.now() - backAt);
    await stage.discord.expect(
      () => stage.thread(first).find((message) => /recovered/i.test(textOf(message))),
      20_000,
    );
    await stage.discord.expect(
      () => stage.thread(second).find((one) => textOf(one).includes('Evidence')),
      20_000,
    );
    await until(() => Date.now() - backAt > hostLostMs + 1_000, hostLostMs + 3_000);
    // Where the user hub was not back before the market hub broke, both are one incident; none has a second page.
    const numbers = pages().map(({ content }) => /#(\d+)/.exec(content)?.[1]);
    expect(numbers).toHaveLength(second.id === first.id ? 1 : 2);
    expect(new Set(numbers).size).toBe(numbers.length);
    // What was refused is not done later either.
    expect(stage.thread(first).filter((one) => /has it|took it/.test(one.content))).toEqual([]);
  }, 60_000);
});
