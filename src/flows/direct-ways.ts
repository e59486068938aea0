// The ways a direct page can go: into the ops channel by the bot of this process, else as a text over the second channel.
import type { Clock } from '../domain/clock.ts';
import type { DirectLine, DirectPage } from '../domain/direct-line.ts';
import { messageOf, OpsError } from '../domain/errors.ts';
import type { IncidentAlert } from '../domain/incident.ts';
import type { Log } from '../log.ts';
import type { TellDirectly } from './direct-paging.ts';

export interface DirectWays {
  readonly line: Pick<DirectLine, 'say'>;
  /** The second channel; undefined = none is configured. */
  readonly sound: ((text: string) => Promise<void>) | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** Discord itself may hang; the second channel must still be in time. */
const lineMs = 6_000;

export function directWays({ line, sound, clock, log }: DirectWays): TellDirectly {
  /** What the second channel was told, as told last. */
  const sounded = new Map<string, string>();
  return async (page) => {
    // Who was told there is told there how it went on, even where the bot is back meanwhile.
    if (!sounded.has(page.id)) {
      try {
        await inTime(clock, line.say(page));
        return 'direct';
      } catch (error) {
        if (sound === undefined) throw error;
        log.warn(
          { event: 'direct-line-down', error: messageOf(error) },
          'the second channel is used instead',
        );
      }
    }
    if (sound === undefined) return 'direct';
    const text = inWords(page);
    if (sounded.get(page.id) !== text) {
      await sound(text);
      sounded.set(page.id, text);
    }
    return 'second-channel';
  };
}

/** `CRITICAL: Market hub down (mnq). … Do now: … Redis is away, …`: for a phone that shows nothing but text. */
export function inWords({ alerts, trouble }: DirectPage): string {
  const lines = alerts.map(lineOf);
  const rest = alerts.every(({ recovery }) => recovery !== undefined)
    ? 'Not recorded yet: Redis takes no writes.'
    : `Not recorded yet, Redis takes no writes (${trouble.why}): the page with buttons follows in Discord when Redis is back.`;
  return [...lines, rest].join('\n');
}

function lineOf({ alert, recovery }: IncidentAlert): string {
  const where = alert.suites.map(({ suite }) => suite).join(', ') || alert.place.login;
  if (recovery !== undefined) {
    const lastedS = Math.max(0, Math.round((recovery.at - alert.sinceAt) / 1_000));
    return `OVER after ${lastedS} s: ${alert.title} (${where}).`;
  }
  return `${alert.severity.toUpperCase()}: ${alert.title} (${where}). ${alert.summary} Do now: ${alert.remedy}`;
}

function inTime(clock: Clock, work: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(lineMs, () => {
      reject(new OpsError('deadline', `The bot did not post it within ${lineMs} ms.`, { retryable: true }));
    });
    work.finally(cancel).then(resolve, reject);
  });
}
