// Pages, typed commands and evidence travel in lanes of their own: a flood in one never holds up another.
import { expect, it } from 'vitest';
import type { AskJob, AskResult, ExamineTask } from '../../src/domain/job.ts';
import { serveAnswers } from '../../src/queue/answers.ts';
import { serveAsks } from '../../src/queue/asks.ts';
import { incidentStore } from '../../src/queue/incident-store.ts';
import { servePosts } from '../../src/queue/outbox.ts';
import { laneOf } from '../../src/queue/question.ts';
import type { RedisLink } from '../../src/queue/redis.ts';
import { taskBoard } from '../../src/queue/task-board.ts';
import { aPage, anIncident, aTicket } from '../fixtures/incidents.ts';
import { onEachRedis, until } from '../fixtures/redis.ts';

const health = (subject?: string): ExamineTask => ({
  kind: 'examine',
  title: 'Health',
  parts: [{ login: 'desk', suites: ['mnq'] }],
  diagnostics: 'all',
  ...(subject === undefined ? {} : { subject }),
});
const evidence = (incident: string): ExamineTask => ({ ...health(incident), title: 'Evidence', incident });
const well = (job: AskJob): AskResult => ({ kind: 'failed', login: job.login, why: 'looked' });
/** As an examination does: it keeps the process busy. */
function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

onEachRedis('lanes', (redis) => {
  const answered = (link: RedisLink): Map<string, number> => {
    const at = new Map<string, number>();
    redis.keep(serveAnswers(link, ({ id }) => Promise.resolve(void at.set(id, Date.now()))));
    return at;
  };

  it('are told apart by what waits: a person, or a thread', () => {
    expect(laneOf(health())).toBe('interactive');
    expect(laneOf(evidence('12'))).toBe('background');
  });

  it('let a typed command through a flood of evidence whose every examination hangs', async () => {
    const bot = await redis.link();
    const answers = answered(bot);
    let underWay = 0;
    let most = 0;
    redis.keep(
      serveAsks(await redis.link(), 'desk', async (job, signal) => {
        if (job.subject === undefined) return well(job);
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        underWay -= 1;
        return well(job);
      }),
    );
    const board = taskBoard(bot);
    for (let n = 0; n < 60; n += 1)
      await board.submit(aTicket(`evidence-${n}`, 60_000, { task: evidence(String(n)) }));
    await until(() => underWay > 0);
    const askedAt = Date.now();
    await board.submit(aTicket('typed', 8_000));
    await until(() => answers.has('typed'));
    expect((answers.get('typed') ?? Infinity) - askedAt).toBeLessThan(1_000);
    expect(most).toBeLessThanOrEqual(4);
  });

  it('answer the evidence too, once each, while commands keep coming', async () => {
    const bot = await redis.link();
    const answers = answered(bot);
    redis.keep(serveAsks(await redis.link(), 'desk', (job) => Promise.resolve(well(job))));
    const board = taskBoard(bot);
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        Promise.all([
          board.submit(aTicket(`typed-${n}`, 10_000, { task: health(String(n)) })),
          board.submit(aTicket(`evidence-${n}`, 10_000, { task: evidence(String(n)) })),
        ]),
      ),
    );
    await until(() => answers.size === 40);
  });

  it('never join a person to a question that does not hurry', async () => {
    const bot = await redis.link();
    const answers = answered(bot);
    const asked: AskJob[] = [];
    redis.keep(
      serveAsks(await redis.link(), 'desk', async (job, signal) => {
        asked.push(job);
        if (asked.length === 1) await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return well(job);
      }),
    );
    const board = taskBoard(bot);
    const same = { ...health(), incident: '12' };
    await board.submit(aTicket('thread', 60_000, { task: same }));
    await until(() => asked.length === 1);
    await board.submit(aTicket('typed', 8_000, { task: health() }));
    await until(() => answers.has('typed'));
    expect(asked).toHaveLength(2);
  });

  it('bring a page at once in the middle of 500 different questions', async () => {
    const bot = await redis.link();
    const answers = answered(bot);
    // A link of its own, as a worker beside the bot has.
    redis.keep(
      serveAsks(await redis.link(), 'desk', (job) => {
        work(1);
        return Promise.resolve(well(job));
      }),
    );
    const pages: number[] = [];
    redis.keep(
      servePosts(bot, () => {
        pages.push(Date.now());
        return Promise.resolve({ messageId: '1' });
      }),
    );
    const board = taskBoard(bot);
    const flood = Array.from({ length: 500 }, (_, n) =>
      board.submit(aTicket(`typed-${n}`, 60_000, { task: health(String(n)) })),
    );
    await until(() => answers.size > 0);
    const decidedAt = Date.now();
    const incident = anIncident('1', 'desk');
    await incidentStore(bot).commit({
      login: 'desk',
      expectedVersion: 0,
      incident,
      posts: [aPage(incident)],
    });
    await until(() => pages.length === 1);
    const tookMs = (pages[0] ?? Infinity) - decidedAt;
    const waiting = 500 - answers.size;
    await Promise.all(flood);
    await until(() => answers.size === 500, 20_000);
    expect(waiting).toBeGreaterThan(0);
    // How fast is measured in `bench`; here, that it overtakes those who came before it.
    console.log(`the page came after ${tookMs} ms, while ${waiting} of 500 still waited`);
  });
});
