// What an embed may be, and the embed as Discord stores it: trimmed, typed `rich`, with real attachment addresses.
import { lengthOf, type Form, type Path } from './form.ts';
import { isObject, listOf, objectOf, textOf, type Json } from './json.ts';

const limits = {
  title: 256,
  description: 4096,
  name: 256,
  value: 1024,
  footer: 2048,
  author: 256,
  all: 6000,
};

/** Checks a message's embeds; 10 at most, 6000 characters together. */
export function checkEmbeds(form: Form, payload: Json): void {
  const embeds = form.list(payload, 'embeds', [], 0, 10);
  let total = 0;
  embeds.forEach((embed, index) => {
    const json = form.object(embed, ['embeds', index]);
    if (json !== undefined) total += checkEmbed(form, json, ['embeds', index]);
  });
  if (total > limits.all)
    form.wrong(['embeds'], 'MAX_EMBED_SIZE_EXCEEDED', `Embed size exceeds maximum size of ${limits.all}`);
}

function checkEmbed(form: Form, embed: Json, path: Path): number {
  let total = 0;
  const count = (text: string | undefined): void => {
    if (text !== undefined) total += lengthOf(text);
  };
  count(form.text(embed, 'title', path, { max: limits.title }));
  count(form.text(embed, 'description', path, { max: limits.description }));
  form.url(embed['url'], [...path, 'url']);
  form.integer(embed, 'color', path, 0, 0xffffff);
  const at = embed['timestamp'];
  if (at !== undefined && at !== null && (typeof at !== 'string' || Number.isNaN(Date.parse(at))))
    form.wrong(
      [...path, 'timestamp'],
      'DATE_TIME_TYPE_PARSE',
      `Could not parse ${JSON.stringify(at)}. Should be ISO8601.`,
    );
  for (const [part, key, max] of [
    ['footer', 'text', limits.footer],
    ['author', 'name', limits.author],
  ] as const) {
    const value = embed[part];
    if (value === undefined || value === null) continue;
    const json = form.object(value, [...path, part]);
    if (json === undefined) continue;
    count(form.text(json, key, [...path, part], { max, required: true, min: part === 'author' ? 1 : 0 }));
    form.url(json['url'], [...path, part, 'url']);
    form.url(json['icon_url'], [...path, part, 'icon_url'], ['http', 'https', 'attachment']);
  }
  for (const part of ['image', 'thumbnail', 'video']) {
    const value = embed[part];
    if (value === undefined || value === null) continue;
    const json = form.object(value, [...path, part]);
    if (json !== undefined) form.url(json['url'], [...path, part, 'url'], ['http', 'https', 'attachment']);
  }
  form.list(embed, 'fields', path, 0, 25).forEach((field, index) => {
    const at = [...path, 'fields', index];
    const json = form.object(field, at);
    if (json === undefined) return;
    count(form.text(json, 'name', at, { min: 1, max: limits.name, required: true }));
    count(form.text(json, 'value', at, { min: 1, max: limits.value, required: true }));
    form.flag(json, 'inline', at);
  });
  if (form.sound && !hasContent(embed)) form.required([...path, 'description']);
  return total;
}

/** An embed needs something to show; a colour alone is nothing. */
function hasContent(embed: Json): boolean {
  const filled = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';
  return (
    filled(embed['title']) ||
    filled(embed['description']) ||
    listOf(embed['fields']).length > 0 ||
    filled(objectOf(embed['footer'])['text']) ||
    filled(objectOf(embed['author'])['name']) ||
    ['image', 'thumbnail', 'video'].some((part) => filled(objectOf(embed[part])['url'])) ||
    (filled(embed['url']) && embed['timestamp'] !== undefined)
  );
}

/** The stored form of a sound embed. */
export function storedEmbed(embed: Json, realUrl: (url: string) => string): Json {
  const stored: Json = { type: 'rich' };
  const keepText = (key: string): void => {
    const value = textOf(embed[key])?.trim();
    if (value !== undefined && value !== '') stored[key] = value;
  };
  keepText('title');
  keepText('description');
  keepText('url');
  if (embed['color'] !== undefined && embed['color'] !== null) stored['color'] = Number(embed['color']);
  const at = textOf(embed['timestamp']);
  if (at !== undefined) stored['timestamp'] = new Date(at).toISOString().replace('Z', '000+00:00');
  for (const part of ['image', 'thumbnail', 'video']) {
    const media = objectOf(embed[part]);
    const url = textOf(media['url']);
    if (url === undefined) continue;
    const real = realUrl(url);
    const description = textOf(media['description']);
    stored[part] = {
      url: real,
      proxy_url: real,
      width: 0,
      height: 0,
      flags: 0,
      ...(description === undefined ? {} : { description }),
    };
  }
  for (const [part, key] of [
    ['footer', 'text'],
    ['author', 'name'],
  ] as const) {
    const json = embed[part];
    if (!isObject(json)) continue;
    const url = textOf(json['url']);
    const icon = textOf(json['icon_url']);
    stored[part] = {
      [key]: (textOf(json[key]) ?? '').trim(),
      ...(url === undefined ? {} : { url }),
      ...(icon === undefined ? {} : { icon_url: realUrl(icon), proxy_icon_url: realUrl(icon) }),
    };
  }
  const fields = listOf(embed['fields']).map((field) => {
    const json = objectOf(field);
    return {
      name: (textOf(json['name']) ?? '').trim(),
      value: (textOf(json['value']) ?? '').trim(),
      inline: json['inline'] === true,
    };
  });
  if (fields.length > 0) stored['fields'] = fields;
  return stored;
}
