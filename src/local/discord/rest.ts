// The bot's side over HTTP: /api/v10/* with token, rate limits, faults, Discord's errors and a record of all of it.
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono, type Context } from 'hono';
import type { Log } from '../../log.ts';
import { readBody, type Body } from './body.ts';
import type { Answer, Call, Route } from './call.ts';
import { commandRoutes } from './command-routes.ts';
import type { ActiveFault, Faults } from './faults.ts';
import { guildRoutes } from './guild-routes.ts';
import { interactionRoutes } from './interaction-routes.ts';
import type { Interactions } from './interactions.ts';
import { messageRoutes } from './message-routes.ts';
import type { RateLimits } from './rate-limits.ts';
import type { RequestRecord, TrafficRecord } from './record.ts';
import { Refusal, refusals } from './refusal.ts';
import { threadRoutes } from './thread-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';
import type { World } from './world.ts';

export interface RestParts {
  readonly world: World;
  readonly interactions: Interactions;
  readonly record: TrafficRecord;
  readonly faults: Faults;
  readonly limits: RateLimits;
  readonly token: string;
  readonly log: Log | undefined;
  /** Routes that need what only the server knows: the gateway's address, the application's flags. */
  readonly ownRoutes: readonly Route[];
}

type LocalContext = Context<{ Bindings: HttpBindings }>;

/** The routes under `/api/v10`. */
export function restApp(parts: RestParts): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const routes = [
    ...interactionRoutes,
    ...webhookRoutes,
    ...messageRoutes,
    ...threadRoutes,
    ...guildRoutes,
    ...commandRoutes,
    ...parts.ownRoutes,
  ];
  for (const route of routes)
    app.on(route.method, route.path.replace(/\{(\w+)\}/g, ':$1'), (context) => serve(parts, context, route));
  app.all('*', (context) => serve(parts, context, undefined));
  return app;
}

async function serve(parts: RestParts, context: LocalContext, route: Route | undefined): Promise<Response> {
  const startedAt = performance.now();
  const url = new URL(context.req.url);
  const path = url.pathname.replace(/^\/api\/v10/, '');
  const { method } = context.req;
  const entry: RequestRecord = {
    at: parts.world.clock.now(),
    method,
    path,
    query: url.search,
    route: route?.path,
    contentType: context.req.header('content-type'),
    requestBody: undefined,
    files: [],
    status: 0,
    responseBody: undefined,
    tookMs: 0,
    fault: undefined,
  };
  const fault = parts.faults.forRequest(`${method} ${path}`);
  const early = fault === undefined ? undefined : beforeFault(fault);
  let body: Body | undefined;
  let answer: Answer;
  let headers: Record<string, string> = {};
  if (early === 'destroy' || early === 'silence') {
    parts.record.add({ ...entry, fault: fault?.fault });
    return early === 'destroy' ? destroyed(context) : silent(context);
  }
  try {
    body = await readBody(context);
    if (early !== undefined) {
      answer = early.answer;
      headers = early.headers;
    } else {
      const { limited, response } = await answerOf(parts, context, route, body, url);
      answer = response;
      headers = limited;
    }
  } catch (error) {
    answer = refused(error, parts.log);
  }
  parts.record.add({
    ...entry,
    requestBody: body?.list ?? body?.json,
    files: (body?.files ?? []).map(({ name, bytes }) => ({ name, size: bytes.byteLength })),
    status: fault?.fault === 'lost-answer' ? 0 : answer.status,
    responseBody: answer.body,
    tookMs: performance.now() - startedAt,
    fault: fault?.fault,
  });
  if (fault?.fault === 'lost-answer') return destroyed(context);
  if (fault?.fault === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms ?? 1_000).unref());
  // As the ids are: by the clock of this server.
  headers['date'] = new Date(parts.world.clock.now()).toUTCString();
  if (answer.body === undefined) return new Response(null, { status: answer.status, headers });
  headers['content-type'] = 'application/json';
  return new Response(JSON.stringify(answer.body), { status: answer.status, headers });
}

async function answerOf(
  parts: RestParts,
  context: LocalContext,
  route: Route | undefined,
  body: Body,
  url: URL,
): Promise<{ limited: Record<string, string>; response: Answer }> {
  const authorized = context.req.header('authorization') === `Bot ${parts.token}`;
  if (route === undefined) throw refusals.notFound();
  if (route.auth === 'bot' && !authorized) throw refusals.unauthorized();
  const params = context.req.param() as Record<string, string>;
  const major =
    params['channel_id'] ?? params['guild_id'] ?? params['webhook_token'] ?? params['interaction_id'] ?? '';
  const limited = parts.limits.count(`${route.method} ${route.path}`, major, route.auth === 'token');
  if (limited.refused !== undefined) {
    const { retryAfterMs, global } = limited.refused;
    const told = tooMany(retryAfterMs, global);
    return { limited: { ...limited.headers, ...told.headers }, response: told.answer };
  }
  const call: Call = {
    world: parts.world,
    interactions: parts.interactions,
    params,
    query: url.searchParams,
    body: body.json,
    list: body.list,
    files: body.files,
    param: (name) => params[name] ?? '',
  };
  try {
    return { limited: limited.headers, response: await route.handle(call) };
  } catch (error) {
    const told =
      error instanceof Refusal && error.retryAfterMs !== undefined
        ? tooMany(error.retryAfterMs, false).headers
        : {};
    return { limited: { ...limited.headers, ...told }, response: refused(error, parts.log) };
  }
}

function refused(error: unknown, log: Log | undefined): Answer {
  if (error instanceof Refusal) return { status: error.status, body: error.toBody() };
  log?.error(
    { error: error instanceof Error ? error.stack : String(error) },
    'local discord: a handler failed',
  );
  return { status: 500, body: { message: '500: Internal Server Error', code: 0 } };
}

function tooMany(retryAfterMs: number, global: boolean): { headers: Record<string, string>; answer: Answer } {
  return {
    headers: {
      'retry-after': String(Math.ceil(retryAfterMs / 1000)),
      'x-ratelimit-scope': global ? 'global' : 'user',
      'x-ratelimit-reset-after': (retryAfterMs / 1000).toFixed(3),
      ...(global
        ? { 'x-ratelimit-global': 'true' }
        : { 'x-ratelimit-remaining': '0', 'x-ratelimit-limit': '1' }),
    },
    answer: {
      status: 429,
      body: { message: 'You are being rate limited.', retry_after: retryAfterMs / 1000, global },
    },
  };
}

type Early =
  | { readonly answer: Answer; readonly headers: Record<string, string> }
  | 'destroy'
  | 'silence'
  | undefined;

/** What a fault does before the call is performed; undefined = the call is performed. */
function beforeFault(fault: ActiveFault): Early {
  switch (fault.fault) {
    case 'down':
      return 'destroy';
    case 'no-answer':
      return 'silence';
    case 'rate-limit':
      return tooMany(fault.ms ?? 500, false);
    case 'rate-limit-global':
      return tooMany(fault.ms ?? 500, true);
    case 'server-error':
      return {
        answer: { status: 500, body: { message: '500: Internal Server Error', code: 0 } },
        headers: {},
      };
    default:
      return undefined;
  }
}

function destroyed(context: LocalContext): Response {
  context.env.incoming.socket.destroy();
  return RESPONSE_ALREADY_SENT;
}

/** Never answers; the client's own time-out, or the server's stop, ends it. */
function silent(context: LocalContext): Response {
  context.env.incoming.resume();
  return RESPONSE_ALREADY_SENT;
}
