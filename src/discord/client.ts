// The bot's gateway connection: the real discord.js client, kept alive for ever and replaced where it gave up.
import {
  Client,
  Events,
  GatewayDispatchEvents,
  GatewayIntentBits,
  SimpleShardingStrategy,
  type APIInteraction,
} from 'discord.js';
import type { Cancel, Clock } from '../domain/clock.ts';
import { OpsError, messageOf } from '../domain/errors.ts';
import { pause } from '../domain/stop-signal.ts';
import { scrub, type Log } from '../log.ts';
import type { DiscordConfig } from './config.ts';
import { asOpsError, shutOut } from './discord-error.ts';
import { heartbeat, intervalIn, type Heartbeat } from './heartbeat.ts';
import { loginPauseMs } from './login-pauses.ts';
import type { RefusalGate } from './refusal-gate.ts';

export type GatewayState =
  | { readonly kind: 'connecting'; readonly sinceAt: number; readonly why: string | undefined }
  | { readonly kind: 'connected'; readonly sinceAt: number }
  | { readonly kind: 'closed'; readonly sinceAt: number };

export interface GatewayOptions {
  readonly config: Pick<DiscordConfig, 'token' | 'api'>;
  /**
   * Called for every interaction as Discord sent it, before the library looks at it.
   * @param self the bot's own user, as READY named it
   */
  readonly onInteraction: (interaction: APIInteraction, self: string | undefined) => void;
  readonly clock: Clock;
  readonly log: Log;
  /** Logins that Discord refuses count among its invalid requests. */
  readonly gate: Pick<RefusalGate, 'held' | 'refused' | 'accepted'>;
  /** Ends the waiting for a Discord that does not answer at the start. */
  readonly signal?: AbortSignal;
}

/** A library that has not come back by itself after this long is started anew: it waits for ever for a RESUMED that does not come. */
const stuckMs = 40_000;
/** Discord greets at once; the library would wait a minute for it. */
const helloMs = 10_000;
/** Discord says goodbye within one round trip. */
const goodbyeMs = 1_000;
const watchMs = 1_000;
const guildWaitMs = 5_000;
const readyWaitMs = 20_000;
/** What a login asks first, with the token. */
const loginRoute = ['GET', '/gateway/bot'] as const;
const heldPauseMs = 5_000;
const unwelcome = 'Discord did not say READY in time.';

export function makeClient(config: Pick<DiscordConfig, 'token' | 'api'>, helloTimeout = helloMs): Client {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [] },
    enforceNonce: true,
    waitGuildTimeout: guildWaitMs,
    ws: {
      // The one place where the options of the connection below can be reached.
      buildStrategy(manager) {
        Object.assign(manager.options, { helloTimeout, handshakeTimeout: helloTimeout });
        return new SimpleShardingStrategy(manager);
      },
    },
    rest: { api: config.api.replace(/\/+$/, ''), version: '10', timeout: 5_000, retries: 1 },
  });
  // Without a listener an `error` event ends the process.
  client.on(Events.Error, () => undefined);
  client.on(Events.ShardError, () => undefined);
  return client;
}

/** Logs in and waits for READY. @throws OpsError; not retryable where the token is wrong or an intent is refused. */
export async function login(client: Client, token: string, clock: Clock): Promise<void> {
  let cancel: Cancel = () => undefined;
  const ready = new Promise<void>((resolve, reject) => {
    cancel = clock.after(readyWaitMs, () => {
      reject(new OpsError('discord-unavailable', unwelcome, { retryable: true }));
    });
    client.once(Events.ClientReady, () => {
      cancel();
      resolve();
    });
    client.once(Events.ShardDisconnect, ({ code }) => {
      cancel();
      reject(closedForGood(code));
    });
  });
  const loggedIn = client.login(token).catch((error: unknown) => {
    throw loginError(error);
  });
  try {
    // Side by side: where READY does not come, the library's own login has no end.
    await Promise.race([ready, loggedIn]);
    await ready;
  } finally {
    // A timer left behind would keep a process alive that has nothing more to do.
    cancel();
  }
}

/** Ends a client. Where the link is dead, the library waits half a minute for Discord's goodbye: it goes on with that alone. */
function leave(client: Client, clock: Clock, log: Log): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(goodbyeMs, resolve);
    client
      .destroy()
      .catch((late: unknown) => {
        log.debug({ why: scrub(messageOf(late)) }, 'a client of Discord did not end cleanly');
      })
      .finally(() => {
        cancel();
        resolve();
      });
  });
}

function closedForGood(code: number): OpsError {
  const text = `Discord closed the gateway connection for good (${code}).`;
  if (code === 4004) {
    return new OpsError('discord-refused', text, { retryable: false, hint: 'Check DISCORD_TOKEN.' });
  }
  if (code === 4013 || code === 4014) {
    const hint = 'Discord does not grant an intent; the bot asks only for Guilds, which needs no switch.';
    return new OpsError('discord-refused', text, { retryable: false, hint });
  }
  return new OpsError('discord-refused', text, { retryable: true });
}

function loginError(error: unknown): OpsError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'TokenInvalid') {
    return new OpsError('discord-refused', 'Discord does not know this token.', {
      retryable: false,
      hint: 'Copy the bot token again into DISCORD_TOKEN (Developer Portal, Bot, Reset Token).',
    });
  }
  if (/^40(04|10|11|12|13|14)$/.test(/\b40\d\d\b/.exec(messageOf(error))?.[0] ?? '')) {
    return closedForGood(Number(/\b40\d\d\b/.exec(messageOf(error))?.[0]));
  }
  return asOpsError(error, 'The login to Discord');
}

/** One client after the other, so that there is always one that is connected or trying. */
export class Gateway {
  readonly #options: GatewayOptions;
  #state: GatewayState;
  #client: Client | undefined;
  #heartbeat: Heartbeat;
  #beatEveryMs: number | undefined;
  #stopWatch: Cancel | undefined;
  #replacing = false;
  #closed = false;

  private constructor(options: GatewayOptions) {
    this.#options = options;
    this.#state = { kind: 'connecting', sinceAt: options.clock.now(), why: undefined };
    this.#heartbeat = heartbeat(options.clock.now());
  }

  /** Resolves when connected. @throws OpsError where trying again cannot help, or when `signal` aborts. */
  static async open(options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(options);
    await gateway.#connect(false);
    gateway.#stopWatch = options.clock.every(watchMs, () => {
      gateway.#watch();
    });
    return gateway;
  }

  get state(): GatewayState {
    return this.#state;
  }

  /** The client that is connected now; undefined while there is none. */
  get client(): Client | undefined {
    return this.#client;
  }

  /** Ends the gateway session (close code 1000). */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopWatch?.();
    this.#state = { kind: 'closed', sinceAt: this.#options.clock.now() };
    if (this.#client !== undefined) await leave(this.#client, this.#options.clock, this.#options.log);
  }

  /** Tries until connected. After the first time even a refused token is tried again: it may be a fault of Discord's. */
  async #connect(again: boolean): Promise<void> {
    const { clock, gate, log, config, signal } = this.#options;
    let unwelcomed = 0;
    for (let attempt = 0; !this.#closed; attempt += 1) {
      if (signal?.aborted === true)
        throw new OpsError('cancelled', 'The login was given up.', { retryable: false });
      if (again && gate.held(...loginRoute, clock.now()) !== undefined) {
        await this.#pause(heldPauseMs);
        continue;
      }
      const client = this.#prepare(makeClient(config));
      try {
        await login(client, config.token, clock);
        gate.accepted(...loginRoute);
        if (this.#isClosed()) await leave(client, clock, log);
        return;
      } catch (error) {
        const failed = asOpsError(error, 'The login to Discord');
        this.#client = undefined;
        await leave(client, clock, log);
        if (!failed.retryable) gate.refused(...loginRoute, 401, shutOut(failed), clock.now());
        if (!failed.retryable && !again) throw failed;
        log.warn({ why: failed.message, attempt }, 'Discord not reached, trying again');
        this.#lost(failed.message);
        unwelcomed = failed.message === unwelcome ? unwelcomed + 1 : 0;
        await this.#pause(loginPauseMs(attempt, unwelcomed));
      }
    }
  }

  #isClosed(): boolean {
    return this.#closed;
  }

  #pause(ms: number): Promise<void> {
    const { clock, signal = new AbortController().signal } = this.#options;
    return pause(clock, ms, signal);
  }

  #prepare(client: Client): Client {
    const { log, clock, onInteraction } = this.#options;
    this.#client = client;
    const mine = () => this.#client === client && !this.#closed;
    const up = () => {
      // A new connection starts its heartbeats anew.
      if (mine()) this.#heartbeat = heartbeat(clock.now());
      if (!mine() || this.#state.kind === 'connected') return;
      this.#state = { kind: 'connected', sinceAt: clock.now() };
      log.info('Discord gateway connected');
    };
    client.on(Events.Debug, (told) => {
      if (mine()) this.#beatEveryMs = intervalIn(told) ?? this.#beatEveryMs;
    });
    client.on(Events.ClientReady, up);
    client.on(Events.ShardReady, up);
    client.on(Events.ShardResume, up);
    client.on(Events.Error, (error) => log.error({ why: scrub(messageOf(error)) }, 'Discord client error'));
    client.on(Events.ShardError, (error) =>
      log.warn({ why: scrub(messageOf(error)) }, 'Discord socket error'),
    );
    client.on(Events.ShardReconnecting, () => {
      if (mine()) this.#lost('the connection was lost; it is being resumed');
    });
    client.on(Events.ShardDisconnect, ({ code }) => {
      if (!mine()) return;
      this.#lost(`Discord closed the connection for good (${code})`);
      // During the first login the error goes to who asked for it.
      if (client.isReady()) void this.#replace();
    });
    client.on(Events.Invalidated, () => {
      if (mine()) void this.#replace();
    });
    // The raw dispatch: earlier than `interactionCreate`, with the roles as sent, and no shape of it can throw in the library.
    client.ws.on(GatewayDispatchEvents.InteractionCreate, (interaction: APIInteraction) => {
      if (!mine()) return;
      try {
        // Typed as always there once ready; a READY that could not be read leaves it out.
        onInteraction(interaction, client.user?.id);
      } catch (error) {
        log.error({ why: scrub(messageOf(error)) }, 'interaction not understood');
      }
    });
    guardDispatches(client, log);
    return client;
  }

  #lost(why: string): void {
    if (this.#closed) return;
    const sinceAt = this.#state.kind === 'connecting' ? this.#state.sinceAt : this.#options.clock.now();
    if (this.#state.kind === 'connected') this.#options.log.warn({ why }, 'Discord gateway lost');
    this.#state = { kind: 'connecting', sinceAt, why };
  }

  #watch(): void {
    const { clock } = this.#options;
    if (this.#state.kind === 'connecting' && clock.now() - this.#state.sinceAt > stuckMs)
      void this.#replace();
    const beatAt = this.#client?.ws.shards.first()?.lastPingTimestamp ?? 0;
    if (this.#state.kind !== 'connected' || !this.#heartbeat.dead(beatAt, clock.now(), this.#beatEveryMs))
      return;
    this.#lost(
      'Discord answers no heartbeat: the connection is dead though it looks open; a new one is made',
    );
    void this.#replace();
  }

  async #replace(): Promise<void> {
    if (this.#replacing || this.#closed) return;
    this.#replacing = true;
    const { clock, log } = this.#options;
    const old = this.#client;
    this.#client = undefined;
    try {
      if (old !== undefined) await leave(old, clock, log);
      await this.#connect(true);
    } catch (error) {
      log.error({ why: scrub(messageOf(error)) }, 'Discord client not replaced');
    } finally {
      this.#replacing = false;
    }
  }
}

/** A dispatch of an unexpected shape throws inside the library, outside of any handler, and would end the process. */
function guardDispatches(client: Client, log: Log): void {
  const ws = client.ws as unknown as { handlePacket: (packet?: { t?: string }, shard?: unknown) => boolean };
  const handle = ws.handlePacket.bind(ws);
  ws.handlePacket = (packet, shard) => {
    // Interactions are taken from the raw dispatch; the library's own objects of them would be made for nobody.
    if (packet?.t === 'INTERACTION_CREATE') return true;
    try {
      return handle(packet, shard);
    } catch (error) {
      log.error({ dispatch: packet?.t, why: scrub(messageOf(error)) }, 'dispatch not understood');
      return false;
    }
  };
}
