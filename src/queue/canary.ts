// A canary: a job sent every few seconds through the very queue that typed questions take, so that a consumer that stands still is seen, told and replaced.
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { RedisLink } from './redis.ts';

/** What a canary's job is called; it holds nothing. */
export const canaryName = 'canary';

export interface CanaryView {
  /** `questions to main`. */
  readonly what: string;
  /** When the newest came through; undefined = none yet. */
  readonly seenAt: number | undefined;
  /** Since when they are sent. */
  readonly sinceAt: number;
  /** How often its consumer was replaced. */
  readonly replaced: number;
}

export interface Canary {
  view(): CanaryView;
  /** A job with this id was taken from the queue. */
  came(id: string | undefined): void;
  close(): void;
}

export interface CanaryOptions {
  readonly link: RedisLink;
  readonly clock: Clock;
  readonly what: string;
  /** Puts a canary with this id into the queue. */
  readonly send: (id: string) => Promise<unknown>;
  /** Called where none comes through though Redis takes them: a consumer that will not wake up by itself. */
  readonly replace: () => void;
}

const everyMs = 5_000;
/** Redis answers, and yet nothing came through for so long. */
const wedgedMs = 12_000;
const mostUnder = 8;

export function keepCanary({ link, clock, what, send, replace }: CanaryOptions): Canary {
  const sinceAt = clock.now();
  /** Sent and not seen yet, by id. */
  const under = new Map<string, number>();
  let count = 0;
  let seenAt: number | undefined;
  let replaced = 0;
  /** When something last stood in the way that is not the consumer's fault. */
  let excusedAt = sinceAt;

  const beat = (): void => {
    const now = clock.now();
    if (!link.up()) {
      excusedAt = now;
      return;
    }
    if (now - Math.max(seenAt ?? 0, excusedAt) >= wedgedMs) {
      replaced += 1;
      excusedAt = now;
      link.log.error(
        { event: 'consumer-wedged', what, replaced },
        `nothing comes through for ${what}; its consumer is replaced`,
      );
      replace();
    }
    count += 1;
    const id = `${canaryName}-${link.id}-${count}`;
    under.set(id, now);
    for (const [oldest] of under) {
      if (under.size <= mostUnder) break;
      under.delete(oldest);
    }
    send(id).catch((error: unknown) => {
      under.delete(id);
      excusedAt = clock.now();
      link.log.debug({ event: 'canary-unsent', what, error: messageOf(error) }, 'a canary could not be sent');
    });
  };
  beat();
  const close = clock.every(everyMs, beat);
  return {
    view: () => ({ what, seenAt, sinceAt, replaced }),
    came(id) {
      // Another process' canary, or one that somebody else put there, proves nothing about us.
      if (id !== undefined && under.delete(id)) seenAt = clock.now();
    },
    close,
  };
}
