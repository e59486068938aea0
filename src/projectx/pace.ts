// Latencies of one kind of question in flat memory: the last ten minutes apart from everything before, each as a histogram.
import type { PaceView, Spread } from '../domain/speed-view.ts';

const sliceMs = 60_000;
const slices = 10;
export const recentMs = slices * sliceMs;
/** Each bucket ends 8 % above the one before: 1 ms to 100 s in 150 of them. */
const growth = Math.log(1.08);
const buckets = 152;

interface Slice {
  minute: number;
  readonly counts: Uint32Array;
  maxMs: number;
  failed: number;
}

const emptySlice = (): Slice => ({ minute: -1, counts: new Uint32Array(buckets), maxMs: 0, failed: 0 });

export class Pace {
  readonly #name: string;
  readonly #slices = Array.from({ length: slices }, emptySlice);
  readonly #before = emptySlice();
  #lastFailedAt: number | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** @param tookMs undefined = no answer, or one that was a failure */
  note(tookMs: number | undefined, at: number): void {
    const slice = this.#sliceOf(Math.floor(at / sliceMs));
    if (tookMs === undefined) {
      slice.failed += 1;
      this.#lastFailedAt = at;
      return;
    }
    const bucket = bucketOf(tookMs);
    slice.counts[bucket] = (slice.counts[bucket] ?? 0) + 1;
    slice.maxMs = Math.max(slice.maxMs, tookMs);
  }

  view(now: number): PaceView {
    const minute = Math.floor(now / sliceMs);
    for (const slice of this.#slices) if (slice.minute <= minute - slices) this.#settle(slice);
    const recent = emptySlice();
    for (const slice of this.#slices) add(recent, slice);
    return {
      name: this.#name,
      recent: spreadOf(recent),
      before: spreadOf(this.#before),
      recentFailed: recent.failed,
      beforeFailed: this.#before.failed,
      lastFailedAt: this.#lastFailedAt,
    };
  }

  #sliceOf(minute: number): Slice {
    const slice = this.#slices[((minute % slices) + slices) % slices] ?? emptySlice();
    if (slice.minute !== minute) {
      this.#settle(slice);
      slice.minute = minute;
    }
    return slice;
  }

  /** What is no longer recent is what is usual. */
  #settle(slice: Slice): void {
    if (slice.minute < 0) return;
    add(this.#before, slice);
    slice.counts.fill(0);
    slice.maxMs = 0;
    slice.failed = 0;
    slice.minute = -1;
  }
}

function bucketOf(tookMs: number): number {
  if (tookMs < 1) return 0;
  return Math.min(buckets - 1, 1 + Math.floor(Math.log(tookMs) / growth));
}

function add(to: Slice, from: Slice): void {
  if (from.minute < 0) return;
  for (let index = 0; index < buckets; index += 1) {
    to.counts[index] = (to.counts[index] ?? 0) + (from.counts[index] ?? 0);
  }
  to.maxMs = Math.max(to.maxMs, from.maxMs);
  to.failed += from.failed;
}

function spreadOf({ counts, maxMs }: Slice): Spread | undefined {
  const count = counts.reduce((sum, one) => sum + one, 0);
  if (count === 0) return undefined;
  const at = (share: number): number => {
    let left = Math.max(1, Math.ceil(share * count));
    for (const [index, here] of counts.entries()) {
      left -= here;
      // The bucket's upper edge, and never more than was seen.
      if (left <= 0) return Math.min(maxMs, Math.exp(index * growth));
    }
    return maxMs;
  };
  return { count, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs };
}
