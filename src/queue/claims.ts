// Which interactions a bot has taken and not yet answered: each is taken by one bot alone, and where that bot dies the next one tells who waits.
import { systemClock } from '../clock.ts';
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { TaskTicket } from '../domain/job.ts';
import { abandonedScript, refreshScript, settleScript, takenKept, takeScript } from './claim-scripts.ts';
import { keys } from './keys.ts';
import type { RedisLink } from './redis.ts';
import { retryAfter, type RetryRules } from './retry.ts';

/** Who waits for an answer, and where. */
export type Claim = Pick<TaskTicket, 'id' | 'reply'>;

export interface Claims {
  /**
   * True where this bot has it, however often it is asked for; false where another bot has it already; undefined where Redis
   * does not say, and it may be asked for again.
   */
  take(claim: Claim): Promise<boolean | undefined>;
  /** It has its answer, or something in the queue will bring it; where Redis is away that is written down once it is back. */
  settle(id: string): void;
  /** It has no answer from this bot and gets none: whoever finds it open later may tell it. */
  leave(id: string): void;
  /**
   * From now on `tell` brings the news to whoever waited for a bot that is gone; again where it rejects, unless with an OpsError
   * that cannot be retried.
   */
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
/** A bot that lives says so of each of its claims every second, and one that stops ends within 10 s: what is older has nobody. */
const abandonedMs = 12_000;
/** After this the reply cannot be reached by its token; Discord itself shows by then that it failed. */
const lifeMs = 20 * 60_000;
/** Until it is told, or too old to be read. */
const tellRetry: RetryRules = { firstMs: sweepMs, longestMs: 15_000, attempts: Number.POSITIVE_INFINITY };
const toldAtOnce = 20;

/** @param openMs how long nobody may have said of a claim that it is worked on before it counts as abandoned */
export function keepClaims(
  link: RedisLink,
  clock: Clock = systemClock,
  openMs: number = abandonedMs,
): Claims {
  const places = [keys.claims, keys.claimsTaken];
  /** What was asked for and is not settled: how it is written down, which is the same whenever it is asked for. */
  const mine = new Map<string, string>();
  /** Settled, but that is not yet written down. */
  const owed = new Map<string, string>();
  /** What had its answer from here is never told to be abandoned, whatever Redis says. */
  const answered = new Set<string>();
  const telling = new Set<string>();
  /** What could not be told yet: how often it was tried, and when it is again. */
  const resting = new Map<string, { readonly attempts: number; readonly untilAt: number }>();
  let finding = false;
  let open = true;
  let stopRounds = (): void => undefined;
  const unlisten = link.onBack(keepUp);

  function failed(event: string): (error: unknown) => void {
    return (error) => {
      link.log.debug({ event, error: messageOf(error) }, 'claims could not be kept up; tried again');
    };
  }

  /** What other bots must know; at once after an outage, while they wait for it. */
  function keepUp(): void {
    if (open && mine.size > 0)
      link.run(refreshScript, places, [...mine].flat()).catch(failed('claims-stale'));
    if (owed.size > 0) pay([...owed]);
    else if (!open) unlisten();
  }

  function pay(debts: readonly (readonly [string, string])[]): void {
    link.run(settleScript, places, debts.flat()).then(() => {
      for (const [id] of debts) owed.delete(id);
    }, failed('claims-kept'));
  }

  function settled(id: string, sealed: string): void {
    owed.set(id, sealed);
    bound(owed);
    pay([[id, sealed]]);
  }

  function round(tell: (claim: Claim) => Promise<void>): void {
    if (!link.up()) return;
    keepUp();
    if (finding) return;
    finding = true;
    find(tell)
      .catch(failed('claims-unswept'))
      .finally(() => {
        finding = false;
      });
  }

  async function find(tell: (claim: Claim) => Promise<void>): Promise<void> {
    // A bot that lives could say nothing of its claims either while Redis was away.
    await link.settled();
    const now = clock.now();
    const waiting = [...resting].filter(([, { untilAt }]) => untilAt > now).map(([id]) => id);
    const held = [...mine.keys(), ...owed.keys(), ...telling, ...waiting];
    const most = toldAtOnce - telling.size;
    const found = (await link.run(abandonedScript, places, [openMs, most, ...held])) as readonly string[];
    for (let index = 0; open && index + 1 < found.length; index += 2)
      void bring(found[index] ?? '', found[index + 1] ?? '', tell);
  }

  /** Never rejects: one that cannot be told holds up no other. */
  async function bring(id: string, sealed: string, tell: (claim: Claim) => Promise<void>): Promise<void> {
    if (mine.has(id) || telling.has(id)) return;
    const opened = link.seal.open<Claim>('ticket', sealed, clock.now(), `claim-${id}`);
    // What is too old or not ours can be told to nobody.
    if (opened.kind === 'sound' && !answered.has(id)) {
      telling.add(id);
      const told = await isTold(opened.content, tell);
      telling.delete(id);
      if (!told) return;
    }
    resting.delete(id);
    settled(id, sealed);
  }

  /** True also where nobody ever can be told. */
  async function isTold(claim: Claim, tell: (claim: Claim) => Promise<void>): Promise<boolean> {
    const { id } = claim;
    const attempts = (resting.get(id)?.attempts ?? 0) + 1;
    if (attempts === 1)
      link.log.warn({ event: 'claim-abandoned', interaction: id }, 'the bot that had it is gone');
    try {
      await tell(claim);
      return true;
    } catch (error) {
      const why = messageOf(error);
      const next = retryAfter(error, attempts, tellRetry);
      if (next.kind === 'give-up') {
        link.log.error({ event: 'claim-dropped', interaction: id, error: why }, 'who waits cannot be told');
        return true;
      }
      link.log.debug({ event: 'claim-untold', interaction: id, error: why }, 'who waits is told later');
      resting.set(id, { attempts, untilAt: clock.now() + next.inMs });
      bound(resting);
      return false;
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

  return {
    async take(claim) {
      const { id } = claim;
      const sealed = mine.get(id) ?? link.seal.close('ticket', `claim-${id}`, clock.now() + lifeMs, claim);
      mine.set(id, sealed);
      const gone = link.away();
      if (gone !== undefined && Date.now() - gone.sinceAt > blinkMs) return undefined;
      const said = await untilSaid(() => link.run(takeScript, places, [id, sealed]));
      if (said === undefined) return undefined;
      if (said === 0) mine.delete(id);
      return said !== 0;
    },
    settle(id) {
      const sealed = mine.get(id);
      if (sealed === undefined) return;
      mine.delete(id);
      answered.add(id);
      bound(answered);
      settled(id, sealed);
    },
    leave(id) {
      mine.delete(id);
    },
    follow(tell) {
      stopRounds();
      stopRounds = clock.every(sweepMs, () => round(tell));
    },
    close() {
      stopRounds();
      // What is settled from now on is still written down, at the latest with the next return of Redis.
      open = false;
    },
  };
}

/** The oldest is dropped first. */
function bound(kept: { readonly size: number; keys(): Iterable<string>; delete(id: string): boolean }): void {
  for (const oldest of kept.keys()) {
    if (kept.size <= takenKept) break;
    kept.delete(oldest);
  }
}
