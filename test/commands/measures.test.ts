// /pnl, /performance, /memory and /checklist: each asks the questions of its topic and shows its own table.
import { expect, test } from 'vitest';
import checklist from '../../commands/checklist.ts';
import memory from '../../commands/memory.ts';
import performance from '../../commands/performance.ts';
import pnl from '../../commands/pnl.ts';
import type { PlanContext } from '../../src/discord/command.ts';
import { commandBody } from '../../src/discord/registration.ts';
import type { Topic } from '../../src/domain/diagnostic.ts';
import { context as desk } from '../discord/desk.ts';

const question = (name: string, ...topics: Topic[]): PlanContext['diagnostics'][number] => ({
  name,
  question: `${name}?`,
  severity: 'medium',
  scope: 'login',
  dependsOn: [],
  topics,
});
const context: PlanContext = {
  ...desk,
  diagnostics: [
    question('pnl-truth', 'money'),
    question('rest-latency', 'performance'),
    question('host-loop', 'performance', 'memory'),
  ],
};

test.each([
  [pnl, 'P&L of es', ['pnl-truth'], ['pnl']],
  [performance, 'Performance of es', ['rest-latency', 'host-loop'], ['latency']],
  [memory, 'Memory of es', ['host-loop'], ['memory']],
])('/$name asks the questions of its topic', (command, title, diagnostics, exhibits) => {
  expect(command.plan({ suite: 'es' }, context)).toEqual({
    kind: 'task',
    task: { kind: 'examine', title, parts: [{ login: 'main', suites: ['es'] }], diagnostics, exhibits },
  });
  expect(command.plan({ suite: 'esx' }, context)).toMatchObject({ answer: { kind: 'refusal' } });
});

test('/memory without a suite asks every worker, and an empty desk says what to add', () => {
  expect(memory.plan({}, context)).toMatchObject({
    task: { title: 'Memory', parts: [{ login: 'main', suites: ['mnq', 'es'] }] },
  });
  const empty = { ...context, desk: { roster: [], pulses: [] } };
  expect(memory.plan({}, empty)).toMatchObject({ answer: { kind: 'refusal' } });
});

test('they can be registered', () => {
  for (const command of [pnl, performance, memory, checklist]) {
    expect(commandBody(command).description.length).toBeLessThanOrEqual(100);
  }
});

test.each(['startup', 'shutdown'])('/checklist %s shows its steps and asks nothing else', (sequence) => {
  expect(checklist.plan({ sequence, suite: 'es' }, context)).toMatchObject({
    task: { parts: [{ login: 'main', suites: ['es'] }], diagnostics: [], exhibits: [sequence] },
  });
  expect(checklist.plan({ sequence, suite: 'esx' }, context)).toMatchObject({ answer: { kind: 'refusal' } });
  expect(checklist.plan({ sequence: 'sideways', suite: 'es' }, context)).toMatchObject({
    answer: { kind: 'refusal', wayOut: 'Ask for startup or shutdown.' },
  });
});
