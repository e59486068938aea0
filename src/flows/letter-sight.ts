// The dead letters that wait, at hand for the watch: read every few seconds, the last look kept while Redis is away.
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { LetterBox, LettersWaiting } from '../domain/letter.ts';
import type { Log } from '../log.ts';

const lookMs = 5_000;
const shown = 3;

export interface LetterSight {
  /** Undefined = never read yet. */
  latest(): LettersWaiting | undefined;
  close(): void;
}

export function followLetters(box: Pick<LetterBox, 'list'>, clock: Clock, log: Log): LetterSight {
  let latest: LettersWaiting | undefined;
  const look = (): void => {
    box
      .list()
      .then(({ letters }) => {
        const oldest = [...letters].sort((a, b) => a.at - b.at).slice(0, shown);
        latest = { count: letters.length, oldestAt: oldest[0]?.at ?? clock.now(), oldest };
      })
      .catch((error: unknown) => {
        log.debug({ event: 'letters-unread', error: messageOf(error) }, 'dead letters could not be read');
      });
  };
  look();
  const close = clock.every(lookMs, look);
  return { latest: () => latest, close };
}
