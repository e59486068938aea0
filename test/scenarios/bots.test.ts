// Bots as separate processes: one works, one waits, and what one had acknowledged or decided the next one delivers, once.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { incidentStore } from '../../src/queue/incident-store.ts';
import { textOf } from '../fixtures/desk.ts';
import { flowing, healthOf, openStage, tell, type Child, type Stage } from '../fixtures/processes.ts';
import { until } from '../fixtures/redis.ts';

describe('several bots', () => {
  let stage: Stage;
  let worker: Child;
  let bots: { readonly child: Child; readonly url: string }[];

  beforeAll(async () => {
    stage = await openStage();
    worker = stage.worker();
    const first = stage.bot();
    const second = stage.bot();
    await worker.ready();
    bots = [
      { child: first, url: await first.ready() },
      { child: second, url: await second.ready() },
    ];
    await flowing(stage);
  }, 200_000);
  afterAll(() => stage.stop(), 30_000);

  async function discordOf(url: string): Promise<string> {
    const { checks } = await healthOf(url);
    return checks.find(({ name }) => name === 'Discord')?.detail ?? '';
  }

  /** Takes the bot that holds Discord out of the list. */
  async function takeActive(): Promise<Child> {
    for (const bot of bots) {
      if ((await discordOf(bot.url)) !== 'connected') continue;
      bots = bots.filter((one) => one !== bot);
      return bot.child;
    }
    throw new Error('no bot is connected');
  }

  it('keep one in reserve, which delivers what a killed one had acknowledged', async () => {
    const states = await Promise.all(bots.map(({ url }) => discordOf(url)));
    expect(states.filter((state) => state === 'connected')).toHaveLength(1);
    expect(states.filter((state) => state.includes('in reserve'))).toHaveLength(1);
    worker.signal('SIGSTOP');
    const asked = stage.type('health');
    await stage.discord.expect(() => stage.thinking()[0], 5_000);
    const killed = Date.now();
    await (await takeActive()).kill('SIGKILL');
    worker.signal('SIGCONT');
    expect(textOf(await stage.answer(asked, 20_000))).toContain('mnq');
    tell('answered by the other bot after kill -9 (about 10,000)', Date.now() - killed);
    expect(stage.thinking()).toEqual([]);
    await flowing(stage);
    expect(stage.pages()).toEqual([]);
  }, 60_000);

  it('hand over at once when told to stop, and no command is lost on the way', async () => {
    const next = stage.bot();
    bots.push({ child: next, url: await next.ready() });
    const active = await takeActive();
    const asked = Array.from({ length: 5 }, () => stage.type('health'));
    await stage.discord.expect(() => (asked.every((id) => stage.known(id)) ? true : undefined), 5_000);
    const exit = await active.kill('SIGTERM');
    expect(exit.code, active.said()).toBe(0);
    tell('bot stopped after SIGTERM (promised 10,000)', exit.afterMs);
    for (const id of asked) await stage.answer(id);
    await until(async () => (await discordOf(bots[0]?.url ?? '')) === 'connected', 10_000, 'the takeover');
    await stage.ask('health');
    expect(stage.thinking()).toEqual([]);
  }, 40_000);

  it('deliver a page that was decided while no bot was alive, once', async () => {
    await stage.unprotected();
    await (await takeActive()).kill('SIGKILL');
    stage.gateway.faults.inject({ fault: 'F1', hub: 'market', down: true });
    await until(async () => (await incidentStore(stage.link).allOpen()).length > 0, 5_000, 'an incident');
    expect(stage.pages()).toEqual([]);
    const [one, two] = [stage.bot(), stage.bot()];
    await Promise.all([one.ready(), two.ready()]);
    const page = await stage.discord.expect(() => stage.pages()[0], 15_000);
    expect(textOf(page)).toMatch(/market hub/i);
    await stage.discord.expect(
      () => stage.thread(page).find((message) => textOf(message).includes('Evidence')),
      10_000,
    );
    expect(stage.pages()).toHaveLength(1);
  }, 40_000);
});
