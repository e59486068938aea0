// How far the gateway's clock is from ours, by the `Date` of its answers, and what is left of a lateness that it explains; pure.
import type { RestRecord } from './suite.ts';

/** The `Date` header has whole seconds: half a second of it is not known, and so is half of the way. */
export const clockResolutionMs = 1_000;
const lookBackMs = 10 * 60_000;
/** The newest decide: a clock that was set is seen within seconds. */
const newest = 5;
const few = 2;

export interface ClockDifference {
  /** Gateway's clock minus ours, ms: the middle of `told`. */
  readonly skewMs: number;
  /** What each of the newest answers said, ms, newest first. */
  readonly told: readonly number[];
  readonly at: number;
}

/** At the middle of the call and of the header's second; undefined = the answer gave no time. */
function skewOf({ at, tookMs, serverAt }: RestRecord): number | undefined {
  return serverAt === undefined ? undefined : serverAt + clockResolutionMs / 2 - (at + tookMs / 2);
}

/** @param rest oldest first; undefined = too few answers told their time lately */
export function clockDifference(rest: readonly RestRecord[], now: number): ClockDifference | undefined {
  const told: { readonly skew: number; readonly at: number }[] = [];
  for (let index = rest.length - 1; index >= 0 && told.length < newest; index -= 1) {
    const record = rest[index];
    if (record === undefined || now - record.at >= lookBackMs || record.tookMs >= clockResolutionMs) continue;
    const skew = skewOf(record);
    if (skew !== undefined) told.push({ skew, at: record.at });
  }
  const [last] = told;
  if (last === undefined || told.length < few) return undefined;
  const sorted = told.map(({ skew }) => skew).toSorted((a, b) => a - b);
  return {
    skewMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
    told: told.map(({ skew }) => skew),
    at: last.at,
  };
}

/**
 * Receipt minus exchange time, without what the clocks explain of it: never more than all of it, as stamps may be the exchange's,
 * whose clock is right while the gateway's is not, and the newest stamp that we know may be from before a clock was set. A clock
 * that was just set shows in the newest answers alone: the one that explains most counts.
 */
export function latenessBeside(lagMs: number, difference: ClockDifference | undefined): number {
  const late = Math.sign(lagMs);
  const explained = (difference?.told ?? []).flatMap((skewMs) =>
    Math.abs(skewMs) > clockResolutionMs && Math.sign(skewMs) === -late ? [Math.abs(skewMs)] : [],
  );
  return late * Math.max(0, Math.abs(lagMs) - Math.max(0, ...explained));
}
