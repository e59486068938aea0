// The connections to Redis: one that fails fast for those who send, one that never gives up for those who consume.
import { randomUUID } from 'node:crypto';
import { Queue } from 'bullmq';
import { Cluster, Redis, type RedisOptions as AllRedisOptions } from 'ioredis';
import { messageOf } from '../domain/errors.ts';
import { keepSecret, scrub, type Log } from '../log.ts';
import { inDatabase, prefix } from './keys.ts';
import { watchLoading } from './loading.ts';
import { guarded, isRefused, unavailable } from './redis-error.ts';
import { ownSeal, type Seal } from './seal.ts';
import { parseTarget, placeOf, type RedisTarget } from '../domain/redis-target.ts';

export type RedisClient = Redis | Cluster;

/** Without the one option whose optional type does not fit the constructors. */
type RedisOptions = Omit<AllRedisOptions, 'replyMapping'>;

/** Everything in `queue/` works on one of these; close it after all that was made of it. */
export interface RedisLink {
  /** Different for every link: what waits for this process is addressed by it. */
  readonly id: string;
  readonly log: Log;
  /** Signs what is written here for others to act on, and proves what is read. */
  readonly seal: Seal;
  /** Where it is, without credentials. */
  readonly place: string;
  /** For sending: rejects at once while Redis is away. */
  readonly producer: RedisClient;
  /** For consuming: waits through an outage. */
  readonly consumer: RedisClient;
  /** True where what is sent first arrives first. A cluster promises that to nobody: each command finds its own way. */
  readonly keepsOrder: boolean;
  /** True while the sending connection is usable. */
  up(): boolean;
  /** Since when the sending connection has been lost, and why; undefined while it is `up`. */
  away(): Absence | undefined;
  /**
   * The newest instant at which it was seen that nobody at all is served there (the machine refuses connections, or it still reads its file), so that
   * nothing kept there can have been given to anybody else. Undefined = never seen. A link that is merely silent proves nothing.
   */
  closedAt(): number | undefined;
  /** Calls whenever it answers again after an outage. */
  onBack(call: () => void): () => void;
  /** Tells that it refused a write as it refuses every write: an outage too, though it answers. */
  refused(): void;
  /** Resolves once those who held something through an outage have had the time to claim it. */
  settled(): Promise<void>;
  /** Resolves once Redis answers. @throws OpsError `redis-unavailable` after `timeoutMs` (10 s). */
  ready(timeoutMs?: number): Promise<void>;
  /** Runs a Lua script on the sending connection. @throws OpsError `redis-unavailable`, or `stale-version` where the script says STALE. */
  run(script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  /** The same through an outage, on the consuming connection. */
  runPatiently(script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  /** Tells whoever listens on the channel in this database; resolves with how many that are. */
  publish(channel: string, message: string): Promise<number>;
  /** Calls `heard` for each message; messages sent while the link is down are lost, so pair it with a sweep. */
  listen(channel: string, heard: (message: string) => void): () => void;
  /** Makes the listening connection anew: it seems open and hears nothing. */
  relisten(): void;
  /** A queue to add to; one object per name. */
  queue(name: string): Queue;
  close(): Promise<void>;
}

export interface Absence {
  readonly sinceAt: number;
  readonly why: string;
}

/** Two seconds lost would already be seen; 500 ms resumes 1.3 s after an outage however long (the default: 18 s). */
const retryMs = 500;
/** Long enough for the embedded server under a burst of different questions; a dead link is found by the next one. */
const commandTimeoutMs = 15_000;
/** Silence with a command under way is a half-open link, or senders would hang for ever; above a worker's longest block. */
const socketTimeoutMs = 5_000;
/** How long an idle worker blocks for its next job. */
export const drainSeconds = 2;
/** Every lease and queue listens on the same connections. */
const mostListeners = 10_000;
/** After an outage nobody takes what another may have held, for this long; longer than a holder goes on without proof. */
export const precedenceMs = 2_500;
/** What a Redis shows again so soon after it was done comes from the last writes that a failover or a crash cost it; later, somebody brought it back. */
export const lossMs = 30_000;
/** A silent subscriber cannot tell a quiet desk from a dead link. */
const subscriberPingMs = 5_000;

/**
 * Connects to Redis (see `parseTarget` for the forms); returns at once and keeps trying.
 * @param seal the same in every process that shares this Redis; a process alone needs none
 * @throws OpsError `config-invalid` where the connection string makes no sense.
 */
export function openRedis(target: string, log: Log, seal: Seal = ownSeal): RedisLink {
  const parsed = parseTarget(target);
  keepSecret(parsed.password);
  if (parsed.kind === 'sentinel') keepSecret(parsed.sentinelPassword);
  const place = placeOf(parsed);
  const here = (text: string): string => inDatabase(text, parsed.kind === 'cluster' ? 0 : parsed.db);
  const common: RedisOptions = {
    retryStrategy: () => retryMs,
    connectTimeout: 5_000,
    // A server that still reads its file is asked again as soon; the default waits at least a second, up to ten.
    maxLoadingRetryTime: retryMs,
    socketTimeout: socketTimeoutMs,
  };
  const producer = connect(parsed, {
    ...common,
    commandTimeout: commandTimeoutMs,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // What was under way when the link broke fails at once, instead of at the next break.
    maxRetriesPerRequest: 0,
  });
  const patient: RedisOptions = { ...common, maxRetriesPerRequest: null };
  const consumer = connect(parsed, patient);
  const subscriber = connect(parsed, patient);
  const listeners = new Map<string, Set<(message: string) => void>>();
  const queues = new Map<string, Queue>();
  let lastError = 'no answer yet';
  const backs = new Set<() => void>();
  let absence: { readonly sinceAt: number } | undefined;
  let closedAt: number | undefined;
  let backAt: number | undefined;
  let closing = false;

  for (const client of [producer, consumer, subscriber]) {
    // Not 0 for "no limit": the engine adds its own to the number, and 3 would be one.
    client.setMaxListeners(mostListeners);
    client.on('error', (error: unknown) => {
      lastError = scrub(messageOf(error)) || 'connection refused';
      // Behind sentinels or in a cluster another server may serve meanwhile.
      if (parsed.kind === 'single' && isRefused(error)) closedAt = Date.now();
    });
  }
  // Behind sentinels or in a cluster another server may serve meanwhile, as above.
  if (parsed.kind === 'single' && producer instanceof Redis) {
    watchLoading(
      producer,
      () => {
        lastError = 'LOADING: it still reads its file';
        closedAt = Date.now();
      },
      quietly,
    );
  }
  producer.on('close', () => {
    if (absence !== undefined || closing) return;
    absence = { sinceAt: Date.now() };
    log.warn({ event: 'redis-lost', place, error: lastError }, 'Redis does not answer; trying every 500 ms');
  });
  producer.on('ready', () => {
    if (absence === undefined) return;
    const awayMs = Date.now() - absence.sinceAt;
    absence = undefined;
    backAt = Date.now();
    log.info({ event: 'redis-back', place, awayMs }, 'Redis answers again');
    for (const call of backs) call();
  });
  subscriber.on('message', (channel: string, message: string) => {
    for (const heard of listeners.get(channel) ?? []) {
      try {
        heard(message);
      } catch (error) {
        // Anybody who can write to Redis can send anything here; it must not end the process.
        log.warn({ event: 'message-dropped', channel, error: messageOf(error) }, 'a message makes no sense');
      }
    }
  });
  const ping = setInterval(() => {
    if (subscriber.status === 'ready') subscriber.ping().catch(quietly);
  }, subscriberPingMs);
  ping.unref();

  function away(): Absence | undefined {
    if (absence === undefined && isUsable(producer)) return undefined;
    return { sinceAt: absence?.sinceAt ?? Date.now(), why: lastError };
  }

  /** Connection errors are told once per outage by the producer's own `close`. */
  function quietly(error: unknown): void {
    log.debug({ event: 'redis-error', place, error: messageOf(error) }, 'a Redis connection failed');
  }

  async function evaluate(
    client: RedisClient,
    script: string,
    keys: readonly string[],
    args: readonly (string | number)[],
  ) {
    // The text each time, not its hash: a restarted Redis has forgotten it, and a second try would come out of order.
    return guarded({ place }, client.eval(here(script), keys.length, ...keys.map(here), ...args));
  }

  return {
    id: randomUUID(),
    log,
    seal,
    place,
    producer,
    consumer,
    keepsOrder: parsed.kind !== 'cluster',
    up: () => isUsable(producer),
    away,
    closedAt: () => closedAt,
    onBack(call) {
      backs.add(call);
      return () => {
        backs.delete(call);
      };
    },
    refused() {
      backAt = Date.now();
    },
    async settled() {
      for (;;) {
        // The consuming connection may be back before this one: until then nobody's time has begun.
        const since = away() === undefined ? backAt : Date.now();
        const left = since === undefined ? 0 : since + precedenceMs - Date.now();
        if (closing || left <= 0) return;
        await new Promise((resolve) => setTimeout(resolve, Math.min(left, 100)));
      }
    },
    async ready(timeoutMs = 10_000) {
      const until = Date.now() + timeoutMs;
      while (producer.status !== 'ready' || consumer.status !== 'ready') {
        if (Date.now() >= until) throw unavailable(place, lastError);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    run: (script, keys, args) => evaluate(producer, script, keys, args),
    runPatiently: (script, keys, args) => evaluate(consumer, script, keys, args),
    publish: (channel, message) => producer.publish(here(channel), message),
    listen(name, heard) {
      const channel = here(name);
      const set = listeners.get(channel) ?? new Set();
      listeners.set(channel, set);
      set.add(heard);
      if (set.size === 1) subscriber.subscribe(channel).catch(quietly);
      return () => {
        set.delete(heard);
        if (set.size > 0 || listeners.get(channel) !== set) return;
        listeners.delete(channel);
        if (!closing) subscriber.unsubscribe(channel).catch(quietly);
      };
    },
    relisten() {
      if (!closing) subscriber.disconnect(true);
    },
    queue(name) {
      const known = queues.get(name);
      if (known !== undefined) return known;
      const queue = new Queue(name, {
        connection: producer,
        prefix,
        defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
        streams: { events: { maxLen: 100 } },
      });
      queue.on('error', quietly);
      queues.set(name, queue);
      return queue;
    },
    async close() {
      closing = true;
      clearInterval(ping);
      await Promise.all([...queues.values()].map((queue) => within(1_000, queue.close())));
      for (const client of [subscriber, producer, consumer]) client.disconnect();
    },
  };
}

/** Resolves with the promise or after `ms`, whichever is first; a failure counts as done. */
export async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([
    work.then(
      () => undefined,
      () => undefined,
    ),
    limit,
  ]);
  clearTimeout(timer);
}

/** A client calls itself ready until its stream has closed, though no command comes through from the moment the stream ends; a cluster has many streams. */
function isUsable(client: RedisClient): boolean {
  return client.status === 'ready' && (client instanceof Cluster || client.stream.readyState === 'open');
}

function connect(target: RedisTarget, options: RedisOptions): RedisClient {
  const auth: RedisOptions = {
    ...(target.username === undefined ? {} : { username: target.username }),
    ...(target.password === undefined ? {} : { password: target.password }),
    ...(target.tls ? { tls: {} } : {}),
  };
  // After a failover the old master answers READONLY until the client asks again who is master.
  const failover: RedisOptions = {
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
  };
  switch (target.kind) {
    case 'single':
      return new Redis({
        ...options,
        ...auth,
        ...failover,
        host: target.node.host,
        port: target.node.port,
        db: target.db,
      });
    case 'sentinel':
      return new Redis({
        ...options,
        ...auth,
        ...failover,
        ...(target.sentinelUser === undefined ? {} : { sentinelUsername: target.sentinelUser }),
        ...(target.sentinelPassword === undefined ? {} : { sentinelPassword: target.sentinelPassword }),
        sentinels: target.nodes.map(({ host, port }) => ({ host, port })),
        sentinelRetryStrategy: () => retryMs,
        // No `failoverDetector`: told of a failover while it reconnects, ioredis ends the connection for good.
        ...(target.tls ? { enableTLSForSentinelMode: true } : {}),
        name: target.master,
        db: target.db,
      });
    case 'cluster':
      return new Cluster(
        target.nodes.map(({ host, port }) => ({ host, port })),
        {
          enableOfflineQueue: options.enableOfflineQueue ?? true,
          clusterRetryStrategy: () => retryMs,
          redisOptions: { ...options, ...auth },
        },
      );
  }
}
