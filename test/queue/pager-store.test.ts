// The pager's mark is as old as Redis itself finds it, whatever the clock of whoever wrote it says.
import { expect, it } from 'vitest';
import { keys } from '../../src/queue/keys.ts';
import { pagerStore } from '../../src/queue/pager-store.ts';
import { FakeClock } from '../fakes/clock.ts';
import { onEachRedis, until } from '../fixtures/redis.ts';

onEachRedis('the last round', (redis) => {
  it('is not known, then young, then older', async () => {
    const store = pagerStore(await redis.link(), new FakeClock(1));
    expect(await store.lastRound()).toBeUndefined();
    await store.markRound(25_000);
    const first = await store.lastRound();
    expect(first?.mark).toBe('25000');
    expect(first?.ageMs).toBeLessThan(2_000);
    const later = async (): Promise<boolean> => ((await store.lastRound())?.ageMs ?? 0) > 60;
    await until(later, 5_000, 'a mark that has aged');
  });
});

onEachRedis('what the second channel is told', (redis) => {
  it('is for one to tell, which keeps it, until somebody took it; only then it is told for good', async () => {
    const [a, b] = [pagerStore(await redis.link()), pagerStore(await redis.link())];
    expect(await a.toSound('page:12')).toBe('mine');
    expect(await b.toSound('page:12')).toBe('others');
    expect(await a.toSound('page:12')).toBe('mine');
    const link = await redis.link();
    const [key = ''] = await link.producer.keys('*sounded:page:12');
    expect(await link.producer.pttl(key)).toBeLessThanOrEqual(60_000);
    await link.producer.del(key);
    expect(await b.toSound('page:12')).toBe('mine');
    await b.sounded('page:12');
    expect(await a.toSound('page:12')).toBe('told');
    expect(await link.producer.pttl(key)).toBeGreaterThan(23 * 3_600_000);
  });

  it('of Discord is kept for a minute before it was told, and for days after', async () => {
    const link = await redis.link();
    const store = pagerStore(link);
    const trouble = { sinceAt: 1, why: 'the channel is gone' };
    expect(await store.beginTrouble(trouble)).toBe(true);
    expect(await store.beginTrouble(trouble)).toBe(false);
    expect(await link.producer.pttl(keys.discordTrouble)).toBeLessThanOrEqual(60_000);
    await store.toldTrouble(trouble);
    expect(await link.producer.pttl(keys.discordTrouble)).toBeGreaterThan(24 * 3_600_000);
    expect(await store.endTrouble()).toEqual(trouble);
    expect(await store.endTrouble()).toBeUndefined();
  });
});
