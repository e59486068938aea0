// Holds one thing at a time across processes: a long-lived job whose lock, renewal and stalled check are the lease.
import { setMaxListeners } from 'node:events';
import { pause } from '../domain/stop-signal.ts';
import { WaitingError, Worker, type Job, type JobJson } from 'bullmq';
import type { Clock } from '../domain/clock.ts';
import { messageOf, OpsError } from '../domain/errors.ts';
import { prefix } from './keys.ts';
import { guarded, refusesAll } from './redis-error.ts';
import { drainSeconds, precedenceMs, within, type RedisLink } from './redis.ts';

export interface LeaseOptions {
  readonly link: RedisLink;
  readonly clock: Clock;
  /** The queue that holds this one job; its name also names the lease in the log. */
  readonly queue: string;
  /** Shown on the job: who has it. */
  readonly holder: string;
  /** Runs while held. Must end soon after `signal` aborts; its reason is an OpsError `cancelled`. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /**
   * Keep it while Redis cannot be reached, and take it back where nobody else has it since: for what does less harm done
   * twice for a moment than not at all.
   */
  readonly throughOutages?: boolean;
  /** False = leave it to others for now. */
  readonly mayTake?: () => boolean;
  /** For tests. */
  readonly lockMs?: number;
}

export interface Lease {
  held(): boolean;
  /** Whether another process has it now. @throws OpsError `redis-unavailable` */
  elsewhere(): Promise<boolean>;
  /** Gives it back at once where it is held; another process may have it a moment later. */
  close(): Promise<void>;
}

/** A killed holder is found after at most this and two stalled checks. */
const usualLockMs = 5_000;
const stalledCheckMs = 1_000;
/** The job is put back where it went missing (an emptied Redis). */
const ensureMs = 3_000;
/** How often a holder looks whether it still is one. */
const watchMs = 250;
/** Lets go this long before the lock can run out, so that two never hold at once. */
const marginMs = 500;
/** What `run` may take to let go before the lease is given on without it. */
const lettingGoMs = 5_000;
/** Pause before something that ended by itself is taken again. */
const againMs = 1_000;
const jobId = 'lease';

/** A claim of what was held before an outage: tried until an emptied Redis has the job again, given up before others may take it. */
const regainTries = 4;
const regainPauseMs = 250;
/** A proof that nobody is served is this old at most when it counts; a link is tried twice a second. */
const proofMs = 1_200;

/**
 * KEYS: lock, active, wait, stalled; ARGV: the job, our token, its life in ms. The lock ran out while nobody could ask: 1 = ours
 * again, -1 = another has it, 0 = the job is not there (yet).
 */
const regainScript = `
local holder = redis.call('GET', KEYS[1])
if holder == ARGV[2] then return 1 end
if holder then return -1 end
if redis.call('LREM', KEYS[2], 0, ARGV[1]) + redis.call('LREM', KEYS[3], 0, ARGV[1]) == 0 then return 0 end
redis.call('LPUSH', KEYS[2], ARGV[1])
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('SREM', KEYS[4], ARGV[1])
return 1`;

/** Takes part in holding the lease until closed. */
export function takePart(options: LeaseOptions): Lease {
  const { link, clock, queue: name } = options;
  const lockMs = options.lockMs ?? usualLockMs;
  const queue = link.queue(name);
  let holding: Holding | undefined;
  let closing: Promise<void> | undefined;

  const worker = new LeaseWorker(name, (job: Job, token?: string) => hold(job, token ?? ''), {
    connection: link.consumer,
    prefix,
    name: options.holder,
    concurrency: 1,
    lockDuration: lockMs,
    // Four times in its life, so that a busy second loses nothing.
    lockRenewTime: lockMs / 4,
    stalledInterval: stalledCheckMs,
    // A host that dies a thousand times is still to be hosted.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
    drainDelay: drainSeconds,
    // The default waits 15 s after a connection error.
    runRetryDelay: 500,
  });
  worker.renewed = (sentAt) => holding?.extend(sentAt + lockMs);
  const keyOf = (part: string): string => `${prefix}:${name}:${part}`;
  const lockKey = keyOf(`${jobId}:lock`);
  worker.turn = () => link.settled();
  worker.refused = (at) => holding?.extend(at + precedenceMs);
  worker.regain = async (token) => {
    for (let attempt = 1; holding?.signal.aborted === false; attempt += 1) {
      const regained = await link.runPatiently(
        regainScript,
        [lockKey, keyOf('active'), keyOf('wait'), keyOf('stalled')],
        [jobId, token, lockMs],
      );
      if (regained === 1) link.log.info({ event: 'lease-regained', lease: name }, `${name} is still ours`);
      if (regained !== 0 || attempt >= regainTries) return regained === 1;
      await new Promise((resolve) => clock.after(regainPauseMs, () => resolve(undefined)));
    }
    return false;
  };
  worker.on('error', (error) => {
    if (refusesAll(error.message)) link.refused();
    link.log.debug({ event: 'lease-error', lease: name, error: error.message }, 'a lease had an error');
  });
  worker.on('lockRenewalFailed', () => holding?.lose('Redis says that the lock is no longer ours'));

  ensure();
  link.producer.on('ready', ensure);
  const stopEnsuring = clock.every(ensureMs, ensure);

  function ensure(): void {
    if (!link.up()) return;
    queue.add('lease', {}, { jobId }).catch((error: unknown) => {
      link.log.debug(
        { event: 'lease-error', lease: name, error: messageOf(error) },
        'a lease was not ensured',
      );
    });
  }

  async function hold(job: Job, token: string): Promise<void> {
    if (job.id !== jobId) {
      // Run as the lease it would be a second one of it: two hosts at a time.
      link.log.warn(
        { event: 'lease-stranger', lease: name, job: job.id?.slice(0, 100) },
        `a job that is not the lease was found in ${name} and thrown away`,
      );
      return;
    }
    if (closing === undefined && options.mayTake?.() !== false) {
      const mine = startHolding(
        clock,
        link,
        options.throughOutages === true
          ? Number.POSITIVE_INFINITY
          : (job.processedOn ?? clock.now()) + lockMs,
      );
      holding = mine;
      try {
        await runUntilSettled(options.run, mine);
        // It ended by itself: not again in the same breath.
        if (!mine.signal.aborted) await mine.pause(againMs);
      } catch (error) {
        link.log.error(
          { event: 'lease-run-failed', lease: name, error: messageOf(error) },
          `${name} ended by an error`,
        );
        await mine.pause(againMs);
      } finally {
        mine.end();
        holding = undefined;
      }
      if (mine.lost !== undefined) {
        link.log.warn({ event: 'lease-lost', lease: name, why: mine.lost }, `${name} is no longer ours`);
      }
    } else if (closing === undefined) {
      await stepAside();
    }
    // Where the lock is gone this is refused, and the stalled check has given it on or soon will.
    await within(
      2_000,
      job.moveToWait(token).catch((error: unknown) => {
        link.log.debug(
          { event: 'lease-error', lease: name, error: messageOf(error) },
          'a lease was not given back',
        );
      }),
    );
    throw new WaitingError();
  }

  /** A paused worker does not fetch the very job it gives back. */
  async function stepAside(): Promise<void> {
    await worker.pause(true);
    const stopLooking = clock.every(watchMs, () => {
      if (closing === undefined && options.mayTake?.() === false) return;
      stopLooking();
      if (closing === undefined) void worker.resume();
    });
  }

  async function close(): Promise<void> {
    stopEnsuring();
    link.producer.off('ready', ensure);
    holding?.let('this process is stopping');
    await within(lettingGoMs + 3_000, worker.close());
  }

  return {
    held: () => holding !== undefined && !holding.signal.aborted,
    async elsewhere() {
      const token = await guarded(link, link.producer.get(lockKey));
      // The engine's tokens begin with the id of the worker that has the lock.
      return token !== null && !token.startsWith(`${worker.id}:`);
    },
    close: () => (closing ??= close()),
  };
}

interface Holding {
  readonly signal: AbortSignal;
  /** Why it was lost, undefined where it was not. */
  readonly lost: string | undefined;
  extend(until: number): void;
  lose(why: string): void;
  let(why: string): void;
  /** Waits, but not beyond the end of the lease. */
  pause(ms: number): Promise<void>;
  end(): void;
}

/** Knows until when the lock surely holds: counted from when a renewal was sent, never from when it was answered. */
function startHolding(clock: Clock, link: Pick<RedisLink, 'closedAt'>, sureUntil: number): Holding {
  const control = new AbortController();
  // One listener per examination under way is no leak.
  setMaxListeners(0, control.signal);
  let until = sureUntil;
  let lost: string | undefined;
  const stop = (why: string): void => {
    if (!control.signal.aborted) control.abort(new OpsError('cancelled', why, { retryable: true }));
  };
  const lose = (why: string): void => {
    if (!control.signal.aborted) lost = why;
    stop(`The hold was lost: ${why}`);
  };
  const look = (): void => {
    // Where Redis serves nobody, nobody can have taken it; and those who come back later let us claim it first.
    const closedAt = link.closedAt() ?? Number.NEGATIVE_INFINITY;
    if (clock.now() - closedAt <= proofMs) until = Math.max(until, closedAt + precedenceMs);
    if (clock.now() >= until - marginMs) lose('its lock could not be renewed in time');
  };
  const unwatch = clock.every(watchMs, look);
  look();
  return {
    signal: control.signal,
    get lost() {
      return lost;
    },
    extend: (next) => {
      until = Math.max(until, next);
    },
    lose,
    let: stop,
    pause: (ms) => pause(clock, ms, control.signal),
    end: unwatch,
  };
}

/** Runs; after the signal aborts it has `lettingGoMs` to end. */
async function runUntilSettled(run: LeaseOptions['run'], { signal }: Holding): Promise<void> {
  if (signal.aborted) return;
  const running = run(signal);
  const letGo = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      void within(lettingGoMs, running).then(resolve);
    });
  });
  await Promise.race([running, letGo]);
}

/** The engine's worker, telling when each successful renewal was sent. */
class LeaseWorker extends Worker {
  renewed: ((sentAt: number) => void) | undefined;
  /** Redis refused it, as it refuses it to everybody. */
  refused: ((at: number) => void) | undefined;
  /** Awaited before something is taken. */
  turn: (() => Promise<void>) | undefined;
  regain: ((token: string) => Promise<boolean>) | undefined;

  /** The job says nothing but its name: what somebody else wrote into it must not keep the lease from being held. */
  protected override createJob(data: JobJson, jobId: string): Job {
    return super.createJob({ ...data, data: '{}' }, jobId);
  }

  override async extendJobLocks(jobIds: string[], tokens: string[], duration: number): Promise<string[]> {
    const sentAt = Date.now();
    const refused = await this.#extend(jobIds, tokens, duration, sentAt);
    const regained = refused.length > 0 && (await this.regain?.(tokens[0] ?? '')) === true;
    const failed = regained ? [] : refused;
    if (failed.length === 0) this.renewed?.(sentAt);
    return failed;
  }

  async #extend(jobIds: string[], tokens: string[], duration: number, sentAt: number): Promise<string[]> {
    try {
      return await super.extendJobLocks(jobIds, tokens, duration);
    } catch (error) {
      if (refusesAll(messageOf(error))) this.refused?.(sentAt);
      throw error;
    }
  }

  protected override async moveToActive(
    ...args: Parameters<Worker['moveToActive']>
  ): ReturnType<Worker['moveToActive']> {
    await this.turn?.();
    return super.moveToActive(...args);
  }
}
