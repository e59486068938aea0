// Which message in the ops channel is the bot's sign of life, so that the next bot edits it instead of posting another.
import type { LivenessStore } from '../domain/liveness.ts';
import { keys } from './keys.ts';
import { guarded } from './redis-error.ts';
import type { RedisLink } from './redis.ts';

export function livenessStore(link: RedisLink, channelId: string): LivenessStore {
  const key = `${keys.liveness}${channelId}`;
  return {
    known: async () => (await guarded(link, link.producer.get(key))) ?? undefined,
    keep: async (messageId) => {
      await guarded(link, link.producer.set(key, messageId));
    },
  };
}
