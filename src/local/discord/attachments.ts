// Uploaded files: kept in memory, given an id and an address, described as Discord describes them.
import { listOf, objectOf, textOf, type Json } from './json.ts';
import type { UploadedFile } from './message-rules.ts';
import type { World } from './world.ts';

const contentTypes: Readonly<Record<string, string>> = {
  txt: 'text/plain; charset=utf-8',
  log: 'text/plain; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  jsonl: 'application/x-ndjson; charset=utf-8',
  yaml: 'application/yaml; charset=utf-8',
  yml: 'application/yaml; charset=utf-8',
  html: 'text/html; charset=utf-8',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
  gz: 'application/gzip',
  zip: 'application/zip',
};

/** Derived from the name: discord.js sends text files as `application/octet-stream`. */
export function contentTypeOf(name: string, given = 'application/octet-stream'): string {
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  return contentTypes[ending] ?? given;
}

/** Keeps the uploads of one message; gives their attachment objects. */
export function storeFiles(
  world: World,
  channel: string,
  listed: readonly unknown[],
  files: readonly UploadedFile[],
): Json[] {
  return files.map((file) => {
    const entry = listOf(listed)
      .map(objectOf)
      .find(({ id }) => String(id as string | number) === file.index);
    const id = world.nextId();
    const name = safeName(textOf(entry?.['filename']) ?? file.name);
    const contentType = contentTypeOf(name, file.type === '' ? undefined : file.type);
    world.keepFile(`${channel}/${id}`, { name, contentType, bytes: file.bytes });
    const url = `${world.url}/attachments/${channel}/${id}/${encodeURIComponent(name)}`;
    const description = textOf(entry?.['description']);
    return {
      id,
      filename: name,
      size: file.bytes.byteLength,
      url,
      proxy_url: url,
      content_type: contentType,
      ...(description === undefined ? {} : { description }),
      ...pngSize(file.bytes),
    };
  });
}

/** Discord's cleaning of file names: no folders, no spaces. */
function safeName(name: string): string {
  const base = name.split(/[\\/]/).at(-1) ?? '';
  const clean = base.replace(/\s+/g, '_').replace(/[^\p{L}\p{N}._-]/gu, '');
  return clean === '' || clean === '.' || clean === '..' ? 'unknown' : clean;
}

function pngSize(bytes: Uint8Array): Json {
  if (bytes.byteLength < 24 || bytes[0] !== 0x89 || bytes[1] !== 0x50) return {};
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}
