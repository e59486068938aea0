// The Redis of a desk without REDIS_URL: a server found on PATH that keeps its data, else an embedded one that does not.
import { mkdirSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { messageOf } from '../../domain/errors.ts';
import type { Log } from '../../log.ts';
import { lockDir } from './dir-lock.ts';
import { findServer, startServer, type ServerKind } from './server.ts';

export interface LocalRedis {
  readonly url: string;
  readonly kind: ServerKind | 'embedded';
  /** Whether incidents and answers survive a restart. */
  readonly keeps: boolean;
  /** One sentence for the start log. */
  readonly describe: string;
  stop(): Promise<void>;
}

export interface LocalRedisOptions {
  /** Data folder of a server on PATH, e.g. `var/redis`; made where it is missing. */
  readonly dir: string;
  readonly log: Log;
  /** `embedded` never looks on PATH; `server` is the usual chain. */
  readonly prefer?: 'server' | 'embedded';
}

/** Starts the best Redis this machine has. @throws OpsError `redis-unavailable` where not even the embedded one starts. */
export async function startLocalRedis(options: LocalRedisOptions): Promise<LocalRedis> {
  if (options.prefer === 'embedded') return embedded(options.log, 'asked for');
  const found = await findServer();
  if (found === undefined) return embedded(options.log, 'no redis-server or valkey-server on PATH');
  const dir = resolve(options.dir);
  const shown = relative(process.cwd(), dir) || dir;
  mkdirSync(dir, { recursive: true });
  const lock = await lockDir(dir);
  if (lock.kind === 'busy') {
    const why = `${shown} is in use by another desk (process ${lock.pid})`;
    options.log.warn({ event: 'redis-dir-busy', pid: lock.pid }, `${why}; this one starts without it`);
    return embedded(options.log, why);
  }
  try {
    const server = await startServer(found, dir);
    lock.note(server.port);
    return {
      url: `redis://127.0.0.1:${server.port}`,
      kind: server.kind,
      keeps: true,
      describe: `Redis: ${server.kind} ${server.version} from PATH on port ${server.port}, keeps its data in ${shown}.`,
      async stop() {
        await server.stop();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    options.log.warn(
      { event: 'redis-server-failed', error: messageOf(error) },
      `${found.kind} is there but did not start`,
    );
    return embedded(options.log, `${found.kind} is on PATH but did not start`);
  }
}

/** Loaded only when needed: a desk with a real Redis never carries the embedded one. */
async function embedded(log: Log, why: string): Promise<LocalRedis> {
  const { startEmbedded } = await import('./embedded.ts');
  const server = await startEmbedded(log);
  return {
    url: `redis://127.0.0.1:${server.port}`,
    kind: 'embedded',
    keeps: false,
    describe: `Redis: embedded, in memory on port ${server.port} (${why}); open incidents are forgotten at a restart.`,
    stop: () => server.stop(),
  };
}
