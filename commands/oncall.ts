// /oncall: who is called now and next, and taking or giving a shift.
import type { Command, Plan } from '../src/discord/command.ts';
import { callable } from '../src/domain/picked.ts';
import { typedSpanMs } from '../src/domain/span-typed.ts';

const usualMs = 8 * 3_600_000;

const forHow = {
  name: 'for',
  description: 'How long, such as 30m, 8h or 2d; 8h if left out',
  required: false,
  maxLength: 20,
} as const;

export default {
  name: 'oncall',
  description: 'Who is on call; take or swap a shift',
  tier: 'read',
  options: [],
  subcommands: [
    { name: 'show', description: 'Who is called now, and when that changes', options: [] },
    { name: 'take', description: 'You are on call from now on', options: [forHow] },
    {
      name: 'swap',
      description: 'Somebody else is on call from now on',
      options: [{ name: 'person', description: 'Who takes over', required: true, person: true }, forHow],
    },
    { name: 'clear', description: 'End a shift that was taken or swapped', options: [] },
  ],
  plan(typed, { now, asked }): Plan {
    const { subcommand, person } = typed;
    if (subcommand === 'show') return { kind: 'task', task: { kind: 'oncall', action: 'show' } };
    if (subcommand === 'clear') return { kind: 'task', task: { kind: 'oncall', action: 'clear' } };
    const span = typed['for'] === undefined ? usualMs : typedSpanMs(typed['for']);
    if (span === undefined) {
      return {
        kind: 'answer',
        answer: {
          kind: 'refusal',
          text: `"${typed['for'] ?? ''}" is not a time span.`,
          wayOut: 'Give it as 30m, 8h or 2d.',
        },
      };
    }
    const until = { kind: 'oncall', action: 'take', fromAt: now, toAt: now + span } as const;
    if (subcommand !== 'swap' || person === undefined)
      return { kind: 'task', task: { ...until, person: undefined } };
    const to = callable(person, asked?.people ?? {}, 'be on call');
    return to.kind === 'refused'
      ? { kind: 'answer', answer: { ...to, kind: 'refusal' } }
      : { kind: 'task', task: { ...until, person: to.person } };
  },
} satisfies Command;
