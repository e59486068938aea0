// Whether something flaps: it fails and recovers so often that each turn is no news, but the flapping itself is.

/** Start values of the pager: three turns within ten minutes begin it, ten quiet minutes end it. */
export const flapWindowMs = 10 * 60_000;
export const flapTurns = 3;

export interface Turn {
  readonly at: number;
  readonly to: 'firing' | 'well';
}

export type Flapping =
  | { readonly kind: 'steady' }
  | {
      readonly kind: 'flapping';
      readonly sinceAt: number;
      /** Turns into firing within the window. */
      readonly turns: number;
      /** When it counts as over if nothing turns before. */
      readonly overAt: number;
    };

/** Turns that still matter at `now`, oldest first. */
export function keptTurns(turns: readonly Turn[], now: number): readonly Turn[] {
  return turns.filter(({ at }) => now - at < flapWindowMs);
}

/**
 * Judges the turns of one thing. It begins with the third failure inside the window and goes on until a whole window has
 * passed without a turn, so that a thing at the edge is not told as beginning and ending again and again.
 * @param before what it was when it was last judged
 * @param turns oldest first; those of the last window are enough
 */
export function flappingOf(before: Flapping, turns: readonly Turn[], now: number): Flapping {
  const recent = keptTurns(turns, now);
  const last = recent.at(-1);
  if (last === undefined) return { kind: 'steady' };
  const failures = recent.filter(({ to }) => to === 'firing');
  const goesOn = before.kind === 'flapping' && now < Math.max(before.overAt, last.at + flapWindowMs);
  const begins = failures[failures.length - flapTurns];
  if (!goesOn && begins === undefined) return { kind: 'steady' };
  return {
    kind: 'flapping',
    sinceAt: goesOn ? before.sinceAt : (failures.at(-1)?.at ?? now),
    turns: failures.length,
    overAt: last.at + flapWindowMs,
  };
}
