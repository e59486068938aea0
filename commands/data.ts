// /data: the questions about the market data of a suite, and how old and how odd it is.
import type { Command } from '../src/discord/command.ts';
import { findSuite, suiteChoices } from '../src/domain/roster.ts';

export default {
  name: 'data',
  description: 'Examine the market data of a suite',
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
    const names = diagnostics.filter(({ topics }) => topics?.includes('data')).map(({ name }) => name);
    return {
      kind: 'task',
      task: {
        kind: 'examine',
        title: `Market data of ${lookup.suite.suite}`,
        parts: [lookup.part],
        diagnostics: names,
        exhibits: ['data'],
      },
    };
  },
} satisfies Command;
