// How every benchmark counts and tells: percentiles, the machine, the date, and one Markdown file per claim.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The value below which `share` (0..1) of the samples lie; samples in any order. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const index = Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1));
  return sorted[index] ?? Number.NaN;
}

export function ms(value: number): string {
  return value >= 100 ? `${value.toFixed(0)} ms` : `${value.toFixed(1)} ms`;
}

export function row(name: string, samples: readonly number[]): string {
  const cells = [0.5, 0.95, 0.99, 1].map((share) => ms(percentile(samples, share)));
  return `| ${name} | ${samples.length} | ${cells.join(' | ')} |`;
}

export const header = '| what | n | p50 | p95 | p99 | worst |\n|---|---|---|---|---|---|';

export function machine(): string {
  const models = cpus();
  return `${models.length} × ${models[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`;
}

/** Prints the result and keeps it in `bench/results/<name>.md`. */
export function keep(
  name: string,
  title: string,
  lines: readonly string[],
  command = `npm run bench -- ${name}`,
): void {
  const text = [`# ${title}`, '', `Measured by \`${command}\` on ${machine()}.`, '', ...lines, ''].join('\n');
  const folder = fileURLToPath(new URL('results/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}${name}.md`, text);
  process.stdout.write(`${text}\n`);
}

/** Least squares: how much the second value rises for each one of the first. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const top = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const bottom = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return bottom === 0 ? Number.NaN : top / bottom;
}

/** The median of the slopes between each two points (Theil and Sen): a few readings far off do not move it. */
export function middleSlope(points: readonly (readonly [x: number, y: number])[]): number {
  const slopes = points.flatMap(([fromX, fromY], index) =>
    points.slice(index + 1).map(([toX, toY]) => (toY - fromY) / (toX - fromX)),
  );
  return percentile(slopes, 0.5);
}

/** Waits until `ready` holds, looking every millisecond or so; throws after `withinMs`. */
export async function until(
  ready: () => boolean | Promise<boolean>,
  withinMs: number,
  what: string,
): Promise<void> {
  const endAt = performance.now() + withinMs;
  while (!(await ready())) {
    if (performance.now() > endAt) throw new Error(`gave up after ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
