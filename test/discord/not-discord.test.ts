// What a proxy says in Discord's place: neither a message that was taken nor a refusal, so it is tried again.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { asOpsError, isRefusal } from '../../src/discord/discord-error.ts';
import { message } from '../../src/discord/presenter/message.ts';
import { closeRest, openRest, type DiscordRest } from '../../src/discord/rest.ts';
import { sendingOver } from '../../src/discord/sending.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0).reverse()) close();
});

/** Everything is answered so. */
async function behind(status: number, type?: string): Promise<DiscordRest> {
  const server: Server = createServer((_request, response) => {
    response.writeHead(status, type === undefined ? {} : { 'content-type': type });
    response.end(type === undefined ? undefined : '<html><body>nginx</body></html>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const rest = openRest(
    { token: 't', api: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api` },
    systemClock,
  );
  closers.push(() => {
    closeRest(rest);
    server.closeAllConnections();
    server.close();
  });
  return rest;
}

const page = message({ content: 'a page' });

it.each([200, 403, 404])('a page of a proxy with status %i is no word of Discord’s', async (status) => {
  const rest = await behind(status, 'text/html; charset=utf-8');
  const posting = sendingOver(rest, systemClock).post('1574390910047748101', page, 'nonce');
  const error: unknown = await posting.then(
    () => undefined,
    (failed: unknown) => failed,
  );
  expect(isRefusal(error)).toBe(false);
  expect(asOpsError(error, 'The page')).toMatchObject({ code: 'discord-unavailable', retryable: true });
  expect(asOpsError(error, 'The page').message).toContain(String(status));
  // Nor does it say anything about what the bot may do.
  expect(rest.gate.why('1574390910047748101')).toBeUndefined();
});

it('an answer without any words is none of a proxy’s', async () => {
  const rest = await behind(200);
  await expect(
    rest.callback.post('/interactions/1/t/callback', { auth: false, body: {} }),
  ).resolves.toBeDefined();
});
