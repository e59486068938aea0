// When a failed delivery is tried again: longer each time, never sooner than asked, a page for ever.
import { describe, expect, it } from 'vitest';
import { OpsError } from '../../src/domain/errors.ts';
import { answerRetry, pageRetry, postRetry, retryAfter } from '../../src/queue/retry.ts';

const busy = new OpsError('discord-unavailable', '503', { retryable: true });
const refused = new OpsError('discord-refused', '403', { retryable: false });

describe('a failed delivery', () => {
  it('is tried again after waits that double up to a bound', () => {
    const waits = [1, 2, 3, 10].map((attempt) => retryAfter(busy, attempt, answerRetry));
    expect(waits.slice(0, 3)).toEqual([
      { kind: 'again', inMs: 250 },
      { kind: 'again', inMs: 500 },
      { kind: 'again', inMs: 1_000 },
    ]);
    expect(waits[3]).toEqual({ kind: 'give-up' });
    expect(retryAfter(busy, 20, postRetry)).toEqual({ kind: 'again', inMs: 30_000 });
  });

  it('waits at least as long as the other side asked, and longer where it failed often', () => {
    const asked = new OpsError('discord-unavailable', '429', { retryable: true, retryAfterMs: 3_000 });
    expect(retryAfter(asked, 1, answerRetry)).toEqual({ kind: 'again', inMs: 3_000 });
    expect(retryAfter(asked, 7, postRetry)).toEqual({ kind: 'again', inMs: 16_000 });
  });

  it('is given up at once where nothing can help, except for a page', () => {
    expect(retryAfter(refused, 1, answerRetry)).toEqual({ kind: 'give-up' });
    expect(retryAfter(refused, 1, postRetry)).toEqual({ kind: 'give-up' });
    expect(retryAfter(refused, 10_000, pageRetry)).toEqual({ kind: 'again', inMs: 10_000 });
    expect(retryAfter(busy, 10_000, pageRetry)).toEqual({ kind: 'again', inMs: 10_000 });
  });

  it('by a bug is tried a few times', () => {
    expect(retryAfter(new Error('undefined is not a function'), 1, postRetry).kind).toBe('again');
    expect(retryAfter(new Error('undefined is not a function'), 3, postRetry).kind).toBe('give-up');
  });
});
