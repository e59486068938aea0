// What a Redis must be and allow before anything is begun on it: without this a desk would wait for ever, and not say for what.
import { messageOf, OpsError } from '../domain/errors.ts';
import { keys } from './keys.ts';
import { adviceFor, isDenied } from './redis-error.ts';
import type { RedisLink } from './redis.ts';

/** The engine's own minimum: it waits for work with commands that came with it. */
const oldestMajor = 5;
const probeLifeMs = 10_000;
const tellScript = `return redis.call('PUBLISH', KEYS[1], ARGV[1])`;

/** @throws OpsError `config-invalid` where it is too old, or its user may not do what is needed; what is merely away is found elsewhere. */
export async function demandUsable(link: RedisLink): Promise<void> {
  const { producer, place } = link;
  const [info] = await Promise.all([
    // The engine asks for its version with every queue it opens, and does nothing without an answer.
    allowed(link, producer.info('server')),
    allowed(link, producer.set(keys.storeProbe, link.id, 'PX', probeLifeMs)),
    allowed(link, link.run(tellScript, [keys.pulseChannel], [''])),
  ]);
  const version = /^redis_version:(\S+)/m.exec(info ?? '')?.[1];
  if (version === undefined || Number.parseInt(version, 10) >= oldestMajor) return;
  throw new OpsError('config-invalid', `Redis at ${place} is version ${version}, which is too old.`, {
    retryable: false,
    hint: `Pitwatch needs Redis ${oldestMajor} or newer (6.2 or newer is recommended), or Valkey.`,
  });
}

async function allowed<T>({ place, log }: RedisLink, work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const text = messageOf(error instanceof OpsError ? (error.cause ?? error) : error);
    if (!isDenied(text)) {
      log.debug({ event: 'redis-unproved', error: text }, 'what Redis allows could not be asked');
      return undefined;
    }
    throw new OpsError(
      'config-invalid',
      `Redis at ${place} does not let its user do what Pitwatch needs: ${text}`,
      {
        retryable: false,
        cause: error,
        hint: adviceFor(text),
      },
    );
  }
}
