// A Redis that asks who one is and speaks TLS: bot and worker as real processes, with the rights that README names and no more.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adviceFor } from '../../src/queue/redis-error.ts';
import { textOf } from '../fixtures/desk.ts';
import { flowing, openStage, run, type Child, type Env, type Stage } from '../fixtures/processes.ts';
import { hasServer } from '../fixtures/redis.ts';
import { startSecuredRedis, type SecuredRedis } from '../fixtures/secured-redis.ts';

const rights = /ACL SETUSER name (.*)\.$/.exec(adviceFor('NOPERM'))?.[1] ?? '';

// The reason is printed by the fixture of every Redis test: there is no redis-server.
describe.skipIf(!hasServer)('a Redis with a user of least rights', () => {
  let stage: Stage;
  let redis: SecuredRedis;
  const started: Child[] = [];

  /** @param secured over TLS, where there is any */
  function start(role: 'bot' | 'worker', secured: boolean, more: Env = {}): Child {
    const { tls } = redis;
    const way =
      secured && 'url' in tls
        ? { REDIS_URL: tls.url, NODE_EXTRA_CA_CERTS: tls.authority }
        : { REDIS_URL: redis.url };
    const child = run('src/main.js', ['--role', role], { ...stage.env, ...way, ...more }, stage.dir);
    started.push(child);
    return child;
  }

  beforeAll(async () => {
    stage = await openStage({ redis: 'embedded' });
    redis = await startSecuredRedis(rights.split(' '));
    if ('missing' in redis.tls) console.log(`skipped: Redis over TLS, because ${redis.tls.missing}`);
  }, 200_000);
  afterAll(async () => {
    await Promise.all(started.filter((child) => child.alive()).map((child) => child.kill('SIGKILL')));
    await stage.stop();
    await redis.stop();
  }, 30_000);

  it('is named in README as the advice names it', () => {
    expect(rights).toMatch(/^~\{pitwatch\}\* /);
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    expect(readme).toContain(`ACL SETUSER name on >password ${rights}`);
  });

  it('carries a whole desk: commands are answered, a hub that drops is paged, with evidence and its recovery', async () => {
    const all = [start('bot', true), start('worker', false)];
    await Promise.all(all.map((child) => child.ready()));
    await flowing(stage);
    await stage.unprotected();
    const drop = stage.gateway.faults.inject({ fault: 'F1', hub: 'market', down: true });
    const page = await stage.discord.expect(() => stage.pages()[0], 15_000);
    expect(textOf(page)).toMatch(/market hub/i);
    const said = (words: RegExp) =>
      stage.discord.expect(() => stage.thread(page).find((one) => words.test(textOf(one))), 15_000);
    await said(/Evidence/);
    stage.gateway.faults.remove(drop.id);
    await said(/recovered|is over/i);
    expect(stage.pages()).toHaveLength(1);
    for (const child of all) expect(child.said()).not.toMatch(/NOPERM|no permissions|ACL failure/);
  }, 60_000);

  it('whose certificate nobody vouches for is told with what to do', async ({ skip }) => {
    const { tls } = redis;
    if ('missing' in tls) return skip(tls.missing);
    const doubting = start('worker', true, { NODE_EXTRA_CA_CERTS: '' });
    const exit = await doubting.ended(20_000);
    expect(exit.code).not.toBe(0);
    expect(doubting.said()).toContain('NODE_EXTRA_CA_CERTS');
    // Said to whoever reads the log, without what is secret.
    expect(doubting.said()).not.toContain('s:e@c/ret');
    expect(doubting.said()).not.toContain(encodeURIComponent('s:e@c/ret'));
  }, 30_000);
});
