// Channels bear the number of a desk's database: two desks on one server hear nothing of each other, and a build that does not know the number yet is found by the sweeps.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DeskView, LoginPulse } from '../../src/domain/desk.ts';
import { serveAnswers } from '../../src/queue/answers.ts';
import { serveAsks } from '../../src/queue/asks.ts';
import { deskStore } from '../../src/queue/desk-store.ts';
import { inDatabase, keys } from '../../src/queue/keys.ts';
import { servePosts } from '../../src/queue/outbox.ts';
import { openRedis, type RedisLink } from '../../src/queue/redis.ts';
import { taskBoard } from '../../src/queue/task-board.ts';
import { anIncident, aPage, aTicket } from '../fixtures/incidents.ts';
import { tell } from '../fixtures/processes.ts';
import { hasServer, quietLog, startRealRedis, until, type RealRedis } from '../fixtures/redis.ts';
import { commit } from './outbox-bench.ts';

const channels = Object.entries(keys).filter(([name]) => name.endsWith('Channel'));

describe('the channels of a desk', () => {
  it('bear the number of its database, but for the first one', () => {
    expect(channels).toHaveLength(6);
    for (const [, channel] of channels) {
      expect(inDatabase(channel, 0)).toMatch(/^\{pitwatch\}:pw:[a-z]/);
      expect(inDatabase(channel, 3)).toMatch(/^\{pitwatch\}:pw:@3:[a-z]/);
    }
    expect(inDatabase(keys.pulses, 3)).toBe(keys.pulses);
  });
});

describe.skipIf(!hasServer)('two desks in two databases of one Redis', () => {
  it('hear nothing of each other, and each hears itself', async () => {
    const server = await startRealRedis();
    const links = [openRedis(`${server.url}/0`, quietLog), openRedis(`${server.url}/3`, quietLog)] as const;
    await Promise.all(links.map((link) => link.ready()));
    const heard = links.map((link) => listening(link));
    const closing: { close(): Promise<unknown> }[] = [];
    try {
      for (const [index, link] of links.entries()) {
        const desk = deskStore(link);
        closing.push(desk);
        const pulse = aPulse(`login-${index}`, 1);
        // Again and again until it is heard: the first may come before anybody listens.
        await until(async () => {
          await desk.publishPulse(pulse);
          return heard[index]?.some((text) => text.includes(`login-${index}`)) === true;
        });
        const answered: string[] = [];
        closing.push(
          serveAsks(link, 'desk', ({ login }) => Promise.resolve({ kind: 'failed', login, why: 'looked' })),
          serveAnswers(link, ({ id }) => Promise.resolve(void answered.push(id))),
        );
        await taskBoard(link).submit(aTicket(`ticket-${index}`, 5_000));
        await until(() => answered.length === 1);
        expect(answered).toEqual([`ticket-${index}`]);
      }
      expect(heard[0]?.join('\n')).not.toContain('login-1');
      expect(heard[1]?.join('\n')).not.toContain('login-0');
      // Said from within a script.
      await until(async () => {
        await deskStore(links[1]).enterRoster([{ login: 'x', suites: [], since: 1 }]);
        return heard[1]?.includes('') === true;
      });
      expect(heard[0]).not.toContain('');
    } finally {
      for (const one of closing.reverse()) await one.close();
      await Promise.all(links.map((link) => link.close()));
      await server.stop();
    }
  }, 30_000);
});

/** As a build that did not put the number into its channels yet; all else of it is the same. */
function earlier(link: RedisLink): RedisLink {
  const without = (text: string): string => text.replaceAll('{pitwatch}:pw:@:', '{pitwatch}:pw:');
  const run: RedisLink['run'] = (script, names, args) => link.run(without(script), names.map(without), args);
  return {
    ...link,
    run,
    runPatiently: (script, names, args) => link.runPatiently(without(script), names.map(without), args),
    publish: (channel, message) => link.publish(without(channel), message),
    listen: (channel, heard) => link.listen(without(channel), heard),
  };
}

/** Far less than anybody would wait, and what every sweep takes at most. */
const caughtUpMs = 3_000;

describe.skipIf(!hasServer)('a build that hears other channels, on a database other than the first', () => {
  let server: RealRedis;
  const closing: { close(): Promise<unknown> }[] = [];
  beforeAll(async () => {
    server = await startRealRedis();
  });
  afterEach(async () => {
    for (const one of closing.splice(0).reverse()) await one.close();
  });
  afterAll(async () => {
    await server.stop();
  });
  const keep = <T extends { close(): Promise<unknown> }>(one: T): T => {
    closing.push(one);
    return one;
  };
  async function link(): Promise<RedisLink> {
    const fresh = keep(openRedis(`${server.url}/3`, quietLog));
    await fresh.ready();
    await fresh.producer.flushall();
    return fresh;
  }
  /** Both directions of a rolling upgrade: who sends, and who is to find it. */
  async function pair(newer: 'sends' | 'finds'): Promise<readonly [RedisLink, RedisLink]> {
    const [one, other] = [await link(), earlier(await link())];
    return newer === 'sends' ? [one, other] : [other, one];
  }

  it.each(['sends', 'finds'] as const)(
    'is asked and answered once, where the newer one %s',
    async (newer) => {
      const [bot, host] = await pair(newer);
      const answered: string[] = [];
      let examined = 0;
      keep(serveAnswers(bot, ({ id }) => Promise.resolve(void answered.push(id))));
      keep(
        serveAsks(host, 'desk', ({ login }) => {
          examined += 1;
          return Promise.resolve({ kind: 'failed', login, why: 'looked' });
        }),
      );
      const askedAt = Date.now();
      await taskBoard(bot).submit(aTicket('asked', 60_000));
      await until(() => answered.length > 0, caughtUpMs, 'the answer');
      tell('answered over other channels', Date.now() - askedAt);
      expect([answered, examined]).toEqual([['asked'], 1]);
    },
  );

  it.each(['sends', 'finds'] as const)('delivers a page once, where the newer one %s', async (newer) => {
    const [host, bot] = await pair(newer);
    const delivered: string[] = [];
    keep(
      servePosts(bot, ({ id }) => {
        delivered.push(id);
        return Promise.resolve({});
      }),
    );
    // The sweep at its start is over: only the next ones can find it.
    await until(async () => (await bot.producer.zcard(keys.postsPending)) === 0);
    const decidedAt = Date.now();
    await commit(host, '1', [aPage(anIncident('1'))]);
    await until(() => delivered.length > 0, caughtUpMs, 'the page');
    tell('delivered over other channels', Date.now() - decidedAt);
    expect(delivered).toEqual(['1-page']);
  });

  it.each(['sends', 'finds'] as const)('sees pulses and logins, where the newer one %s', async (newer) => {
    const [host, bot] = await pair(newer);
    let seen: DeskView | undefined;
    keep(deskStore(bot)).follow((view) => (seen = view));
    await until(() => seen !== undefined);
    const store = keep(deskStore(host, { by: 'host' }));
    await store.enterRoster([{ login: 'main', suites: [], since: 1 }]);
    await store.publishPulse(aPulse('main', 1));
    await until(() => seen?.pulses.some(({ at }) => at === 1) === true, caughtUpMs, 'the first pulse');
    expect(seen?.roster.map(({ login }) => login)).toEqual(['main']);
    await store.publishPulse(aPulse('main', 2));
    await until(() => seen?.pulses.some(({ at }) => at === 2) === true, caughtUpMs, 'the next pulse');
  });
});

const aPulse = (login: string, at: number): LoginPulse => ({
  login,
  worker: `worker of ${login}`,
  hostedAt: 1,
  at,
  session: 'active',
  sessionExpiresAt: undefined,
  hubs: { user: { state: 'connected', sinceAt: 1 }, market: { state: 'connected', sinceAt: 1 } },
  suites: [],
});

function listening(link: RedisLink): string[] {
  const heard: string[] = [];
  link.listen(keys.pulseChannel, (text) => heard.push(text));
  return heard;
}
