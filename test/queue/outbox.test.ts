// The outbox: strict order per incident, nothing lost, nothing stuck behind what can never arrive, a page until it is accepted.
import { expect, it } from 'vitest';
import { OpsError } from '../../src/domain/errors.ts';
import type { IncidentRefs } from '../../src/domain/incident.ts';
import { callsWaiting } from '../../src/queue/calls-waiting.ts';
import { letterBox } from '../../src/queue/dead-letters.ts';
import { incidentStore } from '../../src/queue/incident-store.ts';
import { keys } from '../../src/queue/keys.ts';
import { servePosts, type DeliverPost } from '../../src/queue/outbox.ts';
import type { RedisLink } from '../../src/queue/redis.ts';
import { aCall, aCard, aNote, anIncident, aPage } from '../fixtures/incidents.ts';
import { onEachRedis, until } from '../fixtures/redis.ts';
import { commit } from './outbox-bench.ts';

const busy = new OpsError('discord-unavailable', '503', { retryable: true });
const refused = new OpsError('discord-refused', 'missing access', { retryable: false });

onEachRedis('the outbox', (redis) => {
  const serve = async (deliver: DeliverPost): Promise<RedisLink> => {
    const link = await redis.link();
    redis.keep(servePosts(link, deliver));
    return link;
  };

  it('delivers the posts of an incident in order, one at a time, each with what Discord said to those before', async () => {
    const seen: { id: string; known: IncidentRefs }[] = [];
    let atOnce = 0;
    let most = 0;
    const link = await serve(async (post, known) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise((resolve) => setTimeout(resolve, 20));
      seen.push({ id: post.id, known });
      atOnce -= 1;
      return post.kind === 'page' ? { messageId: '11', acceptedAt: 5 } : { threadId: '12' };
    });
    const incident = anIncident('1', 'login-1');
    await commit(link, '1', [aPage(incident), aNote(incident, 'a'), aNote(incident, 'b')]);
    await incidentStore(link).post([aNote(incident, 'c')]);
    await until(() => seen.length === 4);
    expect(seen).toEqual([
      { id: '1-page', known: {} },
      { id: 'a', known: { messageId: '11', acceptedAt: 5 } },
      { id: 'b', known: { messageId: '11', acceptedAt: 5, threadId: '12' } },
      { id: 'c', known: { messageId: '11', acceptedAt: 5, threadId: '12' } },
    ]);
    expect(most).toBe(1);
    await until(async () => (await link.producer.zcard(keys.postsPending)) === 0);
  });

  it('delivers different incidents side by side: a slow one holds up nobody', async () => {
    const seen: string[] = [];
    let release: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (release = resolve));
    const link = await serve(async (post) => {
      if (post.incident === '1') await slow;
      seen.push(post.id);
      return {};
    });
    await commit(link, '1', [aPage(anIncident('1'))]);
    await commit(link, '2', [aPage(anIncident('2'))]);
    await until(() => seen.includes('2-page'));
    expect(seen).toEqual(['2-page']);
    release();
    await until(() => seen.length === 2);
  });

  it('shows what calls people and waits, until Discord has taken it', async () => {
    let takes = false;
    const link = await serve(() => (takes ? Promise.resolve({}) : Promise.reject(busy)));
    const incident = anIncident('1', 'login-1');
    const call = aCall(incident, 'call');
    await commit(link, '1', [aPage(incident), aNote(incident, 'a'), call]);
    const waiting = () => callsWaiting(link, Date.now());
    expect(await waiting()).toMatchObject([{ id: 'call', incident: '1', queuedAt: call.queuedAt }]);
    takes = true;
    await until(async () => (await waiting()).length === 0);
  });

  it('adds a post only once, however often it is posted', async () => {
    const seen: string[] = [];
    const link = await serve((post) => {
      seen.push(post.id);
      return Promise.resolve({});
    });
    const incident = anIncident('1', 'login-1');
    await commit(link, '1', [aPage(incident)]);
    await until(() => seen.length === 1);
    const store = incidentStore(link);
    await store.post([aPage(incident), aNote(incident, 'x')]);
    await store.post([aNote(incident, 'x'), aNote(incident, 'y')]);
    await until(() => seen.includes('y'));
    expect(seen).toEqual(['1-page', 'x', 'y']);
  });

  it('finds by itself what lost its wake-up, within two seconds', async () => {
    const seen: string[] = [];
    const link = await redis.link();
    const incident = anIncident('1', 'login-1');
    await commit(link, '1', [aPage(incident)]);
    redis.keep(
      servePosts(link, (post) => {
        seen.push(post.id);
        return Promise.resolve({});
      }),
    );
    await until(() => seen.length === 1);
    // As a commit leaves it whose message nobody heard.
    const unheard = aNote(incident, 'unheard');
    const sealed = link.seal.close('post', unheard.id, Date.now() + 60_000, unheard);
    await link.producer.rpush(`${keys.incidentPosts}1`, sealed);
    await link.producer.zadd(keys.postsPending, 0, '1');
    const startedAt = Date.now();
    await until(() => seen.includes('unheard'));
    expect(Date.now() - startedAt).toBeLessThan(2_000);
  });

  it('delivers again, with the same id, what was cut off between Discord and the record', async () => {
    const first = await redis.link();
    const ids: string[] = [];
    const dying = servePosts(first, async (post, _known, save) => {
      ids.push(post.id);
      await save({ messageId: '13' });
      return new Promise(() => undefined);
    });
    await commit(first, '1', [aPage(anIncident('1'))]);
    await until(() => ids.length === 1);
    await until(async () => (await first.producer.hget(`${keys.incident}1`, 'refs')) !== null);
    await first.close();
    const known: IncidentRefs[] = [];
    await serve((post, refs) => {
      ids.push(post.id);
      known.push(refs);
      return Promise.resolve({});
    });
    await until(() => ids.length === 2, 12_000);
    expect(ids).toEqual(['1-page', '1-page']);
    expect(known).toEqual([{ messageId: '13' }]);
    void dying.close();
  });

  it('tries a page until it is accepted, and keeps the order behind it', async () => {
    const seen: string[] = [];
    let tries = 0;
    const link = await serve((post) => {
      if (post.kind === 'page') {
        tries += 1;
        if (tries < 4) throw busy;
      }
      seen.push(post.id);
      return Promise.resolve({});
    });
    const incident = anIncident('1', 'login-1');
    await commit(link, '1', [aPage(incident), aNote(incident, 'after')]);
    await until(() => seen.length === 2);
    expect(seen).toEqual(['1-page', 'after']);
    expect(tries).toBe(4);
    expect((await letterBox(link).list()).letters).toEqual([]);
  });

  it('brings pages in order of severity once Discord is back, whatever came first and however often each was tried', async () => {
    const seen: string[] = [];
    let away = true;
    const link = await serve((post) => {
      if (away) throw busy;
      seen.push(post.id);
      return Promise.resolve({});
    });
    const severities = ['low', 'medium', 'critical', 'high', 'critical', 'low'] as const;
    for (const [index, severity] of severities.entries()) {
      const id = String(index + 1);
      const incident = { ...anIncident(id, `login-${id}`), severity };
      const store = incidentStore(link);
      const { version } = await store.open(incident.login);
      const posts = [aPage(incident), aNote(incident, `${id}-note`)];
      await store.commit({ login: incident.login, expectedVersion: version, incident, posts });
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    away = false;
    await until(() => seen.length === 12, 15_000);
    const pages = seen.filter((id) => id.endsWith('-page'));
    expect(pages.slice(0, 3).sort()).toEqual(['3-page', '4-page', '5-page']);
    expect(pages[2]).toBe('4-page');
    expect(pages[3]).toBe('2-page');
    expect(seen.slice(0, 6)).toEqual(pages);
  });

  it('gives a note that is refused into the dead letters and goes on', async () => {
    const seen: string[] = [];
    const link = await serve((post) => {
      if (post.id === 'refused') throw refused;
      seen.push(post.id);
      return Promise.resolve({});
    });
    const incident = anIncident('1', 'login-1');
    await commit(link, '1', [aPage(incident), aNote(incident, 'refused'), aNote(incident, 'next')]);
    await until(() => seen.includes('next'));
    expect(seen).toEqual(['1-page', 'next']);
    expect((await letterBox(link).list()).letters).toEqual([
      expect.objectContaining({
        what: 'post',
        id: 'refused',
        about: 'evidence-failed of incident 1',
        why: 'missing access',
      }),
    ]);
  });

  it('waits as long as Discord asks', async () => {
    const at: number[] = [];
    const link = await serve(() => {
      at.push(Date.now());
      if (at.length === 1) {
        throw new OpsError('discord-unavailable', '429', { retryable: true, retryAfterMs: 700 });
      }
      return Promise.resolve({});
    });
    await commit(link, '1', [aPage(anIncident('1'))]);
    await until(() => at.length === 2);
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(695);
  });

  const limited = new OpsError('discord-limited', 'too many edits', {
    retryable: true,
    retryAfterMs: 30_000,
  });

  it('holds back no page of another incident for what Discord limits in one place', async () => {
    const seen: string[] = [];
    let tries = 0;
    const link = await serve((post) => {
      if (post.incident === '1') {
        tries += 1;
        return Promise.reject(limited);
      }
      seen.push(post.id);
      return Promise.resolve({});
    });
    await commit(link, '1', [aNote(anIncident('1'), 'limited')]);
    await until(() => tries === 1);
    await commit(link, '2', [aPage(anIncident('2'))]);
    await until(() => seen.length === 1);
    expect(seen).toEqual(['2-page']);
    expect(tries).toBe(1);
  });

  it('lets a card that Discord limits wait behind what follows it, and brings the newest card alone', async () => {
    const seen: string[] = [];
    let isLimited = true;
    let tries = 0;
    const link = await serve((post) => {
      if (post.kind === 'card' && isLimited) {
        tries += 1;
        return Promise.reject(limited);
      }
      seen.push(post.id);
      return Promise.resolve({});
    });
    const incident = anIncident('1', 'login-1');
    await commit(link, '1', [aCard(incident, 'old card')]);
    await until(() => tries === 1);
    // It waits half a minute alone; what comes now does not.
    const store = incidentStore(link);
    await store.post([aNote(incident, 'calls'), aCard(incident, 'new card'), aNote(incident, 'later')]);
    await until(() => seen.length === 2);
    expect(seen).toEqual(['calls', 'later']);
    await until(async () => (await link.producer.hexists(`${keys.incident}1`, 'yields')) === 1);
    isLimited = false;
    await store.post([aNote(incident, 'last')]);
    await until(() => seen.length === 4);
    expect(seen.slice(2)).toEqual(['new card', 'last']);
  });

  it('never gives up what calls people though it is no page', async () => {
    const seen: string[] = [];
    const tried: string[] = [];
    let isDown = true;
    const link = await serve((post) => {
      tried.push(post.id);
      if (isDown) return Promise.reject(busy);
      seen.push(post.id);
      return Promise.resolve({});
    });
    // As after half an hour of trouble.
    for (const id of ['1', '2']) await link.producer.hset(`${keys.incident}${id}`, 'attempts', '500');
    await commit(link, '1', [aNote(anIncident('1'), 'evidence')]);
    await until(async () => tried.length === 1 && (await link.producer.llen(`${keys.incidentPosts}1`)) === 0);
    await commit(link, '2', [aCall(anIncident('2'), 'call')]);
    await until(() => tried.length === 2);
    isDown = false;
    await until(() => seen.length === 1, 15_000);
    expect(seen).toEqual(['call']);
  }, 20_000);

  it('keeps what Discord was told in place of something deleted', async () => {
    const known: IncidentRefs[] = [];
    const refs = { messageId: '14', anewAt: 7, threadAnewAt: 8, saidId: '9', cardVersion: 3 };
    const link = await serve((_post, before) => {
      known.push(before);
      return Promise.resolve(refs);
    });
    const incident = anIncident('1', 'login-1');
    await commit(link, '1', [aPage(incident), aNote(incident, 'a')]);
    await until(() => known.length === 2);
    expect(known[1]).toEqual(refs);
  });

  it('delivers each post once while two bots serve it', async () => {
    const seen: string[] = [];
    const deliver: DeliverPost = async (post) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.push(post.id);
      return {};
    };
    const link = await serve(deliver);
    await serve(deliver);
    const ids = Array.from({ length: 10 }, (_, index) => String(index + 1));
    for (const id of ids)
      await commit(link, id, [aPage(anIncident(id)), aNote(anIncident(id), `${id}-note`)]);
    await until(() => seen.length >= 20);
    await until(async () => (await link.producer.zcard(keys.postsPending)) === 0);
    expect(seen.slice().sort()).toEqual(ids.flatMap((id) => [`${id}-note`, `${id}-page`]).sort());
  });

  it('hands what is left to the next bot at once when it closes', async () => {
    const link = await redis.link();
    const seen: string[] = [];
    let began = false;
    const leaving = servePosts(link, async (post) => {
      began = true;
      await new Promise((resolve) => setTimeout(resolve, 80));
      seen.push(`first ${post.id}`);
      return {};
    });
    const incident = anIncident('1', 'login-1');
    await commit(link, '1', [aPage(incident), aNote(incident, 'rest')]);
    await until(() => began);
    await leaving.close();
    await serve((post) => {
      seen.push(`second ${post.id}`);
      return Promise.resolve({});
    });
    const startedAt = Date.now();
    await until(() => seen.length === 2);
    expect(seen).toEqual(['first 1-page', 'second rest']);
    expect(Date.now() - startedAt).toBeLessThan(2_000);
  });
});
