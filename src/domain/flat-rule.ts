// The rule that positions are flat before the end of the day: where an instant stands to 15:05 and 15:10 in Chicago (reference 9).
import { DateTime } from 'luxon';
import type { MarketPhase } from './calendar.ts';

export const zone = 'America/Chicago';
const warnAt = { hour: 15, minute: 5 } as const;
const failAt = { hour: 15, minute: 10 } as const;
/** The new trading day. */
const overAt = { hour: 17, minute: 0 } as const;

export type FlatRule =
  | { readonly kind: 'free' }
  /** `dueAt` = 15:10 of this day. */
  | { readonly kind: 'soon'; readonly dueAt: number }
  | { readonly kind: 'over'; readonly dueAt: number };

/** By wall-clock time on weekdays, so both clock changes keep it; a day that had no session has no rule. */
export function flatRuleAt(now: number, market: MarketPhase): FlatRule {
  const local = DateTime.fromMillis(now, { zone });
  if (local.weekday > 5) return { kind: 'free' };
  if (
    market.kind === 'closed' &&
    market.why !== 'daily-break' &&
    market.closedAt < local.startOf('day').toMillis()
  )
    return { kind: 'free' };
  const at = (time: { readonly hour: number; readonly minute: number }): number =>
    local.set({ ...time, second: 0, millisecond: 0 }).toMillis();
  const dueAt = at(failAt);
  if (now < at(warnAt) || now >= at(overAt)) return { kind: 'free' };
  return now < dueAt ? { kind: 'soon', dueAt } : { kind: 'over', dueAt };
}
