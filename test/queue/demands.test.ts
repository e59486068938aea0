// A Redis that is too old, or whose user lacks a right, is refused at the start in words that say what to do.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demandUsable } from '../../src/queue/demands.ts';
import { health } from '../../src/queue/health.ts';
import { adviceFor, redisError } from '../../src/queue/redis-error.ts';
import { openRedis, type RedisLink } from '../../src/queue/redis.ts';
import { hasServer, onEachRedis, quietLog, startRealRedis, type RealRedis } from '../fixtures/redis.ts';

onEachRedis('a Redis without users of its own', (redis) => {
  it('is taken as it is', async () => {
    await expect(demandUsable(await redis.link())).resolves.toBeUndefined();
  });

  it('that says an old version is refused by name', async () => {
    const link = await redis.link();
    const old = (version: string): RedisLink => ({
      ...link,
      producer: Object.assign(Object.create(link.producer) as RedisLink['producer'], {
        info: () => Promise.resolve(`# Server\r\nredis_version:${version}\r\n`),
      }),
    });
    await expect(demandUsable(old('4.0.14'))).rejects.toMatchObject({
      code: 'config-invalid',
      retryable: false,
      message: expect.stringContaining('is version 4.0.14, which is too old') as string,
      hint: expect.stringContaining('Redis 5 or newer') as string,
    });
    await expect(demandUsable(old('5.0.0'))).resolves.toBeUndefined();
    await expect(demandUsable(old('10.1.0'))).resolves.toBeUndefined();
  });
});

describe.skipIf(!hasServer)('a user of a Redis', () => {
  let server: RealRedis;
  const links: RedisLink[] = [];
  beforeAll(async () => {
    server = await startRealRedis();
  });
  afterAll(async () => {
    await Promise.all(links.map((link) => link.close()));
    await server.stop();
  });
  async function as(name: string, ...rights: readonly string[]): Promise<RedisLink> {
    const root = openRedis(server.url, quietLog);
    await root.ready();
    await root.producer.call('ACL', 'SETUSER', name, 'reset', 'on', '>s:e@cret', ...rights);
    await root.close();
    const link = openRedis(
      `redis://${name}:${encodeURIComponent('s:e@cret')}@127.0.0.1:${server.port}`,
      quietLog,
    );
    links.push(link);
    await link.ready();
    return link;
  }

  it('with the rights that the advice names has all that is needed', async () => {
    const rights = /ACL SETUSER name (.*)\.$/.exec(adviceFor('NOPERM'))?.[1]?.split(' ') ?? [];
    const link = await as('named', ...rights);
    await expect(demandUsable(link)).resolves.toBeUndefined();
    expect(await health(link)).toMatchObject({ ok: true });
  });

  it.each([
    ['scripts', ['~*', '&*', '+@all', '-@scripting']],
    ['messages', ['~*', 'resetchannels', '+@all']],
    ['our keys', ['~other*', '&*', '+@all']],
    ['INFO', ['~*', '&*', '+@all', '-info']],
  ])('that may not use %s is refused with the rights it needs', async (_what, rights) => {
    const name = `u${links.length}`;
    await expect(demandUsable(await as(name, ...rights))).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('does not let its user do what Pitwatch needs') as string,
      hint: expect.stringContaining('~{pitwatch}* &{pitwatch}* +@all -@dangerous +info') as string,
    });
  });

  it('that loses a right later is not taken for a bug of ours', () => {
    const text =
      "ERR The user executing the script can't publish to the channel mentioned in the command script: 5b3a, on @user_script:32.";
    expect(redisError(new Error(text), 'here')).toMatchObject({ code: 'redis-unavailable', retryable: true });
  });
});

it('a certificate that nobody vouches for, and a port without TLS, have an advice of their own', () => {
  expect(adviceFor('self-signed certificate')).toContain('NODE_EXTRA_CA_CERTS');
  expect(adviceFor('write EPROTO 80D1:error:0A00010B:SSL routines:wrong version number')).toContain(
    'redis:// instead of rediss://',
  );
});
