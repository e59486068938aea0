// Hosts logins: each login is one lease, so exactly one worker holds its connections and another takes over when it dies.
import type { Clock } from '../domain/clock.ts';
import type { Log } from '../log.ts';
import { queueNames } from './keys.ts';
import { takePart, type Lease } from './lease.ts';
import type { RedisLink } from './redis.ts';

export interface HostOptions {
  readonly link: RedisLink;
  /** This worker's name. */
  readonly worker: string;
  /** Logins this worker knows how to host; others' logins are never touched. */
  readonly logins: readonly string[];
  /** Runs while this worker holds the login; `signal` aborts at once when the hold is lost or the worker closes. */
  readonly run: (login: string, signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  /** At most this many logins at a time; all of them where it is missing. */
  readonly capacity?: number;
  /** For tests: how long a lock lives without renewal, ms. */
  readonly lockMs?: number;
}

export interface Hosting {
  /** Logins held right now. */
  held(): readonly string[];
  /** Lets go of everything; other workers have it a moment later. */
  close(): Promise<void>;
}

/** Workers that start together each begin with another login, this far apart, and so share them. */
const staggerMs = 20;
const longestStaggerMs = 400;

/** Takes part in hosting the logins until closed. A worker that joins takes nothing away from the others. */
export function hostLogins(options: HostOptions): Hosting {
  const { clock, link, logins } = options;
  const leases = new Map<string, Lease>();
  const capacity = options.capacity ?? Number.POSITIVE_INFINITY;
  const running = new Set<string>();
  const step = Math.min(staggerMs, longestStaggerMs / Math.max(1, logins.length));
  const starts = shuffled(logins).map((login, index) =>
    clock.after(index * step, () => leases.set(login, begin(login))),
  );

  function begin(login: string): Lease {
    return takePart({
      link,
      clock,
      queue: queueNames.host(login),
      holder: options.worker,
      mayTake: () => running.size < capacity,
      ...(options.lockMs === undefined ? {} : { lockMs: options.lockMs }),
      run: async (signal) => {
        running.add(login);
        try {
          await options.run(login, signal);
        } finally {
          running.delete(login);
        }
      },
    });
  }

  return {
    held: () => [...leases].filter(([, lease]) => lease.held()).map(([login]) => login),
    async close() {
      for (const cancel of starts) cancel();
      await Promise.all([...leases.values()].map((lease) => lease.close()));
    },
  };
}

function shuffled(names: readonly string[]): readonly string[] {
  return names
    .map((name) => ({ name, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ name }) => name);
}
