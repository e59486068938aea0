// The body of a REST call: JSON, or a multipart form with `payload_json` and `files[n]`.
import type { Context } from 'hono';
import { isObject, type Json } from './json.ts';
import type { UploadedFile } from './message-rules.ts';
import { refusals } from './refusal.ts';

export interface Body {
  readonly json: Json;
  readonly list: readonly unknown[] | undefined;
  readonly files: readonly UploadedFile[];
}

const nothing: Body = { json: {}, list: undefined, files: [] };

export async function readBody(context: Context): Promise<Body> {
  const { method } = context.req;
  if (method === 'GET' || method === 'DELETE') return nothing;
  const type = context.req.header('content-type') ?? '';
  if (type.startsWith('multipart/form-data')) return readForm(context);
  const text = await context.req.text();
  if (text === '') return nothing;
  return bodyOf(parse(text), []);
}

async function readForm(context: Context): Promise<Body> {
  const form = await context.req.formData().catch((error: unknown) => {
    throw refusals.badForm(error);
  });
  const files: UploadedFile[] = [];
  let payload: unknown = {};
  for (const [key, value] of form) {
    if (typeof value === 'string') {
      if (key === 'payload_json') payload = parse(value);
      else if (isObject(payload)) payload = { [key]: value, ...payload };
      continue;
    }
    const index = /^files\[(\d+)\]$/.exec(key)?.[1] ?? String(files.length);
    files.push({
      index,
      name: value.name,
      type: value.type,
      bytes: new Uint8Array(await value.arrayBuffer()),
    });
  }
  return bodyOf(payload, files);
}

/** An interaction callback's form has its message one level deeper; `files` stay beside it. */
function bodyOf(value: unknown, files: readonly UploadedFile[]): Body {
  if (Array.isArray(value)) return { json: {}, list: value as unknown[], files };
  if (isObject(value)) return { json: value, list: undefined, files };
  throw refusals.noObject();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) throw refusals.badJson();
    throw error;
  }
}
