// The rule that positions are flat before the end of the day: where an instant stands to 15:10 in Chicago (reference 9), or to a close before it.
import { DateTime } from 'luxon';
import type { MarketPhase, SessionEnd } from './calendar.ts';

export const zone = 'America/Chicago';
/** So long before it is due. */
export const flatWarnMs = 5 * 60_000;
/**
 * On a half day, and where a product never trades until 15:10 (grains, livestock), it is due so long before the close: what is not closed
 * by then nobody can close before the next session. Ours: no source says how early a firm wants it, and it has to be told in time to act.
 */
export const beforeCloseMs = 10 * 60_000;
const failAt = { hour: 15, minute: 10 } as const;
/** The new trading day. */
const overAt = { hour: 17, minute: 0 } as const;

export type FlatRule =
  | { readonly kind: 'free' }
  /** `dueAt` = 15:10 of this day, or before the product's own `close` where that is sooner. */
  | { readonly kind: 'soon' | 'over'; readonly dueAt: number; readonly close: SessionEnd | undefined };

interface ChicagoDay {
  /** Midnight, and the next. */
  readonly fromAt: number;
  readonly untilAt: number;
  readonly isWeekday: boolean;
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
  const { sessionEnd: end } = market;
  const close = end !== undefined && end.at > day.fromAt && end.at < day.dueAt ? end : undefined;
  const dueAt = close === undefined ? day.dueAt : close.at - beforeCloseMs;
  if (now < dueAt - flatWarnMs || now >= day.overAt) return { kind: 'free' };
  return { kind: now < dueAt ? 'soon' : 'over', dueAt, close };
}
