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

interface ChicagoDay {
  /** Midnight, and the next. */
  readonly fromAt: number;
  readonly untilAt: number;
  readonly isWeekday: boolean;
  readonly warnAt: number;
  readonly dueAt: number;
  readonly overAt: number;
}

/** What was last worked out: a day holds for hours, and is asked for by every suite many times a second. */
let lastDay: ChicagoDay | undefined;

function dayOf(now: number): ChicagoDay {
  if (lastDay !== undefined && now >= lastDay.fromAt && now < lastDay.untilAt) return lastDay;
  const local = DateTime.fromMillis(now, { zone });
  const midnight = local.startOf('day');
  const at = (time: { readonly hour: number; readonly minute: number }): number =>
    local.set({ ...time, second: 0, millisecond: 0 }).toMillis();
  lastDay = {
    fromAt: midnight.toMillis(),
    untilAt: midnight.plus({ days: 1 }).toMillis(),
    isWeekday: local.weekday <= 5,
    warnAt: at(warnAt),
    dueAt: at(failAt),
    overAt: at(overAt),
  };
  return lastDay;
}

/** By wall-clock time on weekdays, so both clock changes keep it; a day that had no session has no rule. */
export function flatRuleAt(now: number, market: MarketPhase): FlatRule {
  if (market.dayEnd === 'none') return { kind: 'free' };
  const day = dayOf(now);
  if (!day.isWeekday) return { kind: 'free' };
  // The hour before the next session counts as the usual break, also where its day had none.
  if (market.kind === 'closed' && market.closedAt < day.fromAt) return { kind: 'free' };
  const { dueAt } = day;
  if (now < day.warnAt || now >= day.overAt) return { kind: 'free' };
  return now < dueAt ? { kind: 'soon', dueAt } : { kind: 'over', dueAt };
}
