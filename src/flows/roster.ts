// The duty roster as people ask for it and change it; whoever takes over is told what they take over.
import type { Callee } from '../domain/callees.ts';
import type { Person } from '../domain/incident.ts';
import type { Answer, OncallTask } from '../domain/job.ts';
import { standing, type Roster } from '../domain/oncall.ts';
import type { PagerStore } from '../domain/pager-store.ts';

export interface RosterDesk {
  readonly store: Pick<PagerStore, 'addOverride'>;
  /** As configured and as changed until now. */
  readonly roster: () => Promise<Roster>;
  /** Whom a page calls now, by the roster as read last. */
  readonly called: () => readonly Callee[];
}

/** Longer than a holiday, and a slip of the finger ends. */
const longestMs = 31 * 86_400_000;

/** @throws OpsError `redis-unavailable` */
export async function tendRoster(
  task: OncallTask,
  by: Person,
  desk: RosterDesk,
  now: number,
): Promise<Answer> {
  if (task.action === 'take') {
    if (task.toAt <= now || task.toAt <= task.fromAt || task.toAt - task.fromAt > longestMs) {
      return {
        kind: 'refusal',
        text: 'That is not a valid time to be on call.',
        wayOut: 'Give how long, such as 8h or 2d, at most 31 days.',
      };
    }
    const { fromAt, toAt, person = by } = task;
    await desk.store.addOverride({ person, fromAt, toAt, madeAt: now, madeBy: by });
  }
  if (task.action === 'clear') {
    const { overrides } = await desk.roster();
    if (!standing(overrides).some(({ toAt }) => toAt > now)) {
      return {
        kind: 'refusal',
        text: 'Nobody has taken over a shift, so there is nothing to clear.',
        wayOut: '/oncall show shows who is called now.',
      };
    }
    await desk.store.addOverride({
      person: by,
      fromAt: now,
      toAt: now,
      madeAt: now,
      madeBy: by,
      clears: true,
    });
  }
  const roster = await desk.roster();
  return { kind: 'oncall', at: now, roster, called: desk.called() };
}
