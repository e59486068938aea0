// The local Discord: bot side, gateway, user side and page on one loopback port, started and stopped as one thing.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { APIMessage, APIOverwrite } from 'discord-api-types/v10';
import { systemClock } from '../../clock.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Log } from '../../log.ts';
import { applicationRoutes } from './application-routes.ts';
import * as cast from './cast.ts';
import { dispatchOf } from './dispatches.ts';
import { Faults } from './faults.ts';
import { Gateway } from './gateway.ts';
import { Interactions } from './interactions.ts';
import { PageFiles } from './page-files.ts';
import type { Json } from './json.ts';
import { isThread } from './people.ts';
import { RateLimits, type RateLimitMode } from './rate-limits.ts';
import { TrafficRecord } from './record.ts';
import { restApp } from './rest.ts';
import { setArchived } from './thread-rules.ts';
import { UserActs } from './user-acts.ts';
import type { LocalEvent, LocalFault, PressedComponent, SubmittedModal, TypedCommand } from './user-api.ts';
import { eventFor } from './user-events.ts';
import { userApp } from './user-routes.ts';
import { World } from './world.ts';

export interface LocalDiscordOptions {
  /** 0 = any free port. */
  readonly port?: number;
  readonly host?: string;
  /** Decides the 3 s and 15 min of interactions, ids, dates and rate-limit windows. */
  readonly clock?: Clock;
  readonly log?: Log;
  /** Base address of a simulated ProjectX gateway, forwarded under /local/gateway. */
  readonly gatewayUrl?: string;
  readonly pageDir?: string;
  /** Answers what this server does not know outside /api and /local: `/healthz`, `/metrics`. */
  readonly fallback?: (request: Request) => Response | Promise<Response | undefined> | undefined;
  /** `stop()` rejects where the bot called a route this server does not know. */
  readonly strict?: boolean;
  readonly token?: string;
  readonly rateLimits?: RateLimitMode;
  /** 41,250 as Discord; shorter to see missing ACKs in a test. */
  readonly heartbeatIntervalMs?: number;
  /** Privileged intents switched on for the application; none by default, so that using one gives 4014. */
  readonly privilegedIntents?: number;
  readonly maxConcurrency?: number;
  /** The application has the id of its bot, as newer ones have; two ids unless said so. */
  readonly oneId?: boolean;
  /** Permissions of the bot's role beyond what the invite gives. */
  readonly alsoMay?: bigint;
}

export type LocalDiscord = Awaited<ReturnType<typeof startLocalDiscord>>;

export async function startLocalDiscord(options: LocalDiscordOptions = {}) {
  const { host = '127.0.0.1', token = cast.localToken, log } = options;
  let valid = token;
  const world = new World(options.clock ?? systemClock, options.oneId === true ? cast.botId : undefined);
  const botRole = world.roles.get(cast.botRoleId);
  if (botRole !== undefined) botRole.permissions = String(cast.invitedPermissions | (options.alsoMay ?? 0n));
  const record = new TrafficRecord();
  const faults = new Faults();
  const enabledIntents = options.privilegedIntents ?? 0;
  const gateway = new Gateway({
    world,
    record,
    faults,
    get token() {
      return valid;
    },
    heartbeatIntervalMs: options.heartbeatIntervalMs ?? 41_250,
    enabledIntents,
    maxConcurrency: options.maxConcurrency ?? 16,
  });
  let forged: ((dispatch: Json) => Json) | undefined;
  const interactions = new Interactions(world, (dispatch) => {
    const change = forged;
    forged = undefined;
    gateway.dispatch('INTERACTION_CREATE', change?.(dispatch) ?? dispatch);
  });
  world.listen((announcement) => dispatchOf(world, announcement, (t, d) => gateway.dispatch(t, d)));
  const acts = new UserActs(world, interactions);
  const stopping = new AbortController();
  const limits = new RateLimits(world.clock, options.rateLimits ?? 'generous');
  const ownRoutes = applicationRoutes(world, gateway, enabledIntents);

  const app = new Hono<{ Bindings: HttpBindings }>();
  app.route(
    '/api/v10',
    restApp({
      world,
      interactions,
      record,
      faults,
      limits,
      get token() {
        return valid;
      },
      log,
      ownRoutes,
    }),
  );
  app.all('/api/*', (context) => {
    const { method, path } = context.req;
    record.unknownRoutes.push(`${method} ${path}`);
    return context.json({ message: 'Invalid API version specified', code: 50041 }, 400);
  });
  app.route(
    '/local',
    userApp({
      world,
      acts,
      faults,
      record,
      online: () => gateway.online,
      gatewayUrl: options.gatewayUrl,
      stopping: stopping.signal,
    }),
  );
  app.get('/attachments/:channel/:id/:name', (context) => {
    const file = world.files.get(`${context.req.param('channel')}/${context.req.param('id')}`);
    if (file?.name !== context.req.param('name'))
      return context.text('This content is no longer available.', 404);
    return context.body(new Uint8Array(file.bytes), 200, {
      'content-type': file.contentType,
      'content-disposition': `inline; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    });
  });
  const page = new PageFiles(options.pageDir);
  app.get('/', () => page.index());
  app.get('/page/*', (context) => page.file(context.req.path.slice('/page/'.length)));
  app.all('*', async (context) => (await options.fallback?.(context.req.raw)) ?? context.notFound());

  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.on('upgrade', (request, socket, head) => gateway.upgrade(request, socket, head));
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  world.url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  let stopped: Promise<void> | undefined;

  const stop = async (): Promise<void> => {
    stopping.abort();
    interactions.stop();
    gateway.stop();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    if (options.strict === true && record.unknownRoutes.length > 0)
      throw new Error(`the bot called unknown routes: ${record.unknownRoutes.join(', ')}`);
  };

  return {
    url: world.url,
    /** For `rest.api`: no version, no trailing slash. */
    apiUrl: `${world.url}/api`,
    port,
    token,
    applicationId: world.applicationId,
    /** The bot's user. */
    botId: cast.botId,
    guildId: cast.guildId,
    channelId: cast.opsChannelId,
    generalChannelId: cast.generalChannelId,
    oncallRoleId: cast.oncallRoleId,
    roles: { oncall: cast.oncallRoleId, trader: cast.traderRoleId, bot: cast.botRoleId },
    users: { lead: cast.leadId, trader: cast.traderId, viewer: cast.viewerId },
    world,
    record,
    faults: {
      inject: (fault: LocalFault): string => faults.inject(fault),
      remove: (id: string): boolean => faults.remove(id),
      clear: (): void => faults.clear(),
      list: () => faults.list(),
    },
    online: (): boolean => gateway.online,
    /** What this person's page would be told; returns the way to stop listening. */
    on: (userId: string, listener: (event: LocalEvent) => void): (() => void) =>
      world.listen((announcement) => {
        const event = eventFor(world, userId, announcement);
        if (event !== undefined) listener(event);
      }),
    /** Resolves with the first defined answer of `probe`, asked now and after every change; rejects after `withinMs`. */
    expect: <T>(probe: () => T | undefined, withinMs = 10_000): Promise<T> =>
      expectIn(world, probe, withinMs),
    /** Types a command; the interaction's id. Throws what Discord would show. */
    type: (typed: TypedCommand): string => acts.typeCommand(typed).id,
    complete: (typed: TypedCommand & { readonly focused: string }) => acts.complete(typed),
    press: (pressed: PressedComponent): string => acts.press(pressed).id,
    submit: (submitted: SubmittedModal): string => acts.submit(submitted).id,
    /** Changes the next interaction on its way to the bot into one that Discord itself would not send. */
    forge: (change: (dispatch: Json) => Json): void => {
      forged = change;
    },
    /** Sends an interaction to the bot once more, as a resumed session may. */
    replay: (dispatch: Json): void => gateway.dispatch('INTERACTION_CREATE', dispatch),
    /** Makes this person's roles exactly these, from now on. */
    setRoles: (userId: string, roles: readonly string[]): void => {
      const member = world.member(userId);
      member.roles = [...roles];
      world.announce({ kind: 'member', member });
    },
    write: (userId: string, channelId: string, content: string): APIMessage =>
      acts.write(userId, channelId, content).message,
    /** What this person can read there, oldest first. */
    messages: (channelId: string, userId: string): readonly APIMessage[] =>
      acts.read(userId, channelId).map(({ message }) => message),
    threads: () => [...world.channels.values()].filter(isThread),
    /** As if somebody reset it in the Developer Portal; gives back the way to make it good again. */
    revokeToken(): () => void {
      valid = `${token}-reset`;
      faults.inject({ fault: 'close-4004', times: 1 });
      return () => {
        valid = token;
      };
    },
    /** As a moderator does; a thread on the message stays. */
    removeMessage(channelId: string, messageId: string): void {
      const stored = world.stored(channelId, messageId);
      if (stored === undefined) throw new Error(`no message ${messageId} in ${channelId}`);
      world.remove(stored);
    },
    /** As a moderator does; it may sleep as well. */
    lockThread(id: string, archived = false): void {
      const thread = world.channel(id);
      if (!isThread(thread)) throw new Error(`${id} is no thread`);
      thread.thread_metadata.locked = true;
      setArchived(world, thread, archived);
    },
    /** A thread or a channel, as a moderator does. */
    removeChannel(id: string): void {
      const channel = world.channel(id);
      world.channels.delete(id);
      world.announce({ kind: 'channel', change: 'delete', channel });
    },
    setRolePermissions(roleId: string, permissions: bigint): void {
      const role = world.roles.get(roleId);
      if (role === undefined) throw new Error(`no role ${roleId}`);
      role.permissions = String(permissions);
      world.announce({ kind: 'role', role });
    },
    setOverwrites(channelId: string, overwrites: APIOverwrite[]): void {
      const channel = world.channel(channelId);
      if (isThread(channel)) throw new Error('a thread has the overwrites of its channel');
      channel.permission_overwrites = overwrites;
      world.announce({ kind: 'channel', change: 'update', channel });
    },
    stop: (): Promise<void> => (stopped ??= stop()),
  };
}

function expectIn<T>(world: World, probe: () => T | undefined, withinMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const found = probe();
      if (found === undefined) return;
      end();
      resolve(found);
    };
    const timer = setTimeout(() => {
      end();
      reject(new Error(`the local Discord did not show it within ${withinMs} ms`));
    }, withinMs);
    const poll = setInterval(look, 20);
    const stopListening = world.listen(() => queueMicrotask(look));
    const end = (): void => {
      clearTimeout(timer);
      clearInterval(poll);
      stopListening();
    };
    look();
  });
}
