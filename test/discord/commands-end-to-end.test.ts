// Commands through the real client: acknowledged, planned, answered exactly once, whatever fails in between.
import { afterEach, expect, test } from 'vitest';
import type { APIMessage } from 'discord-api-types/v10';
import { alert, context, incident, startDesk, type Desk } from './desk.ts';
import { finding, login, report } from './presenter/reports.ts';

let desk: Desk | undefined;
afterEach(async () => {
  const open = desk;
  desk = undefined;
  await open?.stop();
});

const titles = (message: APIMessage): string =>
  [message.content, ...message.embeds.map(({ title }) => title ?? '')].join(' ');
const typed = (at: Desk, command: string, options: Record<string, string> = {}, user = at.local.users.lead) =>
  at.local.type({ user, channel: at.local.channelId, command, options });
const shown = (at: Desk, what: RegExp, user = at.local.users.lead) =>
  at.local.expect(() =>
    at.local.messages(at.local.channelId, user).find((message) => what.test(JSON.stringify(message))),
  );
const ticketOf = (at: Desk, index = 0) => at.local.expect(() => at.tickets[index]);

test('/health is acknowledged, queued as a task of the whole desk, and its report lands in the reply', async () => {
  desk = await startDesk();
  const id = typed(desk, 'health');
  const ticket = await ticketOf(desk);
  expect(ticket.id).toBe(id);
  expect(ticket.task).toEqual({
    kind: 'examine',
    title: 'Health',
    parts: [{ login: 'main', suites: ['mnq', 'es'] }],
    diagnostics: 'all',
  });
  expect(ticket.deadlineAt - ticket.askedAt).toBe(10_000);
  await desk.bot.messenger.deliverAnswer(ticket, report([login('main', [finding('a', 'pass')])]));
  const message = await shown(desk, /The check passes/);
  expect(message.interaction_metadata?.id).toBe(id);
  expect(desk.local.messages(desk.local.channelId, desk.local.users.lead)).toHaveLength(1);
});

test('a report too long for embeds arrives with its file', async () => {
  desk = await startDesk();
  typed(desk, 'health');
  const many = Array.from({ length: 40 }, (_, index) =>
    finding(`f${index}`, 'fail', { summary: 'y'.repeat(400) }),
  );
  await desk.bot.messenger.deliverAnswer(await ticketOf(desk), report([login('main', many)]));
  const message = await shown(desk, /report\.txt below/);
  expect(message.attachments[0]?.filename).toBe('report.txt');
  expect(message.attachments[0]?.content_type).toMatch(/^text\/plain/);
});

test('an unknown suite is refused in a sentence with the nearest name', async () => {
  desk = await startDesk();
  typed(desk, 'health', { suite: 'mnqq' });
  const message = await shown(desk, /Not done/);
  expect(message.embeds[0]?.description).toBe(
    'There is no suite called "mnqq" on this desk.\n→ Did you mean mnq? /suites lists all of them.',
  );
});

test('/suites, /explain and /help answer without asking anybody', async () => {
  desk = await startDesk();
  typed(desk, 'suites');
  typed(desk, 'explain', { finding: 'feed-mute' });
  typed(desk, 'help');
  await shown(desk, /2 suites on 1 login/);
  await shown(desk, /Connected, but no data comes/);
  await shown(desk, /What you can ask here/);
  expect(desk.local.messages(desk.local.channelId, desk.local.users.viewer).map(titles).join()).not.toMatch(
    /What you can/,
  );
  expect(desk.tickets).toEqual([]);
});

test('choices come from the live roster while typing', async () => {
  desk = await startDesk();
  const complete = (command: string, options: Record<string, string>, focused: string) =>
    desk?.local.complete({
      user: desk.local.users.lead,
      channel: desk.local.channelId,
      command,
      options,
      focused,
    });
  expect(await complete('health', { suite: 'mn' }, 'suite')).toEqual([
    { name: 'mnq · MNQ · main', value: 'mnq' },
  ]);
  expect(await complete('diagnose', { suite: 'mnq', diagnostic: 'fresh' }, 'diagnostic')).toEqual([
    { name: 'data-freshness · Is the data fresh?', value: 'data-freshness' },
  ]);
});

test('a queue that refuses the task gives a failure message at once', async () => {
  desk = await startDesk({ submit: () => Promise.reject(new Error('ECONNREFUSED redis://u:secretpw@h')) });
  typed(desk, 'health');
  const message = await shown(desk, /could not be queued/);
  expect(JSON.stringify(message)).not.toContain('secretpw');
});

test('a desk state that cannot be read gives a failure message', async () => {
  desk = await startDesk({ context: () => Promise.reject(new Error('no redis')) });
  typed(desk, 'health');
  expect(titles(await shown(desk, /could not be started/))).toContain('That failed');
});

test('the acknowledgement does not wait for a slow desk state', async () => {
  let open: (() => void) | undefined;
  const gate = new Promise<typeof context>((resolve) => {
    open = () => {
      resolve(context);
    };
  });
  desk = await startDesk({ context: () => gate });
  typed(desk, 'health');
  await shown(desk, /"flags":128|"flags":"128"/);
  expect(desk.tickets).toEqual([]);
  open?.();
  await ticketOf(desk);
});

test('a lost answer to the acknowledgement counts as acknowledged, and the answer still edits the reply', async () => {
  desk = await startDesk();
  desk.local.faults.inject({ fault: 'lost-answer', route: '/callback', times: 1 });
  const id = typed(desk, 'health');
  await desk.bot.messenger.deliverAnswer(await ticketOf(desk), { kind: 'done', text: 'looked' });
  const message = await shown(desk, /looked/);
  expect(message.interaction_metadata?.id).toBe(id);
  expect(desk.local.messages(desk.local.channelId, desk.local.users.lead)).toHaveLength(1);
});

test('an answer whose reply is gone comes as a message that mentions who asked, once', async () => {
  desk = await startDesk();
  typed(desk, 'health');
  const ticket = await ticketOf(desk);
  const [thinking] = desk.local.messages(desk.local.channelId, desk.local.users.lead);
  desk.local.removeMessage(desk.local.channelId, thinking?.id ?? '');
  const dead = { ...ticket, reply: { ...ticket.reply, token: 'no-such-token' } };
  await desk.bot.messenger.deliverAnswer(dead, { kind: 'done', text: 'looked' });
  await desk.bot.messenger.deliverAnswer(dead, { kind: 'done', text: 'looked' });
  const all = desk.local
    .messages(desk.local.channelId, desk.local.users.lead)
    .filter(({ content }) => content.includes('looked'));
  expect(all).toHaveLength(1);
  expect(all[0]?.mentions.map(({ id }) => id)).toEqual([desk.local.users.lead]);
});

test('after 15 minutes the thinking reply is edited with the token of the bot', async () => {
  desk = await startDesk();
  typed(desk, 'health');
  const ticket = await ticketOf(desk);
  const old = { ...ticket, reply: { ...ticket.reply, tokenExpiresAt: Date.now() - 1 } };
  await desk.bot.messenger.deliverAnswer(old, { kind: 'done', text: 'late' });
  await shown(desk, /late/);
  expect(desk.local.messages(desk.local.channelId, desk.local.users.lead)).toHaveLength(1);
});

test('a Discord in trouble is a retryable error, and no token is in it', async () => {
  desk = await startDesk();
  typed(desk, 'health');
  const ticket = await ticketOf(desk);
  await shown(desk, /"flags":128/);
  desk.local.faults.inject({ fault: 'server-error', route: '/webhooks/' });
  const error: unknown = await desk.bot.messenger
    .deliverAnswer(ticket, { kind: 'done', text: 'x' })
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    name: 'OpsError',
    code: 'discord-unavailable',
    retryable: true,
  });
  expect((error as Error).cause).toBeUndefined();
  expect(JSON.stringify(error) + String(error)).not.toContain(ticket.reply.token);
});

test('a viewer may look, but a press of Acknowledge is refused in words that only they see', async () => {
  desk = await startDesk();
  const { local } = desk;
  const card = incident();
  const refs = await desk.bot.messenger.deliverPost(
    { id: '12-1-0', incident: '12', queuedAt: Date.now(), kind: 'page', card },
    {},
  );
  const press = (user: string) =>
    local.press({
      user,
      channel: local.channelId,
      message: refs.messageId ?? '',
      custom_id: 'incident:12:acknowledge',
    });
  press(local.users.viewer);
  await shown(desk, /not act on it/, local.users.viewer);
  expect(local.messages(local.channelId, local.users.lead).map(titles).join()).not.toContain('Not done');
  press(local.users.lead);
  await shown(desk, /acknowledge of 12 done/);
  expect(alert().title).toBe('Market hub down');
});

test('an incident action that fails is told, not left thinking', async () => {
  desk = await startDesk({ act: () => Promise.reject(new Error('stale')) });
  const { local } = desk;
  const refs = await desk.bot.messenger.deliverPost(
    { id: '12-1-0', incident: '12', queuedAt: Date.now(), kind: 'page', card: incident() },
    {},
  );
  local.press({
    user: local.users.lead,
    channel: local.channelId,
    message: refs.messageId ?? '',
    custom_id: 'incident:12:resolve',
  });
  await shown(desk, /did not go through/);
});

test('fifty commands at once are all acknowledged and answered', async () => {
  desk = await startDesk();
  for (let index = 0; index < 50; index += 1) typed(desk, 'health');
  const { bot, tickets, local } = desk;
  await local.expect(() => (tickets.length === 50 ? true : undefined), 10_000);
  await Promise.all(
    tickets.map((ticket) => bot.messenger.deliverAnswer(ticket, { kind: 'done', text: `n ${ticket.id}` })),
  );
  const messages = local.messages(local.channelId, local.users.lead);
  expect(messages).toHaveLength(50);
  expect(messages.every(({ content }) => content.startsWith('✅ n '))).toBe(true);
});

test('what is typed is acknowledged once Redis says whose it is, by the bot that has it, which alone acts and answers', async () => {
  let decide: (mine: boolean) => void = () => undefined;
  const taken: string[] = [];
  const settled: string[] = [];
  const acted: string[] = [];
  desk = await startDesk({
    claims: {
      take: ({ id }) => {
        taken.push(id);
        return new Promise((resolve) => (decide = resolve));
      },
      settle: (id) => settled.push(id),
      leave: () => undefined,
    },
    act: (task) => {
      acted.push(task.kind);
      return Promise.resolve({ kind: 'done', text: 'looked' });
    },
  });
  const others = typed(desk, 'audit show');
  const thinking = (id: string) =>
    desk?.local
      .messages(desk.local.channelId, desk.local.users.lead)
      .find((message) => message.interaction_metadata?.id === id);
  await desk.local.expect(() => (taken.length === 1 ? true : undefined));
  decide(false);
  const ours = typed(desk, 'audit show');
  await desk.local.expect(() => (taken.length === 2 ? true : undefined));
  // Killed here, it would leave nobody waiting: Discord itself says so after three seconds.
  expect(thinking(ours)).toBeUndefined();
  decide(true);
  await shown(desk, /looked/);
  await desk.local.expect(() => (settled.length > 0 ? true : undefined));
  expect(taken).toEqual([others, ours]);
  expect(acted).toEqual(['audit']);
  expect(settled).toEqual([ours]);
  expect(thinking(others)).toBeUndefined();
  expect(desk.audited.filter(({ kind }) => kind === 'command')).toHaveLength(1);
});
