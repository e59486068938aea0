// Which message in the ops channel is the bot's sign of life, so that the next bot edits it instead of posting another.
import { keys } from './keys.ts';
import { redisError, type RedisLink } from './redis.ts';

export interface LivenessIds {
  /** @throws OpsError `redis-unavailable` */
  known(): Promise<string | undefined>;
  /** @throws OpsError `redis-unavailable` */
  keep(messageId: string): Promise<void>;
}

export function livenessStore(link: RedisLink, channelId: string): LivenessIds {
  const key = `${keys.liveness}${channelId}`;
  const guarded = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw redisError(error, link.place);
    }
  };
  return {
    known: async () => (await guarded(link.producer.get(key))) ?? undefined,
    keep: async (messageId) => {
      await guarded(link.producer.set(key, messageId));
    },
  };
}
