// /memory: what the workers hold and whether it grows, of one suite's login or of the whole desk.
import type { Command } from '../src/discord/command.ts';
import { emptyDesk, everyPart, findSuite, suiteChoices } from '../src/domain/roster.ts';
import { questionsAbout } from '../src/domain/suite-examination.ts';

export default {
  name: 'memory',
  description: 'Memory of Pitwatch’s workers: heap over hours, event loop, handles, ledgers against bounds',
  tier: 'read',
  options: [
    {
      name: 'suite',
      description: 'Only the worker of this suite; leave it out for the whole desk',
      required: false,
      complete: (typed, { desk }) => suiteChoices(desk, typed),
    },
  ],
  plan({ suite }, { desk, diagnostics }) {
    const asked = {
      diagnostics: questionsAbout('memory', diagnostics),
      exhibits: ['memory'],
    };
    if (suite === undefined || suite.trim() === '') {
      const parts = everyPart(desk);
      if (parts.length === 0) return { kind: 'answer', answer: { kind: 'refusal', ...emptyDesk } };
      return { kind: 'task', task: { kind: 'examine', title: 'Memory', parts, ...asked } };
    }
    const lookup = findSuite(desk, suite);
    if (lookup.kind === 'unknown') {
      return { kind: 'answer', answer: { kind: 'refusal', text: lookup.text, wayOut: lookup.wayOut } };
    }
    const title = `Memory of ${lookup.suite.suite}`;
    return { kind: 'task', task: { kind: 'examine', title, parts: [lookup.part], ...asked } };
  },
} satisfies Command;
