// An axis of exchange time: where an instant lies, and which round times are written below it.

export interface TimeAxis {
  readonly fromAt: number;
  readonly toAt: number;
  x(at: number): number;
  /** Round exchange times inside it, with their words. */
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Up to the hour they are the same in every zone; longer ones are counted on the exchange's own clock. */
const steps = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * secondMs),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minuteMs),
  ...[1, 2, 3, 6, 12].map((count) => count * hourMs),
  ...[1, 2, 7, 14, 28, 91, 364].map((count) => count * dayMs),
];
/** Labels with seconds still stand apart. */
const mostTicks = 4;

const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'America/Chicago',
  year: 'numeric',
  month: 'short',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

interface Wall {
  readonly day: string;
  readonly hour: number;
  readonly time: string;
}

function wallOf(at: number): Wall {
  const parts = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]));
  const { day = '', month = '', hour = '', minute = '', second = '' } = parts;
  return { day: `${day} ${month}`, hour: Number(hour), time: `${hour}:${minute}:${second}` };
}

/** @param left, right where the first and the last instant lie */
export function timeAxis(fromAt: number, toAt: number, left: number, right: number): TimeAxis {
  const spanMs = Math.max(1, toAt - fromAt);
  const step =
    steps.find((one) => spanMs / one <= mostTicks) ?? Math.ceil(spanMs / mostTicks / dayMs) * dayMs;
  return {
    fromAt,
    toAt,
    x: (at) => left + ((Math.min(Math.max(at, fromAt), toAt) - fromAt) / spanMs) * (right - left),
    ticks: ticksOf(fromAt, toAt, step),
  };
}

function ticksOf(fromAt: number, toAt: number, step: number): TimeAxis['ticks'] {
  const ticks: { at: number; label: string }[] = [];
  if (step >= dayMs) {
    for (let day = Math.floor(fromAt / dayMs) * dayMs; day <= toAt; day += step) {
      // Midnight of the exchange is 5:00 in summer and 6:00 in winter.
      const at = [5, 6].map((hours) => day + hours * hourMs).find((one) => wallOf(one).hour === 0);
      if (at !== undefined && at >= fromAt && at <= toAt) ticks.push({ at, label: wallOf(at).day });
    }
    return ticks;
  }
  const stride = Math.min(step, hourMs);
  for (let at = Math.ceil(fromAt / stride) * stride; at <= toAt; at += stride) {
    const { hour, time } = wallOf(at);
    if (step > hourMs && hour % (step / hourMs) !== 0) continue;
    ticks.push({ at, label: step < minuteMs ? time : time.slice(0, 5) });
  }
  return ticks;
}
