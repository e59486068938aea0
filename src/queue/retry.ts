// When a failed delivery is tried again, and when it is given up.
import { OpsError } from '../domain/errors.ts';

export type Retry = { readonly kind: 'again'; readonly inMs: number } | { readonly kind: 'give-up' };

export interface RetryRules {
  readonly firstMs: number;
  readonly longestMs: number;
  /** Tries in all before giving up; infinite for what must arrive. */
  readonly attempts: number;
}

/** An answer is worth little after its 15 minutes; 8 tries span about a minute. */
export const answerRetry: RetryRules = { firstMs: 250, longestMs: 15_000, attempts: 8 };
/** Notes and edits: about ten minutes of trouble. */
export const postRetry: RetryRules = { firstMs: 250, longestMs: 30_000, attempts: 25 };
/** A page is tried until it is accepted; what Discord refuses for good may be mended by a person any minute. */
export const pageRetry: RetryRules = { firstMs: 250, longestMs: 10_000, attempts: Number.POSITIVE_INFINITY };

/** `attempt` counts the tries made, the failed one included. The other side's wish to wait is always met. */
export function retryAfter(error: unknown, attempt: number, rules: RetryRules): Retry {
  const endless = rules.attempts === Number.POSITIVE_INFINITY;
  // Something that is no OpsError is a bug of ours: tried again a few times, it may have been the moment.
  const retryable = error instanceof OpsError ? error.retryable : attempt < 3;
  if (attempt >= rules.attempts || (!retryable && !endless)) return { kind: 'give-up' };
  const backoff = retryable
    ? Math.min(rules.longestMs, rules.firstMs * 2 ** Math.min(attempt - 1, 20))
    : rules.longestMs;
  const asked = error instanceof OpsError ? (error.retryAfterMs ?? 0) : 0;
  return { kind: 'again', inMs: Math.max(backoff, asked) };
}
