// Whoever waits for an answer that lies in a Redis that is away is told so, once, instead of being left with "thinking".
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { LastSeen, OutageAnswer, Task } from '../domain/job.ts';
import type { StoreOutage, StoreWatch } from '../domain/store-watch.ts';
import type { Log } from '../log.ts';
import type { Awaited, Waiting } from './waiting.ts';

export interface TellingOff {
  readonly people: Waiting;
  readonly store: Pick<StoreWatch, 'outage'>;
  /** Brings it to them. @throws OpsError where it did not arrive; it is tried again. */
  readonly tell: (to: Awaited, answer: OutageAnswer) => Promise<void>;
  readonly answer: (task: Task, outage: StoreOutage) => OutageAnswer;
  readonly clock: Clock;
  readonly log: Log;
}

const roundMs = 500;
/** A Redis that is back sooner still brings the real answer. */
const patienceMs = 2_000;

export function tellOff({ people, store, tell, answer, clock, log }: TellingOff): () => void {
  const telling = new Set<string>();
  return clock.every(roundMs, () => {
    const outage = store.outage();
    const now = clock.now();
    if (outage?.kind !== 'away' || now - outage.sinceAt < patienceMs) return;
    for (const one of people.all()) {
      if (now - one.askedAt < patienceMs || telling.has(one.id)) continue;
      telling.add(one.id);
      tell(one, answer(one.task, outage))
        .then(
          () => {
            people.tellOff(one.id);
          },
          (error: unknown) => {
            log.warn({ event: 'outage-untold', error: messageOf(error) }, 'who waits could not be told yet');
          },
        )
        .finally(() => telling.delete(one.id));
    }
  });
}

/** For somebody whose question was under way. */
export function inOutage(task: Task, outage: StoreOutage, seen: LastSeen, now: number): OutageAnswer {
  const asked = task.kind === 'examine' ? task.title : task.kind;
  return { kind: 'outage', at: now, outage, asked, done: 'read', seen };
}
