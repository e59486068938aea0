// /performance: how fast the gateway answers a suite's login, how much of the allowance we use, and whether our worker keeps up.
import type { Command } from '../src/discord/command.ts';
import { findSuite, suiteChoices } from '../src/domain/roster.ts';

export default {
  name: 'performance',
  description: 'Latency against the usual, errors, our share of requests, and the worker’s own pace',
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
        title: `Performance of ${lookup.suite.suite}`,
        parts: [lookup.part],
        diagnostics: diagnostics
          .filter(({ topics }) => topics?.includes('performance'))
          .map(({ name }) => name),
        exhibits: ['latency'],
      },
    };
  },
} satisfies Command;
