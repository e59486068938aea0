// What cannot be what it says, on every queue: wrong shapes, huge texts and things that throw never block what comes behind them.
import { expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { AskJob, AskResult, ExamineTask } from '../../src/domain/job.ts';
import { serveAnswers } from '../../src/queue/answers.ts';
import { serveAsks } from '../../src/queue/asks.ts';
import { electBot } from '../../src/queue/election.ts';
import { hostLogins } from '../../src/queue/host.ts';
import { incidentStore } from '../../src/queue/incident-store.ts';
import { keys, prefix, queueNames } from '../../src/queue/keys.ts';
import { servePosts } from '../../src/queue/outbox.ts';
import type { RedisLink } from '../../src/queue/redis.ts';
import { taskBoard } from '../../src/queue/task-board.ts';
import { aNote, aPage, anIncident, aTicket } from '../fixtures/incidents.ts';
import { onEachRedis, quietLog, until } from '../fixtures/redis.ts';

const hugeText = 'x'.repeat(8_000_000);
const task: ExamineTask = {
  kind: 'examine',
  title: 'Health',
  parts: [{ login: 'desk', suites: [] }],
  diagnostics: 'all',
};
const well = (job: AskJob): AskResult => ({ kind: 'failed', login: job.login, why: 'looked' });

onEachRedis('poison', (redis) => {
  /** Signed by the desk itself, as a bug or another version of it would write it. */
  const signed = (link: RedisLink, kind: 'ask' | 'post' | 'ticket', id: string, content: unknown): string =>
    link.seal.close(kind, id, Date.now() + 60_000, content);

  for (const [lane, name, more] of [
    ['typed commands', queueNames.ask('desk'), {}],
    ['evidence', queueNames.evidence('desk'), { incident: '12' }],
  ] as const) {
    it(`on the queue of ${lane} holds up nothing`, async () => {
      const link = await redis.link();
      const queue = link.queue(name);
      const shapes: readonly unknown[] = [
        null,
        7,
        [],
        {},
        { sealed: null },
        { sealed: {} },
        { sealed: hugeText },
      ];
      for (const [index, shape] of shapes.entries()) await queue.add('ask', shape, { jobId: `bad-${index}` });
      for (const [index, content] of [null, {}, 'text', { login: 'desk' }].entries()) {
        const id = `odd-${index}`;
        await queue.add('ask', { sealed: signed(link, 'ask', id, content) }, { jobId: id });
      }
      await queue.add('ask', {}, { jobId: 'unreadable' });
      await link.producer.hset(`${prefix}:${name}:unreadable`, 'data', '{not JSON');
      const answers: string[] = [];
      redis.keep(serveAnswers(link, ({ id }) => Promise.resolve(void answers.push(id))));
      redis.keep(
        serveAsks(await redis.link(), 'desk', (job) => {
          if (job.askId.endsWith('-throws')) throw new Error('a check that throws');
          return Promise.resolve(well(job));
        }),
      );
      const board = taskBoard(link);
      const askedAt = Date.now();
      await board.submit(aTicket('throws', 10_000, { task: { ...task, ...more, subject: 'throws' } }));
      await board.submit(aTicket('good', 10_000, { task: { ...task, ...more } }));
      await until(() => answers.includes('good') && answers.includes('throws'));
      expect(Date.now() - askedAt).toBeLessThan(4_000);
      await until(async () => (await queue.getJobCountByTypes('waiting', 'prioritized')) === 0);
    });
  }

  it('whose examination hangs and does not listen frees its place within a second after its deadline', async () => {
    const link = await redis.link();
    const answers: { id: string; results: readonly AskResult[] }[] = [];
    redis.keep(serveAnswers(link, ({ id }, results) => Promise.resolve(void answers.push({ id, results }))));
    let begun = 0;
    redis.keep(
      serveAsks(await redis.link(), 'desk', (job) => {
        begun += 1;
        return job.subject === 'good' ? Promise.resolve(well(job)) : new Promise(() => undefined);
      }),
    );
    const board = taskBoard(link);
    const hanging = { ...task, incident: '12' };
    // Every place of the lane is taken by one that hangs; the last one comes behind them.
    const deadlineAt = Date.now() + 1_200;
    await Promise.all(
      [1, 2, 3, 4].map((n) =>
        board.submit(aTicket(`hangs-${n}`, 1_200, { deadlineAt, task: { ...hanging, subject: String(n) } })),
      ),
    );
    await until(() => begun === 4);
    await board.submit(aTicket('good', 20_000, { task: { ...hanging, subject: 'good' } }));
    await until(() => answers.some(({ id }) => id === 'good'));
    expect(Date.now() - deadlineAt).toBeLessThan(1_000);
    expect(Date.now()).toBeGreaterThanOrEqual(deadlineAt);
    expect(answers.filter(({ id }) => id !== 'good').every(({ results }) => results.length === 0)).toBe(true);
  });

  it('among the tickets that are ready is buried, and the answers beside it arrive', async () => {
    const link = await redis.link();
    const ready = async (id: string, json: string): Promise<void> => {
      await link.producer.hset(`${keys.ticket}${id}`, 'json', json, 'state', 'ready', 'why', 'complete');
      await link.producer.zadd(keys.ticketsReady, 0, id);
    };
    await ready('garbage', '{');
    await ready('null', 'null');
    await ready('huge', JSON.stringify(hugeText));
    for (const [index, content] of [null, {}, { task: null }, 'text'].entries())
      await ready(`odd-${index}`, JSON.stringify(signed(link, 'ticket', `odd-${index}`, content)));
    await link.producer.zadd(keys.ticketsReady, 0, 'without-a-ticket');
    // Half a character in the name of a login has no place in an address, nor in the name of a question.
    const halved = aTicket('half', 8_000, { task: { ...task, parts: [{ login: '\ud800', suites: [] }] } });
    await ready('half', JSON.stringify(signed(link, 'ticket', 'half', halved)));
    await link.producer.hset(`${keys.ticket}half`, 'r:0', '{}');
    const answers: string[] = [];
    redis.keep(
      serveAnswers(link, (ticket) => {
        if (ticket.id === 'throws') throw new TypeError('undefined is not a function');
        answers.push(ticket.id);
        return Promise.resolve();
      }),
    );
    redis.keep(serveAsks(await redis.link(), 'desk', (job) => Promise.resolve(well(job))));
    const board = taskBoard(link);
    await board.submit(aTicket('throws', 8_000, { task }));
    await board.submit(aTicket('good', 8_000, { task }));
    await until(() => answers.includes('good'), 4_000);
    await until(async () => (await link.producer.zcard(keys.ticketsReady)) === 0);
    expect(answers.toSorted()).toEqual(['good', 'half']);
  });

  it('among the posts of an incident is buried, and the ones behind it arrive in order', async () => {
    const link = await redis.link();
    const incident = anIncident('1', 'login-1');
    const store = incidentStore(link);
    const list = `${keys.incidentPosts}1`;
    const calling = ['joined', 'digest'].map((kind) => ({
      id: kind,
      incident: '1',
      queuedAt: 1,
      kind: 'note',
      note: { kind, mention: true, alerts: [null] },
    }));
    // Of no kind that is known here: whether it can be brought is judged where it is delivered.
    const odd = { id: 'odd', incident: '1', queuedAt: 1, kind: '__proto__' };
    for (const text of [
      '{',
      '',
      hugeText,
      ...[null, {}, [], { id: 'x' }, ...calling, odd].map((content) => signed(link, 'post', 'x', content)),
    ])
      await link.producer.rpush(list, text);
    await store.commit({
      login: 'login-1',
      expectedVersion: 0,
      incident,
      posts: [
        aPage(incident),
        aNote(incident, 'throws'),
        aNote(incident, 'unknown'),
        aNote(incident, 'last'),
      ],
    });
    await link.producer.hset(`${keys.incident}1`, 'refs', '{not JSON', 'attempts', 'many');
    const seen: string[] = [];
    redis.keep(
      servePosts(link, (post) => {
        if (post.id === 'throws') throw new TypeError('undefined is not a function');
        if (post.id === 'unknown') return Promise.resolve(undefined as never);
        seen.push(post.id);
        return Promise.resolve({});
      }),
    );
    await until(() => seen.includes('last'));
    expect(seen).toEqual(['odd', '1-page', 'last']);
  });

  it('whose delivery hangs frees its lane within a second after its deadline, and is tried again', async () => {
    const link = await redis.link();
    const incident = anIncident('1', 'login-1');
    const tries: number[] = [];
    redis.keep(
      servePosts(
        link,
        () => {
          tries.push(Date.now());
          return tries.length === 1 ? new Promise(() => undefined) : Promise.resolve({});
        },
        undefined,
        undefined,
        { deliverMs: 300, random: () => 0 },
      ),
    );
    await incidentStore(link).commit({
      login: 'login-1',
      expectedVersion: 0,
      incident,
      posts: [aPage(incident)],
    });
    await until(() => tries.length === 2);
    expect((tries[1] ?? 0) - (tries[0] ?? 0)).toBeLessThan(300 + 1_000 + 300);
    await until(async () => (await link.producer.zcard(keys.postsPending)) === 0);
  });

  it('in the place of a lease does not keep anybody from holding it', async () => {
    const link = await redis.link();
    for (const name of [queueNames.host('desk'), queueNames.bot]) {
      await link.queue(name).add('lease', {}, { jobId: 'lease' });
      await link.producer.hset(`${prefix}:${name}:lease`, 'data', '{not JSON');
    }
    let hosted = false;
    let elected = false;
    const whole = (mark: () => void) => (signal: AbortSignal) => {
      mark();
      return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    };
    redis.keep(electBot({ link: await redis.link(), run: whole(() => (elected = true)) }));
    redis.keep(
      hostLogins({
        link: await redis.link(),
        worker: 'w1',
        logins: ['desk'],
        clock: systemClock,
        log: quietLog,
        run: (_login, signal) => whole(() => (hosted = true))(signal),
      }),
    );
    await until(() => hosted && elected, 12_000);
  });
});
