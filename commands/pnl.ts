// /pnl: the money of a suite's account: does the balance follow from the fills, row by row and to the cent?
import type { Command } from '../src/discord/command.ts';
import { planTopic, suiteOption } from '../src/domain/suite-examination.ts';

export default {
  name: 'pnl',
  description: 'P&L of a suite’s account from its fills, held against the balance to the cent',
  tier: 'read',
  options: [suiteOption],
  plan: ({ suite }, context) =>
    planTopic({ topic: 'money', title: 'P&L', exhibits: ['pnl'] }, suite, context),
} satisfies Command;
