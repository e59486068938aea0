// What a REST endpoint is given and gives back: one flat envelope with success, errorCode and errorMessage.
import type { JsonRow } from './json.ts';
import type { Fields } from './rest-fields.ts';
import type { Session } from './tokens.ts';

export interface RestCall {
  readonly fields: Fields;
  /** Present on every endpoint that asks for a token. */
  readonly session: Session;
  readonly now: number;
  /** How far the server's clock is ahead of the true one (F21). */
  readonly shiftMs: number;
}

export interface Endpoint {
  /** `login` asks for no token and is counted by the name in its body. */
  readonly access: 'login' | 'token';
  readonly scope: 'history' | 'other';
  /** False: a missing body is fine. */
  readonly hasBody: boolean;
  readonly answer: (call: RestCall) => JsonRow;
}

export type Endpoints = Readonly<Record<string, Endpoint>>;

export function success(payload: JsonRow = {}): JsonRow {
  return { ...payload, success: true, errorCode: 0, errorMessage: null };
}

/** A business failure: HTTP 200 with `success: false`; the code belongs to the endpoint. */
export function failure(
  errorCode: number,
  payload: JsonRow = {},
  errorMessage: string | null = null,
): JsonRow {
  return { ...payload, success: false, errorCode, errorMessage };
}

export function endpoint(answer: Endpoint['answer'], scope: Endpoint['scope'] = 'other'): Endpoint {
  return { access: 'token', scope, hasBody: true, answer };
}
