// /slo: how fast people were told and moved in the last days, per severity.
import type { Command } from '../src/discord/command.ts';

const usual = 30;
const most = 365;

export default {
  name: 'slo',
  description: 'Time to page and to acknowledge, per severity, against our goals',
  tier: 'read',
  options: [
    {
      name: 'days',
      description: `How many days back, at most ${most}; ${usual} if left out`,
      required: false,
      maxLength: 3,
    },
  ],
  plan({ days }) {
    const typed = (days ?? '').trim();
    const wanted = typed === '' ? usual : Number(typed);
    if (!/^\d*$/.test(typed) || wanted < 1 || wanted > most) {
      return {
        kind: 'answer',
        answer: {
          kind: 'refusal',
          text: `"${typed}" is not a number of days.`,
          wayOut: `Give a whole number from 1 to ${most}, or leave it out for ${usual}.`,
        },
      };
    }
    return { kind: 'task', task: { kind: 'record', action: 'slo', days: wanted } };
  },
} satisfies Command;
