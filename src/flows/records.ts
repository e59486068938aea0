// What is remembered of incidents: listed, shown, told as a timeline, and measured; only of suites the asker may see.
import type { Incident, IncidentStore } from '../domain/incident.ts';
import type { Answer, KnownIncident, RecordTask } from '../domain/job.ts';
import { playbookFor, type Playbook } from '../domain/playbook.ts';

export interface Records {
  readonly store: Pick<IncidentStore, 'latest' | 'timeline'>;
  readonly now: () => number;
  /** Whether the asker may see every suite of it. */
  readonly mayRead: (incident: Incident) => boolean;
  readonly playbooks: readonly Playbook[];
}

/** Open ones and the newest that ended. */
const listed = 25;
/** As many as the store keeps. */
const all = 500;
const similarShown = 5;
const dayMs = 86_400_000;

/** @throws OpsError `redis-unavailable` */
export async function lookUp(task: RecordTask, { store, now, mayRead, playbooks }: Records): Promise<Answer> {
  const at = now();
  const kept = await store.latest(task.action === 'list' ? listed : all);
  const known = kept.filter(({ incident }) => mayRead(incident));
  switch (task.action) {
    case 'list':
      return { kind: 'incidents', at, incidents: known };
    case 'slo': {
      const incidents = known.filter(({ incident }) => at - incident.openedAt <= task.days * dayMs);
      const oldest = Math.min(...kept.map(({ incident }) => incident.openedAt));
      const isShort = kept.length >= all && at - oldest < task.days * dayMs;
      return { kind: 'slo', at, days: task.days, incidents, ...(isShort ? { keptSince: oldest } : {}) };
    }
    default: {
      const wanted = known.find(({ incident }) => incident.id === task.incident);
      if (wanted === undefined) {
        return {
          kind: 'refusal',
          text: `There is no incident #${task.incident} that is kept and open to you.`,
          wayOut: 'See /incident list for those there are.',
        };
      }
      return {
        kind: 'incident',
        at,
        known: wanted,
        timeline: await store.timeline(wanted.incident.id),
        similar: similarTo(wanted, known),
        playbook: playbookFor(
          playbooks,
          wanted.incident.alerts.map(({ alert }) => alert.finding),
        ),
        as: task.action,
      };
    }
  }
}

/** Ended ones with the same root finding, those of the same suites first, then the newest. */
export function similarTo(
  { incident }: KnownIncident,
  all: readonly KnownIncident[],
): readonly KnownIncident[] {
  const root = incident.alerts[0]?.alert.finding;
  const suites = suitesOf(incident);
  const shared = (one: KnownIncident): number =>
    suitesOf(one.incident).filter((suite) => suites.includes(suite)).length;
  return all
    .filter(
      (one) =>
        one.incident.id !== incident.id &&
        one.incident.state.kind === 'resolved' &&
        one.incident.openedAt <= incident.openedAt &&
        one.incident.alerts[0]?.alert.finding === root,
    )
    .sort((a, b) => shared(b) - shared(a) || b.incident.openedAt - a.incident.openedAt)
    .slice(0, similarShown);
}

function suitesOf({ alerts }: Incident): readonly string[] {
  return alerts.flatMap(({ alert }) => alert.suites.map(({ suite }) => suite));
}
