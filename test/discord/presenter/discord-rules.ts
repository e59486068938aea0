// Discord's own rules for a message (reference section 7), written by hand and independent of the presenter.
import type { MessagePayload } from '../../../src/discord/presenter/message.ts';

const length = (text: string | undefined): number => Array.from((text ?? '').trim()).length;

/** Every rule the message breaks, in words; empty = Discord accepts it. */
export function brokenRules(payload: MessagePayload): readonly string[] {
  const broken: string[] = [];
  const most = (what: string, text: string | undefined, limit: number) => {
    if (length(text) > limit) broken.push(`${what} has ${length(text)} characters, ${limit} allowed`);
    if (/\p{Cs}/u.test(text ?? '')) broken.push(`${what} holds half a character`);
  };
  most('content', payload.content, 2000);
  if (payload.embeds.length > 10) broken.push(`${payload.embeds.length} embeds`);
  let total = 0;
  for (const embed of payload.embeds) {
    most('title', embed.title, 256);
    most('description', embed.description, 4096);
    most('footer', embed.footer?.text, 2048);
    total += length(embed.title) + length(embed.description) + length(embed.footer?.text);
    if ((embed.fields?.length ?? 0) > 25) broken.push(`${embed.fields?.length ?? 0} fields`);
    for (const { name, value } of embed.fields ?? []) {
      most('field name', name, 256);
      most('field value', value, 1024);
      if (length(name) === 0 || length(value) === 0) broken.push('an empty field');
      total += length(name) + length(value);
    }
    const nothing =
      length(embed.title) +
        length(embed.description) +
        length(embed.footer?.text) +
        (embed.fields?.length ?? 0) ===
      0;
    if (nothing) broken.push('an empty embed');
    if (embed.color !== undefined && (embed.color < 0 || embed.color > 0xffffff))
      broken.push('a colour out of range');
  }
  if (total > 6000) broken.push(`${total} characters of embed text`);
  if (length(payload.content) === 0 && payload.embeds.length === 0 && payload.files.length === 0)
    broken.push('nothing');
  if (payload.files.length > 10) broken.push('too many files');
  for (const file of payload.files) {
    const size = 'text' in file ? Buffer.byteLength(file.text) : file.bytes.byteLength;
    if (size > 10 * 1024 * 1024) broken.push('a file over 10 MiB');
  }
  const described = [...payload.files, ...payload.pictures];
  if (described.length > 10) broken.push('too many attachments');
  for (const { name, description } of described) {
    if (!/^[A-Za-z0-9_.-]{1,200}$/.test(name)) broken.push('a file name that Discord would change');
    most('file description', description, 1024);
    if (length(description) === 0) broken.push('a file without a description');
  }
  if (payload.components.length > 5) broken.push('too many rows');
  const ids = new Set<string>();
  for (const row of payload.components) {
    if (row.components.length < 1 || row.components.length > 5) broken.push('a bad row');
    for (const button of row.components) {
      if (!('custom_id' in button)) continue;
      if (length(button.custom_id) < 1 || length(button.custom_id) > 100) broken.push('a bad custom_id');
      if (ids.has(button.custom_id)) broken.push('a custom_id twice');
      ids.add(button.custom_id);
      if ('label' in button && length(button.label) > 80) broken.push('a long label');
    }
  }
  return broken;
}

/** All text a reader sees, in the order Discord shows it. */
export function readableText(payload: MessagePayload): string {
  return [
    payload.content ?? '',
    ...payload.embeds.flatMap((embed) => [
      embed.title ?? '',
      embed.description ?? '',
      ...(embed.fields ?? []).flatMap(({ name, value }) => [name, value]),
      embed.footer?.text ?? '',
    ]),
  ]
    .join('\n')
    .trim();
}

/** All text of its files, one after the other. */
export function texts(payload: MessagePayload): string {
  return payload.files.map((file) => ('text' in file ? file.text : '')).join('');
}
