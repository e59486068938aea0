// A master dies and its sentinels name another: what was queued is still there, and it is consumed again without anybody's help.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AskResult } from '../../src/domain/job.ts';
import { serveAnswers } from '../../src/queue/answers.ts';
import { serveAsks } from '../../src/queue/asks.ts';
import { openRedis, type RedisLink } from '../../src/queue/redis.ts';
import { taskBoard } from '../../src/queue/task-board.ts';
import { aTicket } from '../fixtures/incidents.ts';
import { tell } from '../fixtures/processes.ts';
import { hasServer, quietLog, until } from '../fixtures/redis.ts';
import { startSentinels, type SentinelGroup } from '../fixtures/sentinels.ts';

// The reason is printed by the fixture of every Redis test: there is no redis-server.
describe.skipIf(!hasServer)('a Redis behind sentinels, each with a password of its own', () => {
  let group: SentinelGroup;
  let bot: RedisLink;
  let worker: RedisLink;

  beforeAll(async () => {
    group = await startSentinels();
    [bot, worker] = [openRedis(group.url, quietLog), openRedis(group.url, quietLog)];
    await Promise.all([bot.ready(), worker.ready()]);
  }, 30_000);
  afterAll(async () => {
    await Promise.all([bot.close(), worker.close()]);
    await group.stop();
  });

  it('loses its master and goes on with the next one: every question queued before is answered once, and new ones too', async () => {
    const answered: string[] = [];
    const answers = serveAnswers(bot, ({ id }, results) => {
      answered.push(`${id} ${results.length}`);
      return Promise.resolve();
    });
    const board = taskBoard(bot);
    const before = ['1', '2', '3', '4', '5'];
    await Promise.all(
      before.map((id) =>
        board.submit(
          aTicket(id, 60_000, {
            task: {
              kind: 'examine',
              title: 'Health',
              parts: [{ login: 'desk', suites: [id] }],
              diagnostics: 'all',
            },
          }),
        ),
      ),
    );
    // Under way when the master dies: their answers have nowhere to go for a while.
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let begun = 0;
    const asks = serveAsks(worker, 'desk', async (job): Promise<AskResult> => {
      begun += 1;
      await held;
      return { kind: 'failed', login: job.login, why: 'x' };
    });
    await until(() => begun === before.length);
    // A replica takes what it is sent a moment later; what it never got is beyond any failover.
    expect(await bot.producer.call('WAIT', '1', '5000')).toBe(1);
    await group.killMaster();
    release();
    const killedAt = Date.now();
    await until(() => before.every((id) => answered.includes(`${id} 1`)), 20_000, 'every answer');
    tell('questions answered again after the master died', Date.now() - killedAt);
    // The consuming connection may be back before the sending one; the bot waits for that where it is asked (`store-watch`).
    await bot.ready();
    expect(bot.producer).toMatchObject({ stream: { remotePort: group.replicaPort } });
    await board.submit(aTicket('later', 8_000));
    await until(() => answered.includes('later 1'));
    expect([...answered].sort()).toEqual([...before.map((id) => `${id} 1`), 'later 1']);
    await asks.close();
    await answers.close();
  }, 60_000);
});
