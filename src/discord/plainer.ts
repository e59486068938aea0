// The same message with less of what needs a permission of its own: without its files, then without its embeds, whose words move into the text.
import type { APIEmbed } from 'discord-api-types/v10';
import { isCode } from './discord-error.ts';
import { limits, type MessagePayload } from './presenter/message.ts';
import { clip } from './presenter/text.ts';

/** From whole to plain, each only where it differs from the one before. */
function levelsOf(payload: MessagePayload): readonly MessagePayload[] {
  const isBare = payload.files.length + payload.pictures.length === 0;
  const bare = isBare ? payload : withoutFiles(payload);
  return [payload, ...(isBare ? [] : [bare]), ...(bare.embeds.length === 0 ? [] : [withoutEmbeds(bare)])];
}

/**
 * Sends the message, plainer where that is refused: Discord does not say which permission is missing.
 * @throws what `send` throws, its last refusal where even the plain words were not taken
 */
export async function plainerIfNeedBe<T>(
  payload: MessagePayload,
  send: (level: MessagePayload) => Promise<T>,
): Promise<T> {
  let refusal: unknown;
  for (const level of levelsOf(payload)) {
    try {
      return await send(level);
    } catch (error) {
      if (!isCode(error, 'missingPermission')) throw error;
      refusal = error;
    }
  }
  throw refusal;
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
