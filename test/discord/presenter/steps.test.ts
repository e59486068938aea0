// The buttons under the steps of a playbook: none moves under a finger that is on its way.
import { ComponentType } from 'discord-api-types/v10';
import { expect, it } from 'vitest';
import type { Post, StepMark } from '../../../src/domain/incident.ts';
import { presentSteps } from '../../../src/discord/presenter/steps.ts';

const at = Date.UTC(2026, 10, 26, 9);
const mark = (how: StepMark['how']): StepMark => ({
  how,
  by: { id: '100000000000000004', name: 'Lena' },
  at,
});
const steps = (marks: Readonly<Record<string, StepMark>>): Extract<Post, { kind: 'steps' }> => ({
  id: '7-1-s',
  queuedAt: at,
  incident: '7',
  kind: 'steps',
  playbook: 'hub-down',
  title: 'A hub is down',
  steps: [
    { id: 'stops', title: 'Check your stops', how: 'On the platform.' },
    { id: 'pause', title: 'Stop the suite', how: 'Pause it.' },
  ],
  marks,
});

/** Label of each button in its place; one that cannot be pressed in brackets. */
function row(marks: Readonly<Record<string, StepMark>>): readonly string[] {
  const [first] = presentSteps(steps(marks)).components;
  if (first?.type !== ComponentType.ActionRow) return [];
  return first.components.map((one) => {
    const label = 'label' in one ? (one.label ?? '') : '';
    return 'disabled' in one && one.disabled ? `(${label})` : label;
  });
}

it('stay in their places once somebody has taken the step', () => {
  expect(row({})).toEqual(['Take step 1', 'Done: step 1', 'Skip step 1']);
  expect(row({ 'hub-down.stops': mark('taken') })).toEqual(['(Take step 1)', 'Done: step 1', 'Skip step 1']);
});

it('are of the next step once this one is done or passed, and gone after the last', () => {
  const one = { 'hub-down.stops': mark('done') };
  expect(row(one)).toEqual(['Take step 2', 'Done: step 2', 'Skip step 2']);
  expect(row({ ...one, 'hub-down.pause': mark('passed') })).toEqual([]);
});
