// Whether Redis can be used is known within two seconds: refused, silent on an open connection, or taking no writes.
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRedis, type RedisLink } from '../../src/queue/redis.ts';
import { watchStore } from '../../src/queue/store-watch.ts';
import { doubted, hasServer, quietLog, startRealRedis, until, type RealRedis } from '../fixtures/redis.ts';
import { startTcpProxy, type TcpProxy } from '../fixtures/tcp-proxy.ts';

describe.skipIf(!hasServer)('the watch over Redis', () => {
  let server: RealRedis;
  let proxy: TcpProxy;
  let link: RedisLink;
  let watch: ReturnType<typeof watchStore>;
  const timed = async <T>(work: Promise<T>): Promise<{ readonly value: T; readonly ms: number }> => {
    const startedAt = Date.now();
    const value = await work;
    return { value, ms: Date.now() - startedAt };
  };

  beforeEach(async () => {
    server = await startRealRedis();
    proxy = await startTcpProxy(server.port);
    link = openRedis(`redis://127.0.0.1:${proxy.port}`, quietLog);
    await link.ready();
    watch = watchStore(link);
  });
  afterEach(async () => {
    watch.close();
    await link.close();
    await proxy.close();
    await server.stop();
  });

  it('waits for a silent link no longer than two seconds, ends what is under way, and trusts it again once it flows', async () => {
    expect((await timed(watch.proven())).ms).toBeLessThan(50);
    await until(() => watch.outage() === undefined);
    proxy.stall();
    const under = timed(watch.whileUp(link.producer.get('x')).catch((error: unknown) => String(error)));
    await doubted(watch);
    const { value, ms } = await timed(watch.proven());
    expect(value).toMatchObject({ kind: 'away' });
    expect(value?.why).toMatch(/nothing comes back/);
    expect(ms).toBeLessThan(2_000);
    const cut = await under;
    expect(cut.value).toMatch(/went away meanwhile/);
    expect(cut.ms).toBeLessThan(2_800);
    expect((await timed(watch.proven())).ms).toBeLessThan(50);
    proxy.flow();
    await until(() => watch.outage() === undefined, 8_000);
  }, 20_000);

  it('rides out a blink, and says at once what has been away for a while, since when', async () => {
    await server.kill();
    const goneAt = Date.now();
    await until(() => watch.outage() !== undefined);
    const blink = timed(watch.proven());
    await server.start();
    expect((await blink).value).toBeUndefined();
    await server.kill();
    await until(() => watch.outage() !== undefined);
    const first = await timed(watch.proven());
    expect(first.value?.advice).toMatch(/REDIS_URL/);
    expect(first.value?.sinceAt).toBeGreaterThanOrEqual(goneAt);
    expect((await timed(watch.proven())).ms).toBeLessThan(50);
  }, 20_000);

  it('knows of an ended connection from the moment commands fail on it, before the client itself says so', async () => {
    await until(() => watch.outage() === undefined);
    const client = link.producer;
    if (!(client instanceof Redis)) throw new Error('one server, one connection');
    const { stream } = client;
    const seen = new Promise((resolve) => {
      stream.once('end', () => {
        const { status } = client;
        const known = { status, up: link.up(), outage: watch.outage()?.kind };
        client.get('x').then(
          () => resolve('it answered'),
          () => resolve(known),
        );
      });
    });
    proxy.cut();
    expect(await seen).toEqual({ status: 'ready', up: false, outage: 'away' });
    await until(() => watch.outage() === undefined, 3_000);
  });

  it('tells a Redis that takes no writes from one that is away', async () => {
    await link.producer.config('SET', 'maxmemory', '1');
    await until(() => watch.outage()?.kind === 'refuses', 3_000);
    expect(watch.outage()?.advice).toMatch(/maxmemory/);
    expect((await timed(watch.proven())).ms).toBeLessThan(50);
    await link.producer.config('SET', 'maxmemory', '0');
    await until(() => watch.outage() === undefined, 3_000);
  });
});
