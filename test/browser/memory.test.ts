// /postmortem and /slo as the page shows them: pictures that are read on a wide dark screen and on a light phone, with words for who cannot see them.
import { chromium, type Browser, type BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import postmortem from '../../commands/postmortem.ts';
import slo from '../../commands/slo.ts';
import { commands, context, startDesk, type Desk } from '../discord/desk.ts';
import { night, pastAnswer, pastIncident } from '../fixtures/past-incident.ts';
import { chromiumArguments, findChromium, shoot } from './stage.ts';

const executablePath = findChromium();
const wide = { viewport: { width: 1_280, height: 1_400 }, colorScheme: 'dark' } as const;
const phone = { viewport: { width: 390, height: 1_400 }, colorScheme: 'light', hasTouch: true } as const;
const many = Array.from({ length: 12 }, (_, index) => ({
  ...pastIncident({ id: String(index), acknowledgedAt: night + 400 + index * 40_000 }),
  refs: { acceptedAt: night + 1_000 + index * 300 },
}));

describe.skipIf(executablePath === undefined)('the memory of incidents in the page', () => {
  let desk: Desk;
  let browser: Browser;

  beforeAll(async () => {
    desk = await startDesk({
      commands: [...commands, postmortem, slo],
      context: () => ({ ...context, incidents: [pastIncident()] }),
      act: (task) =>
        Promise.resolve(
          task.kind === 'record' && task.action === 'slo'
            ? { kind: 'slo', at: night + 3_600_000, days: task.days, incidents: many }
            : pastAnswer({ similar: [pastIncident({ id: '9' }), pastIncident({ id: '7' })] }),
        ),
    });
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: [...chromiumArguments] });
  }, 30_000);
  afterAll(async () => {
    await browser.close();
    await desk.stop();
  }, 30_000);

  async function looked(command: string, options: BrowserContextOptions, name: string): Promise<void> {
    const { local } = desk;
    const [user, channel] = [local.users.lead, local.channelId];
    const typed = command === 'slo' ? {} : { incident: '12' };
    const id = local.type({ user, channel, command, options: typed });
    const message = await local.expect(() =>
      local
        .messages(channel, user)
        .find((one) => one.interaction_metadata?.id === id && one.embeds.length > 0),
    );
    const opened = await browser.newContext({ timezoneId: 'America/Chicago', ...options });
    const page = await opened.newPage();
    page.setDefaultTimeout(10_000);
    await page.goto(`${local.url}/?user=${user}`);
    const picture = page.locator(`img[src*="${message.embeds[0]?.image?.url.split('/').at(-2) ?? '?'}"]`);
    await picture.scrollIntoViewIfNeeded();
    await expect
      .poll(() => picture.evaluate((image: { readonly naturalWidth?: number }) => image.naturalWidth))
      .toBe(1_400);
    expect(await picture.getAttribute('alt')).toMatch(command === 'slo' ? /^Times to page/ : /^Timeline of/);
    const box = await picture.boundingBox();
    // What is drawn 20 high is then still 10 pixels high.
    expect(box?.width).toBeGreaterThan(280);
    expect(box?.width).toBeLessThanOrEqual(options.viewport?.width ?? 0);
    await shoot(page, name);
    await opened.close();
  }

  it('shows a postmortem wide and dark', () => looked('postmortem', wide, 'postmortem'), 30_000);
  it('shows a postmortem on a light phone', () => looked('postmortem', phone, 'postmortem-phone'), 30_000);
  it('shows the times wide and dark', () => looked('slo', wide, 'slo'), 30_000);
  it('shows the times on a light phone', () => looked('slo', phone, 'slo-phone'), 30_000);
});
