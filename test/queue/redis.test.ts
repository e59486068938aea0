// The links to Redis: plain words when it is away, no sender that hangs, consumers that go on by themselves, one hash slot.
import { createRedisServer } from 'js-redis-server';
import { describe, expect, it } from 'vitest';
import type { AskResult } from '../../src/domain/job.ts';
import { makeLog } from '../../src/log.ts';
import { serveAnswers } from '../../src/queue/answers.ts';
import { serveAsks } from '../../src/queue/asks.ts';
import { health } from '../../src/queue/health.ts';
import { incidentStore } from '../../src/queue/incident-store.ts';
import { servePosts } from '../../src/queue/outbox.ts';
import { openRedis } from '../../src/queue/redis.ts';
import { taskBoard } from '../../src/queue/task-board.ts';
import { anIncident, aPage, aTicket } from '../fixtures/incidents.ts';
import { freePort, hasServer, onEachRedis, quietLog, startRealRedis, until } from '../fixtures/redis.ts';
import { startTcpProxy } from '../fixtures/tcp-proxy.ts';

const answered: AskResult = { kind: 'failed', login: 'desk', why: 'examined' };

onEachRedis('a link', (redis) => {
  it('answers its health with a latency', async () => {
    const said = await health(await redis.link());
    expect(said).toMatchObject({ ok: true });
    expect(said.ok && said.latencyMs).toBeGreaterThan(0);
  });
});

describe('a link to nowhere', () => {
  it('says what cannot be reached and what to do, in one log line and without the password', async () => {
    const lines: string[] = [];
    const port = await freePort();
    const link = openRedis(
      `redis://:hunter2@127.0.0.1:${port}`,
      makeLog('info', (line) => lines.push(line)),
    );
    try {
      await expect(link.ready(1_200)).rejects.toMatchObject({
        code: 'redis-unavailable',
        retryable: true,
        message: expect.stringContaining(`127.0.0.1:${port}`) as string,
        hint: expect.stringContaining('REDIS_URL') as string,
      });
      expect(await health(link)).toMatchObject({ ok: false });
      await expect(incidentStore(link).nextId()).rejects.toMatchObject({ code: 'redis-unavailable' });
      expect(lines.filter((line) => line.includes('redis-lost'))).toHaveLength(1);
      expect(lines.join('')).not.toContain('hunter2');
    } finally {
      await link.close();
    }
  });
});

describe.skipIf(!hasServer)('links to a real Redis', () => {
  it('refuse at once while it is away, and consume again within three seconds of its return', async () => {
    const server = await startRealRedis();
    const [bot, worker] = [openRedis(server.url, quietLog), openRedis(server.url, quietLog)];
    await Promise.all([bot.ready(), worker.ready()]);
    const delivered: string[] = [];
    const accepted: string[] = [];
    const asks = serveAsks(worker, 'desk', () => Promise.resolve(answered));
    const answers = serveAnswers(bot, (ticket) => {
      delivered.push(ticket.id);
      return Promise.resolve();
    });
    const posts = servePosts(bot, (post) => {
      accepted.push(post.id);
      return Promise.resolve({});
    });
    const board = taskBoard(bot);
    try {
      await board.submit(aTicket('before', 8_000));
      await until(() => delivered.includes('before'));
      await server.kill();
      await until(() => !bot.up());
      const startedAt = Date.now();
      await expect(board.submit(aTicket('during', 8_000))).rejects.toMatchObject({
        code: 'redis-unavailable',
      });
      expect(Date.now() - startedAt).toBeLessThan(500);
      await server.start();
      const backAt = Date.now();
      await bot.ready();
      await board.submit(aTicket('after', 8_000));
      await incidentStore(bot).commit({
        login: 'desk',
        expectedVersion: 0,
        incident: anIncident('1'),
        posts: [aPage(anIncident('1'))],
      });
      await until(() => delivered.includes('after') && accepted.includes('1-page'));
      expect(Date.now() - backAt).toBeLessThan(3_000);
      expect(delivered).toEqual(['before', 'after']);
    } finally {
      await Promise.all([asks.close(), answers.close(), posts.close()]);
      await Promise.all([bot.close(), worker.close()]);
      await server.stop();
    }
  }, 30_000);

  it('never hang on a half-open connection: the sender is told, the consumer reconnects', async () => {
    const server = await startRealRedis();
    const proxy = await startTcpProxy(server.port);
    const link = openRedis(`redis://127.0.0.1:${proxy.port}`, quietLog);
    await link.ready();
    const answers = serveAnswers(link, () => Promise.resolve());
    try {
      proxy.stall();
      const startedAt = Date.now();
      await expect(taskBoard(link).submit(aTicket('1', 8_000))).rejects.toMatchObject({
        code: 'redis-unavailable',
      });
      expect(Date.now() - startedAt).toBeLessThan(8_000);
      expect((await health(link, 200)).ok).toBe(false);
      proxy.flow();
      await until(async () => (await health(link)).ok);
    } finally {
      await answers.close();
      await link.close();
      await proxy.close();
      await server.stop();
    }
  }, 30_000);
});

describe.skipIf(!hasServer)('the health of a link', () => {
  it('is bad while Redis answers everything and is too full to keep anything, and says what mends it', async () => {
    const server = await startRealRedis();
    const link = openRedis(server.url, quietLog);
    await link.ready();
    try {
      await server.exhaust('memory');
      expect(await health(link)).toMatchObject({ ok: false, why: expect.stringContaining('OOM') as string });
      await server.relieve();
      expect(await health(link)).toMatchObject({ ok: true });
    } finally {
      await link.close();
      await server.stop();
    }
  }, 30_000);
});

describe('a cluster', () => {
  it('carries questions, answers, incidents and posts, all in one slot', async () => {
    const cluster = await createRedisServer({ cluster: { masters: 3 } });
    const nodes = cluster.nodes.map(({ port }) => `127.0.0.1:${port}`);
    const link = openRedis(`redis+cluster://${nodes.join(',')}`, quietLog);
    const delivered: string[] = [];
    const accepted: string[] = [];
    await link.ready();
    const asks = serveAsks(link, 'desk', () => Promise.resolve(answered));
    const answers = serveAnswers(link, (ticket) => {
      delivered.push(ticket.id);
      return Promise.resolve();
    });
    const posts = servePosts(link, (post) => {
      accepted.push(post.id);
      return Promise.resolve({});
    });
    try {
      await taskBoard(link).submit(aTicket('1', 15_000));
      const incident = anIncident('1');
      await incidentStore(link).commit({
        login: 'desk',
        expectedVersion: 0,
        incident,
        posts: [aPage(incident)],
      });
      await until(() => delivered.length === 1 && accepted.length === 1, 15_000);
      expect([delivered, accepted]).toEqual([['1'], ['1-page']]);
    } finally {
      await Promise.all([asks.close(), answers.close(), posts.close()]);
      await link.close();
      await cluster.close();
    }
  }, 30_000);
});
