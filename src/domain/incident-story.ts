// An incident's life as stretches of time: how it stood when, and how long things were down; pure.
import type { Incident } from './incident.ts';
import type { Standing, TimelineEntry, TimelineKind } from './timeline.ts';

export interface Stretch {
  readonly standing: Standing;
  readonly fromAt: number;
  /** Undefined = it stands so now. */
  readonly toAt: number | undefined;
}

export type Downtime =
  | { readonly kind: 'over'; readonly ms: number; readonly rounds: number }
  /** Still down, or nobody saw it recover before it was closed by hand. */
  | { readonly kind: 'at-least'; readonly ms: number; readonly rounds: number };

/** What an entry without `standing` tells of it. */
const tells: Partial<Readonly<Record<TimelineKind, Standing>>> = {
  opened: 'triggered',
  reopened: 'triggered',
  acknowledged: 'acknowledged',
  assigned: 'acknowledged',
  recovered: 'resolved',
  'resolved-by-hand': 'resolved',
};

/** The first sign of trouble, epoch ms. */
export function beganAt({ alerts, observedAt, openedAt }: Incident): number {
  return Math.min(observedAt, openedAt, ...alerts.map(({ alert }) => alert.sinceAt));
}

/** How it stood from its opening on, oldest first; neighbours always differ. */
export function stretches(
  { openedAt, state, paged }: Incident,
  timeline: readonly TimelineEntry[],
): readonly Stretch[] {
  const turns: { standing: Standing; at: number }[] = [];
  const turn = (standing: Standing, at: number): void => {
    if (turns.at(-1)?.standing !== standing) turns.push({ standing, at });
  };
  for (const entry of timeline) {
    const standing = entry.standing ?? tells[entry.kind];
    if (standing !== undefined) turn(standing, entry.at);
  }
  // The oldest entries may be let go of, and the incident itself is always right about the present.
  const [first] = turns;
  if (first === undefined) turn(paged ? 'triggered' : 'suppressed', openedAt);
  else first.at = Math.min(first.at, openedAt);
  const newest = turns.at(-1)?.at ?? openedAt;
  turn(state.kind, state.kind === 'triggered' ? newest : Math.max(newest, state.at));
  return turns.map(({ standing, at }, index) => ({
    standing,
    fromAt: at,
    toAt: turns[index + 1]?.at,
  }));
}

/** The time between failing and being well, over every round it went through. */
export function downtimeOf(incident: Incident, timeline: readonly TimelineEntry[], now: number): Downtime {
  const rounds: { from: number; to: number | undefined }[] = [];
  for (const { standing, fromAt } of stretches(incident, timeline)) {
    const last = rounds.at(-1);
    const isDown = last !== undefined && last.to === undefined;
    if (standing === 'resolved' && isDown) last.to = fromAt;
    else if (standing !== 'resolved' && !isDown) rounds.push({ from: fromAt, to: undefined });
  }
  const [first] = rounds;
  if (first !== undefined) first.from = Math.min(first.from, beganAt(incident));
  const last = rounds.at(-1);
  const end = endOf(incident, now);
  if (last !== undefined) last.to = Math.max(last.from, end.at);
  const ms = rounds.reduce((sum, { from, to }) => sum + Math.max(0, (to ?? now) - from), 0);
  return { kind: end.seen ? 'over' : 'at-least', ms, rounds: rounds.length };
}

/** The end of its last round, and whether it was seen to be well then. */
function endOf({ state, alerts }: Incident, now: number): { readonly at: number; readonly seen: boolean } {
  const wellAt = alerts.every(({ recovery }) => recovery !== undefined)
    ? Math.max(...alerts.map(({ recovery }) => recovery?.at ?? now))
    : undefined;
  if (alerts.length > 0 && wellAt !== undefined) return { at: wellAt, seen: true };
  if (state.kind === 'resolved') return { at: state.at, seen: state.by === 'recovery' };
  return { at: now, seen: false };
}
