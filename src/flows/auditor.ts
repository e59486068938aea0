// The auditor: independent of the pager, it looks whether everything due was done and whether the bot lives, and says so through another channel.
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { IncidentStore } from '../domain/incident.ts';
import { overdue } from '../domain/overdue.ts';
import type { PagerStore } from '../domain/pager-store.ts';
import type { Log } from '../log.ts';
import { retelling } from './retelling.ts';

export interface AuditorOptions {
  readonly store: Pick<IncidentStore, 'latest'>;
  readonly pagers: Pick<PagerStore, 'firstToSound' | 'roundAt' | 'silences'>;
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

export function startAuditor(options: AuditorOptions): Auditor {
  const { clock, log, name, pagers, sound, store } = options;
  const startedAt = clock.now();
  let seenAt = startedAt;
  let blindTold = false;
  const telling = retelling(sound, log);
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    const now = clock.now();
    await telling.tell();
    try {
      const [known, roundAt, silences] = await Promise.all([
        store.latest(looked),
        pagers.roundAt(),
        pagers.silences(),
      ]);
      seenAt = now;
      blindTold = false;
      for (const { key, text } of overdue(known, silences, now)) await once(key, text);
      // A fresh desk gets as long to make its first round.
      const lastAt = Math.max(roundAt ?? 0, startedAt);
      if (now - lastAt > roundLateMs) {
        await once(
          `pager:${roundAt ?? 0}`,
          'The bot makes no rounds any more: nobody is paged and no command is answered. Start it, and look at /healthz.',
        );
      }
    } catch (error) {
      log.warn({ event: 'auditor-blind', error: messageOf(error) }, 'the auditor cannot see the incidents');
      if (now - seenAt < blindMs || blindTold) return;
      blindTold = true;
      await tell(
        `Redis has not answered worker ${name} for a while: pages may be held up. ${messageOf(error)}`,
      );
    }
  }

  /** One of all the auditors tells it, once. */
  async function once(key: string, text: string): Promise<void> {
    if (await pagers.firstToSound(key)) await tell(text);
  }

  async function tell(text: string): Promise<void> {
    log.error({ event: 'overdue', text }, 'this was not done in time');
    telling.say(text);
    await telling.tell();
  }

  const stop = clock.every(periodMs, () => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
  });
  return {
    async close() {
      stop();
      await looking;
    },
  };
}
