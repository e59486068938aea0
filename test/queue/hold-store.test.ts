// Who held a login and how it let go: an orderly stop, a death, and a record that comes late.
import { expect, it } from 'vitest';
import type { StopRecord } from '../../src/domain/stop-record.ts';
import { holdStore } from '../../src/queue/hold-store.ts';
import { onEachRedis } from '../fixtures/redis.ts';

const record = (worker: string, hostedAt: number): StopRecord => ({
  worker,
  hostedAt,
  why: 'the worker closes',
  beganAt: hostedAt + 1_000,
  handlersOffAt: hostedAt + 1_001,
  sockets: { user: 'closed', market: 'closed' },
  socketsAt: hostedAt + 1_010,
  releasedAt: hostedAt + 1_020,
  failures: [],
  loopsLeft: 0,
});

onEachRedis('the record of holders', (redis) => {
  it('knows nobody, then an orderly stop, then one that vanished, then its late record', async () => {
    const holds = holdStore(await redis.link());
    expect(await holds.enter('desk', { worker: 'a', hostedAt: 1 })).toEqual({ kind: 'none' });
    await holds.letGo('desk', record('a', 1));
    expect(await holds.enter('desk', { worker: 'b', hostedAt: 5 })).toEqual({
      kind: 'let-go',
      record: record('a', 1),
    });
    const vanished = { kind: 'vanished', worker: 'b', hostedAt: 5 } as const;
    expect(await holds.enter('desk', { worker: 'c', hostedAt: 9 })).toEqual(vanished);
    expect(await holds.again('desk', vanished)).toEqual(vanished);
    await holds.letGo('desk', record('b', 5));
    expect(await holds.again('desk', vanished)).toMatchObject({ kind: 'let-go', record: { worker: 'b' } });
    expect(await holds.enter('other', { worker: 'c', hostedAt: 9 })).toEqual({ kind: 'none' });
  });

  it('says that it could not be read where Redis is away', async () => {
    const link = await redis.link();
    const holds = holdStore(link);
    await link.close();
    expect(await holds.enter('desk', { worker: 'a', hostedAt: 1 })).toMatchObject({ kind: 'unread' });
  });
});
