// Keeps what people silenced honest: announced, reminded of before it ends, ended when all is well, and told when it is over.
import type { KnownIncident } from '../domain/job.ts';
import type { PagerStore } from '../domain/pager-store.ts';
import { isActive, reminderMs, type Silence } from '../domain/silence.ts';

/** One look. Each thing is said by whoever is first to mark it, and once; what is said is queued with the mark. @throws OpsError */
export async function keepSilences(
  silences: readonly Silence[],
  known: readonly KnownIncident[],
  store: Pick<PagerStore, 'firstTo' | 'endSilence'>,
  now: number,
): Promise<void> {
  for (const silence of silences) {
    const { id, by } = silence;
    if (isActive(silence, now)) {
      if (silence.begun !== true) {
        const kind = silence.kind === 'maintenance' ? 'maintenance-begun' : 'silenced';
        await store.firstTo(id, 'begun', { kind, silence });
      }
      if (silence.untilWell && isWell(silence, known)) {
        await store.endSilence(id, 'recovery', now);
        continue;
      }
      const worthIt = silence.toAt - silence.fromAt > 2 * reminderMs;
      if (worthIt && now >= silence.toAt - reminderMs && silence.reminded !== true) {
        const called = [{ kind: 'user', id: by.id }] as const;
        await store.firstTo(id, 'reminded', { kind: 'silence-ends-soon', silence, called });
      }
      continue;
    }
    if (silence.begun === true && silence.over !== true) {
      await store.firstTo(id, 'over', { kind: 'silence-over', silence, endedBy: silence.ended?.by });
    }
  }
}

/** It held something back, and all of that has ended. */
function isWell({ id, madeAt }: Silence, known: readonly KnownIncident[]): boolean {
  const held = known.some(
    ({ incident: { state } }) => state.kind === 'suppressed' && state.silence.id === id,
  );
  return (
    !held &&
    known.some(
      ({ incident: { state } }) => state.kind === 'resolved' && state.silence === id && state.at >= madeAt,
    )
  );
}
