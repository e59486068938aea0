// The same message with less of what needs a permission of its own: without its files, then without its embeds, whose words move into the text.
import type { APIEmbed } from 'discord-api-types/v10';
import { limits, type MessagePayload } from './presenter/message.ts';
import { clip } from './presenter/text.ts';

/** From whole to plain, each only where it differs from the one before. */
export function levelsOf(payload: MessagePayload): readonly MessagePayload[] {
  const isBare = payload.files.length + payload.pictures.length === 0;
  const bare = isBare ? payload : withoutFiles(payload);
  return [payload, ...(isBare ? [] : [bare]), ...(bare.embeds.length === 0 ? [] : [withoutEmbeds(bare)])];
}

function withoutFiles(payload: MessagePayload): MessagePayload {
  const embeds = payload.embeds.map((embed) => {
    const { image, thumbnail, ...rest } = embed;
    return {
      ...rest,
      ...(image === undefined || image.url.startsWith('attachment:') ? {} : { image }),
      ...(thumbnail === undefined || thumbnail.url.startsWith('attachment:') ? {} : { thumbnail }),
    };
  });
  return { ...payload, embeds, files: [], pictures: [] };
}

function withoutEmbeds(payload: MessagePayload): MessagePayload {
  const words = [payload.content ?? '', ...payload.embeds.map(wordsOf)].filter((text) => text !== '');
  return { ...payload, content: clip(words.join('\n'), limits.content), embeds: [] };
}

function wordsOf({ title, description, fields = [], footer }: APIEmbed): string {
  return [
    ...(title === undefined ? [] : [`**${title}**`]),
    ...(description === undefined ? [] : [description]),
    ...fields.map(({ name, value }) => `**${name}**: ${value}`),
    ...(footer === undefined ? [] : [`-# ${footer.text}`]),
  ].join('\n');
}
