// Jobs written or changed in Redis without the signing key: refused, buried with the reason, audited once, and nothing acted on.
import { expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { AnnouncementPost } from '../../src/domain/announcement.ts';
import type { AuditEvent } from '../../src/domain/audit.ts';
import type { Clock } from '../../src/domain/clock.ts';
import type { Post } from '../../src/domain/incident.ts';
import type { AskJob, AskResult, TaskTicket } from '../../src/domain/job.ts';
import { queuedWords } from '../../src/domain/letter.ts';
import { serveAnswers } from '../../src/queue/answers.ts';
import { serveAsks } from '../../src/queue/asks.ts';
import { letterBox } from '../../src/queue/dead-letters.ts';
import { incidentStore } from '../../src/queue/incident-store.ts';
import { keys, queueNames } from '../../src/queue/keys.ts';
import { servePosts } from '../../src/queue/outbox.ts';
import { questionOf } from '../../src/queue/question.ts';
import { lossMs, type RedisLink } from '../../src/queue/redis.ts';
import { onRefusal, refusals } from '../../src/queue/refusals.ts';
import { makeSeal } from '../../src/queue/seal.ts';
import type { SealedResult } from '../../src/queue/shapes.ts';
import { taskBoard } from '../../src/queue/task-board.ts';
import { aNote, aPage, anIncident, aTicket } from '../fixtures/incidents.ts';
import { onEachRedis, until } from '../fixtures/redis.ts';

const forger = makeSeal({ current: 'a key that the desk does not have' });
const minute = 60_000;

onEachRedis('a forged job', (redis) => {
  interface Scene {
    readonly link: RedisLink;
    readonly audited: AuditEvent[];
    readonly delivered: { readonly ticket: TaskTicket; readonly results: readonly AskResult[] }[];
    readonly dropped: string[];
    readonly asked: AskJob[];
    readonly posted: (Post | AnnouncementPost)[];
    /** From now on it was a while ago that something was delivered, and that was written down. */
    later(): Promise<void>;
  }
  async function scene(): Promise<Scene> {
    const link = await redis.link();
    let aheadMs = 0;
    const clock: Clock = { ...systemClock, now: () => Date.now() + aheadMs };
    const later = async (): Promise<void> => {
      // Over the connection on which it is written down.
      await link.consumer.ping();
      await new Promise((resolve) => setImmediate(resolve));
      aheadMs = lossMs + 1;
    };
    const made: Scene = { link, audited: [], delivered: [], dropped: [], asked: [], posted: [], later };
    const refuse = refusals(link, (event) => made.audited.push(event));
    redis.keep(
      serveAnswers(
        link,
        (ticket, results) => {
          made.delivered.push({ ticket, results });
          return Promise.resolve();
        },
        clock,
        { refuse, onDropped: (id) => made.dropped.push(id) },
      ),
    );
    redis.keep(
      servePosts(
        link,
        (post, refs) => {
          made.posted.push(post);
          return Promise.resolve({ ...refs, messageId: '1' });
        },
        clock,
        refuse,
      ),
    );
    return made;
  }
  const hosting = (made: Scene, handle?: (job: AskJob) => Promise<AskResult>) =>
    redis.keep(
      serveAsks(
        made.link,
        'desk',
        (job) => {
          made.asked.push(job);
          return handle?.(job) ?? Promise.resolve({ kind: 'failed', login: 'desk', why: 'looked' });
        },
        undefined,
        refusals(made.link, (event) => made.audited.push(event)),
      ),
    );
  const buried = async (made: Scene, why: RegExp, what: string) => {
    await until(
      async () =>
        (await letterBox(made.link).list()).letters.some(
          (letter) => letter.what === what && why.test(letter.why),
        ),
      8_000,
      `a dead letter: ${String(why)}`,
    );
    const told = made.audited.filter(({ kind }) => kind === 'refused-job');
    expect(told.length).toBeGreaterThan(0);
    expect(told[0]).toMatchObject({ by: 'pitwatch', what: `refused ${queuedWords(what)}` });
  };
  const ask = (more: Partial<AskJob> = {}): AskJob => ({
    kind: 'ask',
    askId: 'desk-x-1',
    login: 'desk',
    suites: ['mnq'],
    diagnostics: 'all',
    grant: { command: 'health', tier: 'read', guildId: '4', roles: [] },
    askedAt: Date.now(),
    deadlineAt: Date.now() + minute,
    ...more,
  });
  const addJob = (made: Scene, sealed: unknown, jobId = 'desk-x-1') =>
    made.link.queue(queueNames.ask('desk')).add('ask', { sealed }, { jobId });

  it.each([
    ['an ask without a signature', (): unknown => JSON.stringify(ask()), /carries no signature/],
    [
      'an ask signed with another key',
      () => forger.close('ask', 'desk-x-1', Date.now() + minute, ask()),
      /does not hold/,
    ],
    ['an ask as it was before signatures', () => ask(), /carries no signature/],
    ['no ask at all', () => undefined, /carries no signature/],
  ])('that is %s is not examined', async (_name, forged, why) => {
    const made = await scene();
    hosting(made);
    await addJob(made, forged());
    await buried(made, why, 'ask');
    expect(made.asked).toEqual([]);
    // Done with, not tried again.
    await until(
      async () =>
        (await made.link.queue(queueNames.ask('desk')).getJobCounts('active', 'waiting'))['active'] === 0,
    );
  });

  it('that is an old ask, an ask under another id, or an ask of another login is not examined', async () => {
    const made = await scene();
    hosting(made);
    const { seal } = made.link;
    await addJob(made, seal.close('ask', 'old', Date.now() - 1, ask({ askId: 'old' })), 'old');
    await buried(made, /an old one brought back/, 'ask');
    await addJob(made, seal.close('ask', 'desk-x-1', Date.now() + minute, ask()), 'copy');
    await buried(made, /a copy under another id/, 'ask');
    const elsewhere = ask({ askId: 'elsewhere', login: 'other' });
    await addJob(made, seal.close('ask', 'elsewhere', Date.now() + minute, elsewhere), 'elsewhere');
    await buried(made, /asked of another login/, 'ask');
    expect(made.asked).toEqual([]);
  });

  it('that comes as a message instead of a job is not examined either', async () => {
    const made = await scene();
    hosting(made);
    await until(async () => (await made.link.publish(`${keys.askChannel}desk`, JSON.stringify(ask()))) > 0);
    await buried(made, /carries no signature/, 'ask');
    expect(made.asked).toEqual([]);
  });

  it('that is a genuine ask sent twice is examined once', async () => {
    const made = await scene();
    hosting(made);
    const sealed = made.link.seal.close('ask', 'desk-x-1', Date.now() + minute, ask());
    await addJob(made, sealed);
    await until(() => made.asked.length === 1);
    await addJob(made, sealed);
    await until(
      async () =>
        (await made.link.queue(queueNames.ask('desk')).getJobCounts('active', 'waiting'))['waiting'] === 0,
    );
    expect(made.asked).toHaveLength(1);
    expect((await letterBox(made.link).list()).letters).toEqual([]);
  });

  it('that is an edited ticket gives no answer to where it points, and who asked is remembered', async () => {
    const made = await scene();
    await taskBoard(made.link).submit(aTicket('500', minute));
    const kept = (await made.link.producer.hget(`${keys.ticket}500`, 'json')) ?? '';
    expect(kept).not.toContain('token-of-500');
    await made.link.producer.hset(`${keys.ticket}500`, 'json', kept.replace(/.{4}"$/, 'spy_"'));
    hosting(made);
    await buried(made, /changed on its way/, 'ticket');
    await until(() => made.dropped.length > 0);
    expect(made.dropped).toEqual(['500']);
    expect(made.delivered).toEqual([]);
    expect(await made.link.producer.exists(`${keys.ticket}500`)).toBe(0);
    // The letter names it, and tells nothing of its content.
    expect(JSON.stringify(await letterBox(made.link).list())).not.toContain('token-of');
  });

  it.each([
    ['written without a signature', () => JSON.stringify(aTicket('600', minute)), /carries no signature/],
    [
      'signed with another key',
      () => JSON.stringify(forger.close('ticket', '600', Date.now() + minute, aTicket('600', minute))),
      /does not hold/,
    ],
    ['missing altogether', () => undefined, /carries no signature/],
    ['no JSON', () => '}{', /cannot be read/],
  ])('that is a ticket %s is dropped', async (_name, json, why) => {
    const made = await scene();
    const text = json();
    await made.link.producer.hset(`${keys.ticket}600`, {
      state: 'ready',
      why: 'complete',
      ...(text === undefined ? {} : { json: text }),
    });
    await made.link.producer.zadd(keys.ticketsReady, 0, '600');
    await buried(made, why, 'ticket');
    expect(made.delivered).toEqual([]);
    await until(async () => (await made.link.producer.zcard(keys.ticketsReady)) === 0);
  });

  it('that is an answered ticket brought back, under its id or another one, is not delivered again', async () => {
    const made = await scene();
    await taskBoard(made.link).submit(aTicket('700', minute));
    const kept = (await made.link.producer.hget(`${keys.ticket}700`, 'json')) ?? '';
    hosting(made);
    await until(() => made.delivered.length === 1);
    await until(async () => (await made.link.producer.exists(`${keys.ticket}700`)) === 0);
    await made.later();
    for (const id of ['700', '701']) {
      await made.link.producer.zrem(keys.ticketsDone, id);
      await made.link.producer.hset(`${keys.ticket}${id}`, { json: kept, state: 'ready', why: 'complete' });
      await made.link.producer.zadd(keys.ticketsReady, 0, id);
    }
    await buried(made, /answered before/, 'ticket');
    await buried(made, /a copy under another id/, 'ticket');
    expect(made.delivered).toHaveLength(1);
  });

  it('that is a ticket of yesterday is not delivered', async () => {
    const made = await scene();
    const old = made.link.seal.close('ticket', '800', Date.now() - 1, aTicket('800', 1));
    await made.link.producer.hset(`${keys.ticket}800`, {
      json: JSON.stringify(old),
      state: 'ready',
      why: 'complete',
    });
    await made.link.producer.zadd(keys.ticketsReady, 0, '800');
    await buried(made, /an old one brought back/, 'ticket');
    expect(made.delivered).toEqual([]);
  });

  const genuine = (
    made: Scene,
    ticket: TaskTicket,
    more: Partial<SealedResult> = {},
    id?: string,
  ): string => {
    const { task } = ticket;
    if (task.kind !== 'examine') throw new Error('no question');
    const [part] = task.parts;
    const askId = id ?? `${part === undefined ? '' : questionOf(part, task)}-1`;
    const content: SealedResult = {
      askedAt: ticket.askedAt,
      deadlineAt: ticket.deadlineAt,
      result: { kind: 'failed', login: 'desk', why: 'all is well' },
      ...more,
    };
    return JSON.stringify(made.link.seal.close('result', askId, Date.now() + minute, content));
  };
  it.each<readonly [string, (made: Scene, ticket: TaskTicket) => string, RegExp]>([
    [
      'made up',
      () => JSON.stringify({ kind: 'failed', login: 'desk', why: 'all is well' }),
      /carries no signature/,
    ],
    [
      'signed with another key',
      () => JSON.stringify(forger.close('result', 'x', Date.now() + minute, {})),
      /does not hold/,
    ],
    [
      'the answer to another question',
      (made, ticket) => genuine(made, ticket, {}, 'desk-0123456789ab-1'),
      /another question/,
    ],
    [
      'the answer of an hour ago',
      (made, ticket) =>
        genuine(made, ticket, {
          askedAt: ticket.askedAt - 61 * minute,
          deadlineAt: ticket.askedAt - 60 * minute,
        }),
      /an earlier ask, brought back/,
    ],
  ])('that is an answer %s is shown as refused, never as what it says', async (_name, forged, why) => {
    const made = await scene();
    const ticket = aTicket('900', minute);
    await taskBoard(made.link).submit(ticket);
    await made.link.producer.hset(`${keys.ticket}900`, {
      'r:0': forged(made, ticket),
      open: 0,
      state: 'ready',
    });
    await made.link.producer.zadd(keys.ticketsReady, 0, '900');
    await buried(made, why, 'result');
    await until(() => made.delivered.length === 1);
    expect(made.delivered[0]?.results).toEqual([
      {
        kind: 'failed',
        login: 'desk',
        why: expect.stringContaining('not signed by a worker of this desk') as string,
      },
    ]);
  });

  it('that would be its own answer is shown where it is genuine', async () => {
    const made = await scene();
    const ticket = aTicket('901', minute);
    await taskBoard(made.link).submit(ticket);
    await made.link.producer.hset(`${keys.ticket}901`, {
      'r:0': genuine(made, ticket),
      open: 0,
      state: 'ready',
    });
    await made.link.producer.zadd(keys.ticketsReady, 0, '901');
    await until(() => made.delivered.length === 1);
    expect(made.delivered[0]?.results).toMatchObject([{ why: 'all is well' }]);
    expect(made.audited).toEqual([]);
  });

  it('that is a post never reaches Discord, and does not hold up the ones behind it', async () => {
    const made = await scene();
    const store = incidentStore(made.link);
    const incident = anIncident('12');
    await store.commit({ login: 'desk', expectedVersion: 0, incident, posts: [aPage(incident)] });
    await until(async () => (await made.link.producer.zcard(keys.postsPending)) === 0);
    const { seal } = made.link;
    const list = `${keys.incidentPosts}12`;
    const note = aNote(incident, 'all clear, go home');
    const page = aPage(incident);
    await made.later();
    await made.link.producer.rpush(
      list,
      JSON.stringify(note),
      forger.close('post', note.id, Date.now() + minute, note),
      seal.close('post', note.id, Date.now() - 1, note),
      seal.close('post', 'other', Date.now() + minute, aNote(anIncident('13'), 'other')),
      seal.close('post', page.id, Date.now() + minute, page),
      'rubbish',
    );
    await store.post([aNote(incident, 'genuine')]);
    await until(() => made.posted.length === 2);
    expect(made.posted.map(({ id }) => id)).toEqual(['12-page', 'genuine']);
    for (const why of [
      /no signature/,
      /does not hold/,
      /an old one brought back/,
      /belongs to another incident/,
      /delivered before/,
    ])
      await buried(made, why, 'post');
  });

  it('is told once, and a flood of them is counted instead of washing the audit log out', async () => {
    const made = await scene();
    const told: string[] = [];
    const stop = onRefusal(made.link, (what) => told.push(what));
    hosting(made);
    await until(
      async () => (await made.link.publish(keys.refusedChannel, 'Sell everything now, says the desk')) > 0,
    );
    for (let index = 0; index < 40; index += 1) await addJob(made, 'x', `flood-${index}`);
    await until(async () => (await letterBox(made.link).list()).letters.length === 40);
    await until(() => told.length > 0);
    stop();
    expect(told).toEqual(['ask']);
    expect(made.audited).toHaveLength(1);
  });
});
