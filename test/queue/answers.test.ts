// Questions and answers: joined while in flight, ended by the last part or the deadline, delivered once through any crash.
import { expect, it } from 'vitest';
import { OpsError } from '../../src/domain/errors.ts';
import type { AskJob, AskResult, ExaminePart, TaskTicket } from '../../src/domain/job.ts';
import { serveAnswers } from '../../src/queue/answers.ts';
import { serveAsks } from '../../src/queue/asks.ts';
import { letterBox } from '../../src/queue/dead-letters.ts';
import { keys } from '../../src/queue/keys.ts';
import type { RedisLink } from '../../src/queue/redis.ts';
import { taskBoard } from '../../src/queue/task-board.ts';
import { answerScript, sweepScript } from '../../src/queue/ticket-scripts.ts';
import { aTicket } from '../fixtures/incidents.ts';
import { onEachRedis, until } from '../fixtures/redis.ts';

interface Delivered {
  readonly ticket: TaskTicket;
  readonly results: readonly AskResult[];
  readonly missing: readonly ExaminePart[];
  readonly why: string;
}

const answered = (job: AskJob): AskResult => ({
  kind: 'failed',
  login: job.login,
  why: `examined ${job.suites.join()}`,
});
const twoLogins = {
  task: {
    kind: 'examine',
    title: 'Health',
    parts: [
      { login: 'desk', suites: ['mnq'] },
      { login: 'other', suites: [] },
    ],
    diagnostics: 'all',
  },
} as const satisfies Partial<TaskTicket>;

onEachRedis('questions', (redis) => {
  const collect = (link: RedisLink): Delivered[] => {
    const delivered: Delivered[] = [];
    redis.keep(
      serveAnswers(link, (ticket, results, missing, why) => {
        delivered.push({ ticket, results, missing, why });
        return Promise.resolve();
      }),
    );
    return delivered;
  };

  it('are asked of their logins’ hosts and answered once all parts are in, in the order asked', async () => {
    const bot = await redis.link();
    const worker = await redis.link();
    const delivered = collect(bot);
    redis.keep(serveAsks(worker, 'desk', (job) => Promise.resolve(answered(job))));
    redis.keep(serveAsks(worker, 'other', (job) => Promise.resolve(answered(job))));
    const ticket = aTicket('100', 8_000, twoLogins);
    await taskBoard(bot).submit(ticket);
    await until(() => delivered.length > 0);
    expect(delivered).toEqual([
      {
        ticket,
        results: [
          { kind: 'failed', login: 'desk', why: 'examined mnq' },
          { kind: 'failed', login: 'other', why: 'examined ' },
        ],
        missing: [],
        why: 'complete',
      },
    ]);
  });

  it('are answered also where the ticket takes longer to Redis than its jobs do, as in a cluster', async () => {
    const link = await redis.link();
    const slow: RedisLink = {
      ...link,
      keepsOrder: false,
      async run(...command) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        return link.run(...command);
      },
    };
    const delivered = collect(link);
    redis.keep(serveAsks(await redis.link(), 'desk', (job) => Promise.resolve(answered(job))));
    await taskBoard(slow).submit(aTicket('101', 8_000));
    await until(() => delivered.length > 0);
    expect(delivered[0]?.why).toBe('complete');
  });

  it('that are identical and in flight join one job, and each gets its own answer', async () => {
    const bot = await redis.link();
    const delivered = collect(bot);
    const board = taskBoard(bot);
    const asked: AskJob[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    redis.keep(
      serveAsks(await redis.link(), 'desk', async (job) => {
        asked.push(job);
        await held;
        return answered(job);
      }),
    );
    await board.submit(aTicket('1', 8_000));
    await until(() => asked.length === 1);
    await Promise.all(['2', '3', '4'].map((id) => board.submit(aTicket(id, 8_000))));
    release();
    await until(() => delivered.length === 4);
    expect(asked).toHaveLength(1);
    expect(delivered.map(({ ticket }) => ticket.id).sort()).toEqual(['1', '2', '3', '4']);
    await board.submit(aTicket('5', 8_000));
    await until(() => delivered.length === 5);
    expect(asked).toHaveLength(2);
    expect(asked[0]?.askId).not.toBe(asked[1]?.askId);
  });

  it('submitted twice under one id are one question with one answer', async () => {
    const bot = await redis.link();
    const delivered = collect(bot);
    const board = taskBoard(bot);
    redis.keep(serveAsks(await redis.link(), 'desk', (job) => Promise.resolve(answered(job))));
    await board.submit(aTicket('7', 8_000));
    await until(() => delivered.length === 1);
    await board.submit(aTicket('7', 300));
    await board.submit(aTicket('8', 8_000));
    await until(() => delivered.some(({ ticket }) => ticket.id === '8'));
    expect(delivered.map(({ ticket }) => ticket.id)).toEqual(['7', '8']);
    expect(await bot.producer.zcard(keys.ticketDeadlines)).toBe(0);
  });

  it('end at their deadline with the parts that came and the names of those that did not', async () => {
    const bot = await redis.link();
    const delivered = collect(bot);
    redis.keep(serveAsks(await redis.link(), 'desk', (job) => Promise.resolve(answered(job))));
    await taskBoard(bot).submit(aTicket('9', 700, twoLogins));
    await until(() => delivered.length === 1);
    expect(delivered[0]).toMatchObject({
      results: [{ login: 'desk' }],
      missing: [{ login: 'other', suites: [] }],
      why: 'deadline',
    });
  });

  it('past their deadline are dropped by a host that comes later, never examined', async () => {
    const bot = await redis.link();
    const delivered = collect(bot);
    await taskBoard(bot).submit(aTicket('10', 300));
    await until(() => delivered.length === 1);
    expect(delivered[0]).toMatchObject({ results: [], missing: [{ login: 'desk' }], why: 'deadline' });
    const asked: string[] = [];
    redis.keep(
      serveAsks(await redis.link(), 'desk', (job) => {
        asked.push(job.askId);
        return Promise.resolve(answered(job));
      }),
    );
    await taskBoard(bot).submit(aTicket('11', 8_000));
    await until(() => delivered.length === 2);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('-11');
  });

  it('whose last part races with the deadline are delivered once', async () => {
    const bot = await redis.link();
    const board = taskBoard(bot);
    const delivered: string[] = [];
    const ids = Array.from({ length: 20 }, (_, index) => `race-${index}`);
    for (const id of ids) await board.submit(aTicket(id, 60_000, { deadlineAt: Date.now() + 60_000 }));
    const asks = await bot.producer.keys(`${keys.ask}*`);
    redis.keep(
      serveAnswers(bot, (ticket) => {
        delivered.push(ticket.id);
        return Promise.resolve();
      }),
    );
    const result = JSON.stringify('an answer of nobody');
    // Both sides at once, on connections of their own: answers, and sweeps that see every deadline as past.
    const other = await redis.link();
    const sweeps = ids.map(() =>
      other.run(sweepScript, [keys.ticketDeadlines, keys.ticketsReady], [Date.now() + 120_000]),
    );
    const answers = asks.map((ask) => bot.run(answerScript, [ask], [result]));
    const swept = (await Promise.all(sweeps)).flat() as string[];
    await Promise.all(answers);
    await until(() => delivered.length + swept.length >= ids.length);
    const theirs = swept.map((text) => text.slice(0, text.indexOf('\n')));
    expect([...delivered, ...theirs].sort()).toEqual([...ids].sort());
  });

  it('are still answered after the bot died between asking and answering', async () => {
    const first = await redis.link();
    await taskBoard(first).submit(aTicket('20', 20_000));
    await first.close();
    redis.keep(serveAsks(await redis.link(), 'desk', (job) => Promise.resolve(answered(job))));
    const delivered = collect(await redis.link());
    await until(() => delivered.length === 1);
    expect(delivered[0]).toMatchObject({ ticket: { id: '20' }, why: 'complete' });
  });

  it('whose delivery was cut short are delivered again by the next bot', async () => {
    const first = await redis.link();
    redis.keep(serveAsks(await redis.link(), 'desk', (job) => Promise.resolve(answered(job))));
    let began = false;
    const dying = serveAnswers(first, () => {
      began = true;
      return new Promise(() => undefined);
    });
    await taskBoard(first).submit(aTicket('21', 20_000));
    await until(() => began);
    await first.close();
    const delivered = collect(await redis.link());
    await until(() => delivered.length === 1, 12_000);
    expect(delivered[0]?.ticket.id).toBe('21');
    void dying.close();
  });

  it('that a Redis which lost its last writes shows again are not given again, and nobody is called a forger', async () => {
    const link = await redis.link();
    const delivered = collect(link);
    await taskBoard(link).submit(aTicket('23', 20_000));
    const ticket = await link.producer.hgetall(`${keys.ticket}23`);
    redis.keep(serveAsks(await redis.link(), 'desk', (job) => Promise.resolve(answered(job))));
    const done = async (): Promise<boolean> => (await link.producer.exists(`${keys.ticket}23`)) === 0;
    await until(async () => delivered.length === 1 && (await done()));
    await link.producer.zrem(keys.ticketsDone, '23');
    await link.producer.hset(`${keys.ticket}23`, { ...ticket, state: 'ready' });
    await link.producer.zadd(keys.ticketsReady, 0, '23');
    await until(done);
    expect(delivered).toHaveLength(1);
    expect(await link.producer.hlen(keys.letters)).toBe(0);
  });

  it('that cannot be delivered are tried again as long as that can help, else laid with the dead letters', async () => {
    const bot = await redis.link();
    redis.keep(serveAsks(await redis.link(), 'desk', (job) => Promise.resolve(answered(job))));
    const tries: Record<string, number[]> = {};
    redis.keep(
      serveAnswers(bot, (ticket) => {
        const times = (tries[ticket.id] ??= []);
        times.push(Date.now());
        if (ticket.id === 'busy' && times.length < 3) {
          throw new OpsError('discord-unavailable', '429', { retryable: true, retryAfterMs: 400 });
        }
        if (ticket.id === 'gone')
          throw new OpsError('discord-refused', 'token-of-gone is unknown', { retryable: false });
        return Promise.resolve();
      }),
    );
    const board = taskBoard(bot);
    await board.submit(aTicket('busy', 8_000));
    await board.submit(aTicket('gone', 8_000));
    await until(() => tries['busy']?.length === 3);
    await until(async () => (await bot.producer.zcard(keys.ticketsReady)) === 0);
    const [one = 0, two = 0] = tries['busy'] ?? [];
    expect(two - one).toBeGreaterThanOrEqual(395);
    expect(tries['gone']).toHaveLength(1);
    expect((await letterBox(bot).list()).letters).toEqual([
      expect.objectContaining({ what: 'answer', id: 'gone', about: 'Health asked by ann' }),
    ]);
  });

  it('of an examination that fails come back as a failed part', async () => {
    const bot = await redis.link();
    const delivered = collect(bot);
    redis.keep(serveAsks(await redis.link(), 'desk', () => Promise.reject(new Error('a bug'))));
    await taskBoard(bot).submit(aTicket('30', 8_000));
    await until(() => delivered.length === 1);
    expect(delivered[0]?.results).toEqual([{ kind: 'failed', login: 'desk', why: 'a bug' }]);
  });

  it('interrupted by a host that closes are answered by the next host', async () => {
    const bot = await redis.link();
    const delivered = collect(bot);
    let began = false;
    const leaving = serveAsks(await redis.link(), 'desk', (_job, signal) => {
      began = true;
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('stopped')));
      });
    });
    await taskBoard(bot).submit(aTicket('31', 10_000));
    await until(() => began);
    await leaving.close();
    redis.keep(serveAsks(await redis.link(), 'desk', (job) => Promise.resolve(answered(job))));
    await until(() => delivered.length === 1);
    expect(delivered[0]).toMatchObject({ why: 'complete', results: [{ why: 'examined mnq' }] });
  });

  it('leave nothing behind but bounded lists', async () => {
    const bot = await redis.link();
    const delivered = collect(bot);
    redis.keep(serveAsks(await redis.link(), 'desk', (job) => Promise.resolve(answered(job))));
    const board = taskBoard(bot);
    const many = redis.kind === 'embedded' ? 200 : 1_000;
    for (let from = 0; from < many; from += 50) {
      const ids = Array.from({ length: 50 }, (_, index) => `many-${from + index}`);
      await Promise.all(
        ids.map((id) =>
          board.submit(
            aTicket(id, 30_000, {
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
    }
    await until(() => delivered.length === many, 30_000);
    await until(async () => (await bot.producer.keys(`${keys.ticket}*`)).length === 0);
    await until(async () => (await bot.producer.keys('*ask-desk*')).length < 10);
    const left = await bot.producer.keys('*');
    expect(left.length).toBeLessThan(24);
    expect(left.every((key) => key.startsWith('{pitwatch}:'))).toBe(true);
    expect(await bot.producer.xlen('{pitwatch}:ask-desk:events')).toBeLessThan(400);
    expect(await bot.producer.zcard(keys.ticketsDone)).toBeLessThanOrEqual(1_000);
  }, 60_000);
});
