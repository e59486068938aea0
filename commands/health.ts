// /health: every question, of one suite or of the whole desk.
import type { Command } from '../src/discord/command.ts';
import { emptyDesk, everyPart, findSuite, suiteChoices } from '../src/domain/roster.ts';

export default {
  name: 'health',
  description: 'Examine the desk, or one suite: what is wrong, the evidence, and what to do',
  tier: 'read',
  options: [
    {
      name: 'suite',
      description: 'Only this suite; leave it out for the whole desk',
      required: false,
      complete: (typed, { desk }) => suiteChoices(desk, typed),
    },
  ],
  plan({ suite }, { desk }) {
    if (suite === undefined || suite.trim() === '') {
      const parts = everyPart(desk);
      if (parts.length === 0) return { kind: 'answer', answer: { kind: 'refusal', ...emptyDesk } };
      return { kind: 'task', task: { kind: 'examine', title: 'Health', parts, diagnostics: 'all' } };
    }
    const lookup = findSuite(desk, suite);
    if (lookup.kind === 'unknown') {
      return { kind: 'answer', answer: { kind: 'refusal', text: lookup.text, wayOut: lookup.wayOut } };
    }
    const title = `Health of ${lookup.suite.suite}`;
    return { kind: 'task', task: { kind: 'examine', title, parts: [lookup.part], diagnostics: 'all' } };
  },
} satisfies Command;
