// What messages show and do in the page: buttons, selects, forms, threads, pings, files, markdown, hostile text.
import { ButtonStyle, ComponentType, MessageFlags, ThreadAutoArchiveDuration } from 'discord.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { findChromium, raise, type Stage } from './stage.ts';

const chromium = findChromium();

describe.skipIf(chromium === undefined)('a message in the page', () => {
  let stage: Stage;
  let page: Page;

  beforeAll(async () => {
    stage = await raise(chromium ?? '');
    stage.bot.thinkMs = 0;
    page = await stage.open(stage.local.users.lead);
    const { local } = stage;
    local.type({ user: local.users.lead, channel: local.channelId, command: 'health', options: {} });
    await page.getByTestId('embed').waitFor();
  }, 60_000);
  afterAll(async () => {
    await stage.stop();
  }, 30_000);

  const messageOf = (id: string) => page.locator(`[data-message="${id}"]`);

  it('lays inline fields out in one row', async () => {
    const fields = page.locator('.embed-field.inline');
    expect(await fields.count()).toBe(3);
    const boxes = await Promise.all((await fields.all()).map((field) => field.boundingBox()));
    expect(new Set(boxes.map((box) => Math.round(box?.y ?? -1))).size).toBe(1);
  });

  it('sends a select and shows the answer', async () => {
    await page.getByTestId('select').click();
    await page.getByRole('option', { name: /data-freshness/ }).click();
    await page.getByText('You chose data-freshness.').waitFor();
    expect(await page.locator('.select-list').count()).toBe(0);
  });

  it('opens a form from a button', async () => {
    await page.getByRole('button', { name: 'Add a note' }).click();
    await page.getByTestId('field-why').fill('pressed it');
    await page.getByTestId('modal-submit').click();
    await page.getByText('Noted: pressed it').waitFor();
    expect(await page.getByTestId('modal').count()).toBe(0);
  });

  it('says under the message that an interaction failed', async () => {
    const silence = page.getByRole('button', { name: 'Silence' });
    await silence.click();
    await expect.poll(() => silence.getAttribute('aria-busy')).toBe('true');
    await page.getByText('This interaction failed').waitFor();
    expect(await silence.getAttribute('aria-busy')).toBe('false');
  });

  it('is changed in place by a pressed button', async () => {
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    const done = page.getByRole('button', { name: 'Acknowledged' });
    await done.waitFor();
    expect(await done.isDisabled()).toBe(true);
    expect(await page.getByText('Acknowledged by').textContent()).toContain('@Lena Ortiz');
    expect(await page.locator('.edited').count()).toBe(1);
  });

  it('opens a link button elsewhere and safely', async () => {
    await stage.bot.ops.send({
      content: 'look',
      components: [
        {
          type: ComponentType.ActionRow,
          components: [
            {
              type: ComponentType.Button,
              style: ButtonStyle.Link,
              label: 'Status',
              url: 'https://status.example.com/',
            },
          ],
        },
      ],
    });
    const link = page.getByRole('link', { name: 'Status' });
    await link.waitFor();
    expect(await link.getAttribute('href')).toBe('https://status.example.com/');
    expect(await link.getAttribute('rel')).toContain('noopener');
  });

  it('lights up where it pings a role of the user, and only then', async () => {
    const content = `<@&${stage.local.oncallRoleId}> the hub is down`;
    const loud = await stage.bot.ops.send({
      content,
      allowedMentions: { roles: [stage.local.oncallRoleId] },
    });
    const quiet = await stage.bot.ops.send(content);
    await messageOf(quiet.id).waitFor();
    expect(await messageOf(loud.id).getAttribute('class')).toContain('pinged');
    expect(await messageOf(quiet.id).getAttribute('class')).not.toContain('pinged');
    expect(await messageOf(loud.id).locator('.mention.role').textContent()).toBe('@on-call');
  });

  it('grows a thread live, counts it, and opens it beside', async () => {
    const message = await stage.bot.ops.send('**Market hub down** · mnq');
    const thread = await message.startThread({
      name: 'Market hub down · mnq',
      autoArchiveDuration: ThreadAutoArchiveDuration.OneHour,
    });
    const box = messageOf(message.id).getByTestId('thread-box');
    await box.waitFor();
    await thread.send('#1: evidence **one**, taken <t:1:R>');
    await expect.poll(() => box.innerText()).toMatch(/#1: evidence one, taken \d+ years ago/);
    await expect.poll(() => box.textContent()).toContain('1 Message');
    expect(await page.getByTestId(`channel-${thread.id}`).getAttribute('aria-label')).toContain('1 unread');
    await box.click();
    const panel = page.getByTestId('thread-panel');
    await panel.getByText('evidence one').waitFor();
    await thread.send('evidence two');
    await panel.getByText('evidence two').waitFor();
    expect(await page.getByTestId(`channel-${thread.id}`).getAttribute('aria-label')).not.toContain('unread');
    await panel.getByTestId('thread-composer-input').fill('on it');
    await page.keyboard.press('Enter');
    await panel.getByText('on it').waitFor();
    await expect.poll(() => box.textContent()).toContain('3 Messages');
    await page.getByTestId('close-thread').click();
    expect(await panel.count()).toBe(0);
  });

  it('offers a file to download and to look into', async () => {
    const sent = await stage.bot.ops.send({
      files: [{ attachment: Buffer.from('line one\n<script>line two</script>'), name: 'evidence.txt' }],
    });
    const file = messageOf(sent.id).getByTestId('file');
    await file.getByRole('button', { name: /Look into/ }).click();
    await expect.poll(() => file.locator('pre').textContent()).toBe('line one\n<script>line two</script>');
    expect(await file.getByRole('link', { name: 'evidence.txt', exact: true }).getAttribute('download')).toBe(
      'evidence.txt',
    );
  });

  it('shows a picture of its own', async () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    const sent = await stage.bot.ops.send({ files: [{ attachment: png, name: 'chart.png' }] });
    const picture = messageOf(sent.id).locator('img');
    await picture.waitFor();
    await expect
      .poll(() => picture.evaluate((image: { readonly naturalWidth?: number }) => image.naturalWidth))
      .toBe(1);
  });

  it('draws layout components', async () => {
    await stage.bot.ops.send({
      flags: MessageFlags.IsComponentsV2,
      components: [
        {
          type: ComponentType.Container,
          accent_color: 0x248046,
          components: [
            { type: ComponentType.TextDisplay, content: '## Recovered' },
            { type: ComponentType.Separator },
            {
              type: ComponentType.Section,
              components: [{ type: ComponentType.TextDisplay, content: 'after **31 s**' }],
              accessory: {
                type: ComponentType.Button,
                style: ButtonStyle.Secondary,
                custom_id: 'report',
                label: 'Report',
              },
            },
          ],
        },
      ],
    });
    const container = page.getByTestId('container');
    await container.waitFor();
    expect(await container.getByRole('heading', { name: 'Recovered' }).count()).toBe(1);
    expect(await container.locator('strong').textContent()).toBe('31 s');
    expect(await container.getByRole('button', { name: 'Report' }).count()).toBe(1);
  });

  it('keeps hostile text inert', async () => {
    const hostile = [
      '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>',
      '[click](javascript:window.hacked=1) [quoted](https://x.example/"onmouseover="window.hacked=1)',
      '`<svg onload=window.hacked=1>` ||<b>x</b>|| <t:99999999999999:F>',
    ].join('\n');
    const sent = await stage.bot.ops.send({
      content: hostile,
      embeds: [
        {
          title: '<img src=x onerror=window.hacked=1>',
          description: hostile,
          fields: [{ name: '<i>n</i>', value: '<i>v</i>' }],
        },
      ],
    });
    const message = messageOf(sent.id);
    await message.getByTestId('embed').waitFor();
    expect(
      await message.locator('.content img, .content script, .content svg, .content b, .content i').count(),
    ).toBe(0);
    expect(await message.locator('a[href^="javascript"]').count()).toBe(0);
    expect(await message.locator('[onmouseover], [onerror]').count()).toBe(0);
    expect(await page.evaluate('"hacked" in window')).toBe(false);
    expect(await message.getByTestId('content').textContent()).toContain('<script>window.hacked=1</script>');
  });

  it('is marked edited, and goes when it is deleted', async () => {
    const sent = await stage.bot.ops.send('first words');
    await messageOf(sent.id).getByText('first words').waitFor();
    await sent.edit('second words');
    await messageOf(sent.id).getByText('second words').waitFor();
    expect(await messageOf(sent.id).locator('.edited').count()).toBe(1);
    await sent.delete();
    await expect.poll(() => messageOf(sent.id).count()).toBe(0);
  });

  it('threw no error on the way', () => {
    expect(stage.errors).toEqual([]);
  });
});
