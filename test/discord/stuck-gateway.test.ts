// A gateway on which the library waits for ever is left for a new connection: where no RESUMED comes, no READY, or no goodbye.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { Gateway } from '../../src/discord/client.ts';
import type { RefusalGate } from '../../src/discord/refusal-gate.ts';
import { startLocalDiscord, type LocalDiscord } from '../../src/local/discord/server.ts';
import { FakeClock } from '../fakes/clock.ts';
import { startTcpProxy } from '../fixtures/tcp-proxy.ts';
import { until } from '../fixtures/redis.ts';
import { silent } from './desk.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function server(): Promise<LocalDiscord> {
  const local = await startLocalDiscord({ strict: true });
  stops.push(() => local.stop());
  return local;
}

const neverHeld: Pick<RefusalGate, 'held' | 'refused' | 'accepted'> = {
  held: () => undefined,
  refused: () => undefined,
  accepted: () => undefined,
};

/** The real library on a clock of the test's: what it waits for by itself, 10 s and longer, does not come within a test. */
function opening(local: LocalDiscord, api = local.apiUrl): { clock: FakeClock; gateway: Promise<Gateway> } {
  const clock = new FakeClock();
  const config = { token: local.token, api };
  const gateway = Gateway.open({
    config,
    onInteraction: () => undefined,
    clock,
    gate: neverHeld,
    log: silent,
  });
  stops.push(async () => {
    const opened = await gateway;
    const closed = opened.close();
    await clock.forward(1_000);
    await closed;
  });
  return { clock, gateway };
}

/** Resolves once the bot has sent that and waits for the answer. */
const struck = (local: LocalDiscord, fault: string, what: string): Promise<void> =>
  until(() => local.faults.list().some((one) => one.id === fault && one.struck > 0), 5_000, what);

/** Says where the gateway is; all else of Discord's REST a login does without. */
async function startDoor(way: () => string): Promise<{ url: string; close(): Promise<void> }> {
  const limit = { total: 1_000, remaining: 999, reset_after: 86_400_000, max_concurrency: 16 };
  const http = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ url: way(), shards: 1, session_start_limit: limit }));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/api`,
    close: () => {
      http.closeAllConnections();
      return new Promise((resolve) => http.close(() => resolve()));
    },
  };
}

/** Whether it comes to that within a second, though no time passes for the gateway. */
async function comesTo(gateway: Gateway, kind: Gateway['state']['kind']): Promise<boolean> {
  return until(() => gateway.state.kind === kind, 1_000, kind).then(
    () => true,
    () => false,
  );
}

describe('a gateway that says no more', () => {
  test('after a resume is left after 40 s, and not before', async () => {
    const local = await server();
    const { clock, gateway: opens } = opening(local);
    const gateway = await opens;
    const first = gateway.client;
    const fault = local.faults.inject({ fault: 'no-welcome' });
    local.faults.inject({ fault: 'drop-gateway', times: 1 });
    await struck(local, fault, 'RESUME');
    local.faults.remove(fault);
    await clock.forward(40_000);
    expect(await comesTo(gateway, 'connected')).toBe(false);
    expect(gateway.client).toBe(first);
    await clock.forward(1_000);
    await until(() => gateway.state.kind === 'connected', 3_000, 'a new connection');
    expect(gateway.client).not.toBe(first);
    expect(local.online()).toBe(true);
  });

  test('after an IDENTIFY is left after 20 s, also at the very start', async () => {
    const local = await server();
    const fault = local.faults.inject({ fault: 'no-welcome' });
    const { clock, gateway } = opening(local);
    await struck(local, fault, 'IDENTIFY');
    local.faults.remove(fault);
    await clock.forward(19_999);
    expect(local.online()).toBe(false);
    // What is really on the wire, the goodbye and the next login, takes its own time between two steps.
    await until(
      async () => {
        await clock.forward(500);
        return local.online();
      },
      3_000,
      'a new connection',
    );
    expect((await gateway).state.kind).toBe('connected');
  });

  test('because its link is dead is left without waiting for its goodbye', async () => {
    const local = await server();
    const proxy = await startTcpProxy(Number(new URL(local.url).port));
    stops.push(() => proxy.close());
    const ways = [`ws://127.0.0.1:${proxy.port}`, local.url.replace('http', 'ws')];
    const door = await startDoor(() => ways.shift() ?? '');
    stops.push(() => door.close());
    const fault = local.faults.inject({ fault: 'no-welcome' });
    const { clock, gateway } = opening(local, door.url);
    await struck(local, fault, 'IDENTIFY');
    local.faults.remove(fault);
    proxy.stall();
    await clock.forward(20_000);
    // The goodbye's second, and the pause before the next try. The library by itself would wait half a minute of true time.
    await clock.forward(1_000);
    await clock.forward(500);
    await until(() => local.online(), 3_000, 'a new connection');
    expect(ways).toEqual([]);
    expect((await gateway).state.kind).toBe('connected');
  });
});
