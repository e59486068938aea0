// Which interactions a bot has taken and not yet answered: each is taken by one bot alone, and where that bot dies the next one tells who waits.
import { systemClock } from '../clock.ts';
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { TaskTicket } from '../domain/job.ts';
import { keys } from './keys.ts';
import type { RedisLink } from './redis.ts';
import { serverNow } from './ticket-scripts.ts';

/** Who waits for an answer, and where. */
export type Claim = Pick<TaskTicket, 'id' | 'reply'>;

export interface Claims {
  /**
   * True where this bot has it, however often it is asked for; false where another bot has it already; undefined where Redis
   * does not say, and it may be asked for again.
   */
  take(claim: Claim): Promise<boolean | undefined>;
  /** It has its answer, or something in the queue will bring it. */
  settle(id: string): void;
  /** From now on `tell` brings the news to whoever waited for a bot that is gone; again where it rejects. */
  follow(tell: (claim: Claim) => Promise<void>): void;
  close(): void;
}

/**
 * Discord gives 3 s for the first answer; a Redis that is merely slow may not use them up. Ticks, not time: a process that
 * stood still has not read the answer that lies there, and by it another bot may have it.
 */
const takeTickMs = 50;
/** A connection that was lost is back half a second later. */
const takeTicks = 14;
/**
 * Lost for less than this, it is waited for: who stood still finds its own connection ended as it wakes, and another bot may have
 * had for seconds what it is given now.
 */
const blinkMs = 700;
const sweepMs = 1_000;
/** Whatever a bot does itself ends within 10 s, and its answer with it: what is open longer has nobody any more. */
const abandonedMs = 12_000;
/** After this the reply cannot be reached by its token; Discord itself shows by then that it failed. */
const lifeMs = 20 * 60_000;
const takenKept = 2_000;

const takeScript = `
${serverNow}
if redis.call('ZSCORE', KEYS[2], ARGV[1]) then
  -- Asked again because the first answer was lost.
  if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then return 1 end
  return 0
end
redis.call('ZADD', KEYS[2], servernow(), ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -${takenKept + 1})
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1`;

/** Another bot's stays: Redis may not have said yet that it is not ours. */
const settleScript = `
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end
return 1`;

/** ARGV: how long one may be open, then ids that are under way here. Returns what was abandoned, id and claim in turn. */
const abandonedScript = `
${serverNow}
local mine = {}
for i = 2, #ARGV do mine[ARGV[i]] = true end
local all, found, before = redis.call('HGETALL', KEYS[1]), {}, servernow() - tonumber(ARGV[1])
for i = 1, #all, 2 do
  local at = tonumber(redis.call('ZSCORE', KEYS[2], all[i]) or '0')
  if at < before and not mine[all[i]] then
    table.insert(found, all[i])
    table.insert(found, all[i + 1])
  end
end
return found`;

/** @param openMs how long a claim may be open before it counts as abandoned */
export function keepClaims(
  link: RedisLink,
  clock: Clock = systemClock,
  openMs: number = abandonedMs,
): Claims {
  const places = [keys.claims, keys.claimsTaken];
  /** What was asked for and is not settled: how it is written down, which is the same whenever it is asked for. */
  const mine = new Map<string, string>();
  let sweeping = false;
  let stop = (): void => undefined;

  function round(tell: (claim: Claim) => Promise<void>): void {
    if (sweeping || !link.up()) return;
    sweeping = true;
    sweep(tell)
      .catch((error: unknown) => {
        link.log.debug({ event: 'claims-unswept', error: messageOf(error) }, 'claims could not be swept');
      })
      .finally(() => {
        sweeping = false;
      });
  }

  async function sweep(tell: (claim: Claim) => Promise<void>): Promise<void> {
    const found = (await link.run(abandonedScript, places, [openMs, ...mine.keys()])) as readonly string[];
    for (let index = 0; index + 1 < found.length; index += 2) {
      const id = found[index] ?? '';
      const opened = link.seal.open<Claim>('ticket', found[index + 1], clock.now(), `claim-${id}`);
      // What is too old or not ours can be told to nobody.
      if (opened.kind === 'sound') {
        link.log.warn({ event: 'claim-abandoned', interaction: id }, 'the bot that had it is gone');
        await tell(opened.content);
      }
      await link.producer.hdel(keys.claims, id);
    }
  }

  /** Asks, and again where the connection was lost on the way; undefined = Redis does not say. */
  function untilSaid(ask: () => Promise<unknown>): Promise<unknown> {
    return new Promise((resolve) => {
      let left = takeTicks;
      let asking = false;
      const end = (said: unknown): void => {
        stopTicking();
        resolve(said);
      };
      const attempt = (): void => {
        if (asking || !link.up()) return;
        asking = true;
        ask().then(end, () => {
          asking = false;
        });
      };
      const stopTicking = clock.every(takeTickMs, () => {
        left -= 1;
        if (left <= 0) end(undefined);
        else attempt();
      });
      attempt();
    });
  }

  function forget(id: string): void {
    const sealed = mine.get(id);
    if (sealed === undefined) return;
    mine.delete(id);
    link.run(settleScript, [keys.claims], [id, sealed]).catch((error: unknown) => {
      // Then it is told once more, which edits the same reply: worse than silence is a reply that never ends.
      link.log.debug({ event: 'claim-kept', error: messageOf(error) }, 'a claim could not be settled');
    });
  }

  return {
    async take(claim) {
      const { id } = claim;
      const sealed = mine.get(id) ?? link.seal.close('ticket', `claim-${id}`, clock.now() + lifeMs, claim);
      mine.set(id, sealed);
      if (!link.up() && Date.now() - (link.away()?.sinceAt ?? 0) > blinkMs) return undefined;
      const said = await untilSaid(() => link.run(takeScript, places, [id, sealed]));
      if (said === undefined) return undefined;
      if (said === 0) mine.delete(id);
      return said !== 0;
    },
    settle: forget,
    follow(tell) {
      stop();
      stop = clock.every(sweepMs, () => round(tell));
    },
    close: () => stop(),
  };
}
