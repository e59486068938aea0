// /connection: the questions about a suite's way to its gateway, from the REST door to data that flows.
import type { Command } from '../src/discord/command.ts';
import { planTopic, suiteOption } from '../src/domain/suite-examination.ts';

export default {
  name: 'connection',
  description: 'Examine the connection of a suite: gateway, session, hubs, subscriptions, data',
  tier: 'read',
  options: [suiteOption],
  plan: ({ suite }, context) =>
    planTopic({ topic: 'connection', title: 'Connection', exhibits: ['connection-lives'] }, suite, context),
} satisfies Command;
