// The audit log on a real Redis: one chain whoever writes, bounded behind a checkpoint, and every change of it found.
import { describe, expect, it } from 'vitest';
import type { AuditEntry, AuditEvent } from '../../src/domain/audit.ts';
import { auditLog } from '../../src/queue/audit-log.ts';
import { chained, checkpointOf, verified } from '../../src/queue/audit-chain.ts';
import { keys } from '../../src/queue/keys.ts';
import { openRedis, type RedisLink } from '../../src/queue/redis.ts';
import { makeSeal } from '../../src/queue/seal.ts';
import { keepSecret } from '../../src/log.ts';
import { hasServer, onEachRedis, quietLog, startRealRedis, until } from '../fixtures/redis.ts';

const event = (what: string, more: Partial<AuditEvent> = {}): AuditEvent => ({
  at: 1_000,
  kind: 'denial',
  by: { id: '7', name: 'ann' },
  what,
  on: 'mnq',
  outcome: 'denied (tier)',
  ...more,
});

onEachRedis('the audit log', (redis) => {
  const log = (link: RedisLink, keep = 1_000) => redis.keep(auditLog(link, { keep }));
  const written = async (link: RedisLink, count: number) => {
    const audit = log(link);
    for (let index = 1; index <= count; index += 1) audit.record(event(`/do ${index}`));
    await until(async () => (await link.producer.llen(keys.audit)) === count);
    return audit;
  };

  it('shows the newest first, and is whole', async () => {
    const link = await redis.link();
    const audit = log(link);
    expect(await audit.verify()).toEqual({ kind: 'empty' });
    audit.record(event('/one'));
    audit.record(event('/two', { by: 'pitwatch', kind: 'command' }));
    const { entries, kept } = await audit.show(10);
    expect(kept).toBe(2);
    expect(entries.map(({ seq, what, by }) => [seq, what, by])).toEqual([
      [2, '/two', 'pitwatch'],
      [1, '/one', { id: '7', name: 'ann' }],
    ]);
    const [two, one] = entries;
    expect(two?.previous).toBe(one?.mark);
    expect(await audit.verify()).toEqual({
      kind: 'whole',
      first: 1,
      last: 2,
      mark: two?.mark,
      truncated: false,
    });
    expect((await audit.show(1)).entries.map(({ seq }) => seq)).toEqual([2]);
  });

  it('is one chain where two bots write at once', async () => {
    const [a, b] = [log(await redis.link()), log(await redis.link())];
    for (let index = 0; index < 100; index += 1) {
      a.record(event(`/a ${index}`));
      b.record(event(`/b ${index}`));
      if (index % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const link = await redis.link();
    await until(async () => (await link.producer.llen(keys.audit)) === 200);
    expect(await a.verify()).toMatchObject({ kind: 'whole', first: 1, last: 200 });
    const { entries } = await b.show(200);
    expect(entries.filter(({ what }) => what.startsWith('/a')).map(({ what }) => what)).toEqual(
      Array.from({ length: 100 }, (_, index) => `/a ${99 - index}`),
    );
  });

  it('keeps what is asked, and stays one chain from its checkpoint on', async () => {
    const link = await redis.link();
    const audit = log(link, 100);
    for (let round = 0; round < 13; round += 1) {
      for (let index = 0; index < 20; index += 1) audit.record(event(`/do ${round * 20 + index}`));
      await until(
        async () =>
          Number(((await link.producer.get(keys.auditHead)) ?? '0').split(' ')[0]) === (round + 1) * 20,
      );
    }
    await until(async () => (await link.producer.llen(keys.audit)) <= 110);
    const verdict = await audit.verify();
    expect(verdict).toMatchObject({ kind: 'whole', last: 260, truncated: true });
    expect(verdict.kind === 'whole' && verdict.first).toBeGreaterThan(140);
    // A process that was not there finds the same.
    expect(await log(await redis.link(), 100).verify()).toEqual(verdict);
  });

  const breaks: readonly (readonly [
    string,
    number,
    RegExp,
    (link: RedisLink, entries: readonly string[]) => Promise<unknown>,
  ])[] = [
    [
      'an entry was changed',
      3,
      /mark does not fit/,
      (link, entries) => link.producer.lset(keys.audit, 2, (entries[2] ?? '').replace('/do 3', '/do 9')),
    ],
    [
      'the outcome of a denial was changed',
      2,
      /mark does not fit/,
      (link, entries) => link.producer.lset(keys.audit, 1, (entries[1] ?? '').replace('denied', 'done')),
    ],
    [
      'an entry was removed',
      4,
      /#4 should stand here/,
      (link, entries) => link.producer.lrem(keys.audit, 1, entries[3] ?? ''),
    ],
    [
      'an entry was doubled',
      6,
      /#6 should stand here/,
      (link, entries) => link.producer.rpush(keys.audit, entries[4] ?? ''),
    ],
    [
      'two were swapped',
      2,
      /#2 should stand here/,
      async (link, entries) => {
        await link.producer.lset(keys.audit, 1, entries[2] ?? '');
        await link.producer.lset(keys.audit, 2, entries[1] ?? '');
      },
    ],
    [
      'the end was cut off',
      4,
      /ends at #3, but #5 was written/,
      (link) => link.producer.ltrim(keys.audit, 0, 2),
    ],
    [
      'the end was cut off, and the head set back',
      5,
      /but #5 was written/,
      async (link, entries) => {
        await link.producer.ltrim(keys.audit, 0, 3);
        await link.producer.set(keys.auditHead, `4 ${(JSON.parse(entries[3] ?? '{}') as AuditEntry).mark}`);
      },
    ],
    [
      'the beginning was cut off',
      1,
      /#1 should stand here/,
      (link) => link.producer.ltrim(keys.audit, 2, -1),
    ],
    [
      'the beginning was cut off behind a made-up checkpoint',
      1,
      /checkpoint .* not signed/,
      async (link, entries) => {
        const { seq, mark } = JSON.parse(entries[1] ?? '{}') as AuditEntry;
        await link.producer.set(keys.auditCheckpoint, JSON.stringify({ seq, mark, signature: mark }));
        await link.producer.ltrim(keys.audit, 2, -1);
      },
    ],
    [
      'an entry of somebody without the key was added',
      6,
      /mark does not fit/,
      async (link, entries) => {
        const { seq, mark } = JSON.parse(entries[4] ?? '{}') as AuditEntry;
        const forger = makeSeal({ current: 'a key that the desk does not have' });
        await link.producer.rpush(keys.audit, ...chained(forger, { seq, mark }, [event('/forged')]).texts);
      },
    ],
    [
      'the whole log was written anew by somebody without the key',
      1,
      /mark does not fit/,
      async (link) => {
        const forger = makeSeal({ current: 'a key that the desk does not have' });
        await link.producer.del(keys.audit);
        const all = ['/x 1', '/x 2', '/x 3', '/x 4', '/x 5'].map((what) => event(what));
        await link.producer.rpush(keys.audit, ...chained(forger, { seq: 0, mark: '' }, all).texts);
      },
    ],
    [
      'it was emptied',
      1,
      /ends at #0, but #5 was written/,
      (link) => link.producer.del(keys.audit, keys.auditHead),
    ],
    ['an entry is rubbish', 2, /cannot be read/, (link) => link.producer.lset(keys.audit, 1, '{"seq":2')],
    ['an entry is no entry', 2, /cannot be read/, (link) => link.producer.lset(keys.audit, 1, 'null')],
    [
      'the checkpoint is rubbish',
      1,
      /checkpoint .* not signed/,
      (link) => link.producer.set(keys.auditCheckpoint, 'x'),
    ],
  ];
  for (const [what, seq, why, breaking] of breaks) {
    it(`says where it breaks when ${what}`, async () => {
      const link = await redis.link();
      const audit = await written(link, 5);
      await breaking(link, await link.producer.lrange(keys.audit, 0, -1));
      const verdict = await audit.verify();
      expect(verdict).toMatchObject({ kind: 'broken', seq });
      expect(verdict.kind === 'broken' && verdict.why).toMatch(why);
      expect(verdict.kind === 'broken' && verdict.sound).toBeLessThanOrEqual(5);
    });
  }

  it('goes on behind a break, which stays to be seen', async () => {
    const link = await redis.link();
    const audit = await written(link, 3);
    await link.producer.del(keys.auditHead);
    audit.record(event('/later'));
    await until(async () => (await link.producer.llen(keys.audit)) === 4);
    expect(await audit.verify()).toMatchObject({ kind: 'broken', seq: 4, sound: 3 });
  });

  it('goes on behind a head that nobody can read, after asking once where it stands', async () => {
    const link = await redis.link();
    await written(link, 3);
    await link.producer.set(keys.auditHead, 'rubbish');
    let asked = 0;
    const counted: RedisLink = {
      ...link,
      run(...asking) {
        asked += 1;
        return link.run(...asking);
      },
    };
    const next = log(counted);
    next.record(event('/later'));
    await until(async () => (await link.producer.llen(keys.audit)) === 4);
    expect(asked).toBe(1);
    expect(await next.verify()).toMatchObject({ kind: 'broken', seq: 4, sound: 3 });
  });

  it('holds no secret, whatever somebody typed or is called', async () => {
    keepSecret('hush-hush-secret');
    const link = await redis.link();
    const audit = log(link);
    const token = `Bearer ${'abcdefgh'.repeat(4)}`;
    audit.record(
      event(`/do hush-hush-secret ${token}`, {
        by: { id: '7', name: 'hush-hush-secret' },
        on: token,
        outcome: token,
      }),
    );
    const { entries } = await audit.show(1);
    expect(JSON.stringify(entries)).not.toMatch(/hush-hush|abcdefgh/);
    expect(await audit.verify()).toMatchObject({ kind: 'whole' });
  });
});

describe.skipIf(!hasServer)('the audit log while Redis is away', () => {
  it('keeps entries at hand and writes them once Redis is back, in order', async () => {
    const server = await startRealRedis();
    const link = openRedis(server.url, quietLog);
    await link.ready();
    const audit = auditLog(link, { keep: 1_000 });
    audit.record(event('/before'));
    await until(async () => (await link.producer.llen(keys.audit)) === 1);
    await server.kill();
    await until(() => !link.up());
    for (let index = 0; index < 20; index += 1) audit.record(event(`/away ${index}`));
    await server.start();
    await until(() => link.up());
    await until(async () => (await link.producer.llen(keys.audit)) === 21, 10_000);
    expect(await audit.verify()).toMatchObject({ kind: 'whole', last: 21 });
    expect((await audit.show(1)).entries[0]?.what).toBe('/away 19');
    await audit.close();
    await link.close();
    await server.stop();
  }, 30_000);
});

it('a checkpoint is made of a sound entry only', () => {
  const seal = makeSeal({ current: 'the-key-of-this-desk-32-characters' });
  const { texts, last } = chained(seal, { seq: 0, mark: '' }, [event('/one'), event('/two')]);
  const checkpoint = checkpointOf(seal, texts[1] ?? '');
  expect(checkpoint).toMatchObject(last);
  expect(checkpointOf(seal, (texts[1] ?? '').replace('/two', '/too'))).toBeUndefined();
  const rest = verified(seal, checkpoint);
  expect(chained(seal, last, [event('/three')]).texts.every((text) => rest.take(text))).toBe(true);
  expect(rest.verdict(3)).toMatchObject({ kind: 'whole', first: 3, truncated: true });
});
