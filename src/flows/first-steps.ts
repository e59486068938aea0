// The steps that are put into the thread of a new incident: the playbook of its root cause.
import type { Incident, Post } from '../domain/incident.ts';
import { playbookFor, type Playbook } from '../domain/playbook.ts';

/** The post with the steps; undefined where no playbook is for any of what was found. Its id makes a second one the same one. */
export function firstSteps(
  incident: Incident,
  playbooks: readonly Playbook[],
  now: number,
): Post | undefined {
  const playbook = playbookFor(
    playbooks,
    incident.alerts.map(({ alert }) => alert.finding),
  );
  if (playbook === undefined) return undefined;
  const { name, title, steps } = playbook;
  return {
    id: `${incident.id}-steps`,
    incident: incident.id,
    queuedAt: now,
    kind: 'steps',
    playbook: name,
    title,
    steps,
    marks: incident.steps,
  };
}
