// The steps that are put into the thread of a new incident: for a position without its stop first, then the playbook of its root cause.
import type { Incident, Post } from '../domain/incident.ts';
import { exposedIn } from '../domain/lead.ts';
import { playbookFor, stepList, type Playbook } from '../domain/playbook.ts';

/** The post with the steps; undefined where no playbook is for any of what was found. Its id makes a second one the same one. */
export function firstSteps(
  incident: Incident,
  playbooks: readonly Playbook[],
  now: number,
): Post | undefined {
  const cause = playbookFor(
    playbooks,
    incident.alerts.map(({ alert }) => alert.finding),
  );
  const list = stepList(urgentOf(incident, playbooks), cause);
  if (list === undefined) return undefined;
  return {
    id: `${incident.id}-steps`,
    incident: incident.id,
    queuedAt: now,
    kind: 'steps',
    ...list,
    marks: incident.steps,
  };
}

/** For a position without its stop, whatever the cause; undefined where the incident has none. */
export function urgentOf(incident: Incident, playbooks: readonly Playbook[]): Playbook | undefined {
  const exposed = exposedIn(incident);
  return exposed && playbookFor(playbooks, [exposed.finding]);
}
