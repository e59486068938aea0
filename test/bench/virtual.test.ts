// Does virtual time keep its promises: order, settling, links that end and freeze like real ones, and the same bytes for the same seed?
import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { loadUnits, openDesk } from '../../bench/virtual/desk.ts';
import { virtually } from '../../bench/virtual/virtually.ts';

const startAt = Date.UTC(2026, 10, 18, 15, 0, 0);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const realNow = Date.now;

describe('virtual time', () => {
  it('runs timers in order at their own instants, a day at once', async () => {
    const seen: string[] = [];
    const tell = (what: string): void => {
      seen.push(`${what} ${Date.now() - startAt}`);
    };
    await virtually({ startAt }, async () => {
      setTimeout(() => tell('second'), 20);
      setTimeout(() => tell('first'), 10);
      setTimeout(() => tell('third'), 20);
      clearTimeout(setTimeout(() => tell('never'), 5));
      const every = setInterval(() => tell('every'), 15);
      await pause(31);
      clearInterval(every);
      await pause(86_400_000);
      tell('day');
    });
    expect(seen).toEqual(['first 10', 'every 15', 'second 20', 'third 20', 'every 30', 'day 86400031']);
  });

  it('lets promises and immediates settle before the clock moves', async () => {
    await virtually({ startAt }, async () => {
      let settledAt = 0;
      setTimeout(() => {
        setImmediate(() => {
          void Promise.resolve()
            .then(() => undefined)
            .then(() => {
              settledAt = Date.now();
            });
        });
      }, 10);
      setTimeout(() => undefined, 11);
      await pause(100);
      expect(settledAt).toBe(startAt + 10);
      expect(new Date().getTime()).toBe(startAt + 100);
      expect(new Date() instanceof Date).toBe(true);
      expect(performance.now()).toBe(100);
    });
  });

  it('gives the real clock back, also where the work fails', async () => {
    await expect(virtually({ startAt }, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(Date.now).toBe(realNow);
    expect(Math.abs(Date.now() - startAt)).toBeGreaterThan(1_000);
  });

  it('says so where nothing can ever come', async () => {
    await expect(virtually({ startAt }, () => new Promise<void>(() => undefined))).rejects.toThrow(
      /stands still/,
    );
  });
});

describe('virtual connections', () => {
  const servers: WebSocketServer[] = [];
  afterEach(() => {
    for (const one of servers.splice(0)) one.close();
  });

  async function pair(): Promise<{ readonly client: WebSocket; readonly server: WebSocket }> {
    const http = createServer();
    const sockets = new WebSocketServer({ noServer: true });
    servers.push(sockets);
    http.on('upgrade', (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (one) => sockets.emit('connection', one));
    });
    await new Promise<void>((resolve) => http.listen(0, resolve));
    const { port } = http.address() as { readonly port: number };
    const client = new WebSocket(`ws://127.0.0.1:${port}/`);
    const server = await new Promise<WebSocket>((resolve) => sockets.once('connection', resolve));
    if (client.readyState !== WebSocket.OPEN) await new Promise((resolve) => client.once('open', resolve));
    return { client, server };
  }
  const closed = (one: WebSocket): Promise<number> =>
    new Promise((resolve) => one.once('close', (code) => resolve(code)));

  it('carry messages and pings, and end with the code that was said', async () => {
    await virtually({ startAt }, async () => {
      const { client, server } = await pair();
      const heard: string[] = [];
      client.on('message', (data: Buffer) => heard.push(data.toString()));
      client.on('pong', () => heard.push('pong'));
      server.send('one');
      server.send('x'.repeat(300_000));
      client.ping();
      await pause(1);
      expect(heard.map((one) => one.slice(0, 4))).toEqual(['one', 'xxxx', 'pong']);
      const end = closed(client);
      server.close(4001, 'enough');
      expect(await end).toBe(4001);
    });
  });

  it('cut without a word are 1006, and a port where nobody listens refuses', async () => {
    await virtually({ startAt }, async () => {
      const { client, server } = await pair();
      const end = closed(client);
      server.terminate();
      expect(await end).toBe(1006);
      const lost = new WebSocket('ws://127.0.0.1:999/');
      const error = await new Promise<NodeJS.ErrnoException>((resolve) => lost.once('error', resolve));
      expect(error.code).toBe('ECONNREFUSED');
    });
  });

  it('half open: nothing is read, pings are not answered, and all of it comes once it is read again', async () => {
    await virtually({ startAt }, async () => {
      const { client, server } = await pair();
      const heard: string[] = [];
      server.on('message', (data: Buffer) => heard.push(data.toString()));
      client.on('pong', () => heard.push('pong'));
      server.pause();
      client.send('late');
      client.ping();
      await pause(60_000);
      expect(heard).toEqual([]);
      server.resume();
      await pause(1);
      expect(heard.sort()).toEqual(['late', 'pong']);
    });
  });

  it('answer fetch, and give it up when told to', async () => {
    await virtually({ startAt }, async () => {
      const http = createServer((request, response) => {
        if (request.url === '/slow') return;
        response.setHeader('x-seen', String(request.headers['x-asked']));
        response.end('body');
      });
      await new Promise<void>((resolve) => http.listen(0, resolve));
      const { port } = http.address() as { readonly port: number };
      const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { 'x-asked': 'yes' } });
      expect([answer.status, answer.headers.get('x-seen'), await answer.text()]).toEqual([
        200,
        'yes',
        'body',
      ]);
      const stop = new AbortController();
      setTimeout(() => stop.abort('timeout'), 10_000);
      await expect(fetch(`http://127.0.0.1:${port}/slow`, { signal: stop.signal })).rejects.toBe('timeout');
      expect(Date.now()).toBe(startAt + 10_000);
    });
  });
});

describe('a desk on the virtual clock', () => {
  const units = loadUnits();

  /** Two minutes with a cut and a dead feed: all that was logged, reported and posted. */
  async function story(seed: number, stepsPerTurn?: number): Promise<string> {
    const given = await units;
    return await virtually(stepsPerTurn === undefined ? { startAt } : { startAt, stepsPerTurn }, async () => {
      const lines: string[] = [];
      const desk = await openDesk({ units: given, seed, onLine: (line) => lines.push(line) });
      await pause(5_000);
      await desk.hold('unprotected');
      await pause(15_000);
      desk.gateway.faults.inject({ fault: 'F1', hub: 'market', down: true, forMs: 9_000 });
      await pause(5_000);
      lines.push(JSON.stringify(await desk.ask()));
      await pause(20_000);
      desk.gateway.faults.inject({ fault: 'F4', hub: 'market' });
      await pause(40_000);
      lines.push(JSON.stringify(await desk.ask()), JSON.stringify(desk.posts()));
      lines.push(JSON.stringify(desk.gateway.faults.list()));
      await desk.close();
      return lines.join('\n');
    });
  }

  it('tells the same bytes for the same seed, whatever the real event loop does in between', async () => {
    const first = await story(7);
    expect(first).toContain('hub-cannot-connect');
    expect(first).toContain('"kind":"page"');
    expect(first).toContain('feed-mute');
    expect(await story(7)).toBe(first);
    expect(await story(7, 1)).toBe(first);
    expect(await story(8)).not.toBe(first);
  });
});
