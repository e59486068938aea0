// Spans of time as people write them: `500ms`, `30s`, `5m`, `1h`, or a number of milliseconds.

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000 };

/** Timers of the platform overflow past 24.8 days; nothing here is meant to wait longer than a week. */
export const longestMs = 7 * 24 * 3_600_000;

/** Milliseconds, or undefined where it is no span. */
export function spanMs(written: unknown): number | undefined {
  const ms =
    typeof written === 'number' ? written : typeof written === 'string' ? fromText(written) : undefined;
  return ms !== undefined && Number.isFinite(ms) && ms >= 0 && ms <= longestMs ? Math.round(ms) : undefined;
}

function fromText(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h)?$/.exec(text.trim());
  return match === null ? undefined : Number(match[1]) * (unitMs[match[2] ?? 'ms'] ?? Number.NaN);
}

/** `10 s`, `500 ms`, `5 min`: the shortest exact way to say it. */
export function saySpan(ms: number): string {
  if (ms >= 3_600_000 && ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000} min`;
  if (ms === 0 || ms % 1_000 === 0) return `${ms / 1_000} s`;
  return `${ms} ms`;
}
