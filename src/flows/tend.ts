// Looks after every open incident: decides what time asks for, once, whoever else writes, and tells whoever wants to know.
import type { Clock } from '../domain/clock.ts';
import type { Decision } from '../domain/decision.ts';
import type { Incident, IncidentStore } from '../domain/incident.ts';
import type { Reaches } from '../domain/callees.ts';
import { onDue } from '../domain/incident-due.ts';
import type { Playbook } from '../domain/playbook.ts';
import type { Log } from '../log.ts';
import { changing } from './act.ts';
import { withSteps } from './last-steps.ts';

export interface TendOptions {
  readonly store: IncidentStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly playbooks?: readonly Playbook[];
  /** Missing = every circle reaches somebody. */
  readonly reaches?: Reaches;
  /** After a decision that was saved: a silence that ended pages, and its thread wants evidence. */
  readonly onDecision?: (decision: Decision) => void;
  /** What a look tried to save and whose answer was lost, by incident: the next look finds out whether it is written. */
  readonly unproven?: Map<string, Decision>;
}

/** Of one incident in one look; more is due only after an outage. */
const mostAtOnce = 5;

/** One look at these open incidents, as they were just read. Safe in several processes at once: the store lets one of them decide. @throws OpsError of the store */
export async function look(
  open: readonly Incident[],
  { store, clock, log, playbooks = [], reaches, onDecision, unproven = new Map() }: TendOptions,
): Promise<void> {
  const tried = [...unproven.values()];
  unproven.clear();
  for (const decision of tried) {
    const found = open.find(({ id }) => id === decision.incident.id);
    if (found !== undefined && found.version >= decision.incident.version) onDecision?.(decision);
  }
  for (const incident of open) {
    const { id, login, state } = incident;
    // Only a silence is not known yet; for everything else what was read says whether there is anything to do.
    if (state.kind !== 'suppressed' && onDue(incident, [], clock.now()) === undefined) continue;
    for (let count = 0; count < mostAtOnce; count += 1) {
      let draft: Decision | undefined;
      const decision = await changing(store, login, id, (now, silences) => {
        const due = onDue(now, silences, clock.now(), reaches);
        draft = due && withSteps(due, playbooks);
        return draft;
      }).catch((error: unknown) => {
        if (draft !== undefined) unproven.set(id, draft);
        throw error;
      });
      if (decision === undefined) break;
      log.info(
        { event: 'tended', incident: id, what: decision.entries.map(({ text }) => text) },
        'incident looked after',
      );
      onDecision?.(decision);
    }
  }
}
