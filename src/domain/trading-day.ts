// Where one trading day ends and the next begins (reference 9: 17:00 in Chicago, and nobody's clocks agree to the second).
import { DateTime } from 'luxon';

const zone = 'America/Chicago';
const dayBeginsAt = 17;
/** Stamps and resets of different machines differ by this much at most. */
const slackMs = 5 * 60_000;
/** After a break this long a product with hours of its own may have begun a new day as well. */
const breakMs = 30 * 60_000;

/** Whether a new trading day can have begun between two instants (epoch ms). */
export function newDayBetween(fromAt: number, toAt: number): boolean {
  if (toAt - fromAt >= breakMs) return true;
  const local = DateTime.fromMillis(toAt + slackMs, { zone });
  const evening = local.startOf('day').set({ hour: dayBeginsAt }).toMillis();
  return evening >= fromAt - slackMs && evening <= toAt + slackMs;
}
