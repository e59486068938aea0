// The look into the queues: not there unless asked for, for who shows the token alone, never a way to change anything, and silent about what jobs carry.
import { expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { boardPath, startHealth, type HealthOptions } from '../../src/health.ts';
import { queueBoard } from '../../src/queue/board.ts';
import { queueNames } from '../../src/queue/keys.ts';
import { onEachRedis, quietLog } from '../fixtures/redis.ts';

const token = 'a-token-of-this-test-0123456789';
const health: Omit<HealthOptions, 'board'> = {
  checks: () => Promise.resolve({ role: 'bot', checks: [] }),
  metricsText: () => Promise.resolve(''),
  port: { number: 0, explicit: true },
  host: '127.0.0.1',
  log: quietLog,
};
const shown = (method = 'GET', words = `Bearer ${token}`): RequestInit => ({
  method,
  headers: { authorization: words },
});

onEachRedis(
  'the board of queues',
  (redis) => {
    it('shows the queues to who has the token, without what jobs carry, and changes nothing', async () => {
      const link = await redis.link();
      const name = queueNames.ask('main');
      await link.queue(name).add('question', { asked: 'canary-of-a-job' });
      const answer = queueBoard(link, boardPath, () => Promise.resolve(['main']));
      const { url } = redis.keep(await startHealth({ ...health, board: { token, answer } }));
      const at = (path: string): string => `${url}${boardPath}${path}`;

      expect((await fetch(at(''))).status).toBe(401);
      expect((await fetch(at('/api/queues'), shown('GET', 'Bearer wrong'))).status).toBe(401);
      const page = await fetch(at(''), shown());
      expect(page.status).toBe(200);
      const html = await page.text();
      const asset = /(?:src|href)="([^"]*static[^"]*\.js)"/.exec(html)?.[1] ?? 'none';
      expect((await fetch(new URL(asset, `${at('')}/`), shown())).status).toBe(200);
      const listed = await fetch(
        at(`/api/queues?activeQueue=${name}&status=waiting&page=1&jobsPerPage=10`),
        shown(),
      );
      const text = await listed.text();
      const { queues } = JSON.parse(text) as { queues: { name: string; readOnlyMode: boolean }[] };
      expect(queues.map((one) => one.name).sort()).toEqual(
        [queueNames.bot, name, queueNames.evidence('main'), queueNames.host('main')].sort(),
      );
      expect(queues.every(({ readOnlyMode }) => readOnlyMode)).toBe(true);
      expect(text).toContain('not shown here');
      expect(text).not.toContain('canary-of-a-job');
      expect((await fetch(at(`/api/queues/${name}/pause`), shown('PUT'))).status).toBe(405);
      expect(await link.queue(name).isPaused()).toBe(false);
    }, 20_000);

    it('is not there unless it is asked for', async () => {
      const { url } = redis.keep(await startHealth({ ...health, token }));
      expect((await fetch(`${url}${boardPath}`, shown())).status).toBe(404);
    });
  },
  'embedded',
);

it('wants a token', () => {
  expect(() => readConfig({ env: { PITWATCH_BOARD: 'on' } })).toThrow(
    /PITWATCH_BOARD.*PITWATCH_TOKEN is not set/,
  );
  expect(() => readConfig({ env: { PITWATCH_BOARD: 'yes' } })).toThrow(/wanted on or off/);
  expect(readConfig({ env: { PITWATCH_BOARD: 'on', PITWATCH_TOKEN: token } }).boardToken).toBe(token);
  expect(readConfig({ env: { PITWATCH_TOKEN: token } }).boardToken).toBeUndefined();
});
