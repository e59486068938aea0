// /diagnose: one question of one suite.
import type { Command } from '../src/discord/command.ts';
import { matching, nearest } from '../src/domain/nearest.ts';
import { findSuite } from '../src/domain/roster.ts';
import { suiteOption } from '../src/domain/suite-examination.ts';

export default {
  name: 'diagnose',
  description: 'Ask one question of one suite',
  tier: 'read',
  options: [
    suiteOption,
    {
      name: 'diagnostic',
      description: 'Which question',
      required: true,
      complete: (typed, { diagnostics }) =>
        matching(typed, diagnostics, ({ name, question }) => [name, question]).map(({ name, question }) => ({
          name: `${name} · ${question}`,
          value: name,
        })),
    },
  ],
  plan({ suite, diagnostic }, { desk, diagnostics }) {
    const lookup = findSuite(desk, suite ?? '');
    if (lookup.kind === 'unknown') {
      return { kind: 'answer', answer: { kind: 'refusal', text: lookup.text, wayOut: lookup.wayOut } };
    }
    const wanted = (diagnostic ?? '').trim();
    const found = diagnostics.find(({ name }) => name === wanted.toLowerCase());
    if (found === undefined) {
      const names = diagnostics.map(({ name }) => name);
      const near = nearest(wanted, names);
      return {
        kind: 'answer',
        answer: {
          kind: 'refusal',
          text: `There is no diagnostic called "${wanted.slice(0, 60)}".`,
          wayOut:
            near.length > 0
              ? `Did you mean ${near.join(' or ')}?`
              : `Pick one from the list while you type, or ask them all with /health ${lookup.suite.suite}.`,
        },
      };
    }
    const title = `${found.question} · ${lookup.suite.suite}`;
    return {
      kind: 'task',
      task: { kind: 'examine', title, parts: [lookup.part], diagnostics: [found.name] },
    };
  },
} satisfies Command;
