// What was decided about an incident: how it stands now, what Discord is told of it, and what its timeline says.
import type { Incident, Post } from './incident.ts';
import type { TimelineEntry } from './timeline.ts';

export interface Decision {
  readonly kind:
    | 'opened'
    | 'reopened'
    | 'joined'
    /** Nothing but its card: what is at stake has changed. */
    | 'restated'
    | 'part-recovered'
    | 'recovered'
    | 'acknowledged'
    | 'resolved-by-hand'
    /** A person's note, assignment, severity or step. */
    | 'worked'
    /** What the passing of time asked for: an escalation, a reminder, the end of a silence. */
    | 'tended';
  readonly incident: Incident;
  readonly posts: readonly Post[];
  readonly entries: readonly TimelineEntry[];
}

export type PostBody<P = Post> = P extends Post ? Omit<P, 'id' | 'incident' | 'queuedAt'> : never;
export type Said = Omit<TimelineEntry, 'at' | 'by' | 'standing'> & Partial<Pick<TimelineEntry, 'by'>>;

/**
 * The draft as the next version, with what is to be told. Where nobody was told of it yet, the first thing told is its page;
 * what a silence holds back, and what ended without ever being told, stays untold. Of one that was told before, a silence holds
 * back calls alone: its page and its thread go on.
 * @param bodies made from the incident as it will stand
 */
export function decided(
  kind: Decision['kind'],
  draft: Incident,
  bodies: (incident: Incident) => readonly PostBody[],
  said: readonly Said[],
  now: number,
): Decision {
  const { state } = draft;
  const untold = !draft.paged && (state.kind === 'suppressed' || state.kind === 'resolved');
  const incident: Incident = {
    ...draft,
    version: draft.version + 1,
    paged: draft.paged || !untold,
    ...(draft.paged || untold ? {} : { pagedAt: now }),
  };
  const told: readonly PostBody[] = untold
    ? []
    : draft.paged
      ? bodies(incident)
      : [{ kind: 'page', card: incident }];
  return {
    kind,
    incident,
    posts: told.map((body, index) => ({
      ...body,
      id: `${incident.id}-${incident.version}-${index}`,
      incident: incident.id,
      queuedAt: now,
    })),
    entries: said.map(({ by = 'pitwatch', ...one }) => ({ ...one, by, at: now, standing: state.kind })),
  };
}
