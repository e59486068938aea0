// When a failed delivery is tried again: longer each time, never sooner than asked, a page for ever.
import { describe, expect, it } from 'vitest';
import { OpsError } from '../../src/domain/errors.ts';
import { answerRetry, pageRetry, postRetry, retryAfter } from '../../src/queue/retry.ts';

/** The longest wait that chance can give. */
const last = (): number => 1;
const busy = new OpsError('discord-unavailable', '503', { retryable: true });
const refused = new OpsError('discord-refused', '403', { retryable: false });

describe('a failed delivery', () => {
  it('is tried again after waits that double up to a bound', () => {
    const waits = [1, 2, 3, 10].map((attempt) =>
      retryAfter(busy, attempt, { ...answerRetry, attempts: 8 }, last),
    );
    expect(waits.slice(0, 3)).toEqual([
      { kind: 'again', inMs: 250 },
      { kind: 'again', inMs: 500 },
      { kind: 'again', inMs: 1_000 },
    ]);
    expect(waits[3]).toEqual({ kind: 'give-up' });
    expect(retryAfter(busy, 20, postRetry, last)).toEqual({ kind: 'again', inMs: 30_000 });
  });

  it('waits at least as long as the other side asked, and longer where it failed often', () => {
    const asked = new OpsError('discord-unavailable', '429', { retryable: true, retryAfterMs: 3_000 });
    expect(retryAfter(asked, 1, answerRetry, last)).toEqual({ kind: 'again', inMs: 3_000 });
    expect(retryAfter(asked, 7, postRetry, last)).toEqual({ kind: 'again', inMs: 16_000 });
  });

  it('is spread by chance over the second half of its wait, so that a crowd does not come back in one breath', () => {
    const waits = [0, 0.25, 0.5, 1].map((chance) => retryAfter(busy, 3, postRetry, () => chance));
    expect(waits).toEqual([500, 625, 750, 1_000].map((inMs) => ({ kind: 'again', inMs })));
    const crowd = new Set(Array.from({ length: 50 }, () => JSON.stringify(retryAfter(busy, 8, postRetry))));
    expect(crowd.size).toBeGreaterThan(40);
  });

  it('never comes back sooner than asked, whatever chance says', () => {
    const asked = new OpsError('discord-unavailable', '429', { retryable: true, retryAfterMs: 3_000 });
    for (const chance of [0, 0.5, 1])
      expect(retryAfter(asked, 1, answerRetry, () => chance)).toEqual({ kind: 'again', inMs: 3_000 });
  });

  it('of an answer is tried through a quarter of an hour of trouble, but not for ever', () => {
    let spanMs = 0;
    let attempt = 1;
    for (let next = retryAfter(busy, 1, answerRetry, () => 0.5); next.kind === 'again'; attempt += 1) {
      spanMs += next.inMs;
      next = retryAfter(busy, attempt + 1, answerRetry, () => 0.5);
    }
    expect(spanMs).toBeGreaterThan(14 * 60_000);
    expect(spanMs).toBeLessThan(25 * 60_000);
  });

  it('is given up at once where nothing can help, except for a page', () => {
    expect(retryAfter(refused, 1, answerRetry)).toEqual({ kind: 'give-up' });
    expect(retryAfter(refused, 1, postRetry)).toEqual({ kind: 'give-up' });
    expect(retryAfter(refused, 10_000, pageRetry, last)).toEqual({ kind: 'again', inMs: 10_000 });
    expect(retryAfter(busy, 10_000, pageRetry, last)).toEqual({ kind: 'again', inMs: 10_000 });
  });

  it('by a bug is tried a few times', () => {
    expect(retryAfter(new Error('undefined is not a function'), 1, postRetry).kind).toBe('again');
    expect(retryAfter(new Error('undefined is not a function'), 3, postRetry).kind).toBe('give-up');
  });
});
