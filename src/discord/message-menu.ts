// A command from a message's own menu: the message becomes what would have been typed.
import { ApplicationCommandType, type APIApplicationCommandInteraction } from 'discord-api-types/v10';
import type { Command, Typed } from './command.ts';
import { clip, plain, plainLines } from './presenter/text.ts';

export interface FromMenu {
  readonly command: Command;
  readonly typed: Typed;
}

/** Undefined where it was not opened on a message, or no command of ours is called so. */
export function fromMenu(
  interaction: APIApplicationCommandInteraction,
  commands: Iterable<Command>,
): FromMenu | undefined {
  const { data } = interaction;
  if (data.type !== ApplicationCommandType.Message) return undefined;
  for (const command of commands) {
    if (command.messageMenu?.name !== data.name) continue;
    // What a forged interaction lacks is no message.
    const message = (
      data.resolved as { readonly messages?: Readonly<Record<string, MenuMessage>> } | undefined
    )?.messages?.[data.target_id];
    if (message === undefined) return undefined;
    const author = message.author?.global_name ?? message.author?.username ?? 'somebody';
    return { command, typed: command.messageMenu.typed(clip(plain(author), 80), textOf(message)) };
  }
  return undefined;
}

interface MenuMessage {
  readonly content?: string;
  readonly author?: { readonly username?: string; readonly global_name?: string | null };
  readonly embeds?: readonly { readonly title?: string; readonly description?: string }[];
  readonly attachments?: readonly { readonly filename?: string }[];
}

/** Its words; of one that has none, what stands in it. */
function textOf({ content = '', embeds = [], attachments = [] }: MenuMessage): string {
  const words = [
    content,
    ...embeds.flatMap(({ title, description }) => [title ?? '', description ?? '']),
    ...attachments.map(({ filename }) => `(file ${filename ?? 'without a name'})`),
  ];
  return plainLines(words.filter((one) => one.trim() !== '').join('\n'));
}
