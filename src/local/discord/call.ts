// One REST call of the bot as the handlers see it, and what they answer.
import type { Interactions } from './interactions.ts';
import type { Json } from './json.ts';
import type { UploadedFile } from './message-rules.ts';
import type { World } from './world.ts';

export interface Call {
  readonly world: World;
  readonly interactions: Interactions;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The parsed JSON body (or `payload_json`); an empty object where there is none. */
  readonly body: Json;
  /** The parsed body where it is a list (bulk overwrite). */
  readonly list: readonly unknown[] | undefined;
  readonly files: readonly UploadedFile[];
  param(name: string): string;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export type Handler = (call: Call) => Answer | Promise<Answer>;

/** Who may call: `bot` with its token; `token` with the secret in the path. */
export type Auth = 'bot' | 'token';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With OpenAPI's names in braces: `/channels/{channel_id}/messages`. */
  readonly path: string;
  readonly auth: Auth;
  readonly handle: Handler;
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function created(body: unknown): Answer {
  return { status: 201, body };
}

export const noContent: Answer = { status: 204 };
