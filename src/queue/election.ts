// Elects the one bot that holds the Discord gateway, by the same lease that hosts logins.
import { systemClock } from '../clock.ts';
import type { Clock } from '../domain/clock.ts';
import { queueNames } from './keys.ts';
import { takePart, type Lease } from './lease.ts';
import type { RedisLink } from './redis.ts';

export interface ElectionOptions {
  readonly link: RedisLink;
  /** Runs while this process is the bot; `signal` aborts at once when it no longer is, or closes. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** This process' name. */
  readonly name?: string;
  readonly clock?: Clock;
  /** For tests: how long a lock lives without renewal, ms. */
  readonly lockMs?: number;
}

/** Takes part in the election until closed. */
export function electBot(options: ElectionOptions): Lease {
  return takePart({
    link: options.link,
    clock: options.clock ?? systemClock,
    queue: queueNames.bot,
    holder: options.name ?? 'bot',
    run: options.run,
    // A bot that left Discord because Redis is away could not even say so; two bots for a moment share every answer.
    throughOutages: true,
    ...(options.lockMs === undefined ? {} : { lockMs: options.lockMs }),
  });
}
