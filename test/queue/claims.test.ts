// An interaction is taken by one bot alone, and whoever waits for a bot that died is told, once.
import { expect, it } from 'vitest';
import { OpsError } from '../../src/domain/errors.ts';
import { makeLog } from '../../src/log.ts';
import { keepClaims, type Claim } from '../../src/queue/claims.ts';
import { makeSeal } from '../../src/queue/seal.ts';
import { openRedis, type RedisLink } from '../../src/queue/redis.ts';
import { FakeClock } from '../fakes/clock.ts';
import { onEachRedis, quietLog, until } from '../fixtures/redis.ts';

const claim = (id: string): Claim => ({
  id,
  reply: {
    applicationId: '1',
    token: 'secret-token-of-the-interaction',
    tokenExpiresAt: Date.now() + 900_000,
    channelId: '2',
    userId: '3',
    ephemeral: true,
  },
});

onEachRedis('claims', (redis) => {
  const seal = makeSeal({ current: 'a key of thirty-two bytes or more, the same for both' });
  const opened = async (openMs?: number) => {
    const link = openRedis(redis.url, quietLog, seal);
    redis.keep(link);
    await link.ready();
    return { link, claims: redis.keep(closing(keepClaims(link, undefined, openMs))) };
  };
  const closing = (claims: ReturnType<typeof keepClaims>) => ({
    ...claims,
    close: () => {
      claims.close();
      return Promise.resolve();
    },
  });

  it('are given to the first bot alone, also after it has answered', async () => {
    const [one, two] = [await opened(), await opened()];
    expect(await one.claims.take(claim('11'))).toBe(true);
    expect(await two.claims.take(claim('11'))).toBe(false);
    one.claims.settle('11');
    expect(await two.claims.take(claim('11'))).toBe(false);
  });

  it('are asked for again where the answer was lost, and known as its own', async () => {
    const { link } = await opened();
    let lost = false;
    const claims = keepClaims({
      ...link,
      async run(...command) {
        const said = await link.run(...command);
        if (lost) return said;
        lost = true;
        throw new Error('the connection broke');
      },
    });
    expect(await claims.take(claim('15'))).toBe(true);
    expect(lost).toBe(true);
    expect(await (await opened()).claims.take(claim('15'))).toBe(false);
  });

  it('are not taken by a bot that stood still before it could read whose it is', async () => {
    const [stopped, other] = [await opened(), await opened()];
    const clock = new FakeClock(Date.now());
    let answer: (() => void) | undefined;
    const claims = keepClaims(
      {
        ...stopped.link,
        run: async (...command) => {
          await new Promise<void>((resolve) => (answer = resolve));
          return stopped.link.run(...command);
        },
      },
      clock,
    );
    const mine = claims.take(claim('16'));
    expect(await other.claims.take(claim('16'))).toBe(true);
    clock.standStill(7_000);
    await clock.forward(100);
    answer?.();
    expect(await mine).toBe(false);
  });

  it('are not taken by a bot that finds its connection ended as it wakes, while another had them meanwhile', async () => {
    const [stopped, other] = [await opened(), await opened()];
    expect(await other.claims.take(claim('17'))).toBe(true);
    // As after five seconds without a byte.
    stopped.link.producer.disconnect(true);
    await until(() => !stopped.link.up());
    expect(await stopped.claims.take(claim('17'))).toBe(false);
  });

  it("are one bot's where both asked for them while Redis did not say, and asked again", async () => {
    const [one, two] = [await opened(), await opened()];
    const mute = ({ link }: Awaited<ReturnType<typeof opened>>) => {
      let silent = true;
      const clock = new FakeClock(Date.now());
      const claims = keepClaims(
        {
          ...link,
          run: (...command) => (silent ? Promise.reject(new Error('it is away')) : link.run(...command)),
        },
        clock,
      );
      return { claims, clock, hear: () => (silent = false) };
    };
    const bots = [mute(one), mute(two)];
    const asked = bots.map(({ claims }) => claims.take(claim('18')));
    await Promise.all(bots.map(({ clock }) => clock.forward(1_000)));
    expect(await Promise.all(asked)).toEqual([undefined, undefined]);
    for (const { hear } of bots) hear();
    const again = await Promise.all(bots.map(({ claims }) => claims.take(claim('18'))));
    expect(again.filter((mine) => mine === true)).toHaveLength(1);
    expect(again.filter((mine) => mine === false)).toHaveLength(1);
    const winner = bots[again.indexOf(true)];
    // Its own, however often it asks.
    expect(await winner?.claims.take(claim('18'))).toBe(true);
  });

  it('of another bot stay where one settles what it was never told is not its own', async () => {
    const [one, two] = [await opened(), await opened()];
    expect(await one.claims.take(claim('19'))).toBe(true);
    const clock = new FakeClock(Date.now());
    const deaf = keepClaims(
      {
        ...two.link,
        run: (script, ...rest) =>
          script.includes('ZADD') ? Promise.reject(new Error('it is away')) : two.link.run(script, ...rest),
      },
      clock,
    );
    const asked = deaf.take(claim('19'));
    await clock.forward(1_000);
    expect(await asked).toBeUndefined();
    deaf.settle('19');
    // After it on the same connection.
    await two.link.run('return 1', [], []);
    expect(await one.link.producer.hkeys('{pitwatch}:pw:claims')).toContain('19');
  });

  it('of a bot that is gone are told by the next one, once, and no token can be read in Redis', async () => {
    const [dead, next] = [await opened(50), await opened(50)];
    await dead.claims.take(claim('12'));
    await dead.claims.take(claim('13'));
    dead.claims.settle('13');
    await next.claims.take(claim('14'));
    const kept = JSON.stringify(await next.link.producer.hgetall('{pitwatch}:pw:claims'));
    expect(kept).toContain('12');
    expect(kept).not.toContain('secret-token');
    const told: string[] = [];
    let failures = 1;
    next.claims.follow(({ id, reply }) => {
      failures -= 1;
      if (failures >= 0) return Promise.reject(new Error('Discord is away'));
      told.push(`${id} ${reply.token}`);
      return Promise.resolve();
    });
    await until(() => told.length > 0, 5_000);
    await until(async () => !(await next.link.producer.hexists('{pitwatch}:pw:claims', '12')), 5_000);
    expect(told).toEqual(['12 secret-token-of-the-interaction']);
  });

  const open = '{pitwatch}:pw:claims';
  const taken = '{pitwatch}:pw:claims:taken';

  /** A bot whose time is moved by hand; `told` is whom it told that their bot is gone. */
  async function byHand(change: (link: RedisLink) => Partial<RedisLink> = () => ({}), log = quietLog) {
    const link = redis.keep(openRedis(redis.url, log, seal));
    await link.ready();
    const clock = new FakeClock(Date.now());
    const claims = redis.keep(closing(keepClaims({ ...link, ...change(link) }, clock)));
    const told: string[] = [];
    const refusals = new Map<string, Error>();
    claims.follow(({ id }) => {
      told.push(id);
      const refusal = refusals.get(id);
      return refusal === undefined ? Promise.resolve() : Promise.reject(refusal);
    });
    /** Rounds until it is so; each is a second. */
    const rounds = (so: () => boolean | Promise<boolean>): Promise<void> =>
      until(async () => {
        await clock.forward(1_000);
        return so();
      }, 5_000);
    return { link, clock, claims, told, refusals, rounds };
  }
  /** Taken by a bot that was killed, longer ago than any bot works. */
  async function abandoned(...ids: readonly string[]): Promise<void> {
    const { link, claims } = await opened();
    for (const id of ids) {
      await claims.take(claim(id));
      await link.producer.zadd(taken, 1, id);
    }
  }

  it('of a bot that lives are not told by another, however long it works on them', async () => {
    const [patient, other] = [await byHand(), await byHand()];
    await patient.claims.take(claim('21'));
    await patient.link.producer.zadd(taken, 1, '21');
    await patient.rounds(async () => Number(await patient.link.producer.zscore(taken, '21')) > 1);
    await abandoned('22');
    await other.rounds(() => other.told.length > 0);
    expect(other.told).toEqual(['22']);
    // It stops before it could answer, and no longer says that it works on it.
    await patient.claims.close();
    patient.claims.leave('21');
    await patient.link.producer.zadd(taken, 1, '21');
    await other.rounds(() => other.told.includes('21'));
  });

  it('are given the time after an outage in which bots that live say so', async () => {
    let settle = (): void => undefined;
    const gate = new Promise<void>((resolve) => (settle = resolve));
    const other = await byHand(() => ({ settled: () => gate }));
    await abandoned('23');
    await other.clock.forward(3_000);
    await other.link.run('return 1', [], []);
    expect(other.told).toEqual([]);
    settle();
    await other.rounds(() => other.told.length > 0);
  });

  it('that Redis could not settle are settled in a later round, and never told by who answered them', async () => {
    let away = false;
    const bot = await byHand((link) => ({
      run: (script, ...rest) =>
        away && script.includes('HDEL') ? Promise.reject(new Error('it is away')) : link.run(script, ...rest),
    }));
    await bot.claims.take(claim('24'));
    away = true;
    bot.claims.settle('24');
    await bot.link.producer.zadd(taken, 1, '24');
    await abandoned('25');
    await bot.rounds(() => bot.told.length > 0);
    expect(bot.told).toEqual(['25']);
    away = false;
    await bot.rounds(async () => (await bot.link.producer.hlen(open)) === 0);
    expect(bot.told).toEqual(['25']);
  });

  it('that were settled while the connection was gone are settled as soon as it is back', async () => {
    const { link, claims } = await opened();
    await claims.take(claim('26'));
    link.producer.disconnect(true);
    claims.settle('26');
    await claims.close();
    const { producer } = (await opened()).link;
    await until(async () => (await producer.hexists(open, '26')) === 0);
    expect(link.up()).toBe(true);
  });

  it('that had their answer from here are not told, though Redis has them again', async () => {
    const bot = await byHand();
    await bot.claims.take(claim('27'));
    const kept = (await bot.link.producer.hget(open, '27')) ?? '';
    bot.claims.settle('27');
    await bot.rounds(async () => (await bot.link.producer.hlen(open)) === 0);
    // As from an older backup.
    await bot.link.producer.hset(open, '27', kept);
    await bot.link.producer.zadd(taken, 1, '27');
    await bot.rounds(async () => (await bot.link.producer.hlen(open)) === 0);
    expect(bot.told).toEqual([]);
  });

  it('of which one can never be told, or not now, hold up no other', async () => {
    const lines: string[] = [];
    const bot = await byHand(
      undefined,
      makeLog('info', (line) => lines.push(line)),
    );
    await abandoned('31', '32', '33', '34');
    const no = (retryable: boolean) => new OpsError('discord-refused', 'Missing Access', { retryable });
    for (const id of ['31', '33']) bot.refusals.set(id, no(false));
    bot.refusals.set('32', no(true));
    await bot.rounds(() => bot.told.filter((id) => id === '32').length > 1);
    await until(async () => (await bot.link.producer.hlen(open)) === 1);
    for (const id of ['31', '33', '34']) expect(bot.told.filter((one) => one === id)).toHaveLength(1);
    expect(lines.filter((line) => line.includes('claim-dropped'))).toHaveLength(2);
    bot.refusals.clear();
    await bot.rounds(async () => (await bot.link.producer.hlen(open)) === 0);
    expect(bot.told.at(-1)).toBe('32');
  });
});
