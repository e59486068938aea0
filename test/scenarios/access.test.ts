// Who may what on a whole desk: restrictions hold from typing to the card, forged jobs are told, and the audit log has it all.
import { afterEach, expect, it } from 'vitest';
import { keys, queueNames } from '../../src/queue/keys.ts';
import { openRedis } from '../../src/queue/redis.ts';
import { makeSeal } from '../../src/queue/seal.ts';
import { awaitAnswer } from '../fixtures/answer.ts';
import { openTestDesk, textOf, type DeskUnderTest } from '../fixtures/desk.ts';
import { quietLog, until } from '../fixtures/redis.ts';

let desk: DeskUnderTest | undefined;
afterEach(async () => {
  await desk?.stop();
  desk = undefined;
}, 20_000);

const answered = (at: DeskUnderTest, user: string, id: string) =>
  awaitAnswer(at.discord, id, () => at.discord.messages(at.discord.channelId, user), 15_000, at.logged);
const type = (at: DeskUnderTest, user: string, command: string, options: Record<string, string> = {}) =>
  answered(at, user, at.discord.type({ user, channel: at.discord.channelId, command, options }));

it('commands, denials and forged jobs are in one chain that a lead can read and verify', async () => {
  desk = await openTestDesk();
  const { lead, viewer } = desk.discord.users;
  expect(textOf(await type(desk, viewer, 'health', { suite: 'mnq' }))).toContain('mnq');
  expect(textOf(await type(desk, viewer, 'audit show'))).toContain('for leads only');

  const attacker = openRedis(
    desk.redisUrl,
    quietLog,
    makeSeal({ current: 'a key that the desk does not have' }),
  );
  await attacker.ready();
  const forged = {
    kind: 'ask',
    askId: 'forged-1',
    login: 'main',
    suites: ['mnq'],
    diagnostics: 'all',
    askedAt: 0,
    deadlineAt: Date.now() + 60_000,
  };
  await attacker
    .queue(queueNames.ask('main'))
    .add(
      'ask',
      { sealed: attacker.seal.close('ask', 'forged-1', Date.now() + 60_000, forged) },
      { jobId: 'forged-1' },
    );
  await desk.discord.expect(() =>
    desk?.discord
      .messages(desk.discord.channelId, lead)
      .find((message) => textOf(message).includes('A question in the queue')),
  );
  await until(async () => (await attacker.producer.hlen(keys.letters)) > 0);

  expect(textOf(await type(desk, lead, 'deadletters list'))).toMatch(
    /1 dead letter.*a question from the queue.*process does not hold/s,
  );
  expect(textOf(await type(desk, lead, 'deadletters redrive', { number: '1' }))).toMatch(/cannot be sent/);
  expect(textOf(await type(desk, lead, 'deadletters show', { number: '1' }))).toMatch(
    /It was not carried out/,
  );
  expect(textOf(await type(desk, lead, 'deadletters dismiss', { number: 'all' }))).toMatch(/is dismissed/);
  expect(textOf(await type(desk, lead, 'deadletters list'))).toMatch(/No dead letters/);

  const shown = await type(desk, lead, 'audit show', { n: '20' });
  expect((shown.flags ?? 0) & 64).toBe(64);
  const text = textOf(shown);
  expect(text).toMatch(/Vic Moreau.*\/health suite:mnq.* on mnq.*asked/);
  expect(text).toMatch(/Vic Moreau.*\/audit.*denied/);
  expect(text).toMatch(/pitwatch.*refused a question.*does not hold/);
  expect(textOf(await type(desk, lead, 'audit verify'))).toMatch(
    /The audit log is whole: entries #1 to #\d+/,
  );

  await attacker.producer.lset(
    keys.audit,
    0,
    ((await attacker.producer.lindex(keys.audit, 0)) ?? '').replace('Vic Moreau', 'Tom Reyes'),
  );
  expect(textOf(await type(desk, lead, 'audit verify'))).toMatch(/breaks at entry #1: its mark does not fit/);
  await attacker.close();
}, 60_000);

it('a suite that is closed to somebody is closed from the choices to the card of its incident', async () => {
  desk = await openTestDesk({
    access: 'read: everyone, only: [{ suites: [mnq], roles: ["1100000000000000030"] }]',
  });
  const { discord } = desk;
  const { trader, lead } = discord.users;
  const choices = await discord.complete({
    user: trader,
    channel: discord.channelId,
    command: 'health',
    options: { suite: '' },
    focused: 'suite',
  });
  expect(choices?.map(({ value }) => value)).toEqual(['es']);
  expect(textOf(await type(desk, trader, 'health', { suite: 'mnq' }))).toContain(
    'The suite mnq is open to some roles only',
  );
  expect(textOf(await type(desk, trader, 'health'))).toContain('without 1 suite not open to you');
  expect(textOf(await type(desk, lead, 'health'))).not.toContain('not open to you');

  await desk.hold('unprotected');
  await fetch(`${desk.gateway.url}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    // Without `down` it is back within milliseconds, and whether anybody is called is a matter of luck.
    body: JSON.stringify({ fault: 'F1', hub: 'market', down: true, forMs: 60_000 }),
  });
  const page = await discord.expect(() => desk?.pages()[0], 30_000);
  const custom_id = /incident:\d+:acknowledge/.exec(JSON.stringify(page.components))?.[0] ?? '';
  const press = (user: string) =>
    discord.press({ user, channel: discord.channelId, message: page.id, custom_id });
  const denied = await answered(desk, trader, press(trader));
  expect(textOf(denied)).toContain('The suite mnq is open to some roles only');
  const taken = await answered(desk, lead, press(lead));
  expect(textOf(taken)).toContain('is yours now');
  const text = textOf(await type(desk, lead, 'audit show'));
  expect(text).toMatch(/Tom Reyes.*acknowledge.*denied \(suite\) where it runs/);
  expect(text).toMatch(/Lena Ortiz.*acknowledge.*#\d+.*done/);
}, 90_000);
