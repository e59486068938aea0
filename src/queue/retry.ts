// When a failed delivery is tried again, and when it is given up.
import { OpsError } from '../domain/errors.ts';

export type Retry = { readonly kind: 'again'; readonly inMs: number } | { readonly kind: 'give-up' };

export interface RetryRules {
  readonly firstMs: number;
  readonly longestMs: number;
  /** Tries in all before giving up; infinite for what must arrive. */
  readonly attempts: number;
  /** Tried again even where it was refused for good: what refuses may be mended by a person any minute. */
  readonly stubborn?: boolean;
}

/** Somebody sees "thinking": through a quarter of an hour of trouble, after which it comes as a message of its own. */
export const answerRetry: RetryRules = { firstMs: 250, longestMs: 15_000, attempts: 100 };
/** Notes and edits: through about twenty minutes of trouble. */
export const postRetry: RetryRules = { firstMs: 250, longestMs: 30_000, attempts: 60 };
/** Until Discord takes it, or it is no news any more. */
export const announcementRetry: RetryRules = { ...postRetry, attempts: Number.POSITIVE_INFINITY };
/** A page is tried until it is accepted, whatever the answer. */
export const pageRetry: RetryRules = {
  firstMs: 250,
  longestMs: 10_000,
  attempts: Number.POSITIVE_INFINITY,
  stubborn: true,
};

/** It calls people though it is no page: until Discord takes it, unless it can never be taken. */
export const callRetry: RetryRules = { ...pageRetry, stubborn: false };

/**
 * By class: what can help itself is tried again after a wait that doubles, shortened by chance up to a half so that a crowd does
 * not come back in one breath; never sooner than the other side asked (429). What is refused for good is given up, a page never.
 * @param attempt counts the tries made, the failed one included
 * @param random from 0 to 1
 */
export function retryAfter(
  error: unknown,
  attempt: number,
  rules: RetryRules,
  random: () => number = Math.random,
): Retry {
  // Something that is no OpsError is a bug of ours: tried again a few times, it may have been the moment.
  const retryable = error instanceof OpsError ? error.retryable : attempt < 3;
  if (attempt >= rules.attempts || (!retryable && rules.stubborn !== true)) return { kind: 'give-up' };
  const whole = retryable
    ? Math.min(rules.longestMs, rules.firstMs * 2 ** Math.min(attempt - 1, 20))
    : rules.longestMs;
  const backoff = Math.ceil(whole * (0.5 + random() / 2));
  const asked = error instanceof OpsError ? (error.retryAfterMs ?? 0) : 0;
  return { kind: 'again', inMs: Math.max(backoff, asked) };
}
