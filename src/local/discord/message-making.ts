// From a sound message body to the message as stored: trimmed, numbered, with files kept and mentions counted.
import {
  MessageFlags,
  MessageReferenceType,
  MessageType,
  PermissionFlagsBits as P,
} from 'discord-api-types/v10';
import type { APIMessage, APIUser } from 'discord-api-types/v10';
import { storeFiles } from './attachments.ts';
import * as cast from './cast.ts';
import { filledComponents, type MediaSource } from './component-filling.ts';
import { textsOf } from './component-rules.ts';
import { storedEmbed } from './embed-rules.ts';
import { isObject, listOf, numberOf, objectOf, textOf, type Json } from './json.ts';
import { mentionsOf } from './mentions.ts';
import { checkMessage, nothingBefore, type UploadedFile } from './message-rules.ts';
import { may } from './permissions.ts';
import { refusals } from './refusal.ts';
import type { StoredMessage, World } from './world.ts';

export interface NewMessage {
  readonly channel: string;
  readonly author: APIUser;
  readonly payload: Json;
  readonly files: readonly UploadedFile[];
  readonly type?: MessageType;
  /** Fields of interaction answers. */
  readonly extra?: Json;
  /** Ephemeral for this user. */
  readonly seenBy?: string | undefined;
  readonly interaction?: string | undefined;
}

const settable =
  MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications | MessageFlags.IsComponentsV2;

/** Checks and makes a message; the caller posts it. */
export function makeMessage(world: World, fresh: NewMessage): StoredMessage {
  const { payload } = fresh;
  checkMessage(payload, fresh.files, nothingBefore);
  const id = world.nextId();
  const { parts, mentions } = partsOf(world, fresh.channel, fresh.author.id, payload, fresh.files, []);
  const reference = referenceOf(world, fresh.channel, payload);
  const nonce = payload['nonce'];
  const flags = (numberOf(payload['flags']) ?? 0) & settable;
  const message = {
    id,
    channel_id: fresh.channel,
    type: fresh.type ?? (reference === undefined ? MessageType.Default : MessageType.Reply),
    content: (textOf(payload['content']) ?? '').trim(),
    author: fresh.author,
    timestamp: world.isoNow(),
    edited_timestamp: null,
    ...mentions,
    ...parts,
    flags: flags | (fresh.seenBy === undefined ? 0 : MessageFlags.Ephemeral),
    pinned: false,
    tts: payload['tts'] === true,
    ...(nonce === undefined || nonce === null ? {} : { nonce }),
    ...reference,
    ...fresh.extra,
  };
  return {
    message: message as unknown as APIMessage,
    seenBy: fresh.seenBy,
    interaction: fresh.interaction,
    lateEdits: [],
  };
}

/** Checks and applies an edit; gives the new message JSON. `asFirst`: fills a loading message, which is no edit to the eye. */
export function editedMessage(
  world: World,
  stored: StoredMessage,
  payload: Json,
  files: readonly UploadedFile[],
  asFirst: boolean,
): APIMessage {
  const { message } = stored;
  checkMessage(payload, files, {
    content: message.content,
    embeds: message.embeds,
    components: message.components ?? [],
    attachments: message.attachments,
    flags: message.flags ?? 0,
  });
  const kept = keptAttachments(message, payload);
  const { parts, mentions } = partsOf(world, message.channel_id, message.author.id, payload, files, kept);
  const content = payload['content'];
  const flags = (numberOf(payload['flags']) ?? message.flags ?? 0) & settable;
  const lasting = (message.flags ?? 0) & ~(settable & ~MessageFlags.IsComponentsV2) & ~MessageFlags.Loading;
  const becomesV2 = (flags & ~(message.flags ?? 0) & MessageFlags.IsComponentsV2) !== 0;
  return {
    ...message,
    ...(content === undefined ? {} : { content: (textOf(content) ?? '').trim() }),
    ...(content === undefined && payload['components'] === undefined && !asFirst ? {} : mentions),
    ...(payload['embeds'] === undefined && !becomesV2 ? {} : { embeds: parts.embeds }),
    ...(payload['components'] === undefined ? {} : { components: parts.components }),
    ...(payload['attachments'] === undefined && files.length === 0 ? {} : { attachments: parts.attachments }),
    flags: flags | lasting,
    edited_timestamp: asFirst ? message.edited_timestamp : world.isoNow(),
  } as unknown as APIMessage;
}

function keptAttachments(message: APIMessage, payload: Json): Json[] {
  const listed = payload['attachments'];
  const all = message.attachments as unknown as Json[];
  if (listed === undefined || listed === null) return all;
  return all.flatMap((attachment) => {
    const entry = listOf(listed)
      .map(objectOf)
      .find(({ id }) => id === attachment['id']);
    if (entry === undefined) return [];
    const description = textOf(entry['description']);
    return [description === undefined ? attachment : { ...attachment, description }];
  });
}

interface Parts {
  readonly embeds: Json[];
  readonly components: Json[];
  readonly attachments: Json[];
}

function partsOf(
  world: World,
  channel: string,
  author: string,
  payload: Json,
  files: readonly UploadedFile[],
  kept: readonly Json[],
): { readonly parts: Parts; readonly mentions: Json } {
  const made = storeFiles(world, channel, listOf(payload['attachments']), files);
  const all = [...kept, ...made];
  const byName = (url: string): Json | undefined =>
    all.find(({ filename }) => `attachment://${String(filename)}` === url);
  const used = new Set<unknown>();
  const source: MediaSource = {
    media(url) {
      const file = byName(url);
      used.add(file?.['id']);
      const real = textOf(file?.['url']) ?? url;
      return {
        id: textOf(file?.['id']) ?? world.nextId(),
        url: real,
        proxy_url: real,
        ...(file === undefined
          ? {}
          : { content_type: file['content_type'], attachment_id: file['id'], ...sizesOf(file) }),
      };
    },
    file(url) {
      const file = byName(url);
      return { name: textOf(file?.['filename']) ?? null, size: numberOf(file?.['size']) ?? null };
    },
  };
  const embeds = listOf(payload['embeds']).map((embed) =>
    storedEmbed(objectOf(embed), (url) => {
      const file = byName(url);
      if (file !== undefined) used.add(file['id']);
      return textOf(file?.['url']) ?? url;
    }),
  );
  const components = filledComponents(listOf(payload['components']), source);
  const content = [textOf(payload['content']) ?? '', ...textsOf(components)].join('\n');
  return {
    parts: { embeds, components, attachments: all.filter(({ id }) => !used.has(id)) },
    mentions: mentionsOf(world, channel, author, content, payload),
  };
}

function sizesOf(file: Json): Json {
  return file['width'] === undefined ? {} : { width: file['width'], height: file['height'] };
}

function referenceOf(world: World, channel: string, payload: Json): Json | undefined {
  const reference = payload['message_reference'];
  if (!isObject(reference)) return undefined;
  const id = textOf(reference['message_id']) ?? '';
  const found = world.stored(channel, id);
  if (found === undefined || found.seenBy !== undefined) {
    if (reference['fail_if_not_exists'] === false) return undefined;
    throw refusals.cannotReply();
  }
  return {
    message_reference: {
      type: MessageReferenceType.Default,
      message_id: id,
      channel_id: channel,
      guild_id: cast.guildId,
    },
    referenced_message: found.message,
  };
}

/**
 * What a body needs beyond writing; gives back what of it is let through. Files are refused where the permission is missing. Embeds
 * are dropped without a word beside anything else, and refused where a new message has nothing else; an edit that leaves
 * nothing is empty (github.com/discord/discord-api-docs issues 2601 and 5648; the documentation does not say).
 */
export function permittedParts(
  world: World,
  userId: string,
  channelId: string,
  payload: Json,
  files: readonly UploadedFile[],
  isEdit: boolean,
): Json {
  const channel = world.channel(channelId);
  if (files.length > 0 && !may(world, userId, channel, P.AttachFiles)) throw refusals.missingPermissions();
  if (payload['tts'] === true && !may(world, userId, channel, P.SendTTSMessages))
    throw refusals.missingPermissions();
  if (!isEdit && isObject(payload['message_reference']) && !may(world, userId, channel, P.ReadMessageHistory))
    throw refusals.missingPermissions();
  if (listOf(payload['embeds']).length === 0 || may(world, userId, channel, P.EmbedLinks)) return payload;
  const saysMore =
    (textOf(payload['content']) ?? '').trim() !== '' ||
    files.length > 0 ||
    isObject(payload['poll']) ||
    ['components', 'sticker_ids'].some((part) => listOf(payload[part]).length > 0);
  if (!isEdit && !saysMore) throw refusals.missingPermissions();
  return { ...payload, embeds: [] };
}
