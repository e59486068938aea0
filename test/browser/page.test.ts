// The page around the messages: colours, phone, people, quick switcher, a desk that goes and comes back, the fault panel.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { startLocalDiscord } from '../../src/local/discord/server.ts';
import { findChromium, raise, type Stage } from './stage.ts';

const chromium = findChromium();

interface Box {
  readonly scrollWidth: number;
  readonly clientWidth: number;
}

/** Just enough of the simulated gateway's switches to press the panel's buttons against. */
function fakeGateway(): {
  readonly server: Server;
  readonly asked: string[];
  readonly ready: Promise<string>;
} {
  const asked: string[] = [];
  let faults: Record<string, unknown>[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { method = '', url = '' } = request;
      if (method !== 'GET') asked.push(`${method} ${url} ${body}`.trim());
      const say = (status: number, json?: unknown) => {
        response
          .writeHead(status, { 'content-type': 'application/json' })
          .end(json === undefined ? '' : JSON.stringify(json));
      };
      if (url === '/faults' && method === 'POST') {
        const { fault, ...params } = JSON.parse(body) as Record<string, unknown>;
        const id = `fault-${asked.length}`;
        faults = [
          ...faults,
          {
            id,
            fault,
            params,
            state: 'active',
            startAt: Date.now(),
            endAt: null,
            endsAt: Date.now() + 30_000,
          },
        ];
        say(201, { id });
      } else if (url === '/faults') say(200, faults);
      else if (url.startsWith('/faults/fault-')) {
        faults = faults.filter(({ id }) => !url.endsWith(String(id)));
        say(204);
      } else if (url === '/sim/position' && method !== 'GET') say(method === 'POST' ? 201 : 204);
      else if (url === '/sim/position')
        say(200, { accounts: [{ accountId: 1, positions: [], workingOrders: [] }] });
      else say(404, { error: 'nothing here' });
    });
  });
  const ready = new Promise<string>((resolve) =>
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    ),
  );
  return { server, asked, ready };
}

describe.skipIf(chromium === undefined)('the page', () => {
  let stage: Stage;
  let page: Page | undefined;
  const gateway = fakeGateway();

  beforeAll(async () => {
    stage = await raise(chromium ?? '', { gatewayUrl: await gateway.ready });
    stage.bot.thinkMs = 0;
  }, 60_000);
  afterEach(async () => {
    await page?.context().close();
    page = undefined;
  });
  afterAll(async () => {
    await stage.stop();
    gateway.server.closeAllConnections();
    gateway.server.close();
  }, 30_000);

  const open = async (...args: Parameters<Stage['open']>): Promise<Page> =>
    (page = await stage.open(...args));
  const background = (of: Page) => of.evaluate('getComputedStyle(document.body).backgroundColor');

  it('welcomes into an empty #ops and puts a tried command into the composer', async () => {
    const here = await open(stage.local.users.lead);
    await here.getByTestId('try-health').click();
    await here.getByTestId('chips').getByText('/health').waitFor();
    // The composer takes the focus a moment after it shows the command.
    await expect
      .poll(() => here.evaluate("document.activeElement?.closest('[data-testid=composer]') !== null"))
      .toBe(true);
    await here.keyboard.press('Enter');
    await here.getByTestId('embed').waitFor();
    expect(await here.title()).toContain('#ops');
  });

  it('follows the system’s colours, and keeps the ones that somebody chose', async () => {
    const dark = await open(stage.local.users.lead, { colorScheme: 'dark' });
    expect(await background(dark)).toBe('rgb(49, 51, 56)');
    await dark.getByTestId('theme').click();
    await expect.poll(() => background(dark)).toBe('rgb(255, 255, 255)');
    await dark.reload();
    await dark.getByTestId('desk').waitFor();
    expect(await background(dark)).toBe('rgb(255, 255, 255)');
    await dark.context().close();
    const light = await open(stage.local.users.lead, { colorScheme: 'light' });
    expect(await background(light)).toBe('rgb(255, 255, 255)');
  });

  it('fits a phone: nothing wider than the screen, channels in a drawer', async () => {
    const phone = await open(stage.local.users.lead, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
    });
    await phone.getByTestId('composer-input').waitFor();
    await stage.bot.ops.send(`${'x'.repeat(300)} \`${'y'.repeat(200)}\``);
    await phone.getByText('xxxx').waitFor();
    const overflow = () => phone.evaluate('document.documentElement.scrollWidth - innerWidth');
    const log = phone.getByTestId(`log-${stage.local.channelId}`);
    expect(await overflow()).toBeLessThanOrEqual(0);
    expect(
      await log.evaluate(({ scrollWidth, clientWidth }: Box) => scrollWidth - clientWidth),
    ).toBeLessThanOrEqual(0);
    expect(await phone.getByTestId('side').isVisible()).toBe(false);
    await phone.getByTestId('menu').click();
    await phone.getByTestId(`channel-${stage.local.generalChannelId}`).click();
    await expect.poll(() => phone.getByTestId('channel-title').textContent()).toBe('general');
    await expect.poll(() => phone.getByTestId('side').isVisible()).toBe(false);
    await phone.getByTestId('faults').click();
    await phone.getByTestId('fault-panel').waitFor();
    expect(await overflow()).toBeLessThanOrEqual(0);
  });

  it('lets another person sit down, by keyboard', async () => {
    const here = await open(stage.local.users.lead);
    await here.getByTestId('user-switch').focus();
    await here.keyboard.press('Enter');
    await expect
      .poll(() => here.evaluate("document.activeElement?.getAttribute('data-testid')"))
      .toBe(`user-${stage.local.users.lead}`);
    await here.keyboard.press('ArrowDown');
    await here.keyboard.press('Enter');
    await expect.poll(() => here.getByTestId('user-switch').textContent()).toContain('Tom Reyes');
    await here.locator('[data-live=open]').waitFor();
    stage.local.write(stage.local.users.lead, stage.local.channelId, 'hello Tom');
    await here.getByText('hello Tom').waitFor();
  });

  it('marks what was not read, and goes there with Ctrl+K', async () => {
    const here = await open(stage.local.users.lead);
    const general = here.getByTestId(`channel-${stage.local.generalChannelId}`);
    stage.local.write(
      stage.local.users.trader,
      stage.local.generalChannelId,
      `<@${stage.local.users.lead}> lunch?`,
    );
    await general.getByTestId('mentions').waitFor();
    expect(await here.title()).toMatch(/^\(1\)/);
    await here.keyboard.press('Control+k');
    await here.getByTestId('switcher-input').waitFor();
    await here.keyboard.type('gene');
    await here.keyboard.press('Enter');
    await expect.poll(() => here.getByTestId('channel-title').textContent()).toBe('general');
    await here.getByText('lunch?').waitFor();
    expect(await here.getByTestId('mentions').count()).toBe(0);
  });

  it('gives every part a role and a name', async () => {
    const here = await open(stage.local.users.lead);
    expect(await here.getByRole('log', { name: 'Messages in ops' }).getAttribute('aria-live')).toBe('polite');
    expect(await here.getByRole('textbox', { name: 'Message ops' }).count()).toBe(1);
    await here.getByTestId('composer-input').fill('/');
    await here.getByRole('listbox').waitFor();
    const active = await here.getByTestId('composer-input').getAttribute('aria-activedescendant');
    expect(await here.locator(`[id="${active ?? ''}"]`).getAttribute('aria-selected')).toBe('true');
    const named = here.getByRole('button', { name: /\S/ });
    expect(await here.getByRole('button').count()).toBeGreaterThan(8);
    expect(await named.count()).toBe(await here.getByRole('button').count());
  });

  it('breaks the gateway at one press, counts down, and ends it', async () => {
    const here = await open(stage.local.users.lead);
    await here.getByTestId('faults').click();
    await here.getByTestId('scenario-drop-market').click();
    const active = here.getByTestId('active-faults');
    await active.getByText('hub market').waitFor();
    expect(gateway.asked.at(-1)).toBe('POST /faults {"fault":"F1","hub":"market","forMs":30000,"down":true}');
    expect(await here.getByTestId('countdown').textContent()).toMatch(/^(2[5-9]|30) s$/);
    await here.getByTestId('end-fault').click();
    await expect.poll(() => active.count()).toBe(0);
    await here.getByTestId('position-unprotected').click();
    await expect.poll(() => gateway.asked.at(-1)).toContain('"protected":false');
    await here.getByTestId('local-fault-form').getByRole('button', { name: 'Start' }).click();
    await active.getByText('Rate limit').waitFor();
    expect(stage.local.faults.list().map(({ fault }) => fault)).toEqual(['rate-limit']);
    stage.local.faults.clear();
  });

  it('says that the desk is gone, and catches up by itself when it is back', async () => {
    const first = await startLocalDiscord();
    const { port } = first;
    const context = await stage.browser.newContext();
    const here = (page = await context.newPage());
    await here.goto(`${first.url}/?user=${first.users.lead}`);
    await here.locator('[data-live=open]').waitFor();
    first.write(first.users.trader, first.channelId, 'before');
    await here.getByText('before').waitFor();
    await first.stop();
    await here.getByTestId('gone').waitFor();
    const second = await startLocalDiscord({ port });
    second.write(second.users.trader, second.channelId, 'while you were away');
    await here.getByText('while you were away').waitFor();
    await expect.poll(() => here.getByTestId('gone').count()).toBe(0);
    second.write(second.users.trader, second.channelId, 'and live again');
    await here.getByText('and live again').waitFor();
    await second.stop();
  });

  it('loses no message that comes while the list is being loaded', async () => {
    const here = await open(stage.local.users.lead);
    let posted = false;
    await here.route(/\/messages\?/, async (route) => {
      // The answer is taken first, then a message comes, then the page gets the old answer.
      const answer = await route.fetch();
      if (!posted) {
        posted = true;
        stage.local.write(stage.local.users.trader, stage.local.generalChannelId, 'just in between');
        await here
          .getByTestId(`channel-${stage.local.generalChannelId}`)
          .and(here.locator('.here'))
          .waitFor();
      }
      await route.fulfill({ response: answer });
    });
    await here.getByTestId(`channel-${stage.local.generalChannelId}`).click();
    await here.getByText('just in between').waitFor();
    expect(posted).toBe(true);
  });

  it('threw no error on the way', () => {
    expect(stage.errors).toEqual([]);
  });
});
