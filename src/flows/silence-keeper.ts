// Keeps what people silenced honest: announced, reminded of before it ends, ended when all is well, and told when it is over.
import type { Announcement } from '../domain/announcement.ts';
import type { KnownIncident } from '../domain/job.ts';
import { isActive, reminderMs, type PagerStore, type Silence } from '../domain/silence.ts';

export interface SilenceKeeping {
  readonly store: Pick<PagerStore, 'firstTo' | 'endSilence'>;
  readonly announce: (told: Announcement) => Promise<void>;
}

/** One look. Each thing is said by whoever is first to mark it, and once. @throws OpsError */
export async function keepSilences(
  silences: readonly Silence[],
  known: readonly KnownIncident[],
  { store, announce }: SilenceKeeping,
  now: number,
): Promise<void> {
  for (const silence of silences) {
    const { id, by } = silence;
    if (isActive(silence, now)) {
      if (silence.begun !== true && (await store.firstTo(id, 'begun'))) {
        await announce({ kind: silence.kind === 'maintenance' ? 'maintenance-begun' : 'silenced', silence });
      }
      if (silence.untilWell && isWell(silence, known)) {
        await store.endSilence(id, 'recovery', now);
        continue;
      }
      const worthIt = silence.toAt - silence.fromAt > 2 * reminderMs;
      if (worthIt && now >= silence.toAt - reminderMs && silence.reminded !== true) {
        if (await store.firstTo(id, 'reminded')) {
          await announce({ kind: 'silence-ends-soon', silence, called: [{ kind: 'user', id: by.id }] });
        }
      }
      continue;
    }
    if (silence.begun === true && silence.over !== true && (await store.firstTo(id, 'over'))) {
      await announce({ kind: 'silence-over', silence, endedBy: silence.ended?.by });
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
