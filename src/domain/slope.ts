// How fast something grows: a straight line through its low points, and how well it fits.

export interface Slope {
  readonly perHour: number;
  /** The time it was taken over. */
  readonly spanMs: number;
  /** 0..1: how much of the movement the line explains. */
  readonly fit: number;
}

const hourMs = 3_600_000;
const stretches = 12;

/**
 * Least squares over the lowest value of each twelfth of the time: garbage collection makes a saw of every heap, and its low points are what stays.
 * Undefined where there are too few points for a line.
 */
export function slopeOf(
  points: readonly { readonly at: number; readonly value: number }[],
): Slope | undefined {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || last.at <= first.at) return undefined;
  const spanMs = last.at - first.at;
  const lows = new Map<number, { readonly at: number; readonly value: number }>();
  for (const point of points) {
    const stretch = Math.min(stretches - 1, Math.floor(((point.at - first.at) / spanMs) * stretches));
    const low = lows.get(stretch);
    if (low === undefined || point.value < low.value) lows.set(stretch, point);
  }
  const line = [...lows.values()].map(({ at, value }) => ({ x: (at - first.at) / hourMs, y: value }));
  if (line.length < stretches / 2) return undefined;
  const mean = (numbers: readonly number[]): number =>
    numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  const mx = mean(line.map(({ x }) => x));
  const my = mean(line.map(({ y }) => y));
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const { x, y } of line) {
    xx += (x - mx) ** 2;
    xy += (x - mx) * (y - my);
    yy += (y - my) ** 2;
  }
  if (xx === 0) return undefined;
  return { perHour: xy / xx, spanMs, fit: yy === 0 ? 1 : (xy * xy) / (xx * yy) };
}
