// An incident worked together on a whole desk: steps, notes, hand-overs, silences and duty, by button, form and command.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { APIMessage } from 'discord-api-types/v10';
import { awaitAnswer } from '../fixtures/answer.ts';
import { openTestDesk, textOf, untilWell, type DeskUnderTest } from '../fixtures/desk.ts';

let desk: DeskUnderTest;

beforeAll(async () => {
  desk = await openTestDesk();
  await untilWell(desk);
}, 60_000);

afterAll(() => desk.stop(), 30_000);

const all = (channel: string, user: string): readonly APIMessage[] => desk.discord.messages(channel, user);
/** Types it there and gives back the answer's text. */
async function typed(
  command: string,
  options: Record<string, string> = {},
  user = desk.discord.users.lead,
  channel = desk.discord.channelId,
): Promise<string> {
  const id = desk.discord.type({ user, channel, command, options });
  return textOf(await awaitAnswer(desk.discord, id, () => all(channel, user), 15_000, desk.logged));
}

interface Part {
  readonly label?: string;
  readonly custom_id?: string;
  readonly components?: readonly Part[];
}

/** The custom id of the button with this label. */
function button({ components = [] }: APIMessage, label: RegExp): string {
  const parts = (components as readonly Part[]).flatMap(({ components: row = [] }) => row);
  const found = parts.find((part) => label.test(part.label ?? ''))?.custom_id;
  if (found === undefined) throw new Error(`no button ${label.source}`);
  return found;
}

describe('an incident', () => {
  it('is worked in its thread by several people, and its story can be read afterwards', async () => {
    const { discord, gateway } = desk;
    const { lead, trader } = discord.users;
    const fault = gateway.faults.inject({ fault: 'F1', hub: 'market', down: true });
    const page = await discord.expect(() => desk.pages()[0], 10_000);
    const thread = await discord.expect(() => discord.threads().at(-1)?.id, 5_000);
    expect(discord.threads().at(-1)?.name).toMatch(/^🔴|^🟠/);
    const inThread = (what: RegExp, within = 10_000): Promise<APIMessage> =>
      discord.expect(() => all(thread, lead).find((one) => what.test(textOf(one))), within);

    const steps = await inThread(/What to do/);
    discord.press({
      user: trader,
      channel: thread,
      message: steps.id,
      custom_id: button(steps, /^Take step 1/),
    });
    const begun = await inThread(/is on it/);
    expect(begun.id).toBe(steps.id);
    discord.press({
      user: trader,
      channel: thread,
      message: steps.id,
      custom_id: button(begun, /^Done: step 1/),
    });
    await inThread(/did it/);
    const next = await inThread(/did it/);
    expect(button(next, /^Done/)).not.toBe(button(begun, /^Done/));

    expect(await typed('incident take', {}, trader, thread)).toMatch(/is .*'s now|yours/);
    await discord.expect(() => (/^👀/.test(discord.threads().at(-1)?.name ?? '') ? true : undefined), 5_000);
    expect(await typed('incident take', {}, trader, thread)).toContain('yours already');
    await typed('incident assign', { person: lead }, trader, thread);
    const given = await inThread(/gave it to/);
    expect(given.mentions.map(({ id }) => id)).toEqual([lead]);

    const opened = new Promise<{ interaction: string; custom_id: string }>((resolve) => {
      discord.on(lead, (event) => {
        if (event.kind === 'modal.open')
          resolve({
            interaction: event.interaction,
            custom_id: (event.modal as { custom_id: string }).custom_id,
          });
      });
    });
    discord.press({
      user: lead,
      channel: discord.channelId,
      message: page.id,
      custom_id: button(desk.pages()[0] ?? page, /^Note/),
    });
    const form = await opened;
    discord.submit({
      user: lead,
      interaction: form.interaction,
      custom_id: form.custom_id,
      values: { text: 'Router restarted **now** @everyone' },
    });
    const note = await inThread(/Router restarted/);
    expect(note.mention_everyone).toBe(false);
    expect(note.content).toContain('\\*\\*now');

    const said = discord.write(trader, thread, 'The vendor says they restart <@&1> at 15:00');
    discord.type({ user: lead, channel: thread, command: 'Add to timeline', options: {}, target: said.id });
    const added = await inThread(/📝.*The vendor says/);
    expect(added.mention_roles).toEqual([]);

    await typed('incident severity', { level: 'medium' }, lead, thread);
    await inThread(/set the severity to medium/);
    await typed('incident escalate', {}, lead, thread);
    const call = await inThread(/asks for help .*, calling the same people again/);
    expect(call.mention_roles).toEqual([discord.oncallRoleId]);

    gateway.faults.remove(fault.id);
    await inThread(/is over/, 25_000);
    await discord.expect(() => {
      const made = discord.threads().at(-1);
      return made?.thread_metadata.archived === true && made.name.startsWith('🟢') ? true : undefined;
    }, 10_000);
    const shown = await typed('incident show', { incident: '1' });
    expect(shown).toMatch(/observed: .*acknowledged: /s);
    expect(shown).toContain('Nothing was held back');
    const story = await typed('incident timeline', { incident: '1' });
    for (const part of [
      /Market hub/,
      /did it/,
      /took|has it/,
      /Given to/,
      /Router restarted/,
      /The vendor says/,
      /medium/,
      /called/,
      /Recovered/,
    ])
      expect(story).toMatch(part);
    expect(await typed('incident list')).toMatch(/🟢 \*\*#1\*\*/);
  }, 90_000);

  it('cannot be worked by somebody who may only look, nor once it is over', async () => {
    const { viewer, lead } = desk.discord.users;
    expect(await typed('incident resolve', { incident: '1' }, viewer)).toContain('not act on it');
    expect(await typed('incident take', { incident: '1' }, lead)).toContain('already over');
    expect(await typed('incident show', { incident: '404' }, lead)).toContain('no incident #404');
  });
});

describe('a silence', () => {
  it('holds a page back, is shown with its reason, and tells what still fires when it ends', async () => {
    const { discord, gateway } = desk;
    const before = desk.pages().length;
    expect(
      await typed('silence add', { reason: 'moving the router', finding: 'hub-down', for: '30m' }),
    ).toContain('moving the router');
    await discord.expect(
      () => all(discord.channelId, discord.users.lead).find((one) => /Silence S1 of/.test(textOf(one))),
      5_000,
    );
    gateway.faults.inject({ fault: 'F1', hub: 'user', down: true, forMs: 60_000 });
    await discord
      .expect(
        () =>
          desk.logged.join('').includes('"alert firing"') && /hub-down@main\/user/.test(desk.logged.join(''))
            ? true
            : undefined,
        10_000,
      )
      .catch(() => undefined);
    const deadline = Date.now() + 10_000;
    while (!/🔕/.test(await typed('incident list')))
      if (Date.now() > deadline) throw new Error('not held back');
    expect(desk.pages()).toHaveLength(before);
    expect(await typed('incident take', { incident: '2' })).toContain('held back by a silence');
    expect(await typed('incident show', { incident: '2' })).toContain('moving the router');
    expect(await typed('silence end', { id: 'S1' })).toContain('is over');
    await discord.expect(() => (desk.pages().length > before ? true : undefined), 10_000);
    const thread = await discord.expect(() => discord.threads().at(-1)?.id, 5_000);
    await discord.expect(
      () => all(thread, discord.users.lead).find((one) => textOf(one).includes('Evidence')),
      10_000,
    );
    await typed('incident resolve', { incident: '2' });
  }, 60_000);

  it('needs an end within a day, something to match, and never mutes a dead watcher', async () => {
    expect(await typed('silence add', { reason: 'x', for: '30h', finding: 'hub-down' })).toContain(
      'at most 24 h',
    );
    expect(await typed('silence add', { reason: 'x' })).toContain('silence of everything');
    expect(await typed('silence add', { reason: 'x', finding: 'host-lost' })).toContain('cannot be silenced');
    expect(await typed('silence add', { reason: 'x', finding: 'hub-donw' })).toContain('hub-down');
    expect(await typed('silence add', { reason: 'x', suite: 'mnq' }, desk.discord.users.viewer)).toContain(
      'not act',
    );
  });
});

describe('being on call', () => {
  it('taken over for a while, the next page calls that person alone', async () => {
    const { discord, gateway } = desk;
    const { trader } = discord.users;
    expect(await typed('oncall take', { for: '2h' }, trader)).toMatch(/is on call/);
    const before = new Set(desk.pages().map(({ id }) => id));
    gateway.faults.inject({ fault: 'F4', hub: 'market', forMs: 20_000 });
    const page = await discord.expect(() => desk.pages().find(({ id }) => !before.has(id)), 20_000);
    expect(page.mentions.map(({ id }) => id)).toEqual([trader]);
    expect(page.mention_roles).toEqual([]);
  }, 40_000);
});

describe('a page that a moderator deletes', () => {
  it('is there again once somebody moves, its buttons work, and its story says so', async () => {
    const { discord } = desk;
    const { channelId } = discord;
    const { lead, trader } = discord.users;
    const resolving = ({ components }: APIMessage): string | undefined =>
      /incident:(\d+):resolve/.exec(JSON.stringify(components))?.[1];
    const page = await discord.expect(() => desk.pages().findLast((one) => resolving(one)), 10_000);
    const incident = resolving(page) ?? '';
    discord.removeMessage(channelId, page.id);
    await typed('incident take', { incident }, trader);
    const anew = await discord.expect(() => desk.pages().find((one) => resolving(one) === incident), 10_000);
    expect(anew.mentions).toEqual([]);
    const custom_id = button(anew, /^Resolve/);
    discord.press({ user: lead, channel: channelId, message: anew.id, custom_id });
    await discord.expect(
      () => desk.pages().find((one) => one.id === anew.id && /(Resolved|Closed) by hand/.test(textOf(one))),
      10_000,
    );
    expect(await typed('incident timeline', { incident })).toMatch(/deleted in Discord; posted again/);
  }, 40_000);
});
