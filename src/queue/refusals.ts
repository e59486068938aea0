// A job without our signature goes to the dead letters, into the log and the audit log, and is told; a flood of them is counted.
import { systemClock } from '../clock.ts';
import type { AuditEvent } from '../domain/audit.ts';
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import { queuedWords, type LetterKind } from '../domain/letter.ts';
import { bury, letterOf } from './dead-letters.ts';
import { keys } from './keys.ts';
import type { RedisLink } from './redis.ts';

type RefusedKind = Exclude<LetterKind, 'answer'>;

export interface RefusedJob {
  readonly what: RefusedKind;
  /** As found in Redis: somebody else may have chosen it. */
  readonly id: string;
  readonly why: string;
}

export type Refuse = (job: RefusedJob) => void;

/** Or a flood of forged jobs would wash everything else out of a bounded audit log. */
const tellEveryMs = 60_000;

export function refusals(
  link: RedisLink,
  record: (event: AuditEvent) => void = () => undefined,
  clock: Clock = systemClock,
): Refuse {
  let toldAt = Number.NEGATIVE_INFINITY;
  let untold = 0;
  return ({ what, id, why }) => {
    const at = clock.now();
    const shown = id.slice(0, 100);
    const named = queuedWords(what);
    link.log.error({ event: 'job-refused', what, id: shown, why }, `${named} was refused: ${why}`);
    const letter = letterOf(link.seal, { at, what, id: shown, about: `${named} from the queue`, why });
    link.run(`${bury('ARGV[1]')}\nreturn 1`, [keys.letters], [letter]).catch((error: unknown) => {
      link.log.warn({ event: 'letter-lost', error: messageOf(error) }, 'a refused job is only in the log');
    });
    untold += 1;
    if (at - toldAt < tellEveryMs) return;
    const others = untold === 1 ? '' : ` (and ${untold - 1} more since the last one reported)`;
    toldAt = at;
    untold = 0;
    record({
      at,
      kind: 'refused-job',
      by: 'pitwatch',
      what: `refused ${named}`,
      on: shown,
      outcome: `${why}${others}`,
    });
    link.publish(keys.refusedChannel, what).catch((error: unknown) => {
      link.log.debug({ event: 'refusal-untold', error: messageOf(error) }, 'a refused job could not be told');
    });
  };
}

const kinds: readonly string[] = ['ticket', 'ask', 'result', 'post'] satisfies RefusedKind[];

/**
 * Calls back where any process refused a job, at most once a minute. Only the kind is handed on: whoever can write to
 * Redis can send this message too, and must not be able to put words into the bot's mouth.
 */
export function onRefusal(
  link: RedisLink,
  told: (what: string) => void,
  clock: Clock = systemClock,
): () => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return link.listen(keys.refusedChannel, (what) => {
    if (!kinds.includes(what) || clock.now() - toldAt < tellEveryMs) return;
    toldAt = clock.now();
    told(what);
  });
}
