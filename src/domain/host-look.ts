// What the questions and tables about a host share: megabytes as text, growth once it can be told.
import type { HostSample, HostView } from './host-view.ts';
import { slopeOf, type Slope } from './slope.ts';

const megabyte = 1024 * 1024;
/** A slope over less says nothing (reference 12: over hours). */
export const growthAfterMs = 60 * 60_000;
/** What a process takes in its first minutes it keeps: they are no growth. */
const warmUpMs = 5 * 60_000;

export function megabytes(bytes: number): string {
  return `${(bytes / megabyte).toFixed(bytes < 100 * megabyte ? 1 : 0)} MB`;
}

/** MB an hour; undefined while it was not measured for long enough. */
export function growthOf(host: HostView, member: Exclude<keyof HostSample, 'at'>): Slope | undefined {
  const from = (host.measuredSinceAt ?? 0) + warmUpMs;
  const points = host.samples
    .filter(({ at }) => at >= from)
    .map((sample) => ({ at: sample.at, value: sample[member] / megabyte }));
  const slope = slopeOf(points);
  return slope === undefined || slope.spanMs < growthAfterMs ? undefined : slope;
}

export function growthText({ perHour }: Slope): string {
  return `${perHour >= 0 ? '+' : '-'}${Math.abs(perHour).toFixed(1)} MB/h`;
}
