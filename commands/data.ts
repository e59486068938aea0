// /data: the questions about the market data of a suite, and how old and how odd it is.
import type { Command } from '../src/discord/command.ts';
import { planTopic, suiteOption } from '../src/domain/suite-examination.ts';

export default {
  name: 'data',
  description: 'Examine the market data of a suite',
  tier: 'read',
  options: [suiteOption],
  plan: ({ suite }, context) =>
    planTopic({ topic: 'data', title: 'Market data', exhibits: ['data'] }, suite, context),
} satisfies Command;
