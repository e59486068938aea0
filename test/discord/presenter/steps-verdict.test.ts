// What a checklist is called as a whole: never green while a step fails, waits or cannot be told.
import { expect, it } from 'vitest';
import { presentReport } from '../../../src/discord/presenter/report.ts';
import type { Step } from '../../../src/domain/exhibit.ts';
import type { Finding } from '../../../src/domain/report.ts';
import { finding, login, report } from './reports.ts';

const step = (name: string, status: Step['status']): Step => ({
  name,
  status,
  said: `${name} says so.`,
  evidence: [],
});
function shown(steps: readonly Step[], findings: readonly Finding[] = []): string {
  const exhibits = [{ suite: 'mnq', exhibit: { kind: 'steps', title: 'Start of mnq', steps } }] as const;
  const { embeds } = presentReport(report([{ ...login('main', findings), exhibits }]));
  return `${embeds[0]?.title ?? ''}\n${embeds[0]?.description ?? ''}`;
}

it.each([
  [['pass', 'pass'], '🟢 All 2 steps done'],
  [['pass', 'skip'], '⚪ 1 of 2 steps done, 1 not known'],
  [['pass', 'waiting'], '🟡 1 of 2 steps done, waiting'],
  [['pass', 'fail'], '🔴 1 of 2 steps fails'],
] as const)('%j is %s', (statuses, words) => {
  const text = shown(statuses.map((status, index) => step(`Step${index + 1}`, status)));
  expect(text).toContain(words);
  if (!words.startsWith('🟢')) expect(text).toContain('**Step2** – Step2 says so.');
});

it('where something was examined too, that is the verdict', () => {
  expect(shown([step('Step1', 'pass')], [finding('session', 'fail')])).toContain('🔴 1 of 1');
});
