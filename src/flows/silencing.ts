// Silences and maintenance as people make, list and end them; what cannot be muted is refused with its reason.
import type { Reach } from '../domain/access.ts';
import type { Person } from '../domain/incident.ts';
import type { Answer, SilenceTask } from '../domain/job.ts';
import type { PagerStore } from '../domain/pager-store.ts';
import { isActive, prolongsMs, silenceProblem, type Matcher, type Silence } from '../domain/silence.ts';
import { chicagoTime, spanText } from '../domain/span.ts';

export interface SilenceDesk {
  readonly store: Pick<PagerStore, 'silences' | 'addSilence' | 'endSilence'>;
  /** What of the desk a matcher touches, for who may mute it. */
  readonly reach: (matcher: Matcher) => readonly Reach[];
}

/** @throws OpsError `redis-unavailable` */
export async function tendSilences(
  task: SilenceTask,
  by: Person,
  { store }: SilenceDesk,
  now: number,
): Promise<Answer> {
  if (task.action === 'end') {
    const ended = await store.endSilence(task.id, by, now);
    return ended === undefined
      ? {
          kind: 'refusal',
          text: `There is no silence or maintenance ${task.id} to end: it is unknown or already over.`,
          wayOut: 'See /silence list.',
        }
      : {
          kind: 'done',
          text: `${ended.kind === 'silence' ? 'Silence' : 'Maintenance'} ${ended.id} is over. Whatever still fires and nothing else holds back is paged now.`,
        };
  }
  if (task.action === 'add') {
    const problem = silenceProblem(task.silence, now);
    if (problem !== undefined) return { kind: 'refusal', ...problem };
    const kept = await store.addSilence({ ...task.silence, by, madeAt: now });
    // Its own, where the task was carried out before and its answer got lost.
    const isOwn = kept.by.id === by.id && kept.fromAt === task.silence.fromAt;
    if (!isOwn) return runsAlready(kept, now);
  }
  const silences = (await store.silences()).filter(
    (one) => isActive(one, now) || (one.ended === undefined && one.fromAt > now),
  );
  return { kind: 'silences', at: now, silences };
}

function runsAlready({ id, by, reason, toAt }: Silence, now: number): Answer {
  const longer = spanText(toAt + prolongsMs - now);
  return {
    kind: 'refusal',
    text: `This maintenance already runs: ${id} by ${by.name} (${reason}), until ${chicagoTime(toAt)}. No second one was started.`,
    wayOut: `To make it longer, start it with a longer time, at least ${longer} from now; to end it, /maintenance end id:${id}.`,
  };
}
