// Starts a Redis server found on PATH as our own child: loopback only, append-only file, gone when we are gone.
import { execFile, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { messageOf, OpsError } from '../../domain/errors.ts';
import { scrub } from '../../log.ts';
import { answers } from './probe.ts';

export type ServerKind = 'redis-server' | 'valkey-server';

export interface LocalServer {
  readonly kind: ServerKind;
  readonly version: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** BullMQ's recommended minimum. */
const oldest = [6, 2] as const;
/** Replaying a large append-only file takes a while. */
const startMs = 20_000;
const stopMs = 5_000;

/**
 * The shell waits on its input, which is ours: however we end, `kill -9` included, the pipe closes and it stops the server.
 * Its own output is closed so that the server alone holds ours, and the end of the stream is the end of the server.
 */
const keeper = '"$@" & server=$!; exec >/dev/null 2>&1; read -r _; kill -TERM $server; wait $server';

/** The first of redis-server and valkey-server on PATH that is new enough. */
export async function findServer(): Promise<
  { readonly kind: ServerKind; readonly version: string } | undefined
> {
  for (const kind of ['redis-server', 'valkey-server'] as const) {
    try {
      const { stdout } = await promisify(execFile)(kind, ['--version'], { timeout: 5_000 });
      const [, version = '', major, minor] = /v=((\d+)\.(\d+)\S*)/.exec(stdout) ?? [];
      const [wantedMajor, wantedMinor] = oldest;
      const is = Number(major);
      if (is > wantedMajor || (is === wantedMajor && Number(minor) >= wantedMinor)) return { kind, version };
    } catch (error) {
      // Not there is the usual case; one that is there but cannot run is as good as none.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') continue;
    }
  }
  return undefined;
}

/** @throws OpsError `redis-unavailable` with the server's own last words. */
export async function startServer(
  found: { kind: ServerKind; version: string },
  dir: string,
): Promise<LocalServer> {
  let failure: unknown;
  // The free port can be taken by somebody else before the server binds it.
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const port = await freePort();
    try {
      return { ...found, port, stop: await launch(found.kind, dir, port) };
    } catch (error) {
      failure = error;
      if (!/in use|bind/i.test(messageOf(error))) break;
    }
  }
  throw failure;
}

async function launch(kind: ServerKind, dir: string, port: number): Promise<() => Promise<void>> {
  const options = [
    ['--port', String(port)],
    ['--bind', '127.0.0.1'],
    ['--dir', dir],
    ['--appendonly', 'yes'],
    ['--appendfsync', 'everysec'],
    ['--save', ''],
    ['--maxmemory-policy', 'noeviction'],
    ['--daemonize', 'no'],
    ['--loglevel', 'warning'],
  ].flat();
  // Detached: Ctrl-C in a terminal would otherwise stop the server before the desk has finished with it.
  const child = spawn('sh', ['-c', keeper, 'sh', kind, ...options], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let words = '';
  const life = { ended: false };
  const hear = (chunk: Buffer): void => {
    words = (words + chunk.toString('utf8')).slice(-2_000);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  child.stdin.on('error', hearNothing);
  const gone = new Promise<void>((resolve) => {
    const end = (): void => {
      life.ended = true;
      child.stdin.end();
      resolve();
    };
    child.once('error', (error) => {
      words = error.message;
      end();
    });
    child.stdout.once('close', end);
  });
  const stop = async (): Promise<void> => {
    child.stdin.end();
    const timer = setTimeout(() => {
      // The whole group: the shell and the server that did not listen to it.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, stopMs);
    await gone;
    clearTimeout(timer);
  };
  const until = Date.now() + startMs;
  while (!(await answers(port))) {
    if (life.ended || Date.now() >= until) {
      await stop();
      const said = scrub(words).trim().split('\n').slice(-2).join(' ').slice(0, 300);
      throw new OpsError('redis-unavailable', `${kind} did not start: ${said || 'it said nothing'}`, {
        retryable: false,
        hint: `Look into ${dir}, or start Redis yourself and set REDIS_URL.`,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return stop;
}

/** The keeper is already gone: exactly what closing its input was for. */
function hearNothing(): undefined {
  return undefined;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no free port'));
      });
    });
  });
}
