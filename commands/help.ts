// /help: every command with what it takes.
import type { Command } from '../src/discord/command.ts';

export default {
  name: 'help',
  description: 'What you can ask here',
  tier: 'read',
  options: [],
  ephemeral: true,
  plan(_typed, { commands }) {
    return {
      kind: 'answer',
      answer: {
        kind: 'help',
        commands: commands.map(({ name, description, options }) => ({
          usage: [
            `/${name}`,
            ...options.map((option) => (option.required ? `<${option.name}>` : `[${option.name}]`)),
          ].join(' '),
          description,
        })),
      },
    };
  },
} satisfies Command;
