// /positions: the questions about a suite's position, what covers it, and its last fills.
import type { Command } from '../src/discord/command.ts';
import { findSuite, suiteChoices } from '../src/domain/roster.ts';

export default {
  name: 'positions',
  description: 'Examine the position of a suite and what covers it',
  tier: 'read',
  options: [
    {
      name: 'suite',
      description: 'Which suite',
      required: true,
      complete: (typed, { desk }) => suiteChoices(desk, typed),
    },
  ],
  plan({ suite }, { desk, diagnostics }) {
    const lookup = findSuite(desk, suite ?? '');
    if (lookup.kind === 'unknown') {
      return { kind: 'answer', answer: { kind: 'refusal', text: lookup.text, wayOut: lookup.wayOut } };
    }
    const names = diagnostics.filter(({ topics }) => topics?.includes('positions')).map(({ name }) => name);
    return {
      kind: 'task',
      task: {
        kind: 'examine',
        title: `Position of ${lookup.suite.suite}`,
        parts: [lookup.part],
        diagnostics: names,
        exhibits: ['positions'],
      },
    };
  },
} satisfies Command;
