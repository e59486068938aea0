// The user side over HTTP: /local/* for the page and for tests, on this machine only.
import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { underAny } from '../../domain/stop-signal.ts';
import { scrub } from '../../log.ts';
import * as cast from './cast.ts';
import { readFault, type Faults } from './faults.ts';
import { isObject, objectOf, textOf, type Json } from './json.ts';
import { sees } from './permissions.ts';
import type { TrafficRecord } from './record.ts';
import { Refusal } from './refusal.ts';
import { Mistyped } from './typed-options.ts';
import { Forbidden, type UserActs } from './user-acts.ts';
import type { LocalState, TypedCommand } from './user-api.ts';
import { eventFor, localChannel } from './user-events.ts';
import type { World } from './world.ts';

export interface UserParts {
  readonly world: World;
  readonly acts: UserActs;
  readonly faults: Faults;
  readonly record: TrafficRecord;
  readonly online: () => boolean;
  /** Base address of the simulated ProjectX gateway. */
  readonly gatewayUrl: string | undefined;
  /** Aborted when the server stops: open event streams end. */
  readonly stopping: AbortSignal;
}

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;

/** True where the request comes from this machine's own names: a foreign page must not reach in by DNS rebinding. */
export function isLocal(
  host: string | undefined,
  origin: string | undefined,
  site: string | undefined,
): boolean {
  if (host === undefined || !loopback.test(host)) return false;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host.toLowerCase() === host.toLowerCase();
}

export function userApp(parts: UserParts): Hono<{ Bindings: HttpBindings }> {
  const { acts, faults, record } = parts;
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use('*', async (context, next) => {
    const header = (name: string): string | undefined => context.req.header(name);
    if (!isLocal(header('host'), header('origin'), header('sec-fetch-site')))
      return context.json({ error: 'Only this machine may use the local Discord.' }, 403);
    return next();
  });
  app.onError((error, context) => {
    if (error instanceof Forbidden) return context.json({ error: error.message }, 403);
    if (error instanceof Mistyped) return context.json({ error: error.message }, 400);
    if (error instanceof Refusal) return context.json({ error: error.message, ...error.toBody() }, 400);
    return context.json({ error: scrub(error.message) }, 500);
  });
  app.get('/state', (context) => context.json(stateFor(parts, context.req.query('user') ?? '')));
  app.get('/channels/:id/messages', (context) => {
    const stored = acts.read(context.req.query('user') ?? '', context.req.param('id'));
    return context.json({ messages: stored.map(({ message }) => message) });
  });
  app.get('/events', (context) => events(parts, context));
  app.post('/commands', async (context) => {
    const { id } = acts.typeCommand(typedOf(await bodyOf(context)));
    return context.json({ interaction: id }, 202);
  });
  app.post('/autocomplete', async (context) => {
    const body = await bodyOf(context);
    const choices = await acts.complete({ ...typedOf(body), focused: need(body, 'focused') });
    if (choices === undefined) return context.json({ error: 'Loading options failed.' }, 504);
    return context.json({ choices });
  });
  app.post('/components', async (context) => {
    const body = await bodyOf(context);
    const values = body['values'];
    const { id } = acts.press({
      user: need(body, 'user'),
      channel: need(body, 'channel'),
      message: need(body, 'message'),
      custom_id: need(body, 'custom_id'),
      ...(Array.isArray(values) ? { values: values.map(String) } : {}),
    });
    return context.json({ interaction: id }, 202);
  });
  app.post('/modals', async (context) => {
    const body = await bodyOf(context);
    const { id } = acts.submit({
      user: need(body, 'user'),
      interaction: need(body, 'interaction'),
      custom_id: need(body, 'custom_id'),
      values: objectOf(body['values']) as Record<string, string | string[]>,
    });
    return context.json({ interaction: id }, 202);
  });
  app.post('/messages', async (context) => {
    const body = await bodyOf(context);
    const stored = acts.write(need(body, 'user'), need(body, 'channel'), need(body, 'content'));
    return context.json(stored.message, 201);
  });
  app.get('/faults', (context) => context.json({ faults: faults.list() }));
  app.post('/faults', async (context) => {
    const fault = readFault(await bodyOf(context));
    if (typeof fault === 'string') return context.json({ error: fault }, 400);
    return context.json({ id: faults.inject(fault) }, 201);
  });
  app.delete('/faults/:id', (context) => {
    if (faults.remove(context.req.param('id'))) return context.body(null, 204);
    return context.json({ error: 'There is no such fault.' }, 404);
  });
  app.get('/record', (context) =>
    context.body(
      scrub(JSON.stringify({ requests: record.requests, unknownRoutes: record.unknownRoutes })),
      200,
      {
        'content-type': 'application/json',
      },
    ),
  );
  app.all('/gateway/*', (context) => forward(parts, context));
  app.all('*', (context) => context.json({ error: 'There is no such call.' }, 404));
  return app;
}

async function bodyOf(context: Context): Promise<Json> {
  let body: unknown;
  try {
    body = await context.req.json();
  } catch (error) {
    throw new Mistyped('Send a JSON object.', { cause: error });
  }
  if (!isObject(body)) throw new Mistyped('Send a JSON object.');
  return body;
}

function need(body: Json, key: string): string {
  const value = textOf(body[key]);
  if (value === undefined) throw new Mistyped(`"${key}" is missing.`);
  return value;
}

function typedOf(body: Json): TypedCommand {
  const target = textOf(body['target']);
  return {
    ...(target === undefined ? {} : { target }),
    user: need(body, 'user'),
    channel: need(body, 'channel'),
    command: need(body, 'command'),
    options: objectOf(body['options']) as Record<string, string | number | boolean>,
  };
}

function stateFor(parts: UserParts, userId: string): LocalState {
  const { world, acts } = parts;
  const known = world.members.has(userId) && userId !== cast.botId;
  const channels = [...world.channels.values()].filter((channel) => known && sees(world, userId, channel));
  return {
    guild: { id: cast.guildId, name: cast.guildName },
    bot: { id: cast.botId, name: 'Pitwatch', online: parts.online() },
    channels: channels.map(localChannel),
    users: cast.castUsers.map(({ id, name, title }) => ({
      id,
      name,
      title,
      roles: world.members.get(id)?.roles ?? [],
    })),
    roles: [...world.roles.values()].map(({ id, name, colors }) => ({
      id,
      name,
      color: colors.primary_color,
    })),
    commands: known ? acts.commandsFor(userId) : [],
    gateway: parts.gatewayUrl !== undefined,
  };
}

/** Keeps proxies and half-open pages from hanging on for ever. */
const pulseMs = 15_000;

function events(parts: UserParts, context: Context): Response {
  const userId = context.req.query('user') ?? '';
  return streamSSE(context, async (stream) => {
    const queue: string[] = [];
    let wake = (): void => undefined;
    const pipe = { open: true };
    const end = (): void => {
      pipe.open = false;
      wake();
    };
    const stopListening = parts.world.listen((announcement) => {
      const event = eventFor(parts.world, userId, announcement);
      if (event === undefined) return;
      queue.push(JSON.stringify(event));
      wake();
    });
    const pulse = setInterval(() => {
      queue.push('');
      wake();
    }, pulseMs);
    stream.onAbort(end);
    parts.stopping.addEventListener('abort', end, { once: true });
    try {
      await stream.write(': open\n\n');
      while (pipe.open) {
        const data = queue.shift();
        if (data === undefined)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        else await stream.write(data === '' ? ': still here\n\n' : `data: ${data}\n\n`);
      }
    } finally {
      clearInterval(pulse);
      stopListening();
      parts.stopping.removeEventListener('abort', end);
    }
  });
}

async function forward(parts: UserParts, context: Context): Promise<Response> {
  if (parts.gatewayUrl === undefined)
    return context.json({ error: 'No simulated gateway runs here; its faults are not available.' }, 404);
  const url = new URL(context.req.url);
  const target = `${parts.gatewayUrl.replace(/\/$/, '')}${url.pathname.replace(/^\/local\/gateway/, '')}${url.search}`;
  const { method } = context.req;
  const type = context.req.header('content-type');
  try {
    const body = method === 'GET' || method === 'HEAD' ? {} : { body: await context.req.arrayBuffer() };
    const headers = type === undefined ? {} : { headers: { 'content-type': type } };
    const stops = [AbortSignal.timeout(10_000), parts.stopping];
    const [answer, bytes] = await underAny(stops, async (signal) => {
      const said = await fetch(target, { method, ...headers, ...body, signal });
      return [said, said.status === 204 ? null : await said.arrayBuffer()] as const;
    });
    return new Response(bytes, {
      status: answer.status,
      headers: { 'content-type': answer.headers.get('content-type') ?? 'application/json' },
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return context.json({ error: scrub(`The simulated gateway did not answer: ${why}`) }, 502);
  }
}
