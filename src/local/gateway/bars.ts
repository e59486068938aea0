// Bars folded from the very prints the hub sends, with finished minutes remembered.
import { periodStart } from './session-hours.ts';
import type { PrintSource } from './prints.ts';
import { usuallyRemembered } from './remembered.ts';

export interface SimBar {
  readonly at: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

/** 1 second, 2 minute, 3 hour, 4 day, 5 week, 6 month. */
export type BarUnit = 1 | 2 | 3 | 4 | 5 | 6;

export interface BarRequest {
  readonly unit: BarUnit;
  readonly count: number;
  /** `from` ≤ start of a bar < `to`. */
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  readonly partial: boolean;
  /** The server's clock, and with it every bound above and `now`, is so far ahead of the prints. */
  readonly shiftMs: number;
  readonly now: number;
}

export interface BarSource {
  /** Newest first. */
  bars(request: BarRequest): readonly SimBar[];
  /** One bar over `from` ≤ time < `to`. */
  over(from: number, to: number): SimBar | undefined;
}

const minuteMs = 60_000;
const spans = { 1: 1000, 2: minuteMs, 3: 60 * minuteMs } as const;

function join(into: SimBar | undefined, at: number, bar: SimBar): SimBar {
  if (into === undefined) return { ...bar, at };
  into.high = Math.max(into.high, bar.high);
  into.low = Math.min(into.low, bar.low);
  into.close = bar.close;
  into.volume += bar.volume;
  return into;
}

/**
 * @param historyFrom no prints are told from before; bars of long periods stay affordable
 * @param remembered finished minutes kept, the first made go first
 */
export function makeBars(
  prints: PrintSource,
  now: () => number,
  historyFrom: number,
  remembered = usuallyRemembered.minutes,
): BarSource {
  const minutes = new Map<number, SimBar | null>();

  const fold = (from: number, to: number): SimBar | undefined => {
    const bar: SimBar = { at: from, open: 0, high: 0, low: 0, close: 0, volume: 0 };
    for (let second = Math.floor(from / 1000); second * 1000 < to; second += 1)
      prints.tally(second, from, to, bar);
    return bar.volume === 0 ? undefined : bar;
  };

  const minute = (start: number): SimBar | undefined => {
    const known = minutes.get(start);
    if (known !== undefined) return known ?? undefined;
    const bar = fold(start, start + minuteMs);
    if (start + minuteMs <= now()) {
      minutes.set(start, bar ?? null);
      const oldest = minutes.size > remembered ? minutes.keys().next().value : undefined;
      if (oldest !== undefined) minutes.delete(oldest);
    }
    return bar;
  };

  const over = (wanted: number, to: number): SimBar | undefined => {
    const from = Math.max(wanted, historyFrom);
    let bar: SimBar | undefined;
    let at = from;
    while (at < to) {
      const whole = at % minuteMs === 0 && at + minuteMs <= to;
      const next = whole ? at + minuteMs : Math.min(to, (Math.floor(at / minuteMs) + 1) * minuteMs);
      const part = whole ? minute(at) : fold(at, next);
      if (part !== undefined) bar = join(bar, wanted, part);
      at = next;
    }
    return bar;
  };

  const startOf = (at: number, { unit, count }: BarRequest): number => {
    if (unit === 4) return periodStart(at, 'day', count);
    if (unit === 5) return periodStart(at, 'week', count);
    if (unit === 6) return periodStart(at, 'month', count);
    const span = spans[unit] * count;
    return Math.floor(at / span) * span;
  };

  return {
    over,
    bars(request) {
      const found: SimBar[] = [];
      // Prints up to and including this millisecond have happened.
      const horizon = request.now + 1;
      let end = Number.POSITIVE_INFINITY;
      let start = startOf(Math.min(request.to - 1, request.now), request);
      while (start >= request.from && start + 1 > historyFrom && found.length < request.limit) {
        if (end === Number.POSITIVE_INFINITY) {
          end =
            request.unit <= 3
              ? start + spans[request.unit as 1 | 2 | 3] * request.count
              : nextStart(start, request);
        }
        const closed = end <= request.now;
        if (closed || request.partial) {
          const bar = over(start - request.shiftMs, Math.min(end, horizon) - request.shiftMs);
          if (bar !== undefined) found.push({ ...bar, at: start });
        }
        end = start;
        start = startOf(start - 1, request);
      }
      return found;
    },
  };

  function nextStart(start: number, request: BarRequest): number {
    let at = start;
    // A calendar period has no fixed length: step by days until the next one begins.
    while (startOf(at, request) === start) at += 86_400_000;
    return startOf(at, request);
  }
}
