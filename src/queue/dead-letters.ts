// What could not be delivered and never will be: a bounded list somebody can read, without the texts or tokens themselves.
import { scrub } from '../log.ts';
import { keys } from './keys.ts';
import { redisError, type RedisLink } from './redis.ts';
import type { SealedKind } from './seal.ts';

export interface DeadLetter {
  readonly at: number;
  /** `answer` and `post` could not be delivered; the rest was refused. */
  readonly what: 'answer' | SealedKind;
  /** Ticket or post id. */
  readonly id: string;
  /** `note of incident 12`, `Health asked by ann`. */
  readonly about: string;
  readonly why: string;
}

const kept = 200;

/** The newest letters first. @throws OpsError `redis-unavailable`. */
export async function deadLetters(link: RedisLink, most = kept): Promise<readonly DeadLetter[]> {
  try {
    const texts = await link.producer.lrange(keys.deadLetters, 0, most - 1);
    return texts.map((text) => JSON.parse(text) as DeadLetter);
  } catch (error) {
    throw redisError(error, link.place);
  }
}

/** A Lua line that buries `letter` beside the change that gives the thing up. */
export const bury = (letter: string): string => `
redis.call('LPUSH', '${keys.deadLetters}', ${letter})
redis.call('LTRIM', '${keys.deadLetters}', 0, ${kept - 1})`;

export function letterOf(letter: DeadLetter): string {
  return JSON.stringify({ ...letter, why: scrub(letter.why).slice(0, 500) } satisfies DeadLetter);
}
