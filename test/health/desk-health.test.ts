// What is good to know stands in the health report without turning it red: a supervisor that restarted the process for it would mend nothing.
import { expect, it } from 'vitest';
import type { BotStatus, RunningBot } from '../../src/bot.ts';
import { healthOf } from '../../src/desk-health.ts';
import type { StoreTrouble } from '../../src/domain/direct-line.ts';
import { answerOf, type HealthAnswer } from '../../src/health.ts';
import type { LogTrouble } from '../../src/health/log-sink.ts';
import { deskStore } from '../../src/queue/desk-store.ts';
import { FakeClock } from '../fakes/clock.ts';
import { health, sharedHealth } from '../../src/queue/health.ts';
import { keys } from '../../src/queue/keys.ts';
import { onEachRedis } from '../fixtures/redis.ts';

const now = Date.parse('2026-11-27T03:00:00Z');
const beat = { kind: 'connected', beatAt: now - 4_000 } as const;

onEachRedis('the health of a bot', (redis) => {
  async function healthWhere(
    status: BotStatus,
    trouble?: LogTrouble,
    pager?: StoreTrouble,
  ): Promise<HealthAnswer> {
    const link = await redis.link();
    const clock = new FakeClock(now);
    const bot: RunningBot = {
      status: () => Promise.resolve(status),
      canaries: () => [],
      liveness: () => undefined,
      pagerTrouble: () => pager,
      clockApart: () => undefined,
      close: () => Promise.resolve(),
    };
    const store = deskStore(link, { clock });
    const report = await healthOf({
      roles: { bot: true, worker: false },
      link,
      redis: () => health(link),
      store,
      running: { bot },
      clock,
      logTrouble: () => trouble,
    });
    // No worker is part of this.
    return answerOf({ ...report, checks: report.checks.filter(({ name }) => !name.startsWith('login')) });
  }

  it('names a permission that is lacking or too much, and stays green', async () => {
    const remarks = ['The bot has Administrator: it needs far less.', 'Pin messages is missing.'];
    const answer = await healthWhere({ ...beat, remarks });
    expect(answer).toMatchObject({ status: 'ok', missing: [], canPage: true, canAnswerCommands: true });
    expect(answer.checks).toEqual(
      expect.arrayContaining(
        remarks.map((detail) => ({ name: 'Discord permissions', ok: false, detail, neededFor: [] })),
      ),
    );
  });

  it('says that a Redis throws away what it keeps once it is full, and stays green', async ({ skip }) => {
    const never = 'the embedded server has no bound, and throws nothing away';
    if (redis.kind === 'embedded') {
      console.log(`skipped: ${never}`);
      skip(never);
    }
    const { producer } = await redis.link();
    const memory = async () =>
      (await healthWhere({ ...beat, remarks: [] })).checks.filter(({ name }) => name === 'Redis memory');
    await producer.config('SET', 'maxmemory-policy', 'volatile-lru');
    expect(await memory()).toEqual([]);
    await producer.config('SET', 'maxmemory', '100mb');
    try {
      expect(await memory()).toEqual([
        {
          name: 'Redis memory',
          ok: false,
          detail:
            'its maxmemory-policy is volatile-lru: once it is full it throws pages and incidents away unseen; set noeviction',
          neededFor: [],
        },
      ]);
    } finally {
      await producer.config('SET', 'maxmemory', '0');
      await producer.config('SET', 'maxmemory-policy', 'noeviction');
    }
    expect(await memory()).toEqual([]);
  });

  it('is red once its pager has made no round for ten seconds, though Redis answers, and says why', async () => {
    const since = (ms: number): StoreTrouble => ({ sinceAt: now - ms, why: 'WRONGTYPE' });
    expect(await healthWhere({ ...beat, remarks: [] }, undefined, since(9_000))).toMatchObject({
      missing: [],
    });
    expect(await healthWhere({ ...beat, remarks: [] }, undefined, since(12_000))).toMatchObject({
      canPage: false,
      canAnswerCommands: true,
      missing: ['pages: are not decided or not delivered for 12 s: WRONGTYPE'],
    });
  });

  it('says since when lines of its log are lost, how many and what to look at, and stays green', async () => {
    const lost = { sinceAt: now - 60_000, why: 'ENOSPC: no space left on device, write', lost: 12 };
    const answer = await healthWhere({ ...beat, remarks: [] }, lost);
    expect(answer).toMatchObject({ status: 'ok', missing: [] });
    expect(answer.checks).toContainEqual({
      name: 'log',
      ok: false,
      detail:
        'cannot be written since 2026-11-27T02:59:00.000Z, 12 lines lost: ENOSPC: no space left on device, write; look at its disk or at who reads it',
      neededFor: [],
    });
    expect((await healthWhere({ ...beat, remarks: [] })).checks.map(({ name }) => name)).not.toContain('log');
  });

  it('is red where Discord is lost, and says why', async () => {
    const answer = await healthWhere({ kind: 'disconnected', why: 'reconnecting' });
    expect(answer).toMatchObject({ status: 'unable', missing: ['Discord: reconnecting'], canPage: false });
  });

  it('is red where somebody wrote into a key that every answer needs, and says which key and what to do', async () => {
    const { producer } = await redis.link();
    for (const key of [keys.ticketDeadlines, keys.ticketsReady, keys.ticketsDone]) {
      await producer.set(key, 'rubbish');
      expect(await healthWhere({ ...beat, remarks: [] })).toMatchObject({
        status: 'unable',
        canAnswerCommands: false,
        canPage: true,
        missing: [
          `Redis keys: the key ${key} holds a string where Pitwatch keeps a sorted set: something else wrote there; delete that key in Redis (DEL "${key}"), Pitwatch makes it anew by itself`,
        ],
      });
      await producer.del(key);
    }
    expect(await healthWhere({ ...beat, remarks: [] })).toMatchObject({ status: 'ok', missing: [] });
  });

  it('is red for pages where a key that an incident needs is not ours, and green where only history is', async () => {
    const { producer } = await redis.link();
    await producer.set(keys.incidentsOpen, 'rubbish');
    expect(await healthWhere({ ...beat, remarks: [] })).toMatchObject({
      canAnswerCommands: true,
      canPage: false,
    });
    await producer.del(keys.incidentsOpen);
    await producer.set(keys.audit, 'rubbish');
    expect(await healthWhere({ ...beat, remarks: [] })).toMatchObject({ status: 'ok', missing: [] });
  });

  it('still says what is wrong where not even the logins can be read', async () => {
    await (await redis.link()).producer.set(keys.roster, 'rubbish');
    const { missing } = await healthWhere({ ...beat, remarks: [] });
    expect(missing).toEqual([expect.stringContaining(`the key ${keys.roster} holds a string`)]);
  });

  it('asks Redis once for all who look within a second, and at once again after that or where Redis went', async () => {
    const link = await redis.link();
    const clock = new FakeClock(now);
    let asked = 0;
    const counting = {
      ...link,
      run: (...args: Parameters<typeof link.run>) => {
        asked += 1;
        return link.run(...args);
      },
    };
    const look = sharedHealth(counting, clock);
    const both = await Promise.all([look(), look()]);
    expect(both.map(({ ok }) => ok)).toEqual([true, true]);
    await clock.forward(900);
    await look();
    expect(asked).toBe(1);
    await clock.forward(200);
    await look();
    expect(asked).toBe(2);
    await link.close();
    expect(await look()).toMatchObject({ ok: false });
  });
});
