// /audit: who did what here, and whether anybody changed the record of it.
import type { Command } from '../src/discord/command.ts';

const usual = 10;
const most = 100;

export default {
  name: 'audit',
  description: 'Who did what on this desk',
  tier: 'lead',
  options: [],
  subcommands: [
    {
      name: 'show',
      description: 'The newest entries of the audit log',
      options: [
        {
          name: 'n',
          description: `How many, at most ${most}; ${usual} if left out`,
          required: false,
          maxLength: 10,
        },
      ],
    },
    {
      name: 'verify',
      description: 'Check that the audit log is intact, or show where it breaks',
      options: [],
    },
  ],
  ephemeral: true,
  plan({ subcommand, n }) {
    if (subcommand === 'verify') return { kind: 'task', task: { kind: 'audit', action: 'verify', most: 0 } };
    const wanted =
      n === undefined || n.trim() === '' ? usual : /^\d{1,6}$/.test(n.trim()) ? Number(n.trim()) : 0;
    if (wanted < 1) {
      return {
        kind: 'answer',
        answer: {
          kind: 'refusal',
          text: 'That is not a number of entries.',
          wayOut: `Type /audit show with a number from 1 to ${most}, or leave it out.`,
        },
      };
    }
    return { kind: 'task', task: { kind: 'audit', action: 'show', most: Math.min(wanted, most) } };
  },
} satisfies Command;
