// /connection: the questions about a suite's way to its gateway, from the REST door to data that flows.
import type { Command } from '../src/discord/command.ts';
import { findSuite, suiteChoices } from '../src/domain/roster.ts';

export default {
  name: 'connection',
  description: 'Examine the connection of a suite: gateway, session, hubs, subscriptions, data',
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
    const names = diagnostics.filter(({ topics }) => topics?.includes('connection')).map(({ name }) => name);
    if (names.length === 0) {
      return {
        kind: 'answer',
        answer: {
          kind: 'refusal',
          text: 'This desk knows no diagnostic about connections.',
          wayOut: `Use /health ${lookup.suite.suite} for every question there is.`,
        },
      };
    }
    const title = `Connection of ${lookup.suite.suite}`;
    return {
      kind: 'task',
      task: {
        kind: 'examine',
        title,
        parts: [lookup.part],
        diagnostics: names,
        exhibits: ['connection-lives'],
      },
    };
  },
} satisfies Command;
