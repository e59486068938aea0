// `/healthz` is green only where a command can be answered and a page sent; what is missing is named; nothing hangs or leaks.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import {
  answerOf,
  healthResponse,
  processMetrics,
  startHealth,
  type HealthCheck,
  type HealthOptions,
  type RunningHealth,
} from '../src/health.ts';
import { keepSecret, makeLog } from '../src/log.ts';

const redis: HealthCheck = {
  name: 'Redis',
  ok: true,
  detail: 'answered in 1 ms',
  neededFor: ['commands', 'pages'],
};
const discord: HealthCheck = { name: 'Discord', ok: true, detail: 'connected', neededFor: ['commands'] };
const disk: HealthCheck = { name: 'page tab', ok: false, detail: 'nobody looks', neededFor: [] };

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function start(options: Partial<HealthOptions> = {}): Promise<{ at: RunningHealth; logged: string[] }> {
  const logged: string[] = [];
  const at = await startHealth({
    port: { number: 0, explicit: true },
    host: '127.0.0.1',
    log: makeLog('info', (line) => logged.push(line)),
    checks: () => Promise.resolve({ role: 'bot', checks: [redis, discord, disk] }),
    metricsText: () => Promise.resolve('up 1\n'),
    ...options,
  });
  open.push(at);
  return { at, logged };
}

describe('the verdict', () => {
  it('is ok where everything needed holds, whatever else is wrong', () => {
    expect(answerOf({ role: 'bot', checks: [redis, discord, disk] })).toMatchObject({
      status: 'ok',
      canAnswerCommands: true,
      canPage: true,
      missing: [],
    });
  });

  it('tells what is missing, and for what', () => {
    const down = { ...discord, ok: false, detail: 'no connection since 10:02' };
    expect(answerOf({ role: 'bot', checks: [redis, down] })).toMatchObject({
      status: 'unable',
      canAnswerCommands: false,
      canPage: true,
      missing: ['Discord: no connection since 10:02'],
    });
  });

  it('is never ok where nothing was checked', () => {
    expect(answerOf({ role: 'bot', checks: [] })).toMatchObject({
      status: 'unable',
      missing: ['nothing was checked yet'],
    });
  });

  it('holds no secret', () => {
    keepSecret('hidden-redis-password');
    const leaky = { ...redis, ok: false, detail: 'cannot reach redis://:hidden-redis-password@host' };
    expect(JSON.stringify(answerOf({ role: 'bot', checks: [leaky] }))).not.toContain('hidden-redis-password');
  });
});

describe('over HTTP', () => {
  it('answers 200 with the checks while able', async () => {
    const { at } = await start();
    const answer = await fetch(`${at.url}/healthz`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/application\/json/);
    expect(await answer.json()).toMatchObject({ status: 'ok', role: 'bot', checks: [redis, discord, disk] });
  });

  it('answers 503 that names what is missing', async () => {
    const { at } = await start({
      checks: () =>
        Promise.resolve({ role: 'worker', checks: [{ ...redis, ok: false, detail: 'no answer' }] }),
    });
    const answer = await fetch(`${at.url}/healthz`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ canPage: false, missing: ['Redis: no answer'] });
  });

  it.each<[string, HealthOptions['checks'], RegExp]>([
    ['throws', () => Promise.reject(new Error('ECONNREFUSED')), /ECONNREFUSED/],
    ['never ends', () => new Promise(() => undefined), /no answer within 30 ms/],
  ])('answers 503 where the check itself %s', async (_, checks, wanted) => {
    const { at } = await start({ checks, patienceMs: 30 });
    const answer = await fetch(`${at.url}/healthz`);
    expect(answer.status).toBe(503);
    expect(await answer.text()).toMatch(wanted);
  });

  it('serves the process’s numbers and the desk’s own as Prometheus text', async () => {
    const registry = processMetrics();
    new Counter({ name: 'pitwatch_pages_total', help: 'Pages', registers: [registry] }).inc(3);
    const { at } = await start({ metricsText: () => registry.metrics() });
    const answer = await fetch(`${at.url}/metrics`);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await answer.text();
    expect(text).toMatch(/^pitwatch_pages_total 3$/m);
    expect(text).toMatch(/^pitwatch_process_resident_memory_bytes \d/m);
    expect(text).toMatch(/^pitwatch_nodejs_eventloop_lag_seconds /m);
  });

  it('says 503 where the numbers cannot be had', async () => {
    const { at } = await start({ metricsText: () => Promise.reject(new Error('broken gauge')) });
    const answer = await fetch(`${at.url}/metrics`);
    expect([answer.status, await answer.text()]).toEqual([503, 'broken gauge\n']);
  });

  it('shows a status page, with whatever a check says shown as text', async () => {
    const { at } = await start({
      checks: () =>
        Promise.resolve({ role: 'bot', checks: [{ ...redis, detail: '<script>alert(1)</script>' }] }),
    });
    const page = await (await fetch(`${at.url}/`)).text();
    expect(page).toContain('Pitwatch can answer and can page');
    expect(page).toContain('&#60;script&#62;');
    expect(page).not.toContain('<script>');
  });

  it('knows nothing else, and nothing but reading', async () => {
    const { at } = await start();
    expect((await fetch(`${at.url}/admin`)).status).toBe(404);
    expect((await fetch(`${at.url}/healthz`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${at.url}/healthz`, { method: 'HEAD' })).status).toBe(200);
  });
});

describe('with a token', () => {
  const token = 'a-token-of-more-than-24-characters';
  const show = (as: string): RequestInit => ({ headers: { authorization: as } });

  it('shows numbers, page and details to who has it, as bearer or as a browser’s password', async () => {
    const { at } = await start({ token });
    const basic = `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}`;
    for (const as of [`Bearer ${token}`, basic]) {
      expect((await fetch(`${at.url}/metrics`, show(as))).status).toBe(200);
      expect(await (await fetch(`${at.url}/`, show(as))).text()).toContain('can answer and can page');
      expect(await (await fetch(`${at.url}/healthz`, show(as))).json()).toMatchObject({ role: 'bot' });
    }
  });

  it.each(['', 'Bearer', 'Bearer wrong', `Basic ${Buffer.from('a:b').toString('base64')}`, `Token ${token}`])(
    'tells a probe without it (%j) whether all is well, and nothing else',
    async (as) => {
      const { at } = await start({ token });
      const given = as === '' ? undefined : show(as);
      const health = await fetch(`${at.url}/healthz`, given);
      expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
      for (const path of ['/metrics', '/', '/admin'])
        expect((await fetch(`${at.url}${path}`, given)).status).toBe(401);
    },
  );
});

describe('the port', () => {
  async function taken(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({
      close: () =>
        new Promise<void>((resolve) => {
          server.close(() => {
            resolve();
          });
        }),
    });
    return (server.address() as AddressInfo).port;
  }

  it('gives way to a free one where nobody asked for it by number, and says so', async () => {
    const number = await taken();
    const { at, logged } = await start({ port: { number, explicit: false } });
    expect(at.url).not.toContain(`:${number}`);
    expect((await fetch(`${at.url}/healthz`)).status).toBe(200);
    expect(logged.join('')).toMatch(/port is taken/);
  });

  it('is an error where somebody asked for it by number', async () => {
    const number = await taken();
    await expect(start({ port: { number, explicit: true } })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('before another handler', () => {
  const source = {
    checks: () => Promise.resolve({ role: 'bot and worker', checks: [redis] }),
    metricsText: () => Promise.resolve('up 1\n'),
  };

  it('answers its own two paths and leaves the rest', async () => {
    const ask = (path: string): Promise<Response | undefined> =>
      healthResponse(new Request(`http://desk.local${path}`), source);
    expect((await ask('/healthz'))?.status).toBe(200);
    expect(await (await ask('/metrics?x=1'))?.text()).toBe('up 1\n');
    expect(await ask('/')).toBeUndefined();
    expect(await ask('/api/v10/users/@me')).toBeUndefined();
  });
});
