// /performance: how fast the gateway answers a suite's login, how much of the allowance we use, and whether our worker keeps up.
import type { Command } from '../src/discord/command.ts';
import { planTopic, suiteOption } from '../src/domain/suite-examination.ts';

export default {
  name: 'performance',
  description: 'Latency against the usual, errors, our share of requests, and the worker’s own pace',
  tier: 'read',
  options: [suiteOption],
  plan: ({ suite }, context) =>
    planTopic({ topic: 'performance', title: 'Performance', exhibits: ['latency'] }, suite, context),
} satisfies Command;
