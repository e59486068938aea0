// /pnl: the money of a suite's account: does the balance follow from the fills, row by row and to the cent?
import type { Command } from '../src/discord/command.ts';
import { findSuite, suiteChoices } from '../src/domain/roster.ts';

export default {
  name: 'pnl',
  description: 'P&L of a suite’s account from its fills, held against the balance to the cent',
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
    return {
      kind: 'task',
      task: {
        kind: 'examine',
        title: `P&L of ${lookup.suite.suite}`,
        parts: [lookup.part],
        diagnostics: diagnostics.filter(({ topics }) => topics?.includes('money')).map(({ name }) => name),
        exhibits: ['pnl'],
      },
    };
  },
} satisfies Command;
