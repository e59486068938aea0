// Writes into an incident's story that its page was deleted and posted anew, once however often that is delivered.
import type { IncidentRefs, IncidentStore } from '../domain/incident.ts';
import type { TimelineEntry } from '../domain/timeline.ts';

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
