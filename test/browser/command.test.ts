// Typing slash commands in the page: completion, thinking, answers, choices, refusals, by keyboard alone.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { findChromium, raise, shoot, type Stage } from './stage.ts';

const chromium = findChromium();

describe.skipIf(chromium === undefined)('a command in the page', () => {
  let stage: Stage;
  let page: Page;

  beforeAll(async () => {
    stage = await raise(chromium ?? '');
    page = await stage.open(stage.local.users.lead);
  }, 60_000);
  afterAll(async () => {
    await stage.stop();
  }, 30_000);

  const items = () => page.getByTestId('completion-item');
  const type = async (text: string) => {
    await page.getByTestId('composer').locator('[data-focus]').focus();
    await page.keyboard.type(text);
  };
  const lastContent = () => page.getByTestId('content').last();

  it('completes `/he`, thinks, and shows the embed under who used it', async () => {
    stage.bot.thinkMs = 900;
    await type('/he');
    await items().filter({ hasText: '/health' }).waitFor();
    expect(await items().count()).toBe(1);
    expect(await items().first().textContent()).toContain('How is every suite?');
    await page.keyboard.press('Enter');
    await page.getByTestId('chips').getByText('/health').waitFor();
    await page.keyboard.press('Enter');
    await page.getByTestId('thinking').waitFor();
    await page.getByTestId('embed').waitFor();
    expect(await page.getByTestId('thinking').count()).toBe(0);
    expect(await page.getByTestId('used').textContent()).toMatch(/Lena Ortiz\s+used\s+\/health/);
    expect(await page.getByTestId('embed-title').textContent()).toBe('mnq: market hub is down');
    expect(await page.locator('.app-badge').last().textContent()).toBe('APP');
    await shoot(page, 'page-health');
    stage.bot.thinkMs = 0;
  });

  it('runs a command that was typed in full with one Enter', async () => {
    await type('/suites');
    await page.keyboard.press('Enter');
    await page.getByText('Two suites:').waitFor();
    expect(await page.getByTestId('composer-input').inputValue()).toBe('');
  });

  it('fetches choices while typing and sends what was chosen', async () => {
    await type('/diagnose ');
    await items().filter({ hasText: 'mnq (suite)' }).waitFor();
    await page.keyboard.type('es');
    await expect.poll(() => items().count()).toBe(1);
    await page.keyboard.press('Enter');
    await items().filter({ hasText: 'rest-session' }).waitFor();
    expect(await page.getByTestId('option-suite').inputValue()).toBe('es (suite)');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Asked: suite=es diagnostic=data-freshness').waitFor();
    expect(await page.getByTestId('chips').count()).toBe(0);
  });

  it('recalls the last command with ArrowUp', async () => {
    await page.getByTestId('composer-input').focus();
    await page.keyboard.press('ArrowUp');
    expect(await page.getByTestId('option-diagnostic').inputValue()).toBe('data-freshness (diagnostic)');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByTestId('composer-input').waitFor();
    expect(await page.getByTestId('chips').count()).toBe(0);
  });

  it('does not send without a required option, and says which', async () => {
    const before = await page.getByTestId('message').count();
    await type('/diagnose ');
    await items().first().waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await page.getByTestId('trouble').waitFor();
    expect(await page.getByTestId('trouble').textContent()).toContain('required');
    expect(await page.getByTestId('option-suite').getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByTestId('message').count()).toBe(before);
    await page.getByTestId('cancel').click();
  });

  it('offers true and false, and sends them as such', async () => {
    await type('/diagnose mnq');
    await items().filter({ hasText: 'mnq (suite)' }).waitFor();
    await page.keyboard.press('Enter');
    await items().filter({ hasText: 'hub-connection' }).waitFor();
    await page.keyboard.press('Enter');
    await items().filter({ hasText: 'loud' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('tr');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.getByText('Asked: suite=mnq diagnostic=hub-connection loud=true').waitFor();
    expect(await page.getByTestId('trouble').count()).toBe(0);
  });

  it('shows an ephemeral answer to its user alone, until it is dismissed', async () => {
    const other = await stage.open(stage.local.users.trader);
    await type('/secret');
    await page.keyboard.press('Enter');
    await page.getByText('The word is').waitFor();
    expect(await page.getByText('Only you can see this').count()).toBe(1);
    await stage.bot.ops.send('after the secret');
    await other.getByText('after the secret').waitFor();
    expect(await other.getByText('The word is').count()).toBe(0);
    await page.getByTestId('dismiss').click();
    await expect.poll(() => page.getByText('The word is').count()).toBe(0);
    await other.context().close();
  });

  it('says that the application did not respond', async () => {
    await type('/silent');
    await page.keyboard.press('Enter');
    await page.getByTestId('pending').getByText('Sending command').waitFor();
    await page.getByTestId('failure').getByText('The application did not respond').waitFor();
    await page.getByTestId('pending').getByText('Dismiss message').click();
    await expect.poll(() => page.getByTestId('pending').count()).toBe(0);
  });

  it('opens a form, and posts what was written', async () => {
    await type('/note');
    await page.keyboard.press('Enter');
    const field = page.getByTestId('field-why');
    await field.waitFor();
    await field.and(page.locator(':focus')).waitFor();
    await page.keyboard.type('The hub fell over.');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Noted: The hub fell over.').waitFor();
    // The message comes by the gateway, the form is closed by the answer to the request: either may be first.
    await expect.poll(() => page.getByTestId('modal').count()).toBe(0);
  });

  it('puts a slash into the composer from anywhere, and sends a plain message', async () => {
    await page.getByTestId('log-' + stage.local.channelId).focus();
    await page.keyboard.type('/su');
    await items().filter({ hasText: '/suites' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('composer-input').fill('two ** stars and <b>no markup</b>');
    await page.keyboard.press('Enter');
    await expect.poll(() => lastContent().textContent()).toBe('two ** stars and <b>no markup</b>');
    expect(await page.locator('.content b').count()).toBe(0);
  });

  it('names an unknown command, and sends it as a text only when asked to', async () => {
    await page.getByTestId('composer-input').fill('/nothing here');
    await page.keyboard.press('Enter');
    expect(await page.getByTestId('trouble').textContent()).toMatch(/There is no command \/nothing/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await expect.poll(() => lastContent().textContent()).toBe('/nothing here');
  });

  it('tells a viewer why a message was not taken, and keeps the text', async () => {
    const viewer = await stage.open(stage.local.users.viewer);
    await viewer.getByTestId('composer-input').fill('may I?');
    await viewer.keyboard.press('Enter');
    await viewer.getByTestId('trouble').waitFor();
    expect(await viewer.getByTestId('trouble').textContent()).toMatch(/permission/);
    expect(await viewer.getByTestId('composer-input').inputValue()).toBe('may I?');
    await viewer.context().close();
  });

  it('threw no error on the way', () => {
    expect(stage.errors).toEqual([]);
  });
});
