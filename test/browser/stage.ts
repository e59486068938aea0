// The stage of a browser test: a real local Discord, the small bot, and one headless Chromium for all pages.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import {
  startLocalDiscord,
  type LocalDiscord,
  type LocalDiscordOptions,
} from '../../src/local/discord/server.ts';
import { startSmallBot, type SmallBot } from './small-bot.ts';

const candidates = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Headless and quiet: a browser that looks for updates would knock on a closed network. */
export const chromiumArguments = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const;

/** The browser's path, or undefined with the reason told. */
export function findChromium(): string | undefined {
  const found = candidates.find((file) => file !== undefined && file !== '' && existsSync(file));
  if (found === undefined)
    console.warn('browser tests skipped: no Chromium here; install one or name it in CHROMIUM');
  return found;
}

/** Keeps a picture for the README, where `SCREENSHOTS` names a folder for it. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder !== undefined && folder !== '')
    await page.screenshot({ path: path.join(folder, `${name}.png`) });
}

export interface Stage {
  readonly local: LocalDiscord;
  readonly bot: SmallBot;
  readonly browser: Browser;
  /** Opens the page as somebody; every page error and console error lands in `errors`. */
  open(user: string, options?: BrowserContextOptions): Promise<Page>;
  readonly errors: string[];
  stop(): Promise<void>;
}

export async function raise(executablePath: string, options: LocalDiscordOptions = {}): Promise<Stage> {
  const local = await startLocalDiscord(options);
  const bot = await startSmallBot(local);
  const browser = await chromium.launch({
    executablePath,
    args: [...chromiumArguments],
  });
  const errors: string[] = [];
  return {
    local,
    bot,
    browser,
    errors,
    async open(user, contextOptions = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...contextOptions });
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' && !/Failed to load resource|ERR_/.test(message.text()))
          errors.push(message.text());
      });
      await page.goto(`${local.url}/?user=${user}`);
      await page.locator('[data-testid=desk][data-live=open]').waitFor();
      return page;
    },
    async stop() {
      await browser.close();
      await bot.stop();
      await local.stop();
    },
  };
}
