// Finds what was told and stands in no open incident any more: a store that came back without it has nobody else who would ever tell it.
import type { Alert } from '../domain/alert.ts';
import type { Incident } from '../domain/incident.ts';

/** Missing for so long, in more than one look: what is written or closed in this very moment is not lost. */
export const lostAfterMs = 3_000;

export interface Kept {
  readonly incidents: readonly Incident[];
  readonly recent?: readonly Incident[] | undefined;
}

export interface LostAlerts {
  /**
   * Those to be told anew now, each once.
   * @param told what fires and was told, by those logins that were just read
   */
  look(told: readonly Alert[], kept: readonly Kept[], now: number): readonly Alert[];
  /** Something may be missing: the next look is to come soon. */
  doubts(): boolean;
}

export function lostAlerts(): LostAlerts {
  const missingSince = new Map<string, number>();
  /** Closed by a person while it fired: they know. By key, when the alert was observed that they closed. */
  const closed = new Map<string, number>();

  function isClosed({ key, observedAt }: Alert, kept: readonly Kept[]): boolean {
    if (closed.get(key) === observedAt) return true;
    const byHand = kept
      .flatMap(({ recent = [] }) => recent)
      .some(
        ({ state, alerts }) =>
          state.kind === 'resolved' &&
          state.by !== 'recovery' &&
          alerts.some(
            ({ alert, recovery }) =>
              alert.key === key &&
              recovery === undefined &&
              // Either will do: who closed it may have another clock, and what grew worse may not have been written.
              Math.max(alert.observedAt, state.at) >= observedAt,
          ),
      );
    if (byHand) closed.set(key, observedAt);
    return byHand;
  }

  return {
    look(told, kept, now) {
      const open = new Set(
        kept.flatMap(({ incidents }) =>
          incidents.flatMap(({ alerts }) =>
            alerts.flatMap(({ alert, recovery }) => (recovery === undefined ? [alert.key] : [])),
          ),
        ),
      );
      const missing = told.filter((alert) => !open.has(alert.key) && !isClosed(alert, kept));
      for (const known of [missingSince, closed])
        for (const key of known.keys()) if (!told.some((alert) => alert.key === key)) known.delete(key);
      for (const key of missingSince.keys())
        if (!missing.some((alert) => alert.key === key)) missingSince.delete(key);
      const lost = missing.filter((alert) => now - (missingSince.get(alert.key) ?? now) >= lostAfterMs);
      for (const { key } of missing) if (!missingSince.has(key)) missingSince.set(key, now);
      for (const { key } of lost) missingSince.delete(key);
      return lost;
    },
    doubts: () => missingSince.size > 0,
  };
}
