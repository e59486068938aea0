// Looks after every open incident: decides what time asks for, once, whoever else writes, and tells whoever wants to know.
import type { Clock } from '../domain/clock.ts';
import type { Decision } from '../domain/decision.ts';
import type { Incident, IncidentStore } from '../domain/incident.ts';
import type { Reaches } from '../domain/callees.ts';
import { onDue } from '../domain/incident-due.ts';
import type { Playbook } from '../domain/playbook.ts';
import type { Silence } from '../domain/silence.ts';
import type { Log } from '../log.ts';
import { withSteps } from './last-steps.ts';
import { changing, type Unanswered } from './saving.ts';

export interface TendOptions {
  readonly store: IncidentStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly playbooks?: readonly Playbook[];
  /** Missing = every circle reaches somebody. */
  readonly reaches?: Reaches;
  /** After a decision that was saved: a silence that ended pages, and its thread wants evidence. */
  readonly onDecision?: (decision: Decision) => void;
  /** From one look to the next, by incident: what was written though its answer was lost is followed up by the next. */
  readonly unanswered?: Unanswered;
}

/** Of one incident in one look; more is due only after an outage. */
const mostAtOnce = 5;

/** One look at these open incidents, as they were just read. Safe in several processes at once: the store lets one of them decide. @throws OpsError of the store */
export async function look(
  open: readonly Incident[],
  { store, clock, log, playbooks = [], reaches, onDecision, unanswered = new Map() }: TendOptions,
): Promise<void> {
  // What is over by now needs nothing that would follow.
  for (const id of unanswered.keys()) if (!open.some((one) => one.id === id)) unanswered.delete(id);
  for (const incident of open) {
    const { id, login, state } = incident;
    // Only a silence is not known yet; for everything else what was read says whether there is anything to do.
    const mayBeDue = state.kind === 'suppressed' || onDue(incident, [], clock.now()) !== undefined;
    if (!mayBeDue && !unanswered.has(id)) continue;
    for (let count = 0; count < mostAtOnce; count += 1) {
      const decide = (now: Incident, silences: readonly Silence[]): Decision | undefined => {
        const due = onDue(now, silences, clock.now(), reaches);
        return due && withSteps(due, playbooks);
      };
      const decision = await changing(store, login, id, decide, unanswered);
      if (decision === undefined) break;
      log.info(
        { event: 'tended', incident: id, what: decision.entries.map(({ text }) => text) },
        'incident looked after',
      );
      onDecision?.(decision);
    }
  }
}
