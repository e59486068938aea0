// A command planned for one person: what they may not see is not there, and naming it is denied, not called a typo.
import { expect, test } from 'vitest';
import health from '../../commands/health.ts';
import suites from '../../commands/suites.ts';
import type { AccessPolicy, Restriction } from '../../src/domain/access.ts';
import { contextFor, planFor } from '../../src/discord/planning.ts';
import { presentAnswer } from '../../src/discord/presenter/answer.ts';
import { context } from './desk.ts';

const policy = (...only: Restriction[]): AccessPolicy => ({
  guildId: '10',
  channels: ['20'],
  roles: { read: ['10'], respond: ['2'], lead: ['3'] },
  only,
});
const closedSuite = policy({ kind: 'suite', names: ['es'], roles: ['9'] });
const who = (...roles: string[]) => ({ guildId: '10', channels: ['20'], roles });

test('the whole desk is the part that is open to them, and the title says so', () => {
  expect(planFor(health, {}, context, who(), closedSuite)).toMatchObject({
    task: { title: 'Health, without 1 suite not open to you', parts: [{ login: 'main', suites: ['mnq'] }] },
  });
  expect(planFor(health, {}, context, who('9'), closedSuite)).toMatchObject({
    task: { title: 'Health', parts: [{ suites: ['mnq', 'es'] }] },
  });
});

test('a suite that is closed to them is denied by name, and by no other name is it there', () => {
  expect(planFor(health, { suite: 'ES' }, context, who(), closedSuite)).toMatchObject({
    kind: 'denied',
    reason: 'suite',
  });
  const typo = planFor(health, { suite: 'ess' }, context, who(), closedSuite);
  expect(typo).toMatchObject({ kind: 'answer', answer: { kind: 'refusal' } });
  expect(JSON.stringify(typo)).not.toMatch(/\bes\b/);
});

test('a suite that is open to them stays itself', () => {
  expect(planFor(health, { suite: 'mnq' }, context, who(), closedSuite)).toMatchObject({
    task: { title: 'Health of mnq' },
  });
});

test('a restricted command is denied whatever it would answer', () => {
  const closed = policy({ kind: 'command', names: ['health'], roles: ['9'] });
  expect(planFor(health, {}, context, who('3'), closed)).toMatchObject({ kind: 'denied', reason: 'command' });
});

test('/suites and choices show what is open, and /suites says that there is more', () => {
  const plan = planFor(suites, {}, context, who(), closedSuite);
  if (plan.kind !== 'answer') throw new Error('no answer');
  const shown = JSON.stringify(presentAnswer(plan.answer));
  expect(shown).toContain('mnq');
  expect(shown).not.toMatch(/\bES\b|\bes\b/);
  expect(shown).toContain('without 1 suite not open to you');
  const [option] = health.options;
  const seen = contextFor(context, health, who(), closedSuite);
  expect(option?.complete('', seen).map(({ value }) => value)).toEqual(['mnq']);
});

test('a desk of which nothing is open says whom to ask, not that nothing is configured', () => {
  const all = policy({ kind: 'login', names: ['main'], roles: ['9'] });
  const plan = planFor(suites, {}, context, who(), all);
  if (plan.kind !== 'answer') throw new Error('no answer');
  expect(JSON.stringify(presentAnswer(plan.answer))).toContain('No suite is open to you');
  expect(planFor(health, {}, context, who(), all)).toMatchObject({ kind: 'denied', reason: 'login' });
});
