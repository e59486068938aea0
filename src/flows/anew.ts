// What a deletion in Discord asks for: that it was told anew is written into the incident's story, once, and the steps of a lost thread are given again.
import type { IncidentRefs, IncidentStore } from '../domain/incident.ts';
import type { Playbook } from '../domain/playbook.ts';
import type { TimelineEntry } from '../domain/timeline.ts';
import { listedIn } from './last-steps.ts';

/** A second delivery finds the first one's message, whose time is by Discord's clock. */
const sameMs = 60_000;

/** @throws OpsError where Redis does not take it; the delivery is then tried again and finds the message. */
export async function recordAnew(
  store: Pick<IncidentStore, 'timeline' | 'append'>,
  incident: string,
  before: IncidentRefs,
  after: IncidentRefs,
): Promise<void> {
  const { anewAt: at } = after;
  if (at === undefined || after.messageId === before.messageId) return;
  const known = await store.timeline(incident);
  if (known.some((one) => one.kind === 'posted-anew' && Math.abs(one.at - at) < sameMs)) return;
  const text = 'Its page was deleted in Discord; posted again, calling nobody.';
  const entry: TimelineEntry = { at, by: 'pitwatch', kind: 'posted-anew', text };
  await store.append(incident, [entry]);
}

/**
 * The steps once more, where those that stood in a thread went with it: who opens the new one finds what to do in it. A thread that is
 * over wants none. Safe to repeat.
 */
export async function stepsAnew(
  store: Pick<IncidentStore, 'get' | 'post'>,
  playbooks: readonly Playbook[],
  id: string,
  before: IncidentRefs,
  after: IncidentRefs,
  now: number,
): Promise<void> {
  const { threadId } = after;
  if (before.stepsId === undefined || after.stepsId !== undefined || threadId === undefined) return;
  const incident = await store.get(id);
  if (incident === undefined || incident.state.kind === 'resolved') return;
  const list = listedIn(incident, playbooks);
  if (list === undefined) return;
  const { steps: marks } = incident;
  await store.post([
    { id: `${id}-${threadId}-steps`, incident: id, queuedAt: now, kind: 'steps', ...list, marks },
  ]);
}
