// A place for one process of Pitwatch with taps of its own; whoever dies there is started again at once, as a supervisor would.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, type Child } from '../../test/fixtures/processes.ts';
import { openHttpTap, type HttpTap } from './http-tap.ts';
import { openRedisTap, type RedisTap } from './redis-tap.ts';
import type { ScriptNames } from './script-names.ts';
import type { Meet, Role } from './wire.ts';

export interface Slot {
  readonly name: string;
  readonly role: Role;
  readonly redis: RedisTap;
  readonly vendor: HttpTap;
  readonly pid: () => number;
  /** What is started there from now on; a folder of the built code. */
  deploy(dist: string | undefined): void;
  signal(name: NodeJS.Signals): void;
  /** Resolves once the process that runs there now says that it is ready; asks again where it dies before. */
  ready(withinMs: number): Promise<void>;
  /** What all processes of this place said, newest last, bounded. */
  said(): string;
  close(): Promise<void>;
}

export interface SlotOptions {
  readonly name: string;
  readonly role: Role;
  readonly redisPort: number;
  readonly discordUrl: string;
  readonly gatewayUrl: string;
  readonly names: ScriptNames;
  readonly meet: (slot: Slot) => Meet;
  readonly env: Readonly<Record<string, string>>;
  readonly dir: string;
  /** Another build than this one's, e.g. of an earlier commit. */
  readonly dist?: string | undefined;
}

/** How long `harm.js` blocks the event loop. */
export const blockedMs = 10_000;

const kept = 60_000;
/** A small container's worth, so that it is full within a second; and the ears for what is to be done inside. */
const nodeOptions = `--max-old-space-size=256 --import=${fileURLToPath(new URL('harm.js', import.meta.url))}`;
/** A process that cannot start is not started in a tight circle. */
const pauseMs = 250;

export async function openSlot(options: SlotOptions): Promise<Slot> {
  const { name, role, names, dir } = options;
  let child: Child | undefined;
  let closing = false;
  let before = '';
  let dist = options.dist;
  const self: { slot?: Slot } = {};
  const meet: Meet = (step, moment) =>
    self.slot === undefined ? { kind: 'pass' } : options.meet(self.slot)(step, moment);
  const redis = await openRedisTap({ role, target: options.redisPort, names, meet });
  const vendor = await openHttpTap({
    role,
    wire: role === 'bot' ? 'discord' : 'gateway',
    target: role === 'bot' ? options.discordUrl : options.gatewayUrl,
    meet,
  });
  const at = (place: string): string => `${vendor.url}${place}`;
  const env = {
    ...options.env,
    NODE_OPTIONS: nodeOptions,
    CHAOS_BLOCKED_MS: String(blockedMs),
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    ...(role === 'bot'
      ? { DISCORD_API: at('/api') }
      : {
          PROJECTX_API_URL: at('/api'),
          PROJECTX_USER_HUB_URL: at('/hubs/user'),
          PROJECTX_MARKET_HUB_URL: at('/hubs/market'),
        }),
  };

  function start(): void {
    const fresh = run(path.join(dist ?? '', 'src/main.js'), ['--role', role], env, dir);
    child = fresh;
    void fresh
      .ended(2 ** 31 - 1)
      .then(async (exit) => {
        const end = `-- ${name} (${fresh.pid}) ended with ${exit.code ?? exit.signal ?? 'nothing'}\n`;
        before = `${before}${fresh.said()}${end}`.slice(-kept);
        if (exit.code !== null && exit.code !== 0)
          await new Promise((resolve) => setTimeout(resolve, pauseMs));
        if (!closing) start();
      })
      .catch((error: unknown) => {
        before += `-- ${name}: ${String(error)}\n`;
      });
  }

  const slot: Slot = {
    name,
    role,
    redis,
    vendor,
    pid: () => child?.pid ?? 0,
    deploy(other) {
      dist = other;
    },
    signal: (signal) => child?.signal(signal),
    async ready(withinMs) {
      const end = Date.now() + withinMs;
      while (!/^pitwatch ready /m.test(child?.said() ?? '')) {
        if (Date.now() > end) throw new Error(`${name} was not ready within ${withinMs} ms`);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
    said: () => `${before}${child?.said() ?? ''}`.slice(-kept),
    async close() {
      closing = true;
      if (child?.alive() === true) await child.kill('SIGKILL');
      await Promise.all([redis.close(), vendor.close()]);
    },
  };
  self.slot = slot;
  start();
  return slot;
}
