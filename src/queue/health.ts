// Whether Redis answers and takes what is written, and how fast.
import { messageOf } from '../domain/errors.ts';
import { scrub } from '../log.ts';
import { keys } from './keys.ts';
import { redisError } from './redis-error.ts';
import type { RedisLink } from './redis.ts';

export type RedisHealth =
  | {
      readonly ok: true;
      readonly latencyMs: number;
      readonly place: string;
      /** How it throws things away once it is full, where it does: `allkeys-lru`. */
      readonly evicts: string | undefined;
    }
  | { readonly ok: false; readonly why: string; readonly place: string };

const probeLifeMs = 10_000;

/** Never rejects; a Redis that refuses writes is of no use, one that is silent counts as away after `timeoutMs` (1 s). */
export async function health(link: RedisLink, timeoutMs = 1_000): Promise<RedisHealth> {
  const { producer } = link;
  const startedAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
  });
  try {
    // One that is full answers a PING and every question, and keeps nothing.
    await Promise.race([producer.set(keys.storeProbe, link.id, 'PX', probeLifeMs), silence]);
    const latencyMs = performance.now() - startedAt;
    const evicts = evictionIn(await Promise.race([producer.info('memory'), silence]));
    return { ok: true, latencyMs, place: link.place, evicts };
  } catch (error) {
    return { ok: false, why: scrub(messageOf(redisError(error, link.place))), place: link.place };
  } finally {
    clearTimeout(timer);
  }
}

function evictionIn(info: string): string | undefined {
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  const isBounded = /^maxmemory:[1-9]/m.test(info);
  return isBounded && policy !== 'noeviction' ? policy : undefined;
}
