// Asking whether a hub negotiates: what it offered, what it no longer offers, and what it never did.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { Negotiation } from '../../src/projectx/negotiation.ts';
import { FakeClock } from '../fakes/clock.ts';

const offer = JSON.stringify({
  negotiateVersion: 1,
  connectionId: 'x6f',
  availableTransports: [{ transport: 'WebSockets', transferFormats: ['Text', 'Binary'] }],
});
const { signal } = new AbortController();

interface Hub {
  readonly clock: FakeClock;
  readonly negotiation: Negotiation;
  readonly asked: () => number;
  answers: RequestListener;
}

async function aHub(answers: RequestListener): Promise<Hub> {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    hub.answers(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hubs/market`;
  const clock = new FakeClock();
  const bearer = {
    expiresAt: undefined,
    token: () => Promise.resolve('token'),
    replace: () => Promise.resolve('token'),
    accepted: () => undefined,
    refusedAnew: () => undefined,
  };
  const negotiation = new Negotiation({
    urls: { user: url, market: url },
    bearer,
    clock,
    timeoutMs: 10_000,
  });
  const hub: Hub = { clock, negotiation, asked: () => asked, answers };
  return hub;
}

const answering =
  (status: number, text: string): RequestListener =>
  (_request, response) => {
    response.writeHead(status).end(text);
  };

it('a hub that takes sockets alone is not called broken: it never offered to negotiate', async () => {
  for (const status of [400, 404, 405, 426]) {
    const { negotiation } = await aHub(answering(status, 'no'));
    expect(await negotiation.ask('market', signal)).toMatchObject({
      outcome: 'not-asked',
      detail: `the market hub has not offered it so far (HTTP ${status}: no)`,
    });
  }
});

it('one that never answers is given up after three seconds, and not asked again for minutes', async () => {
  const hub = await aHub(() => undefined);
  const asking = hub.negotiation.ask('market', signal);
  await expect.poll(hub.asked).toBe(1);
  await hub.clock.forward(3_000);
  expect((await asking).detail).toBe('the market hub has not offered it so far (no answer within 3 s)');
  await hub.clock.forward(4 * 60_000);
  expect((await hub.negotiation.ask('market', signal)).outcome).toBe('not-asked');
  expect(hub.asked()).toBe(1);
});

it.each([
  ['is refused', answering(404, 'gone'), 'refused'],
  ['fails', answering(503, 'down'), 'server-error'],
  ['answers something else', answering(200, '{"hello":1}'), 'bad-answer'],
])(
  'what was offered before and now %s is broken, and asked again after half a minute',
  async (_how, now, outcome) => {
    const hub = await aHub(answering(200, offer));
    expect((await hub.negotiation.ask('market', signal)).outcome).toBe('ok');
    hub.answers = now;
    expect((await hub.negotiation.ask('market', signal)).outcome).toBe('ok');
    await hub.clock.forward(5 * 60_000);
    expect((await hub.negotiation.ask('market', signal)).outcome).toBe(outcome);
    hub.answers = answering(200, offer);
    await hub.clock.forward(30_000);
    expect((await hub.negotiation.ask('market', signal)).outcome).toBe('ok');
  },
);

it('an error or rubbish is broken from the first answer: a hub that does not negotiate refuses', async () => {
  expect(await (await aHub(answering(503, 'down'))).negotiation.ask('user', signal)).toMatchObject({
    outcome: 'server-error',
  });
  expect(await (await aHub(answering(200, 'rubbish'))).negotiation.ask('user', signal)).toMatchObject({
    outcome: 'bad-answer',
    detail: 'no connection is offered in "rubbish"',
  });
});
