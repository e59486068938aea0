// One error class for plumbing that failed: what happened, to what, whether trying again can help, and what to do next.

export type OpsErrorCode =
  | 'gateway-unreachable'
  | 'gateway-timeout'
  | 'gateway-unauthorized'
  | 'gateway-rate-limited'
  | 'gateway-refused'
  | 'gateway-bad-answer'
  | 'allowance-spent'
  | 'hub-closed'
  | 'discord-refused'
  | 'discord-unavailable'
  /** Discord as a whole is well; one route of it (a channel, late edits, new names) wants a pause. */
  | 'discord-limited'
  | 'discord-too-late'
  | 'redis-unavailable'
  | 'stale-version'
  | 'not-found'
  | 'deadline'
  | 'cancelled'
  | 'config-invalid'
  | 'bad-payload'
  | 'bug';

export interface OpsErrorOptions {
  /** True where the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  readonly cause?: unknown;
  /** What the reader should do next, one sentence. */
  readonly hint?: string;
  /** How long the other side asked us to wait, ms (a 429's Retry-After). */
  readonly retryAfterMs?: number;
}

/** Adapters turn vendor errors into this at their edge; `retryable` decides between the queue's retry and the dead letters. */
export class OpsError extends Error {
  readonly code: OpsErrorCode;
  readonly retryable: boolean;
  readonly hint: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: OpsErrorCode, message: string, options: OpsErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'OpsError';
    this.code = code;
    this.retryable = options.retryable;
    this.hint = options.hint;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The other side works and said when to come back: a wait, not a failure. */
export function isLimited(error: unknown): boolean {
  return (
    error instanceof OpsError &&
    (error.code === 'discord-limited' || error.code === 'discord-unavailable') &&
    error.retryAfterMs !== undefined
  );
}

/** The text of anything thrown, for a log line or a message; never the whole object, which may hold a secret. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Where it was thrown too, for the log: the words of a bug alone do not say where it is. */
export function traceOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
