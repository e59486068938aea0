// The desk as its user sees it: /health typed, the market hub dropped in the fault panel, the page, the thread, the recovery; makes the README's picture.
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDesk, type DeskUnderTest } from '../fixtures/desk.ts';
import { chromiumArguments, findChromium, shoot } from './stage.ts';

const executablePath = findChromium();

describe.skipIf(executablePath === undefined)('the whole desk in the page', () => {
  let desk: DeskUnderTest;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    desk = await openTestDesk();
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: [...chromiumArguments] });
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      colorScheme: 'dark',
      timezoneId: 'America/Chicago',
    });
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(desk.discord.url);
    await page.locator('[data-testid=desk][data-live=open]').waitFor();
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await desk.stop();
  }, 30_000);

  async function type(command: string): Promise<void> {
    await page.getByTestId('composer-input').fill(command);
    await page.keyboard.press('Enter');
  }

  /** A command about something, MNQ unless said otherwise, picked from the list. */
  async function ask(command: string, about = 'mnq'): Promise<void> {
    await page.getByTestId('composer').locator('[data-focus]').focus();
    await page.keyboard.type(`/${command} ${about}`);
    await page.getByTestId('completion-item').filter({ hasText: about }).first().waitFor();
    await page.keyboard.press('Enter');
    await expect
      .poll(async () => {
        await page.keyboard.press('Enter');
        return page.getByTestId('chips').count();
      })
      .toBe(0);
  }

  /** What is asked beside /health, and what its answer is called. */
  const shown = [
    ['positions', 'Last fills'],
    ['orders', 'Working orders'],
    ['pnl', 'Half turns'],
    ['performance', 'Latency'],
  ] as const;

  it('answers /health, pages on a drop from the fault panel, shows the evidence in the thread and the recovery', async () => {
    await expect
      .poll(
        async () => {
          await type('/health');
          await page.getByTestId('embed-title').last().waitFor();
          return page.getByTestId('embed-title').last().innerText();
        },
        { timeout: 20_000, interval: 500 },
      )
      .toMatch(/🟢\s*(All )?\d+ checks pass/);
    await desk.hold('unprotected');
    for (const [command, title] of shown) {
      await ask(command);
      await page.getByTestId('embed-title').filter({ hasText: title }).last().waitFor();
      await shoot(page, command);
    }

    const reports = page.getByTestId('embed-title').filter({ hasText: 'Health' });
    const before = await reports.count();
    await type('/health');
    await expect.poll(() => reports.count()).toBe(before + 1);

    await page.getByTestId('faults').click();
    await page.getByTestId('scenario-drop-market').click();
    const ops = page.getByTestId(`log-${desk.discord.channelId}`);
    await ops.getByRole('button', { name: 'Acknowledge' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('thread-box').click();
    const thread = page.getByTestId('thread-panel');
    await thread.getByText('Evidence', { exact: false }).first().waitFor();
    await shoot(page, 'ops-channel');
    await thread.getByRole('button', { name: 'Take step 1' }).click();
    await thread.getByRole('button', { name: 'Done: step 1' }).click();
    await thread.getByText('did it', { exact: false }).first().waitFor();
    await thread.getByText('What to do', { exact: false }).first().scrollIntoViewIfNeeded();
    await shoot(page, 'steps');
    desk.discord.write(desk.discord.users.trader, desk.discord.channelId, 'The router was rebooted');
    const said = page.getByTestId('message').filter({ hasText: 'The router was rebooted' });
    await said.hover();
    await shoot(page, 'message-menu');
    await type('/incident show');
    await page.getByTestId('embed-title').filter({ hasText: '#1' }).last().waitFor();
    await shoot(page, 'incident');

    await ops.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('Acknowledged', { exact: false }).first().waitFor();
    await page.getByTestId('faults').click();
    await page.getByTestId('end-fault').first().click();
    await page.keyboard.press('Escape');
    await page.getByTestId('thread-box').click();
    await thread.getByText('is over', { exact: false }).first().waitFor({ timeout: 25_000 });
    await shoot(page, 'recovery');

    await page.getByTestId('close-thread').click();
    await page.setViewportSize({ width: 1280, height: 1_300 });
    await ask('postmortem', '#1');
    const story = page.getByTestId('message').filter({ hasText: 'Postmortem of #1' });
    await story.locator('img[src*="postmortem"], img[src*="attachments"]').first().waitFor();
    await story.getByText('postmortem-1.json').last().scrollIntoViewIfNeeded();
    await shoot(page, 'postmortem');
    await page.setViewportSize({ width: 1280, height: 900 });
  }, 90_000);

  it('is whole on a phone, in light', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: 'light' });
    // The side list slides away.
    await expect
      .poll(async () => {
        const side = await page.getByTestId('side').boundingBox();
        return side === null ? 0 : side.x + side.width;
      })
      .toBeLessThanOrEqual(0);
    await shoot(page, 'phone-light');
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
  });
});
