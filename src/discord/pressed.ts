// Whether a press can be what it says: on a message of ours, on a component that stands there, with values that were offered.
import type { APIMessageComponentInteraction } from 'discord-api-types/v10';

interface Part {
  readonly custom_id?: string;
  readonly disabled?: boolean;
  readonly options?: readonly { readonly value: string }[];
  readonly components?: readonly Part[];
  readonly component?: Part;
  readonly accessory?: Part;
}

interface Carrier {
  readonly author?: { readonly id: string; readonly bot?: boolean };
  readonly components?: readonly Part[];
}

/**
 * Why it is refused, in a sentence; undefined where it fits.
 * @param self the bot's user, as READY named it; old applications have another id than their bot
 */
export function flawOf(
  interaction: Pick<APIMessageComponentInteraction, 'application_id' | 'data' | 'message'>,
  self: string | undefined,
): string | undefined {
  // What a server leaves out cannot be judged; what it sends must fit.
  const message = interaction.message as Carrier | undefined;
  if (message?.author !== undefined && !isOurs(message.author, interaction.application_id, self)) {
    return 'This button is not on a message of this bot.';
  }
  if (message?.components === undefined) return undefined;
  const part = find(message.components, interaction.data.custom_id);
  if (part === undefined) return 'The message no longer has this button.';
  if (part.disabled === true) return 'This button is switched off.';
  const offered = part.options?.map(({ value }) => value);
  const values = 'values' in interaction.data ? interaction.data.values : [];
  if (offered !== undefined && values.some((value) => !offered.includes(value))) {
    return 'This choice was never offered.';
  }
  return undefined;
}

/** Ids are unique among everything on Discord: who is called as the application is nobody else either. */
function isOurs(
  author: { readonly id: string; readonly bot?: boolean },
  application: string,
  self: string | undefined,
): boolean {
  if (author.id === application || author.id === self) return true;
  // Before READY said who we are: a person writes no buttons, and whose incident it is about is judged by its name anyway.
  return self === undefined && author.bot === true;
}

function find(parts: readonly Part[], customId: string): Part | undefined {
  for (const part of parts) {
    if (part.custom_id === customId) return part;
    const inner = [
      ...(part.components ?? []),
      ...[part.component, part.accessory].filter((one) => one !== undefined),
    ];
    const found = find(inner, customId);
    if (found !== undefined) return found;
  }
  return undefined;
}
