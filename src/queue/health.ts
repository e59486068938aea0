// Whether Redis answers and takes what is written, and how fast.
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import { scrub } from '../log.ts';
import { foreignKeys, type ForeignKey } from './foreign-keys.ts';
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
      /** Keys of ours in which somebody else wrote something else. */
      readonly foreign: readonly ForeignKey[];
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
    const [info, foreign] = await Promise.race([
      Promise.all([producer.info('memory'), foreignKeys(link)]),
      silence,
    ]);
    return { ok: true, latencyMs, place: link.place, evicts: evictionIn(info), foreign };
  } catch (error) {
    return { ok: false, why: scrub(messageOf(redisError(error, link.place))), place: link.place };
  } finally {
    clearTimeout(timer);
  }
}

/** A page of a browser, a probe and a scrape ask again and again; what was well a moment ago is asked once for all of them. */
const sharedMs = 1_000;

/** `health`, with one good answer for all who ask within a second of it while the link stays up. */
export function sharedHealth(link: RedisLink, clock: Clock): () => Promise<RedisHealth> {
  let shared: { readonly at: number; readonly answer: Promise<RedisHealth> } | undefined;
  return () => {
    const now = clock.now();
    if (shared !== undefined && link.up() && Math.abs(now - shared.at) < sharedMs) return shared.answer;
    const asked = { at: now, answer: health(link) };
    shared = asked;
    void asked.answer.then(({ ok }) => {
      if (!ok && shared === asked) shared = undefined;
    });
    return asked.answer;
  };
}

function evictionIn(info: string): string | undefined {
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  const isBounded = /^maxmemory:[1-9]/m.test(info);
  return isBounded && policy !== 'noeviction' ? policy : undefined;
}
