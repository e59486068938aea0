// /checklist: the steps of a suite's start or of its orderly stop, each with pass or fail, its time and its evidence.
import type { Command } from '../src/discord/command.ts';
import { findSuite } from '../src/domain/roster.ts';
import { suiteOption } from '../src/domain/suite-examination.ts';

const sequences = ['startup', 'shutdown'];

export default {
  name: 'checklist',
  description: 'The steps of a start or of an orderly stop, each with pass or fail and its time',
  tier: 'read',
  options: [
    {
      name: 'sequence',
      description: 'Which sequence',
      required: true,
      choices: [
        { name: 'startup: from the environment to a running feed', value: 'startup' },
        { name: 'shutdown: from the handlers to nothing left running', value: 'shutdown' },
      ],
    },
    suiteOption,
  ],
  plan({ sequence = '', suite }, { desk }) {
    const asked = sequence.trim().toLowerCase();
    if (!sequences.includes(asked)) {
      return {
        kind: 'answer',
        answer: {
          kind: 'refusal',
          text: `There is no sequence "${sequence.slice(0, 40)}".`,
          wayOut: 'Ask for startup or shutdown.',
        },
      };
    }
    const lookup = findSuite(desk, suite ?? '');
    if (lookup.kind === 'unknown') {
      return { kind: 'answer', answer: { kind: 'refusal', text: lookup.text, wayOut: lookup.wayOut } };
    }
    const what = asked === 'startup' ? 'Start' : 'Stop';
    return {
      kind: 'task',
      task: {
        kind: 'examine',
        title: `${what} of ${lookup.suite.suite}, step by step`,
        parts: [lookup.part],
        // The steps are the answer; what is wrong otherwise is /health's.
        diagnostics: [],
        exhibits: [asked],
      },
    };
  },
} satisfies Command;
