// What a message body may be, before anything is stored: content, embeds, components, files, mentions, nonce, flags.
import { MessageFlags } from 'discord-api-types/v10';
import { checkComponents } from './component-rules.ts';
import { checkEmbeds } from './embed-rules.ts';
import { Form } from './form.ts';
import { isObject, listOf, numberOf, objectOf, plain, textOf, type Json } from './json.ts';
import { refusals } from './refusal.ts';

export const maxFileBytes = 10 * 1024 * 1024;

export interface UploadedFile {
  /** Index in `files[n]`, as the body's `attachments[].id` names it. */
  readonly index: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** What the message is before the body is applied; empty for a new one. */
export interface Before {
  readonly content: string;
  readonly embeds: readonly unknown[];
  readonly components: readonly unknown[];
  readonly attachments: readonly unknown[];
  readonly flags: number;
}

export const nothingBefore: Before = { content: '', embeds: [], components: [], attachments: [], flags: 0 };

/** Throws Discord's refusal where the body breaks a rule. */
export function checkMessage(payload: Json, files: readonly UploadedFile[], before: Before): void {
  const form = new Form();
  const flags = form.integer(payload, 'flags', [], 0, Number.MAX_SAFE_INTEGER) ?? 0;
  const v2 = ((flags | before.flags) & MessageFlags.IsComponentsV2) !== 0;
  form.text(payload, 'content', [], { max: 2000 });
  checkEmbeds(form, payload);
  checkComponents(form, payload, v2);
  if (v2) checkNoLegacy(form, payload, before);
  checkFiles(form, payload, files, before);
  checkMentions(form, payload);
  const nonce = payload['nonce'];
  if (typeof nonce === 'string' && nonce.length > 25)
    form.wrong(['nonce'], 'NONCE_TYPE_TOO_LONG', 'A nonce must be 25 or fewer characters.');
  if (nonce !== undefined && nonce !== null && typeof nonce !== 'string' && typeof nonce !== 'number')
    form.wrong(['nonce'], 'NONCE_TYPE_INVALID', 'A nonce must be a string or an integer.');
  const reference = payload['message_reference'];
  if (reference !== undefined && reference !== null) form.object(reference, ['message_reference']);
  const poll = payload['poll'];
  if (poll !== undefined && poll !== null) checkPoll(form, poll);
  form.flag(payload, 'tts', []);
  form.flag(payload, 'enforce_nonce', []);
  form.list(payload, 'sticker_ids', [], 0, 3);
  form.refuse();
  if (files.some(({ bytes }) => bytes.byteLength > maxFileBytes)) throw refusals.fileTooLarge();
  if (isEmpty(payload, files, before)) throw refusals.emptyMessage();
}

/** Polls are not shown here; a malformed one is refused all the same. */
function checkPoll(form: Form, value: unknown): void {
  const poll = form.object(value, ['poll']);
  if (poll === undefined) return;
  const question = form.object(poll['question'], ['poll', 'question']);
  if (question !== undefined)
    form.text(question, 'text', ['poll', 'question'], { min: 1, max: 300, required: true });
  form.list(poll, 'answers', ['poll'], 1, 10).forEach((answer, index) => {
    const at = ['poll', 'answers', index];
    const media = form.object(form.object(answer, at)?.['poll_media'], [...at, 'poll_media']);
    if (media !== undefined)
      form.text(media, 'text', [...at, 'poll_media'], { min: 1, max: 55, required: true });
  });
  form.integer(poll, 'duration', ['poll'], 1, 768);
}

function checkNoLegacy(form: Form, payload: Json, before: Before): void {
  const say = (field: string): void =>
    form.wrong(
      [field],
      'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
      `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
    );
  const was = (before.flags & MessageFlags.IsComponentsV2) !== 0;
  const content = payload['content'] === undefined && !was ? before.content : payload['content'];
  if ((textOf(content) ?? '').trim() !== '') say('content');
  const embeds = payload['embeds'] === undefined && !was ? before.embeds : payload['embeds'];
  if (listOf(embeds).length > 0) say('embeds');
  if (listOf(payload['sticker_ids']).length > 0) say('sticker_ids');
  if (isObject(payload['poll'])) say('poll');
}

function checkFiles(form: Form, payload: Json, files: readonly UploadedFile[], before: Before): void {
  const listed = form.list(payload, 'attachments', [], 0, 10);
  if (files.length > 10) form.wrong(['files'], 'BASE_TYPE_MAX_LENGTH', 'Must be 10 or fewer in length.');
  const known = new Set([
    ...files.map(({ index }) => index),
    ...before.attachments.map((attachment) => textOf(objectOf(attachment)['id']) ?? ''),
  ]);
  listed.forEach((entry, index) => {
    const json = form.object(entry, ['attachments', index]);
    if (json === undefined) return;
    form.text(json, 'description', ['attachments', index], { max: 1024 });
    form.text(json, 'filename', ['attachments', index], { max: 1024 });
    const id = json['id'];
    if (id === undefined) form.required(['attachments', index, 'id']);
    else if (!known.has(plain(id)))
      form.wrong(
        ['attachments', index, 'id'],
        'ATTACHMENT_NOT_FOUND',
        `Attachment data for ID ${plain(id)} not found`,
      );
  });
  const names = new Set([
    ...files.map(({ name }) => name),
    ...listed.map((entry) => textOf(objectOf(entry)['filename']) ?? ''),
    ...before.attachments.map((attachment) => textOf(objectOf(attachment)['filename']) ?? ''),
  ]);
  for (const [path, url] of attachmentUrls(payload)) {
    if (!names.has(url.slice('attachment://'.length)))
      form.wrong(
        path,
        'MEDIA_ATTACHMENT_NOT_FOUND',
        `The referenced attachment '${url.slice('attachment://'.length)}' was not found`,
      );
  }
}

/** Every `attachment://` in components, with its path; embeds with a missing one are shown without picture. */
function attachmentUrls(payload: Json): [(string | number)[], string][] {
  const found: [(string | number)[], string][] = [];
  const walk = (value: unknown, path: (string | number)[]): void => {
    if (Array.isArray(value)) value.forEach((entry, index) => walk(entry, [...path, index]));
    else if (isObject(value))
      for (const [key, inside] of Object.entries(value)) {
        if (key === 'url' && typeof inside === 'string' && inside.startsWith('attachment://'))
          found.push([[...path, key], inside]);
        else if (typeof inside === 'object') walk(inside, [...path, key]);
      }
  };
  walk(payload['components'], ['components']);
  return found;
}

function checkMentions(form: Form, payload: Json): void {
  const value = payload['allowed_mentions'];
  if (value === undefined || value === null) return;
  const allowed = form.object(value, ['allowed_mentions']);
  if (allowed === undefined) return;
  const kinds = ['everyone', 'roles', 'users'];
  const parse = form.list(allowed, 'parse', ['allowed_mentions'], 0, 3);
  parse.forEach((kind, index) => {
    if (!kinds.includes(String(kind))) form.oneOf(['allowed_mentions', 'parse', index], kinds);
  });
  for (const kind of ['roles', 'users']) {
    const list = form.list(allowed, kind, ['allowed_mentions'], 0, 100);
    list.forEach((id, index) => form.snowflake(id, ['allowed_mentions', kind, index]));
    if (list.length > 0 && parse.includes(kind))
      form.wrong(
        ['allowed_mentions'],
        'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
        `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
      );
  }
}

function isEmpty(payload: Json, files: readonly UploadedFile[], before: Before): boolean {
  const content = payload['content'] === undefined ? before.content : (textOf(payload['content']) ?? '');
  const left = (key: 'embeds' | 'components'): number =>
    payload[key] === undefined ? before[key].length : listOf(payload[key]).length;
  const kept =
    payload['attachments'] === undefined ? before.attachments.length : listOf(payload['attachments']).length;
  return (
    content.trim() === '' &&
    left('embeds') === 0 &&
    left('components') === 0 &&
    kept === 0 &&
    files.length === 0 &&
    listOf(payload['sticker_ids']).length === 0 &&
    !isObject(payload['poll']) &&
    numberOf(objectOf(payload['message_reference'])['type']) !== 1
  );
}
