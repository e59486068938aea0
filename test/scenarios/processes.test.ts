// Workers as separate processes: killed, told to stop and started again, with nothing lost and nothing told twice.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../fixtures/desk.ts';
import { flowing, openStage, tell, type Child, type Stage } from '../fixtures/processes.ts';
import { until } from '../fixtures/redis.ts';

async function hostedBy(stage: Stage, child: Child, withinMs: number): Promise<number> {
  const startedAt = Date.now();
  await until(async () => (await stage.hostPid()) === child.pid, withinMs, 'the takeover').catch(
    (error: unknown) => {
      throw new Error(`the other worker said:\n${child.said()}`, { cause: error });
    },
  );
  return Date.now() - startedAt;
}

describe('several workers', () => {
  let stage: Stage;
  let bot: Child;
  let workers: Child[];

  beforeAll(async () => {
    stage = await openStage();
    bot = stage.bot();
    workers = [stage.worker(), stage.worker()];
    await Promise.all([bot, ...workers].map((child) => child.ready()));
    await flowing(stage);
  }, 200_000);
  afterAll(() => stage.stop(), 30_000);

  /** Takes the host out of the list. */
  async function takeHost(): Promise<Child> {
    const pid = await stage.hostPid();
    const host = workers.find((worker) => worker.pid === pid);
    if (host === undefined) throw new Error(`nobody of ours hosts: ${pid}`);
    workers = workers.filter((worker) => worker !== host);
    return host;
  }

  it('hand a login over at once when the host is told to stop, without a page', async () => {
    const host = await takeHost();
    const [other] = workers;
    if (other === undefined) throw new Error('no other worker');
    const asked = Array.from({ length: 5 }, () => stage.type('health'));
    host.signal('SIGTERM');
    tell('handed over after SIGTERM (promised 2,000)', await hostedBy(stage, other, 6_000));
    const exit = await host.ended();
    tell('worker stopped after SIGTERM (promised 10,000)', exit.afterMs);
    expect(exit.code, host.said()).toBe(0);
    for (const id of asked) expect(textOf(await stage.answer(id))).toMatch(/mnq|checks/);
    expect(stage.thinking()).toEqual([]);
    expect(stage.pages()).toEqual([]);
  });

  it('host a killed worker’s login again within 10 s, with one page at most, and answer', async () => {
    workers.push(stage.worker());
    await Promise.all(workers.map((worker) => worker.ready()));
    await flowing(stage);
    const host = await takeHost();
    const [other] = workers;
    if (other === undefined) throw new Error('no other worker');
    await host.kill('SIGKILL');
    const asked = stage.type('health');
    tell('hosted again after kill -9 (promised 10,000)', await hostedBy(stage, other, 15_000));
    expect(textOf(await stage.answer(asked))).toContain('mnq');
    await flowing(stage);
    expect(stage.thinking()).toEqual([]);
    expect(stage.pages().length).toBeLessThanOrEqual(1);
  }, 40_000);

  it('page once when all are dead, say who did not answer, and tell the recovery', async () => {
    const before = stage.pages().length;
    await (await takeHost()).kill('SIGKILL');
    const asked = stage.type('health');
    const page = await stage.discord.expect(() => stage.pages()[before], 20_000);
    expect(textOf(page)).toMatch(/nobody watches/i);
    expect(page.content).toContain(`<@&${stage.discord.oncallRoleId}>`);
    const partial = textOf(await stage.answer(asked));
    expect(partial).toMatch(/did not answer|no answer/i);
    expect(partial).toContain('mnq');
    const worker = stage.worker();
    workers.push(worker);
    await worker.ready();
    await stage.discord.expect(
      () => stage.thread(page).find((message) => /recovered|over|back/i.test(textOf(message))),
      10_000,
    );
    await flowing(stage);
    expect(stage.pages()).toHaveLength(before + 1);
  }, 60_000);

  it('stop together with the bot under load, and the next ones leave nothing thinking', async () => {
    const asked = Array.from({ length: 10 }, () => stage.type('health'));
    await stage.discord.expect(() => (stage.thinking().length > 0 ? true : undefined), 5_000);
    const exits = await Promise.all([...workers, bot].map((child) => child.kill('SIGTERM')));
    for (const exit of exits) {
      expect(exit.code).toBe(0);
      tell('stopped with commands under way (promised 10,000)', exit.afterMs);
    }
    await Promise.all([stage.bot(), stage.worker()].map((child) => child.ready()));
    for (const id of asked.filter((one) => stage.known(one))) await stage.answer(id);
    expect(stage.thinking()).toEqual([]);
  }, 40_000);
});
