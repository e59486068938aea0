// Every command as a pure plan: the right task, an answer at once, or a refusal that shows the way out.
import { expect, test } from 'vitest';
import connection from '../../commands/connection.ts';
import diagnose from '../../commands/diagnose.ts';
import explain from '../../commands/explain.ts';
import health from '../../commands/health.ts';
import help from '../../commands/help.ts';
import suites from '../../commands/suites.ts';
import { knownFindings, loadCommands, loadDiagnostics } from '../../src/catalogue.ts';
import type { Command, Plan } from '../../src/discord/command.ts';
import { commandBody } from '../../src/discord/registration.ts';
import { commands, context } from '../discord/desk.ts';

const topical = new Set(['connection', 'data', 'memory', 'orders', 'performance', 'pnl', 'positions']);
const empty = { ...context, desk: { roster: [], pulses: [] } };
const refusal = (plan: Plan): string =>
  plan.kind === 'answer' && plan.answer.kind === 'refusal' ? `${plan.answer.text} ${plan.answer.wayOut}` : '';

test('/health asks every login everything', () => {
  expect(health.plan({}, context)).toEqual({
    kind: 'task',
    task: {
      kind: 'examine',
      title: 'Health',
      parts: [{ login: 'main', suites: ['mnq', 'es'] }],
      diagnostics: 'all',
    },
  });
});

test('/health of one suite asks that suite alone, whatever its case', () => {
  expect(health.plan({ suite: ' ES ' }, context)).toMatchObject({
    task: { title: 'Health of es', parts: [{ login: 'main', suites: ['es'] }] },
  });
});

test('a desk without suites says what to add', () => {
  expect(refusal(health.plan({}, empty))).toContain('pitwatch.yaml');
  expect(refusal(health.plan({ suite: 'mnq' }, empty))).toContain('pitwatch.yaml');
});

test('an unknown suite is refused with near names, or with all there are', () => {
  expect(refusal(health.plan({ suite: 'mqn' }, context))).toContain('Did you mean mnq?');
  expect(refusal(health.plan({ suite: 'crude-oil' }, context))).toContain('This desk has mnq, es;');
});

test('/connection asks the questions of its topic, and shows the lives of the connections', () => {
  expect(connection.plan({ suite: 'mnq' }, context)).toMatchObject({
    task: { diagnostics: ['hub-connection', 'data-freshness'], exhibits: ['connection-lives'] },
  });
});

test('a command about a topic has questions to ask about it', async () => {
  const real = { ...context, diagnostics: await loadDiagnostics() };
  const about = (await loadCommands<Command>()).filter(({ name }) => topical.has(name));
  expect(about).toHaveLength(topical.size);
  for (const command of about) {
    const plan = command.plan({ suite: 'mnq' }, real);
    const task = plan.kind === 'task' && plan.task.kind === 'examine' ? plan.task : undefined;
    expect(task?.diagnostics, command.name).not.toEqual([]);
    expect(task?.title).toMatch(/ of mnq$/);
    expect(refusal(command.plan({ suite: 'mqn' }, real)), command.name).toContain('Did you mean mnq?');
  }
});

test('/diagnose asks one question, and names near ones where it is unknown', () => {
  expect(diagnose.plan({ suite: 'mnq', diagnostic: 'bar-integrity' }, context)).toMatchObject({
    task: { title: 'Are bars sound? · mnq', diagnostics: ['bar-integrity'] },
  });
  expect(refusal(diagnose.plan({ suite: 'mnq', diagnostic: 'bar-integrty' }, context))).toContain(
    'bar-integrity?',
  );
  expect(refusal(diagnose.plan({ suite: 'mnq', diagnostic: 'zzzzzzzz' }, context))).toContain('/health mnq');
});

test('/explain knows a finding by name or title', () => {
  expect(explain.plan({ finding: 'FEED-MUTE' }, context)).toMatchObject({ answer: { kind: 'explanation' } });
  expect(explain.plan({ finding: 'market hub is mute' }, context)).toMatchObject({
    answer: { finding: 'feed-mute' },
  });
  expect(refusal(explain.plan({ finding: 'feed-mut' }, context))).toContain('Did you mean feed-mute?');
});

test('/explain of a check, whose name stands beside its findings, says what it can find', async () => {
  const findings = knownFindings(await loadDiagnostics(), []);
  expect(refusal(explain.plan({ finding: 'naked-position' }, { ...context, findings }))).toBe('');
  expect(refusal(explain.plan({ finding: 'data-freshness' }, { ...context, findings }))).toMatch(
    /is a check, not a finding\..*feed-/,
  );
});

test('/suites shows the desk as it is, /help every command with what it takes', () => {
  expect(suites.plan({}, context)).toEqual({
    kind: 'answer',
    answer: { kind: 'suites', at: context.now, desk: context.desk },
  });
  const plan = help.plan({}, context);
  const usages = plan.answer.commands.map(({ usage }) => usage);
  expect(usages).toContain('/diagnose <suite> <diagnostic>');
  expect(usages).toContain('/health [suite]');
});

test('every command keeps the rules of registration', () => {
  for (const command of commands) {
    const body = commandBody(command);
    expect(body.name).toMatch(/^[-_\p{Ll}\p{N}]{1,32}$/u);
    for (const text of [body.description, ...body.options.map(({ description }) => description)]) {
      expect(text.length).toBeGreaterThan(0);
      expect(text.length).toBeLessThanOrEqual(100);
    }
    const lists = body.options.map((one) => ('options' in one ? one.options : [one]));
    for (const options of [...lists.filter((list) => list.length !== 1), lists.flat()]) {
      const required = options.map((option) => option.required);
      expect(required.lastIndexOf(true)).toBeLessThan(
        required.includes(false) ? required.indexOf(false) : Infinity,
      );
      for (const option of options) expect(option.description.length).toBeLessThanOrEqual(100);
    }
  }
});
