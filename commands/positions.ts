// /positions: the questions about a suite's position, what covers it, and its last fills.
import type { Command } from '../src/discord/command.ts';
import { planTopic, suiteOption } from '../src/domain/suite-examination.ts';

export default {
  name: 'positions',
  description: 'Examine the position of a suite and what covers it',
  tier: 'read',
  options: [suiteOption],
  plan: ({ suite }, context) =>
    planTopic({ topic: 'positions', title: 'Position', exhibits: ['positions'] }, suite, context),
} satisfies Command;
