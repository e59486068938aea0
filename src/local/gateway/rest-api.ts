// The REST side: faults first, then route, body, token, rate limit, endpoint, in the order the real gateway shows.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../domain/clock.ts';
import type { FaultRecord } from './fault.ts';
import type { FaultEffects } from './fault-effects.ts';
import { type JsonRow, restSpelling, toJson } from './json.ts';
import type { RateMeter } from './rate-limit.ts';
import type { Endpoints } from './rest-call.ts';
import { BadRequest, Fields } from './rest-fields.ts';
import { shapeAnswer, spellingFor } from './shapes.ts';
import type { Session } from './tokens.ts';

export interface RestOptions {
  readonly clock: Clock;
  readonly endpoints: Endpoints;
  readonly faults: FaultEffects;
  readonly meter: RateMeter;
  readonly retryAfter: boolean;
  readonly authenticate: (request: IncomingMessage) => Session | undefined;
}

const maxBody = 1 << 20;
const anonymous: Session = { username: '', serial: 0, issuedAt: 0, expiresAt: 0, token: '' };

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) throw new BadRequest('$', 'The request body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(
  response: ServerResponse,
  status: number,
  body = '',
  type = 'application/json; charset=utf-8',
): void {
  response.writeHead(status, {
    ...(body === '' ? {} : { 'content-type': type }),
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

function problem({ field, message }: BadRequest): string {
  return JSON.stringify({
    type: 'https://tools.ietf.org/html/rfc9110#section-15.5.1',
    title: 'One or more validation errors occurred.',
    status: 400,
    errors: { [field]: [message] },
  });
}

function parse(text: string, hasBody: boolean): unknown {
  if (text.trim() === '') {
    if (!hasBody) return {};
    throw new BadRequest('', 'A non-empty request body is required.');
  }
  try {
    return JSON.parse(text);
  } catch {
    if (!hasBody) return {};
    throw new BadRequest('$', 'The request body is not valid JSON.');
  }
}

export function makeRest(
  options: RestOptions,
): (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void> {
  const { clock, endpoints, faults, meter } = options;

  /** Waits as the fault says; true = the fault has answered. */
  const trouble = async (record: FaultRecord, response: ServerResponse): Promise<boolean> => {
    const { delayMs, status, retryAfter } = record.params;
    if (typeof delayMs === 'number') await new Promise<void>((resolve) => clock.after(delayMs, resolve));
    if (typeof status !== 'number') return false;
    if (typeof retryAfter === 'number') response.setHeader('retry-after', String(retryAfter));
    send(response, status);
    return true;
  };

  const tooMany = (user: string, scope: 'history' | 'other', response: ServerResponse): boolean => {
    const waitMs = meter.take(user, scope, clock.now());
    if (waitMs === undefined) return false;
    if (options.retryAfter) response.setHeader('retry-after', String(Math.ceil(waitMs / 1000)));
    send(response, 429);
    return true;
  };

  const answer = (response: ServerResponse, row: JsonRow) => {
    const shapes = faults.restShapes();
    const shaped = shapes.size === 0 ? row : shapeAnswer(row, shapes);
    send(response, 200, toJson(shaped, spellingFor(restSpelling, shapes)));
  };

  const ping = (request: IncomingMessage, response: ServerResponse) => {
    const accept = request.headers.accept ?? '*/*';
    const wantsJson = accept.includes('json') && !accept.includes('*/*') && !accept.includes('text/plain');
    if (wantsJson) send(response, 200, '"pong"');
    else send(response, 200, 'pong', 'text/plain; charset=utf-8');
  };

  return async (request, response, path) => {
    const fault = faults.rest(path);
    if (fault !== undefined && (await trouble(fault, response))) return;
    if (path === '/api/status/ping') {
      if (request.method === 'GET' || request.method === 'HEAD') ping(request, response);
      else send(response, 405);
      return;
    }
    const endpoint = Object.hasOwn(endpoints, path) ? endpoints[path] : undefined;
    if (endpoint === undefined) {
      send(response, 404);
      return;
    }
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST');
      send(response, 405);
      return;
    }
    try {
      const text = await readBody(request);
      const session = endpoint.access === 'login' ? anonymous : options.authenticate(request);
      if (session === undefined) {
        response.setHeader('www-authenticate', 'Bearer');
        send(response, 401);
        return;
      }
      if (endpoint.access === 'token' && tooMany(session.username, endpoint.scope, response)) return;
      const fields = new Fields(parse(text, endpoint.hasBody));
      if (endpoint.access === 'login') {
        const name = fields.text('userName');
        if (tooMany(name, endpoint.scope, response)) return;
      }
      const asked = { path, fields, session, now: clock.now(), shiftMs: faults.clockShiftMs() };
      const row = faults.answer(endpoint.answer(asked), asked);
      const lateMs = faults.answerLateMs(asked);
      if (lateMs > 0) await new Promise<void>((resolve) => clock.after(lateMs, resolve));
      // The order was taken, but the client never learns of it.
      if (fault?.params['afterAccept'] === true) return;
      answer(response, row);
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error;
      send(response, 400, problem(error), 'application/problem+json; charset=utf-8');
    }
  };
}
