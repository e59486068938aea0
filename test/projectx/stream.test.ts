// Does a stream know its own pace: of an even, a random and a bursty contract, through outages and closed hours?
import { describe, expect, it } from 'vitest';
import { Stream } from '../../src/projectx/stream.ts';

const startAt = Date.UTC(2026, 10, 18, 15, 0, 0);

/** A fixed row of numbers in 0..1 that look drawn (a multiplicative congruential sequence). */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function paceOf(gaps: Iterable<number>): { readonly usualMs: number | undefined; readonly stream: Stream } {
  const stream = new Stream('CON.F.US.MNQ.Z26', 'quote');
  let at = startAt;
  stream.seen(at, at);
  for (const gap of gaps) {
    at += gap;
    stream.seen(at, at);
  }
  return { usualMs: stream.view(true).usualGapMs, stream };
}

const memoryless = (count: number, meanMs: number, seed: number): readonly number[] => {
  const draw = draws(seed);
  return Array.from({ length: count }, () => Math.max(60, -Math.log(draw()) * meanMs));
};

describe('a pace that has only begun to show', () => {
  it('is rough from four gaps on, and not yet what is usual', () => {
    const stream = new Stream('MNQ', 'quote');
    for (let index = 0; index < 4; index += 1) stream.seen(undefined, 1_000_000 + index * 300);
    expect(stream.view(true)).toMatchObject({ usualGapMs: undefined, roughGapMs: undefined });
    stream.seen(undefined, 1_001_200);
    expect(stream.view(true)).toMatchObject({ usualGapMs: undefined, roughGapMs: 300 });
  });
});

describe('the pace of a stream', () => {
  it('is not known from a few events', () => {
    expect(paceOf([1000, 1000, 1000]).usualMs).toBeUndefined();
    expect(paceOf(Array.from({ length: 20 }, () => 500)).usualMs).toBeUndefined();
    expect(paceOf(Array.from({ length: 10 }, () => 20_000)).usualMs).toBe(20_000);
  });

  it('is the gap of an even stream', () => {
    expect(paceOf(Array.from({ length: 200 }, () => 400)).usualMs).toBe(400);
  });

  it('counts what comes together once: the records of one move are no pace', () => {
    const stream = new Stream('CON.F.US.ZB.Z26', 'depth');
    for (let at = startAt; at < startAt + 600_000; at += 20_000)
      for (let record = 0; record < 12; record += 1) stream.seen(at, at + (record < 8 ? 0 : 3));
    expect(stream.view(true).usualGapMs).toBeGreaterThan(19_000);
  });

  it('is about the mean gap of a random stream', () => {
    const usualMs = paceOf(memoryless(2000, 1_600, 7)).usualMs ?? 0;
    expect(usualMs).toBeGreaterThan(1_200);
    expect(usualMs).toBeLessThan(2_200);
  });

  it('knows the lulls of a bursty stream: twenty usual gaps are longer than any of them', () => {
    const draw = draws(11);
    const gaps = Array.from({ length: 60 }, () => [
      ...Array.from({ length: 40 }, () => 100),
      20_000 + draw() * 40_000,
    ]).flat();
    const usualMs = paceOf(gaps).usualMs ?? 0;
    expect(20 * usualMs).toBeGreaterThan(60_000);
  });

  it('of a busy contract knows an outage from a lull, so that the next one is told as soon', () => {
    const busy = Array.from({ length: 400 }, () => 150);
    const view = paceOf([...busy, 25_000, ...busy]).stream.view(true);
    expect(view.usualGapMs).toBe(150);
    expect(view.lullMs).toBe(150);
  });

  it('is learned anew where a busy contract becomes thin from one moment to the next', () => {
    const gaps = [...Array.from({ length: 400 }, () => 150), ...Array.from({ length: 20 }, () => 20_000)];
    const view = paceOf(gaps).stream.view(true);
    expect(view.lullMs).toBeGreaterThanOrEqual(15_000);
    expect(view.usualGapMs).toBeGreaterThan(5_000);
  });

  it('does not take an outage or a closed market for usual', () => {
    const busy = Array.from({ length: 3000 }, () => 200);
    const usualMs = paceOf([...busy, 90_000, ...busy, 3_600_000, ...busy]).usualMs ?? 0;
    expect(20 * usualMs).toBeLessThan(15_000);
  });
});
