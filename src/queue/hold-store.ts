// Who holds each login, and how the last holder let it go, in Redis: so that whoever comes after can tell an orderly stop from a death.
import { messageOf } from '../domain/errors.ts';
import type { EndBefore, StopRecord } from '../domain/stop-record.ts';
import { keys } from './keys.ts';
import { guarded, redisError } from './redis-error.ts';
import type { RedisLink } from './redis.ts';

interface Hold {
  readonly worker: string;
  readonly hostedAt: number;
}

export interface HoldStore {
  /**
   * Enters this holder and says how the one before it ended. Never rejects: what cannot be read is said to be unread.
   * A holder whose record of letting go comes late is `vanished` until `again` finds it.
   */
  enter(login: string, hold: Hold): Promise<EndBefore>;
  /** Looks again for the record of a holder that seemed to have vanished. */
  again(login: string, before: EndBefore): Promise<EndBefore>;
  /** @throws OpsError where Redis cannot be reached */
  letGo(login: string, record: StopRecord): Promise<void>;
}

export function holdStore(link: RedisLink): HoldStore {
  const endOf = async (login: string, { worker, hostedAt }: Hold): Promise<EndBefore> => {
    const text = await link.producer.hget(keys.stops, login);
    const record = text === null ? undefined : (JSON.parse(text) as StopRecord);
    return record?.worker === worker && record.hostedAt === hostedAt
      ? { kind: 'let-go', record }
      : { kind: 'vanished', worker, hostedAt };
  };
  const unread = (error: unknown): EndBefore => ({
    kind: 'unread',
    why: `the record of the host before could not be read: ${messageOf(redisError(error, link.place))}`,
  });

  return {
    async enter(login, hold) {
      try {
        const text = await link.producer.hget(keys.holds, login);
        await link.producer.hset(keys.holds, login, JSON.stringify(hold));
        return text === null ? { kind: 'none' } : await endOf(login, JSON.parse(text) as Hold);
      } catch (error) {
        return unread(error);
      }
    },
    async again(login, before) {
      if (before.kind !== 'vanished') return before;
      try {
        return await endOf(login, before);
      } catch (error) {
        return unread(error);
      }
    },
    async letGo(login, record) {
      await guarded(link, link.producer.hset(keys.stops, login, JSON.stringify(record)));
    },
  };
}
