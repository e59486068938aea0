// The incident store: all or nothing, first come first served, bounded.
import { expect, it } from 'vitest';
import { onNote } from '../../src/domain/incident-people.ts';
import { OpsError } from '../../src/domain/errors.ts';
import type { Decision } from '../../src/domain/decision.ts';
import { changing } from '../../src/flows/saving.ts';
import { incidentStore } from '../../src/queue/incident-store.ts';
import { keys } from '../../src/queue/keys.ts';
import { aNote, anIncident, aPage, aResolvedIncident } from '../fixtures/incidents.ts';
import { onEachRedis } from '../fixtures/redis.ts';

onEachRedis('the incident store', (redis) => {
  it('keeps an incident as it was given and raises the login’s version', async () => {
    const store = incidentStore(await redis.link());
    expect(await store.open('desk')).toEqual({ version: 0, incidents: [], recent: [], silences: [] });
    const incident = anIncident('1');
    await store.commit({ login: 'desk', expectedVersion: 0, incident, posts: [aPage(incident)] });
    expect(await store.open('desk')).toEqual({ version: 1, incidents: [incident], recent: [], silences: [] });
    expect(await store.get('1')).toEqual(incident);
    expect(await store.get('404')).toBeUndefined();
  });

  it('refuses a version that is no longer current, and then has written nothing', async () => {
    const link = await redis.link();
    const store = incidentStore(link);
    await store.commit({ login: 'desk', expectedVersion: 0, incident: anIncident('1'), posts: [] });
    const late = anIncident('2');
    await expect(
      store.commit({ login: 'desk', expectedVersion: 0, incident: late, posts: [aPage(late)] }),
    ).rejects.toMatchObject({ name: 'OpsError', code: 'stale-version', retryable: true });
    expect(await store.get('2')).toBeUndefined();
    expect(await link.producer.zcard(keys.postsPending)).toBe(0);
    expect((await store.open('desk')).version).toBe(1);
  });

  it('lets exactly one of many at the same version through', async () => {
    const store = incidentStore(await redis.link());
    const results = await Promise.allSettled(
      ['1', '2', '3', '4', '5'].map((id) =>
        store.commit({ login: 'desk', expectedVersion: 0, incident: anIncident(id), posts: [] }),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await store.open('desk')).incidents).toHaveLength(1);
  });

  it('counts versions per login and lists what is open, oldest first', async () => {
    const store = incidentStore(await redis.link());
    await store.commit({ login: 'b', expectedVersion: 0, incident: anIncident('2', 'b'), posts: [] });
    await store.commit({ login: 'a', expectedVersion: 0, incident: anIncident('1', 'a'), posts: [] });
    await store.commit({ login: 'a', expectedVersion: 1, incident: anIncident('3', 'a'), posts: [] });
    await store.commit({ login: 'a', expectedVersion: 2, incident: aResolvedIncident('1', 'a'), posts: [] });
    expect((await store.open('a')).incidents.map(({ id }) => id)).toEqual(['3']);
    expect((await store.allOpen()).map(({ id }) => id)).toEqual(['2', '3']);
    expect((await store.get('1'))?.state.kind).toBe('resolved');
  });

  it('lists what ended lately, newest first, and takes it back as open', async () => {
    const store = incidentStore(await redis.link());
    await store.commit({ login: 'a', expectedVersion: 0, incident: aResolvedIncident('1', 'a'), posts: [] });
    await store.commit({ login: 'b', expectedVersion: 0, incident: aResolvedIncident('2', 'b'), posts: [] });
    expect((await store.open('a')).recent?.map(({ id }) => id)).toEqual(['1']);
    await store.commit({ login: 'a', expectedVersion: 1, incident: anIncident('1', 'a'), posts: [] });
    const again = await store.open('a');
    expect(again.incidents.map(({ id }) => id)).toEqual(['1']);
    expect(again.recent).toEqual([]);
  });

  it('gives short numbers that never repeat', async () => {
    const store = incidentStore(await redis.link());
    expect([await store.nextId(), await store.nextId(), await store.nextId()]).toEqual(['1', '2', '3']);
  });

  it('goes on in the next hundred where Redis lost its count, for every process that has heard of a number', async () => {
    const link = await redis.link();
    const store = incidentStore(link);
    for (let count = 0; count < 7; count += 1) await store.nextId();
    const other = incidentStore(await redis.link());
    await other.commit({ login: 'desk', expectedVersion: 0, incident: anIncident('7'), posts: [] });
    await link.producer.flushall();
    expect(await incidentStore(link).nextId()).toBe('101');
    await link.producer.flushall();
    expect(await other.nextId()).toBe('101');
    expect(await other.nextId()).toBe('102');
  });

  it('gives no number that is known to be taken', async () => {
    const store = incidentStore(await redis.link());
    await store.spare('41');
    await store.spare('12');
    expect(await store.nextId()).toBe('42');
  });

  it('keeps what Discord knows already with the incident, unless it knows more by now', async () => {
    const store = incidentStore(await redis.link());
    const refs = { channelId: '5', messageId: '6' };
    await store.commit({ login: 'desk', expectedVersion: 0, incident: anIncident('1'), posts: [], refs });
    expect(await store.refs('1')).toEqual(refs);
    const late = { messageId: '7' };
    await store.commit({
      login: 'desk',
      expectedVersion: 1,
      incident: anIncident('1'),
      posts: [],
      refs: late,
    });
    expect(await store.refs('1')).toEqual(refs);
  });

  it('shows by its lines that a decision is written, where the answer to it was lost', async () => {
    const store = incidentStore(await redis.link());
    await store.commit({ login: 'desk', expectedVersion: 0, incident: anIncident('1'), posts: [] });
    const deaf = {
      ...store,
      async commit(change: Parameters<typeof store.commit>[0]) {
        await store.commit(change);
        throw new OpsError('redis-unavailable', 'Connection is closed.', { retryable: true });
      },
    };
    const unanswered = new Map<string, Decision>();
    const note = (on: typeof store) =>
      changing(
        on,
        'desk',
        '1',
        (incident) => onNote(incident, { id: '1', name: 'Ada' }, `looking — “${incident.version}”`, 5),
        unanswered,
      );
    await expect(note(deaf)).rejects.toThrow('Connection is closed');
    expect(await note(store)).toMatchObject({ incident: { version: 2 } });
    expect(await store.timeline('1')).toHaveLength(1);
  });

  it('forgets the oldest resolved incidents, but none with a post still to be delivered', async () => {
    const link = await redis.link();
    const store = incidentStore(link);
    const many = redis.kind === 'embedded' ? 520 : 1_000;
    for (let id = 1; id <= many; id += 1) {
      const incident = aResolvedIncident(String(id));
      const posts = id === 1 ? [aNote(incident, 'unsent')] : [];
      await store.commit({ login: 'desk', expectedVersion: id - 1, incident, posts });
    }
    expect(await store.get('1')).toBeDefined();
    expect(await store.get('2')).toBeUndefined();
    expect(await store.get(String(many))).toBeDefined();
    expect((await link.producer.keys(`${keys.incident}*`)).length).toBeLessThanOrEqual(501);
  }, 40_000);
});
