// Components as Discord gives them back: every default filled in, a number each, attachments with real addresses.
import { isObject, listOf, numberOf, objectOf, textOf, type Json } from './json.ts';

export interface MediaSource {
  /** `attachment://name` or an outside address to what the answer carries. */
  media(url: string): Json;
  /** Name and size of an attachment by its `attachment://name`. */
  file(url: string): { readonly name: string | null; readonly size: number | null };
}

/** The stored form of sound components. */
export function filledComponents(components: readonly unknown[], source: MediaSource): Json[] {
  const taken = new Set<number>();
  collectIds(components, taken);
  let next = 1;
  const number = (json: Json): number => {
    const given = numberOf(json['id']);
    if (given !== undefined && given > 0) return given;
    while (taken.has(next)) next += 1;
    taken.add(next);
    return next;
  };
  const fill = (entry: unknown): Json => {
    const json = objectOf(entry);
    const type = numberOf(json['type']) ?? 0;
    const id = number(json);
    const fillAll = (list: unknown): Json[] => listOf(list).map(fill);
    switch (type) {
      case 1:
        return { type, id, components: fillAll(json['components']) };
      case 2:
        return {
          ...given(json, ['label', 'emoji', 'custom_id', 'url', 'sku_id', 'disabled']),
          type,
          id,
          style: json['style'],
        };
      case 3:
      case 5:
      case 6:
      case 7:
      case 8:
        return {
          ...given(json, ['placeholder', 'disabled', 'default_values', 'channel_types', 'required']),
          type,
          id,
          custom_id: json['custom_id'],
          min_values: numberOf(json['min_values']) ?? 1,
          max_values: numberOf(json['max_values']) ?? 1,
          ...(type === 3 ? { options: listOf(json['options']).map(withoutNulls) } : {}),
        };
      case 9:
        return { type, id, components: fillAll(json['components']), accessory: fill(json['accessory']) };
      case 10:
        return { type, id, content: textOf(json['content']) ?? '' };
      case 11:
        return {
          type,
          id,
          media: mediaOf(json['media'], source),
          description: textOf(json['description']) ?? null,
          spoiler: json['spoiler'] === true,
        };
      case 12:
        return {
          type,
          id,
          items: listOf(json['items']).map((item) => ({
            media: mediaOf(objectOf(item)['media'], source),
            description: textOf(objectOf(item)['description']) ?? null,
            spoiler: objectOf(item)['spoiler'] === true,
          })),
        };
      case 13: {
        const url = textOf(objectOf(json['file'])['url']) ?? '';
        return { type, id, file: source.media(url), ...source.file(url), spoiler: json['spoiler'] === true };
      }
      case 14:
        return { type, id, spacing: numberOf(json['spacing']) ?? 1, divider: json['divider'] !== false };
      case 17:
        return {
          type,
          id,
          accent_color: numberOf(json['accent_color']) ?? null,
          components: fillAll(json['components']),
          spoiler: json['spoiler'] === true,
        };
      default:
        return { ...json, id };
    }
  };
  return components.map(fill);
}

function mediaOf(media: unknown, source: MediaSource): Json {
  return source.media(textOf(objectOf(media)['url']) ?? '');
}

function withoutNulls(option: unknown): Json {
  const json = objectOf(option);
  return given(json, Object.keys(json));
}

function given(json: Json, keys: readonly string[]): Json {
  return Object.fromEntries(
    keys.filter((key) => json[key] !== undefined && json[key] !== null).map((key) => [key, json[key]]),
  );
}

function collectIds(components: readonly unknown[], taken: Set<number>): void {
  for (const entry of components) {
    if (!isObject(entry)) continue;
    const id = numberOf(entry['id']);
    if (id !== undefined && id > 0) taken.add(id);
    collectIds(listOf(entry['components']), taken);
    if (isObject(entry['accessory'])) collectIds([entry['accessory']], taken);
  }
}

/** The component with this custom id, wherever it is nested. */
export function findComponent(components: unknown, customId: string): Json | undefined {
  for (const entry of listOf(components)) {
    const json = objectOf(entry);
    if (json['custom_id'] === customId) return json;
    const inside =
      findComponent(json['components'], customId) ??
      findComponent(json['accessory'] === undefined ? [] : [json['accessory']], customId) ??
      findComponent(json['component'] === undefined ? [] : [json['component']], customId);
    if (inside !== undefined) return inside;
  }
  return undefined;
}
