// The pager's mark is as old as Redis itself finds it, whatever the clock of whoever wrote it says.
import { expect, it } from 'vitest';
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
