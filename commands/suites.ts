// /suites: which suites this desk watches, who hosts them and how they are, from the last pulse.
import type { Command } from '../src/discord/command.ts';

export default {
  name: 'suites',
  description: 'List every suite: host, session, hubs, market and position',
  tier: 'read',
  options: [],
  plan(_typed, { now, desk }) {
    return { kind: 'answer', answer: { kind: 'suites', at: now, desk } };
  },
} satisfies Command;
