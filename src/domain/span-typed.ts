// A span of time as people type it: `90m`, `2h`, `1h30`, `2 d`, `45 min`.

const units: Readonly<Record<string, number>> = {
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
};

/** Milliseconds; undefined where it cannot be read, or is nothing. */
export function typedSpanMs(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase();
  if (!/^(\d{1,6}(\.\d{1,3})?\s*[a-z]+\s*)+(\d{1,2})?$/.test(trimmed)) return undefined;
  let ms = 0;
  for (const [, number, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)/g)) {
    // `1h30`: what follows hours without a unit is minutes.
    const factor = unit === '' ? 60_000 : units[unit ?? ''];
    if (factor === undefined) return undefined;
    ms += Number(number) * factor;
  }
  return ms > 0 ? Math.round(ms) : undefined;
}
