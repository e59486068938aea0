// What the machine still sees of an incident that somebody closed by hand, and since when one that ended is well; pure.
import type { Alert } from './alert.ts';
import type { Incident } from './incident.ts';

/** Alerts that nobody saw recover although it was closed, the root first; empty for what is open or recovered. */
export function stillSeen({ state, alerts }: Pick<Incident, 'state' | 'alerts'>): readonly Alert[] {
  if (state.kind !== 'resolved' || state.by === 'recovery') return [];
  return alerts.flatMap(({ alert, recovery }) => (recovery === undefined ? [alert] : []));
}

/** When the last of it was well; where nobody saw that, when it was closed. Undefined while it is open. */
export function overAt({ state, alerts }: Pick<Incident, 'state' | 'alerts'>): number | undefined {
  if (state.kind !== 'resolved') return undefined;
  const ends = alerts.flatMap(({ recovery }) => (recovery === undefined ? [] : [recovery.at]));
  return state.by === 'recovery' || ends.length === 0 || ends.length < alerts.length
    ? state.at
    : Math.max(...ends);
}

/** `Market hub down, Feed mute and 2 more`: what is seen in few words, as it was told. */
export function seenWords(titles: readonly string[]): string {
  const shown = titles.slice(0, 3).join(', ');
  return titles.length <= 3 ? shown : `${shown} and ${titles.length - 3} more`;
}
