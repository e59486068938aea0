// The pager's mark is as old as Redis itself finds it, whatever the clock of whoever wrote it says.
import { expect, it } from 'vitest';
import { tendSilences } from '../../src/flows/silencing.ts';
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

onEachRedis('a maintenance', (redis) => {
  const minuteMs = 60_000;
  const begin = Date.UTC(2026, 10, 27, 15, 0, 0);
  const [ada, bob] = [
    { id: '1', name: 'Ada' },
    { id: '2', name: 'Bob' },
  ];
  const wanted = (suite: string, fromAt: number, forMs: number) =>
    ({
      kind: 'silence',
      action: 'add',
      silence: {
        kind: 'maintenance',
        matcher: { login: 'main', suite },
        reason: 'new router',
        fromAt,
        toAt: fromAt + forMs,
        untilWell: false,
      },
    }) as const;

  it('started by two people at once runs once, and who was second hears whose it is and until when', async () => {
    const [one, other] = [pagerStore(await redis.link()), pagerStore(await redis.link())];
    const reach = () => [];
    const answers = await Promise.all([
      tendSilences(wanted('mnq', begin, 60 * minuteMs), ada, { store: one, reach }, begin),
      tendSilences(wanted('mnq', begin + 1, 60 * minuteMs), bob, { store: other, reach }, begin + 1),
    ]);
    const [kept] = await one.silences();
    expect(await one.silences()).toHaveLength(1);
    expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['refusal', 'silences']);
    expect(answers.find(({ kind }) => kind === 'refusal')).toMatchObject({
      text: `This maintenance already runs: S1 by ${kept?.by.name} (new router), until 10:00:00 CT. No second one was started.`,
      wayOut: expect.stringMatching(
        /at least 1 h \d+ min.* from now; to end it, .maintenance end id:S1/,
      ) as string,
    });
  });

  it('is started though somebody wrote what looks like it, and is none, in its place', async () => {
    const link = await redis.link();
    const store = pagerStore(link);
    const { silence } = wanted('mnq', begin, 60 * minuteMs);
    const { fromAt, toAt } = silence;
    for (const [id, odd] of [
      ['odd-1', { ...silence, by: ada, fromAt: String(fromAt), toAt: String(toAt) }],
      ['odd-2', { ...silence, by: { name: 7 }, reason: null }],
    ] as const)
      await link.producer.hset(keys.silences, id, JSON.stringify(odd));
    expect(
      await tendSilences(wanted('mnq', begin, 60 * minuteMs), ada, { store, reach: () => [] }, begin),
    ).toMatchObject({ kind: 'silences' });
    expect((await store.silences()).map(({ id }) => id)).toEqual(['S1']);
  });

  it('is started beside another suite, anew once it is over, and for longer while it runs', async () => {
    const store = pagerStore(await redis.link());
    const start = (suite: string, at: number, forMs: number) =>
      tendSilences(wanted(suite, at, forMs), ada, { store, reach: () => [] }, at);
    for (const [suite, at, forMs] of [
      ['mnq', begin, 60],
      ['es', begin, 60],
      ['mnq', begin + 30 * minuteMs, 60],
      ['es', begin + 61 * minuteMs, 60],
    ] as const)
      expect(await start(suite, at, forMs * minuteMs)).toMatchObject({ kind: 'silences' });
    await store.endSilence('S3', ada, begin + 40 * minuteMs);
    await store.endSilence('S1', ada, begin + 40 * minuteMs);
    expect(await start('mnq', begin + 41 * minuteMs, 5 * minuteMs)).toMatchObject({ kind: 'silences' });
    expect(await store.silences()).toHaveLength(5);
  });

  it('carried out again because its first answer was lost is not refused, and is there once', async () => {
    const store = pagerStore(await redis.link());
    const task = wanted('mnq', begin, 60 * minuteMs);
    for (const at of [begin, begin + 5_000])
      expect(await tendSilences(task, ada, { store, reach: () => [] }, at)).toMatchObject({
        kind: 'silences',
      });
    expect(await store.silences()).toHaveLength(1);
  });
});
