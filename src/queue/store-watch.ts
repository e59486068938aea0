// Knows within two seconds that Redis cannot be used: gone, silent on an open connection, or refusing every write.
import { Redis } from 'ioredis';
import { systemClock } from '../clock.ts';
import type { Clock } from '../domain/clock.ts';
import { messageOf, OpsError } from '../domain/errors.ts';
import type { StoreOutage, StoreWatch } from '../domain/store-watch.ts';
import { scrub } from '../log.ts';
import { keys } from './keys.ts';
import { adviceFor, refusesAll } from './redis-error.ts';
import type { RedisClient, RedisLink } from './redis.ts';

const tickMs = 250;
/** A Redis that is full, or cannot keep its file, still answers a PING: every fourth probe is a small write. */
const writeEvery = 4;
/** Ticks without a byte on a connection that owes an answer. Ticks, not time: a process that stood still has not listened. */
const silentTicks = 6;
/** A Redis that only blinks is waited for; together with the ticks below the three seconds in which people are answered. */
const blinkMs = 1_500;
const probeLifeMs = 10_000;

export function watchStore(
  link: RedisLink,
  clock: Clock = systemClock,
): StoreWatch & { readonly close: () => void } {
  let known: StoreOutage | undefined;
  let probing = false;
  let ticks = 0;
  let silent = 0;
  let heard = bytesOf(link.producer);
  let heardAt = clock.now();
  let closed = false;
  const looking = new Set<() => void>();

  function mark(kind: StoreOutage['kind'], sinceAt: number, why: string): void {
    const before = known?.kind === kind ? known.sinceAt : sinceAt;
    known = { kind, sinceAt: Math.min(before, sinceAt), why: scrub(why), advice: adviceFor(why) };
  }

  function probe(): void {
    if (probing || closed || !link.up()) return;
    probing = true;
    const writes = ticks % writeEvery === 0;
    const { producer } = link;
    (writes ? producer.set(keys.storeProbe, link.id, 'PX', probeLifeMs) : producer.ping())
      .then(
        () => {
          if (writes || known?.kind === 'away') known = undefined;
          silent = 0;
        },
        (error: unknown) => {
          const text = messageOf(error);
          if (refusesAll(text) || /^READONLY\b/.test(text)) mark('refuses', clock.now(), text);
        },
      )
      .finally(() => {
        probing = false;
        wake();
      });
  }

  function tick(): void {
    ticks += 1;
    const bytes = bytesOf(link.producer);
    if (bytes !== heard || !probing || !link.up()) {
      silent = 0;
      heardAt = clock.now();
    } else silent += 1;
    heard = bytes;
    if (silent >= silentTicks)
      mark('away', heardAt, 'the connection is open, but nothing comes back over it');
    probe();
    wake();
  }

  function wake(): void {
    for (const look of [...looking]) look();
  }

  function outage(): StoreOutage | undefined {
    const gone = link.away();
    if (gone !== undefined) mark('away', gone.sinceAt, gone.why);
    return known;
  }

  /** Nothing under way goes on after it. */
  function isOver(found: StoreOutage): boolean {
    return found.kind === 'away' && clock.now() - found.sinceAt >= blinkMs;
  }

  /** Resolves with the first answer that `look` gives, now or at a later change. */
  function firstOf<T>(look: () => { readonly value: T } | undefined): Promise<T> {
    return new Promise((resolve) => {
      const again = (): void => {
        const found = look();
        if (found === undefined) return;
        looking.delete(again);
        resolve(found.value);
      };
      looking.add(again);
      again();
    });
  }

  const stopTicking = clock.every(tickMs, tick);
  const stopListening = link.onBack(probe);
  return {
    outage,
    proven: () =>
      firstOf(() => {
        const found = outage();
        if (closed || found?.kind === 'refuses') return { value: found };
        if (found === undefined) return silent === 0 ? { value: undefined } : undefined;
        return isOver(found) ? { value: found } : undefined;
      }),
    async whileUp(work) {
      let ended = false;
      const lost = firstOf(() => {
        const found = outage();
        if (ended || (found !== undefined && isOver(found))) return { value: found };
        return undefined;
      }).then((found): never => {
        throw new OpsError('redis-unavailable', `Redis went away meanwhile: ${found?.why ?? 'closed'}.`, {
          retryable: true,
          ...(found === undefined ? {} : { hint: found.advice }),
        });
      });
      try {
        return await Promise.race([work, lost]);
      } finally {
        ended = true;
        // It ends with the next wake-up, after the race; then nobody listens to it any more.
        lost.catch(() => undefined);
        wake();
      }
    },
    close() {
      closed = true;
      stopTicking();
      stopListening();
      wake();
    },
  };
}

/** What has come in over the sending connection; a cluster has many, and is judged by its answers alone. */
function bytesOf(client: RedisClient): number {
  // Undefined until the first connection.
  const stream = client instanceof Redis ? (client.stream as Redis['stream'] | undefined) : undefined;
  return stream?.bytesRead ?? 0;
}
