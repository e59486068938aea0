// A message of ours in the form the REST client wants: JSON beside its files.
import type { RawFile } from 'discord.js';
import { createHash } from 'node:crypto';
import type { AttachedFile, MessagePayload } from './presenter/message.ts';

export interface WireMessage {
  readonly body: Record<string, unknown>;
  readonly files: RawFile[];
}

/** A new message. With a nonce Discord answers a repeated post with the first message instead of a second one. */
export function asNewMessage(payload: MessagePayload, nonce?: string): WireMessage {
  const { body, files } = asEdit(payload);
  const { attachments, ...rest } = body;
  return {
    body: {
      ...rest,
      ...(files.length === 0 ? {} : { attachments }),
      ...(nonce === undefined ? {} : { nonce, enforce_nonce: true }),
    },
    files,
  };
}

/** An edit: everything is said, so that nothing of an earlier state stays. */
export function asEdit(payload: MessagePayload): WireMessage {
  return {
    body: {
      content: payload.content ?? '',
      embeds: payload.embeds,
      components: payload.components,
      allowed_mentions: payload.allowed_mentions,
      attachments: payload.files.map(({ description }, index) => ({ id: String(index), description })),
    },
    files: payload.files.map(rawFile),
  };
}

const types: Readonly<Record<string, string>> = {
  txt: 'text/plain; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  json: 'application/json; charset=utf-8',
  png: 'image/png',
};

/** Sent with the type its ending says; an ending that is not known is sent as bytes. */
function rawFile(file: AttachedFile): RawFile {
  const ending = /\.([a-z]+)$/.exec(file.name)?.[1] ?? '';
  return {
    name: file.name,
    data: 'text' in file ? Buffer.from(file.text, 'utf8') : Buffer.from(file.bytes),
    contentType: types[ending] ?? 'application/octet-stream',
  };
}

/** At most 25 characters, the same for the same parts. */
export function nonceOf(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(parts.join('|')).digest('base64url').slice(0, 25);
}
