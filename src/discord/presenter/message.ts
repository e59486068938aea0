// What a message to Discord is made of here, with Discord's limits and the house colours; no client needed.
import type {
  APIActionRowComponent,
  APIAllowedMentions,
  APIButtonComponent,
  APIEmbed,
  APIEmbedField,
} from 'discord-api-types/v10';
import { clip } from './text.ts';

/** A message as Discord's JSON wants it; `files` travel beside it as multipart. */
export interface MessagePayload {
  readonly content?: string;
  readonly embeds: readonly APIEmbed[];
  readonly components: readonly APIActionRowComponent<APIButtonComponent>[];
  /** Nobody unless said otherwise. */
  readonly allowed_mentions: APIAllowedMentions;
  readonly files: readonly AttachedFile[];
  /** Drawn on the way out and shown in the first embed; what cannot be drawn is left out, so the text must say the same. */
  readonly pictures: readonly Picture[];
}

export type AttachedFile = TextFile | BinaryFile;

export interface TextFile {
  readonly name: string;
  readonly description: string;
  readonly text: string;
}

export interface BinaryFile {
  readonly name: string;
  readonly description: string;
  readonly bytes: Uint8Array;
}

export interface Picture {
  /** Ends in `.png`. */
  readonly name: string;
  /** What it shows, for whoever cannot see it. */
  readonly description: string;
  /** A whole SVG document. */
  readonly svg: string;
}

/** Discord's numbers (developers/resources/message.mdx, components/reference.mdx, channel.mdx). */
export const limits = {
  content: 2_000,
  embeds: 10,
  embedText: 6_000,
  title: 256,
  description: 4_096,
  fields: 25,
  fieldName: 256,
  fieldValue: 1_024,
  footer: 2_048,
  threadName: 100,
  choices: 25,
  choiceText: 100,
  fileBytes: 8 * 1024 * 1024,
  fileDescription: 1_024,
} as const;

export const colours = {
  critical: 0xd92d20,
  high: 0xf2711c,
  medium: 0xf5b301,
  low: 0x3b82f6,
  acknowledged: 0x8b5cf6,
  good: 0x2e9e5b,
  unknown: 0x8a8f98,
  neutral: 0x5865f2,
} as const;

export const nobody: APIAllowedMentions = { parse: [] };

/** A message with its defaults: nobody is mentioned, nothing is clickable. */
export function message(parts: Partial<MessagePayload>): MessagePayload {
  return { embeds: [], components: [], allowed_mentions: nobody, files: [], pictures: [], ...parts };
}

/** A field whose name and value are never empty and never too long. */
export function field(name: string, value: string, inline = false): APIEmbedField {
  return {
    name: clip(name.trim(), limits.fieldName) || '–',
    value: clip(value.trim(), limits.fieldValue) || '–',
    ...(inline ? { inline } : {}),
  };
}

/** How much of the 6000 an embed takes (counted in UTF-16 units, which are never fewer than Discord's). */
export function embedSize(embed: APIEmbed): number {
  return (
    (embed.title?.length ?? 0) +
    (embed.description?.length ?? 0) +
    (embed.footer?.text.length ?? 0) +
    (embed.author?.name.length ?? 0) +
    (embed.fields ?? []).reduce((sum, { name, value }) => sum + name.length + value.length, 0)
  );
}

/** Lines that fit into `limit` characters, in order, and how many were left out. */
export function fitLines(
  lines: readonly string[],
  limit: number,
): { readonly text: string; readonly left: number } {
  const kept: string[] = [];
  let size = 0;
  for (const line of lines) {
    if (size + line.length + 1 > limit) break;
    kept.push(line);
    size += line.length + 1;
  }
  return { text: kept.join('\n'), left: lines.length - kept.length };
}
