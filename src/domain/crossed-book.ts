// When a crossed book is told: it lasts, it goes on through many updates, or it comes again and again.
import type { BookState } from './data-view.ts';
import { spanText } from './span.ts';
import type { Thresholds } from './thresholds.ts';

/** Reference 12: bid above ask for more than 5 updates. */
export const mostUpdates = 5;
/** Short crossings within this long are added up. */
const againMs = 60_000;

export interface ToldCrossing {
  readonly sinceAt: number;
  readonly words: string;
}

/**
 * What is told of crossings since the opening; undefined = nothing. One that stood for long is told while it lasts; one that was over
 * before anybody could look is remembered for a while, like any other oddity of the data.
 */
export function crossingToTell(
  { crossed, crossings }: BookState,
  openedAt: number,
  now: number,
  { crossedMs, outcomeMs }: Thresholds,
): ToldCrossing | undefined {
  if (crossed !== undefined && now - crossed.sinceAt > crossedMs && crossed.updates > 1) {
    const { sinceAt, updates } = crossed;
    return {
      sinceAt,
      words: `the bid has been above the ask for ${spanText(now - sinceAt)} and ${updates} updates`,
    };
  }
  const recent = [
    ...crossings,
    ...(crossed === undefined || crossed.whole === 0 ? [] : [{ ...crossed, endedAt: now }]),
  ].filter(
    // One that stood for twice the limit was told as it stood, and is over.
    ({ sinceAt, endedAt }) =>
      sinceAt >= openedAt && now - endedAt < outcomeMs && endedAt - sinceAt <= 2 * crossedMs,
  );
  const long = recent.findLast(({ whole }) => whole > mostUpdates);
  if (long !== undefined) {
    const span = spanText(long.endedAt - long.sinceAt);
    return {
      sinceAt: long.sinceAt,
      words: `the bid was above the ask for ${long.whole} updates within ${span}${overWords(long.endedAt, now)}`,
    };
  }
  for (const last of recent.toReversed()) {
    const together = recent.filter(
      ({ sinceAt, endedAt }) => endedAt <= last.endedAt && last.endedAt - sinceAt <= againMs,
    );
    const sumMs = together.reduce((sum, { sinceAt, endedAt }) => sum + endedAt - sinceAt, 0);
    const [first] = together;
    if (first === undefined || together.length < 2 || sumMs <= crossedMs) continue;
    return {
      sinceAt: first.sinceAt,
      words: `the bid was above the ask ${together.length} times within ${spanText(last.endedAt - first.sinceAt)}, ${spanText(sumMs)} in total${overWords(last.endedAt, now)}`,
    };
  }
  return undefined;
}

/** What is told a while after it ended says so; one that still stands has no end. */
function overWords(endedAt: number, now: number): string {
  return endedAt >= now ? '' : `; it ended ${spanText(now - endedAt)} ago`;
}
