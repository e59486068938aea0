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
  readonly author?: { readonly id: string };
  readonly components?: readonly Part[];
}

/** Why it is refused, in a sentence; undefined where it fits. */
export function flawOf(
  interaction: Pick<APIMessageComponentInteraction, 'application_id' | 'data' | 'message'>,
): string | undefined {
  // What a server leaves out cannot be judged; what it sends must fit.
  const message = interaction.message as Carrier | undefined;
  if (message?.author !== undefined && message.author.id !== interaction.application_id) {
    return 'This button is not on a message of this bot.';
  }
  if (message?.components === undefined) return undefined;
  const part = find(message.components, interaction.data.custom_id);
  if (part === undefined) return 'The message has no such button any more.';
  if (part.disabled === true) return 'This button is switched off.';
  const offered = part.options?.map(({ value }) => value);
  const values = 'values' in interaction.data ? interaction.data.values : [];
  if (offered !== undefined && values.some((value) => !offered.includes(value))) {
    return 'This choice was never offered.';
  }
  return undefined;
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
