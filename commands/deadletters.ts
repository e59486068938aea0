// /deadletters: what could not be delivered or was refused; read, explained, sent again, or taken away.
import type { Command, Plan } from '../src/discord/command.ts';

const numbered = (description: string) => ({ name: 'number', description, required: true, maxLength: 12 });

export default {
  name: 'deadletters',
  description: 'What could not be delivered, and what was refused',
  tier: 'respond',
  options: [],
  subcommands: [
    { name: 'list', description: 'All that are waiting, newest first', options: [] },
    {
      name: 'show',
      description: 'One of them: why, what it means, what to do',
      options: [numbered('Its number, from /deadletters list')],
    },
    {
      name: 'redrive',
      description: 'Send it again, once',
      options: [numbered('Its number, or all')],
    },
    {
      name: 'dismiss',
      description: 'Remove it without sending it',
      options: [numbered('Its number, or all')],
    },
  ],
  plan({ subcommand, number = '' }): Plan {
    const action = (['show', 'redrive', 'dismiss'] as const).find((one) => one === subcommand);
    if (action === undefined) return { kind: 'task', task: { kind: 'letters', action: 'list' } };
    const typed = number.trim().toLowerCase();
    if (typed === 'all' && action !== 'show')
      return { kind: 'task', task: { kind: 'letters', action, no: 'all' } };
    if (/^#?\d{1,9}$/.test(typed))
      return { kind: 'task', task: { kind: 'letters', action, no: Number(typed.replace('#', '')) } };
    return {
      kind: 'answer',
      answer: {
        kind: 'refusal',
        text: `"${number}" is not the number of a dead letter.`,
        wayOut: `Type /deadletters ${action} with a number from /deadletters list${action === 'show' ? '' : ', or all'}.`,
      },
    };
  },
} satisfies Command;
