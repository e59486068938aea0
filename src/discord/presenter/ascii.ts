// The plain style: every sign as a word, every typographic mark as its ASCII one; for screen readers and pagers. Letters of names stay.
import type { APIEmbed } from 'discord-api-types/v10';
import { embedSize, limits, type MessagePayload } from './message.ts';
import { clip } from './text.ts';

const words: Readonly<Record<string, string>> = {
  '🔴': '[critical]',
  '🟠': '[high]',
  '🟡': '[warning]',
  '🟢': '[ok]',
  '🔵': '[low]',
  '⚪': '[unknown]',
  '❔': '[unknown]',
  '✅': '[done]',
  '⚠️': '[attention]',
  '👀': '[taken]',
  '🔕': '[silenced]',
  '🔔': '[silence over]',
  '▫️': '[open]',
  '⏭️': '[skipped]',
  '⏫': '[escalated]',
  '⏰': '[ran out]',
  '📝': '[note]',
  '🔁': '[flapping]',
  '🚨': '[alarm]',
};
const marks: Readonly<Record<string, string>> = {
  '…': '...',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '−': '-',
  '·': '|',
  '•': '-',
  '→': '->',
  '←': '<-',
  '≤': '<=',
  '≥': '>=',
  '×': 'x',
  '›': '>',
  '\u00a0': ' ',
};
const known = new RegExp([...Object.keys(words), ...Object.keys(marks)].join('|'), 'gu');

/** A sign of ours that has no word says nothing that the text beside it does not. */
export function asciiText(text: string): string {
  return text
    .replace(known, (sign) => words[sign] ?? marks[sign] ?? '')
    .replace(/\p{Extended_Pictographic}\ufe0f?/gu, '')
    .replace(/^ +/gm, '');
}

export function asAscii(payload: MessagePayload): MessagePayload {
  const { content, embeds, components } = payload;
  return {
    ...payload,
    ...(content === undefined ? {} : { content: cut(asciiText(content), limits.content) }),
    embeds: withinTotal(embeds.map(asciiEmbed)),
    components: components.map((row) => ({
      ...row,
      components: row.components.map((one) =>
        'label' in one ? { ...one, label: asciiText(one.label ?? '') } : one,
      ),
    })),
  };
}

/** All embeds of a message together hold 6000 characters: the longest description gives way. */
function withinTotal(embeds: readonly APIEmbed[]): readonly APIEmbed[] {
  const over = embeds.reduce((sum, embed) => sum + embedSize(embed), 0) - limits.embedText;
  if (over <= 0) return embeds;
  const sizes = embeds.map(({ description, fields = [] }) =>
    Math.max(description?.length ?? 0, ...fields.map(({ value }) => value.length)),
  );
  const longest = sizes.indexOf(Math.max(...sizes));
  const shortened = embeds.map((embed, index) => (index === longest ? shorter(embed, over) : embed));
  return withinTotal(shortened);
}

function shorter(embed: APIEmbed, by: number): APIEmbed {
  const { description = '', fields = [] } = embed;
  const values = fields.map(({ value }) => value.length);
  const worst = Math.max(0, ...values);
  const less = (text: string): string => cut(text, Math.max(3, text.length - by));
  if (description.length >= worst) return { ...embed, description: less(description) };
  const at = values.indexOf(worst);
  return {
    ...embed,
    fields: fields.map((one, index) => (index === at ? { ...one, value: less(one.value) } : one)),
  };
}

function asciiEmbed(embed: APIEmbed): APIEmbed {
  const { title, description, fields, footer } = embed;
  return {
    ...embed,
    ...(title === undefined ? {} : { title: cut(asciiText(title), limits.title) }),
    ...(description === undefined ? {} : { description: cut(asciiText(description), limits.description) }),
    ...(fields === undefined
      ? {}
      : {
          fields: fields.map((one) => ({
            ...one,
            name: cut(asciiText(one.name), limits.fieldName) || '-',
            value: cut(asciiText(one.value), limits.fieldValue) || '-',
          })),
        }),
    ...(footer === undefined
      ? {}
      : { footer: { ...footer, text: cut(asciiText(footer.text), limits.footer) } }),
  };
}

/** Words are longer than signs; what no longer fits is cut, and says so. */
function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${clip(text, limit - 2).replace(/…$/, '')}...`;
}
