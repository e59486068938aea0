// The form in which a note for an incident's timeline is written, and what of it came back.
import {
  ComponentType,
  InteractionResponseType,
  TextInputStyle,
  type APIInteractionResponse,
  type APIModalSubmitInteraction,
} from 'discord-api-types/v10';
import { customId, noteField, parseCustomId } from './custom-id.ts';
import { charactersIn } from './typed.ts';

/** As long as a message may be, less what stands around it. */
export const longestNote = 1_500;

export function noteForm(incident: string): APIInteractionResponse {
  return {
    type: InteractionResponseType.Modal,
    data: {
      custom_id: customId(incident, 'note'),
      title: `Note for incident #${incident}`.slice(0, 45),
      components: [
        {
          type: ComponentType.ActionRow,
          components: [
            {
              type: ComponentType.TextInput,
              custom_id: noteField,
              label: 'What did you see or do?',
              style: TextInputStyle.Paragraph,
              required: true,
              max_length: longestNote,
            },
          ],
        },
      ],
    },
  };
}

interface Field {
  readonly custom_id?: unknown;
  readonly value?: unknown;
}
interface Row {
  readonly components?: readonly Field[];
  readonly component?: Field;
}

/** Undefined where it is no form of ours, or not filled in as ours is. */
export function readNote(
  interaction: Pick<APIModalSubmitInteraction, 'data'>,
): { readonly incident: string; readonly text: string } | undefined {
  const { custom_id, components } = interaction.data;
  const form = parseCustomId(custom_id);
  if (form?.action !== 'note' || !Array.isArray(components)) return undefined;
  // What somebody sends by hand need not look as Discord's own forms do.
  const rows = components as readonly unknown[] as readonly Row[];
  const fields = rows.flatMap(({ components: inner = [], component }) => [
    ...inner,
    ...(component === undefined ? [] : [component]),
  ]);
  const text = fields.find((one) => one.custom_id === noteField)?.value;
  if (typeof text !== 'string' || charactersIn(text) > longestNote) return undefined;
  return { incident: form.incident, text };
}
