// A bot and a worker that are stopped (SIGSTOP) until others have taken over, and go on: nothing is paged twice, and nobody is called past Discord.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../fixtures/desk.ts';
import { flowing, healthOf, openStage, run, tell, type Child, type Stage } from '../fixtures/processes.ts';
import { until } from '../fixtures/redis.ts';

/** What a process does that woke wrongly, it does within this. */
const settleMs = 2_500;

describe('a process that is stopped until another has its place', () => {
  let stage: Stage;
  let webhook: Server;
  /** What came over the second channel. */
  const called: string[] = [];
  const started: Child[] = [];
  const start = (role: 'bot' | 'worker'): Child => {
    const { port } = webhook.address() as AddressInfo;
    const env = { ...stage.env, PITWATCH_SECOND_WEBHOOK: `http://127.0.0.1:${port}/hook` };
    const child = run('src/main.js', ['--role', role], env, stage.dir);
    started.push(child);
    return child;
  };
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, settleMs));
  const discordOf = async (url: string): Promise<string> =>
    (await healthOf(url)).checks.find(({ name }) => name === 'Discord')?.detail ?? '';

  beforeAll(async () => {
    stage = await openStage();
    webhook = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        called.push(body);
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve));
  }, 200_000);
  afterAll(async () => {
    await Promise.all(started.filter((child) => child.alive()).map((child) => child.kill('SIGKILL')));
    await stage.stop();
    await new Promise((resolve) => webhook.close(resolve));
  }, 30_000);

  it('brings no page again that another bot brought meanwhile', async () => {
    const bots = [start('bot'), start('bot')];
    const workers = [start('worker'), start('worker')];
    const urls = await Promise.all(bots.map((child) => child.ready()));
    await Promise.all(workers.map((child) => child.ready()));
    await flowing(stage);
    await stage.unprotected();
    const states = await Promise.all(urls.map(discordOf));
    const active = bots[states.indexOf('connected')];
    if (active === undefined) throw new Error(`no bot is connected: ${states.join(', ')}`);
    active.signal('SIGSTOP');
    const stoppedAt = Date.now();
    const drop = stage.gateway.faults.inject({ fault: 'F1', hub: 'market', down: true });
    const page = await stage.discord.expect(() => stage.pages()[0], 20_000);
    tell('paged by the other bot (about 5,000)', Date.now() - stoppedAt);
    const said = (words: RegExp): number =>
      stage.thread(page).filter((one) => words.test(textOf(one))).length;
    await until(() => said(/Evidence/) > 0, 10_000, 'the evidence');
    active.signal('SIGCONT');
    await until(
      async () => (await discordOf(urls[bots.indexOf(active)] ?? '')).includes('in reserve'),
      10_000,
      'that the one that woke gives way',
    );
    stage.gateway.faults.remove(drop.id);
    await until(() => said(/is over/) > 0, 10_000, 'the recovery');
    await settled();
    expect(stage.pages()).toHaveLength(1);
    expect([said(/Evidence/), said(/is over/)]).toEqual([1, 1]);
    expect(called).toEqual([]);
  }, 90_000);

  it('hosts no login again that another worker has taken, and tells nothing of its own sleep', async () => {
    called.splice(0);
    const before = stage.pages().length;
    const pid = await stage.hostPid();
    const host = started.find((child) => child.pid === pid);
    if (host === undefined) throw new Error(`nobody of ours hosts: ${pid}`);
    host.signal('SIGSTOP');
    await until(async () => (await stage.hostPid()) !== pid, 15_000, 'the takeover');
    await flowing(stage);
    const meanwhile = stage.pages().length;
    host.signal('SIGCONT');
    await settled();
    expect(await stage.hostPid()).not.toBe(pid);
    await flowing(stage);
    expect(meanwhile - before).toBeLessThanOrEqual(1);
    expect(stage.pages()).toHaveLength(meanwhile);
    expect(called).toEqual([]);
  }, 90_000);
});
