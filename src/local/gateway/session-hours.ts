// The exchange's week in Chicago time: whether the market is open at an instant, and where trading days, weeks and months begin.
import { DateTime } from 'luxon';

const zone = 'America/Chicago';
const hourMs = 3_600_000;
const byHour = new Map<number, boolean>();

/** Sun 17:00 - Fri 16:00 CT without the daily break 16:00-17:00; every edge lies on a whole hour, so hours are remembered. */
export function isGlobexOpen(at: number): boolean {
  const hour = Math.floor(at / hourMs);
  const known = byHour.get(hour);
  if (known !== undefined) return known;
  const local = DateTime.fromMillis(hour * hourMs, { zone });
  const day = local.weekday;
  const open =
    day === 6 ? false : day === 7 ? local.hour >= 17 : day === 5 ? local.hour < 16 : local.hour !== 16;
  if (byHour.size > 50_000) byHour.clear();
  byHour.set(hour, open);
  return open;
}

/** 17:00 CT at or before `at`: the start of the trading day. */
export function tradingDayStart(at: number): number {
  const local = DateTime.fromMillis(at, { zone });
  const evening = local.startOf('day').set({ hour: 17 });
  return (evening.toMillis() <= at ? evening : evening.minus({ days: 1 })).toMillis();
}

/** The 17:00 CT after the trading day that begins at `dayStart`; 23 or 25 h later where the clocks change. */
export function nextDayStart(dayStart: number): number {
  return tradingDayStart(dayStart + 25.5 * hourMs);
}

/** The date whose session the instant belongs to (the day after the evening it opens). */
function tradeDate(at: number): DateTime {
  return DateTime.fromMillis(tradingDayStart(at), { zone }).startOf('day').plus({ days: 1 });
}

/** Start of the group of `count` trading days, weeks or months that holds `at`. */
export function periodStart(at: number, unit: 'day' | 'week' | 'month', count: number): number {
  const date = tradeDate(at);
  const whole = date.startOf(unit);
  const index =
    unit === 'month'
      ? whole.year * 12 + whole.month
      : Math.round(
          whole.setZone('utc', { keepLocalTime: true }).toMillis() / 86_400_000 / (unit === 'week' ? 7 : 1),
        );
  const first = whole.minus({ [`${unit}s`]: index % count });
  return first.minus({ days: 1 }).set({ hour: 17 }).toMillis();
}
