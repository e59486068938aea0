// The outbox in trouble: what Discord refused and takes again, what Redis has lost, and what cannot be looked for.
import { expect, it } from 'vitest';
import { OpsError } from '../../src/domain/errors.ts';
import type { IncidentRefs } from '../../src/domain/incident.ts';
import { letterBox } from '../../src/queue/dead-letters.ts';
import { incidentStore } from '../../src/queue/incident-store.ts';
import { keys } from '../../src/queue/keys.ts';
import { servePosts } from '../../src/queue/outbox.ts';
import { aCard, aNote, anIncident, aPage } from '../fixtures/incidents.ts';
import { onEachRedis, until } from '../fixtures/redis.ts';
import { commit } from './outbox-bench.ts';

onEachRedis('the outbox in trouble', (redis) => {
  it('what was refused is tried at once when that is mended, the gravest first', async () => {
    const link = await redis.link();
    const seen: string[] = [];
    let mended = false;
    const barred = new OpsError('discord-refused', '403', { retryable: true, retryAfterMs: 30_000 });
    const posts = servePosts(link, (post) => {
      if (!mended) return Promise.reject(barred);
      seen.push(post.id);
      return Promise.resolve({});
    });
    redis.keep(posts);
    for (const [id, severity] of [
      ['1', 'low'],
      ['2', 'critical'],
    ] as const) {
      const incident = anIncident(id, `login-${id}`, { severity });
      await commit(link, id, [aPage(incident)]);
    }
    await until(
      async () => (await link.producer.zcount(keys.postsPending, Date.now() + 20_000, '+inf')) === 2,
    );
    mended = true;
    await until(() => {
      posts.hurry();
      return seen.length === 2;
    });
    expect(seen).toEqual(['2-page', '1-page']);
  });

  it('keeps of cards that follow each other the newest alone, so that who is called after an outage waits for no old ones', async () => {
    const link = await redis.link();
    const seen: string[] = [];
    const incident = anIncident('1', 'login-1');
    await commit(link, '1', [aPage(incident)]);
    for (let n = 1; n <= 50; n += 1) await commit(link, '1', [aCard(incident, `card-${n}`)]);
    await commit(link, '1', [aNote(incident, 'call')]);
    for (let n = 51; n <= 60; n += 1) await commit(link, '1', [aCard(incident, `card-${n}`)]);
    expect(await link.producer.llen(`${keys.incidentPosts}1`)).toBe(4);
    redis.keep(servePosts(link, ({ id }) => Promise.resolve(void seen.push(id)).then(() => ({}))));
    await until(async () => (await link.producer.zcard(keys.postsPending)) === 0);
    expect(seen).toEqual(['1-page', 'card-50', 'call', 'card-60']);
  });

  it('leaves a card alone that is under way, and what was sent again behind one', async () => {
    const link = await redis.link();
    const incident = anIncident('1', 'login-1');
    const texts = (): Promise<string[]> => link.producer.lrange(`${keys.incidentPosts}1`, 0, -1);
    await commit(link, '1', [aCard(incident, 'card-1')]);
    await commit(link, '1', [aCard(incident, 'card-2')]);
    expect(await texts()).toHaveLength(2);
    await link.producer.rpush(`${keys.incidentPosts}1`, 'sent again');
    await commit(link, '1', [aCard(incident, 'card-3')]);
    expect((await texts())[2]).toBe('sent again');
    expect(await texts()).toHaveLength(4);
  });

  it('says nothing again that a Redis which lost its last writes shows again, gives back what Discord knew, and calls nobody a forger', async () => {
    const seen: { id: string; known: IncidentRefs }[] = [];
    const link = await redis.link();
    const incident = anIncident('1', 'login-1');
    await commit(link, '1', [aPage(incident), aNote(incident, 'a')]);
    const before = await link.producer.lrange(`${keys.incidentPosts}1`, 0, -1);
    redis.keep(
      servePosts(link, (post, known) => {
        seen.push({ id: post.id, known });
        return Promise.resolve(post.kind === 'page' ? { messageId: '11' } : { saidId: post.id });
      }),
    );
    const done = async (): Promise<boolean> => (await link.producer.zcard(keys.postsPending)) === 0;
    await until(async () => seen.length === 2 && (await done()));
    await link.producer.hdel(`${keys.incident}1`, 'refs');
    await link.producer.rpush(`${keys.incidentPosts}1`, ...before);
    await link.producer.zadd(keys.postsPending, 0, '1');
    await until(done);
    await incidentStore(link).post([aNote(incident, 'b')]);
    await until(() => seen.length === 3);
    expect(seen[2]).toEqual({ id: 'b', known: { messageId: '11', saidId: 'a' } });
    expect((await letterBox(link).list()).letters).toEqual([]);
  });

  it('knows since when it cannot look for what waits, though Redis answers, until it can', async () => {
    const link = await redis.link();
    const serving = redis.keep(servePosts(link, () => Promise.resolve({})));
    const startedAt = Date.now();
    await link.producer.set(keys.postsPending, 'rubbish');
    await until(() => serving.trouble() !== undefined);
    expect(serving.trouble()?.why).toMatch(/WRONGTYPE/);
    expect(serving.trouble()?.sinceAt).toBeGreaterThanOrEqual(startedAt);
    await link.producer.del(keys.postsPending);
    await until(() => serving.trouble() === undefined);
  });
});
