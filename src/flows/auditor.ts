// The auditor: independent of the pager, it looks whether everything due was done and whether the bot lives, and says so through another channel.
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { IncidentStore } from '../domain/incident.ts';
import { overdue, type CallWaiting } from '../domain/overdue.ts';
import type { PagerStore } from '../domain/pager-store.ts';
import type { Log } from '../log.ts';
import { retelling, type Outcome } from './retelling.ts';
import { standstill } from './standstill.ts';

export interface AuditorOptions {
  readonly store: Pick<IncidentStore, 'latest'>;
  readonly pagers: Pick<PagerStore, 'toSound' | 'sounded' | 'lastRound' | 'silences'>;
  /** What calls people in a thread and waits to be delivered. */
  readonly calls: (now: number) => Promise<readonly CallWaiting[]>;
  readonly clock: Clock;
  readonly log: Log;
  /** The second channel; resolves when somebody took it. */
  readonly sound: (text: string) => Promise<void>;
  /** This process, for the message. */
  readonly name: string;
}

export interface Auditor {
  close(): Promise<void>;
}

const periodMs = 5_000;
const looked = 200;
/** The pager makes a round a second; a bot that hands over leaves a gap of a few. */
const roundLateMs = 25_000;
/** Without Redis it can see nothing: that is told once per outage. */
const blindMs = 30_000;
/** Looks further apart than this had an outage between them, or this process stood still: the bot needs time to go on too. */
const brokenMs = 12_000;
const mostSounded = 500;

export function startAuditor(options: AuditorOptions): Auditor {
  const { calls, clock, log, name, pagers, sound, store } = options;
  let seenAt = clock.now();
  /** Since when it has seen without a break. */
  let clearSince = seenAt;
  const still = standstill(brokenMs);
  let blindTold = false;
  /** Of rounds that come in time; it ends the stretch without any, which was told, once it has lasted. */
  let roundsSinceAt: number | undefined;
  /** What the stretch without any is called, while it lasts. */
  let missed: string | undefined;
  /** What somebody was told already: the mark that says so cannot always be written. */
  const sounded = new Set<string>();
  /** What is for this process to tell, and waits for the second channel. */
  const pending = new Set<string>();
  const telling = retelling(sound, clock, log);
  let looking: Promise<void> | undefined;
  let sounding: Promise<void> | undefined;

  function hasStoodStill(): boolean {
    still.notice(clock.now());
    return still.awakeSinceAt() > seenAt;
  }

  async function look(): Promise<void> {
    tellOn();
    try {
      const [known, round, silences, waiting] = await Promise.all([
        store.latest(looked),
        pagers.lastRound(),
        pagers.silences(),
        calls(clock.now()),
      ]);
      const now = clock.now();
      if (now - seenAt > brokenMs) clearSince = now;
      seenAt = now;
      blindTold = false;
      for (const { key, text } of overdue(known, silences, waiting, now, clearSince)) await once(key, text);
      await judgeRounds(round, now);
    } catch (error) {
      log.warn({ event: 'auditor-blind', error: messageOf(error) }, 'the auditor cannot see the incidents');
      hasStoodStill();
      // Whoever was stopped finds its own connections dead: that says nothing of Redis yet.
      if (clock.now() - Math.max(seenAt, still.awakeSinceAt()) < blindMs || blindTold) return;
      blindTold = true;
      tell(
        `Redis has not answered worker ${name} for a while: pages may be held up. Watch the platform yourself until it does. ${messageOf(error)}`,
      );
    }
  }

  /** A fresh desk, and one that comes back, gets as long to make its first round; one stretch without any is told once. */
  async function judgeRounds(
    round: Awaited<ReturnType<typeof pagers.lastRound>>,
    now: number,
  ): Promise<void> {
    const lateMs = Math.min(round?.ageMs ?? Number.POSITIVE_INFINITY, now - clearSince);
    if (lateMs <= roundLateMs) {
      roundsSinceAt ??= now;
      // One that comes now and then, far too late, is the same trouble.
      if (now - roundsSinceAt >= roundLateMs) missed = undefined;
      return;
    }
    roundsSinceAt = undefined;
    missed ??= `pager:${round?.mark ?? 'none'}`;
    await once(
      missed,
      'The bot has stopped working: nobody is paged and no command is answered. Watch the platform yourself, start the bot again, and look at its /healthz.',
    );
  }

  /**
   * One of all the auditors tells it, once, and another where that one dies before it could; where Redis takes no mark, each of
   * them does: twice is better than never.
   */
  async function once(key: string, text: string): Promise<void> {
    if (sounded.has(key)) return;
    let whose: Awaited<ReturnType<typeof pagers.toSound>> = 'mine';
    let why = '';
    try {
      whose = await pagers.toSound(key);
    } catch (error) {
      why = ` Redis takes no writes, which may be why: ${messageOf(error)}`;
    }
    // Stopped in between: it may be done by now, and another may have told it. It is looked at anew.
    if (hasStoodStill()) return;
    if (whose === 'told') isTold(key);
    if (whose !== 'mine' || pending.has(key)) return;
    pending.add(key);
    tell(`${text}${why}`, {
      told() {
        pending.delete(key);
        isTold(key);
        pagers.sounded(key).catch((error: unknown) => {
          log.debug({ event: 'sounded-unwritten', error: messageOf(error) }, 'others may tell it too');
        });
      },
      // Where it still is so at the next round it is said anew, behind the others.
      dropped: () => pending.delete(key),
    });
  }

  function isTold(key: string): void {
    sounded.add(key);
    for (const old of [...sounded].slice(0, Math.max(0, sounded.size - mostSounded))) sounded.delete(old);
  }

  function tell(text: string, outcome?: Outcome): void {
    log.error({ event: 'overdue', text }, 'this was not done in time');
    telling.say(text, outcome);
    tellOn();
  }

  /** Never waited for: a second channel that is slow must not make it blind. */
  function tellOn(): void {
    sounding ??= telling.tell().finally(() => {
      sounding = undefined;
    });
  }

  const stop = clock.every(periodMs, () => {
    hasStoodStill();
    looking ??= look().finally(() => {
      looking = undefined;
    });
  });
  return {
    async close() {
      stop();
      await looking;
      await sounding;
    },
  };
}
