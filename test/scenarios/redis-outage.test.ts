// Redis goes away for a while and comes back with its data: people are told at once, and nothing is told twice or wrongly.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../fixtures/desk.ts';
import { flowing, healthOf, openStage, tell, type Stage } from '../fixtures/processes.ts';
import { hasServer, until } from '../fixtures/redis.ts';

const outageMs = 5_000;
const hostLostMs = 4_000;

// The reason is printed by the fixture: an embedded server cannot be brought back with its data.
describe.skipIf(!hasServer)('a Redis that is away for 5 s', () => {
  let stage: Stage;
  let botUrl: string;

  beforeAll(async () => {
    stage = await openStage({ thresholds: `hostLost: ${hostLostMs}ms` });
    const bot = stage.bot();
    const worker = stage.worker();
    [botUrl] = await Promise.all([bot.ready(), worker.ready()]);
    await flowing(stage);
    await stage.unprotected();
  }, 200_000);
  afterAll(() => stage.stop(), 30_000);

  it('costs a clear failure at once, no page, and nothing once it is back', async () => {
    const { server } = stage;
    if (server === undefined) throw new Error('no server');
    await server.kill();
    const downAt = Date.now();
    const asked = stage.type('health');
    const text = textOf(await stage.answer(asked, 5_000));
    tell('told that it did not go through', Date.now() - downAt);
    expect(text).toMatch(/could not|did not/i);
    expect(text).toMatch(/Redis/);
    expect(text).toMatch(/again/i);
    expect((await healthOf(botUrl)).status).toBe('unable');
    const second = stage.type('health');
    const saidAt = Date.now();
    expect(textOf(await stage.answer(second, 5_000))).toMatch(/Redis/);
    expect(Date.now() - saidAt).toBeLessThan(3_000);
    await until(() => Date.now() - downAt >= outageMs, outageMs + 1_000);
    // Beyond the life of the bot's own lock: nobody else can have it, so it still answers.
    expect(textOf(await stage.ask('health', {}, 3_000))).toMatch(/Redis/);
    await server.start();
    const backAt = Date.now();
    await flowing(stage);
    tell('a good /health after Redis came back (promised 3,000)', Date.now() - backAt);
    await until(() => Date.now() - backAt > hostLostMs + 2_000, hostLostMs + 4_000);
    expect(stage.pages()).toEqual([]);
    expect(stage.thinking()).toEqual([]);
    expect((await healthOf(botUrl)).status).toBe('ok');
  }, 60_000);

  it('delays the page of what breaks meanwhile, and never repeats one', async () => {
    const { server } = stage;
    if (server === undefined) throw new Error('no server');
    const fault = stage.gateway.faults.inject({ fault: 'F1', hub: 'user', down: true });
    const first = await stage.discord.expect(() => stage.pages()[0], 10_000);
    expect(textOf(first)).toMatch(/user hub/i);
    await stage.discord.expect(
      () => stage.thread(first).find((one) => textOf(one).includes('Evidence')),
      20_000,
    );
    await server.kill();
    stage.gateway.faults.remove(fault.id);
    const downAt = Date.now();
    const ask = stage.type('health');
    await stage.answer(ask, 5_000);
    await until(() => Date.now() - downAt >= 1_500, 3_000);
    stage.gateway.faults.inject({ fault: 'F1', hub: 'market', down: true });
    await until(() => Date.now() - downAt >= 3_000, 4_000);
    await server.start();
    const backAt = Date.now();
    const second = await stage.discord.expect(
      () => stage.pages().find((page) => /market hub/i.test(textOf(page))),
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
    expect(stage.pages()).toHaveLength(2);
  }, 60_000);
});
