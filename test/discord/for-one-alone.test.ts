// An answer for one alone whose reply is gone: the channel hears whom it was for and whether it was done, and nothing of what it said.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Answer } from '../../src/domain/job.ts';
import { startDesk, type Desk } from './desk.ts';
import { finding, login, report } from './presenter/reports.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await startDesk();
});
afterEach(() => desk.stop());

const told = (who: 'lead' | 'viewer') => desk.local.messages(desk.local.channelId, desk.local.users[who]);
const gone = (ephemeral: boolean, tokenExpiresAt = Date.now() + 60_000) => ({
  id: '1574390910047748101',
  reply: {
    applicationId: desk.local.applicationId,
    token: 'no-such-token',
    tokenExpiresAt,
    channelId: desk.local.channelId,
    userId: desk.local.users.lead,
    ephemeral,
  },
});

const secret = 'sesame-es-b';
const outage = {
  kind: 'outage',
  at: 0,
  outage: { kind: 'away', sinceAt: 0, why: secret, advice: secret },
  asked: secret,
  written: secret,
} as const;
const answers: readonly (readonly [string, Answer, RegExp])[] = [
  ['the verdict on the audit log', { kind: 'done', text: secret }, /It was done\.$/],
  ['a refusal', { kind: 'refusal', text: secret, wayOut: secret }, /Nothing was done; ask again/],
  ['a failure', { kind: 'failure', text: secret, next: secret }, /may not have been done: check/],
  ['an outage before anything began', { ...outage, done: 'nothing' }, /Nothing was done\.$/],
  ['an outage in the middle', { ...outage, done: 'unknown' }, /may not have been done: check/],
  ['a look during an outage', { ...outage, done: 'read' }, /shown to you\. Ask again\.$/],
  [
    'the help',
    { kind: 'help', commands: [{ usage: secret, description: secret }] },
    /shown to you\. Ask again\.$/,
  ],
  ['a report', report([login('main', [finding(secret, 'fail', { summary: secret })])]), /Ask again\.$/],
];

test.each(answers)('%s is not told to the channel', async (_what, answer, says) => {
  // Twice: the queue may bring it again.
  await desk.bot.messenger.deliverAnswer(gone(true), answer);
  await desk.bot.messenger.deliverAnswer(gone(true), answer);
  const [only, ...more] = told('viewer');
  expect(more).toEqual([]);
  expect(JSON.stringify(only)).not.toContain(secret);
  expect(only?.content).toMatch(says);
  expect(only?.content).toContain('the answer to your command or press was for you alone');
  expect(only?.mentions.map(({ id }) => id)).toEqual([desk.local.users.lead]);
  expect([only?.embeds, only?.attachments, only?.components]).toEqual([[], [], []]);
});

test('the records that a lead asked for alone stay with the lead, in time and too late', async () => {
  desk.local.type({
    user: desk.local.users.lead,
    channel: desk.local.channelId,
    command: 'help',
    options: {},
  });
  await desk.local.expect(() => told('lead').find(({ embeds }) => embeds.length > 0));
  expect(told('viewer')).toEqual([]);
  await desk.bot.messenger.deliverAnswer(gone(true, 0), { kind: 'done', text: secret });
  expect(told('viewer').map(({ content }) => content.includes(secret))).toEqual([false]);
});

test('what was for everybody, or has no reply at all, is told in full', async () => {
  await desk.bot.messenger.deliverAnswer(gone(false), { kind: 'done', text: 'looked' });
  const nobodys = { ...gone(true, 0).reply, applicationId: '', token: '' };
  const failed = { kind: 'failure', text: 'no worker hosts main', next: 'start one' } as const;
  await desk.bot.messenger.deliverAnswer({ id: 'rerun-12-1', reply: nobodys }, failed);
  const all = told('viewer').map((message) => JSON.stringify(message));
  expect(all).toHaveLength(2);
  expect(all[0]).toContain('looked');
  expect(all[1]).toContain('no worker hosts main');
});
