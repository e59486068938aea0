// The forms of a command, for a list of all there are.
import type { Command } from './command.ts';

/** A command as `/help` lists it: each of its forms on its own. */
export function formsOf(command: Command): readonly Pick<Command, 'name' | 'description' | 'options'>[] {
  return command.subcommands === undefined
    ? [command]
    : command.subcommands.map((one) => ({ ...one, name: `${command.name} ${one.name}` }));
}
