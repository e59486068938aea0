// One HTTP exchange with the gateway: with a timeout, never a redirect, its end classified for the record.
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { RestRecord } from '../domain/suite.ts';
import { scrub } from '../log.ts';
import { asNumber, asRaw, asText, parseJson, type Raw } from './wire-values.ts';

export interface HttpQuestion {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly body?: unknown;
  readonly token?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpEnd {
  readonly outcome: RestRecord['outcome'] | 'cancelled';
  readonly status: number | undefined;
  readonly detail: string;
  readonly text: string;
  /** From a 429's `Retry-After`. */
  readonly retryAfterMs: number | undefined;
  /** From the `Date` header, whole seconds. */
  readonly serverAt?: number | undefined;
}

/**
 * Always resolves. `ok` means HTTP 2xx; what the envelope says is judged by `envelope`.
 * @param mayRepeat whether the question may be sent once more, which the gateway may count as another request
 */
export async function exchange(
  question: HttpQuestion,
  clock: Clock,
  mayRepeat: () => boolean,
): Promise<HttpEnd> {
  const end = await once(question, clock);
  // A kept connection that the gateway closed meanwhile says nothing of the gateway, and none of our questions changes anything.
  return end.outcome === 'unreachable' && staleConnection.test(end.detail) && mayRepeat()
    ? await once(question, clock)
    : end;
}

const staleConnection = /^(UND_ERR_SOCKET|ECONNRESET|EPIPE)\b|\b(ECONNRESET|EPIPE)\b/;

/** A timer this late means that our own loop stood still; what came meanwhile is read within so long. */
const lateMs = 250;
const readMs = 500;

async function once(question: HttpQuestion, clock: Clock): Promise<HttpEnd> {
  const stop = new AbortController();
  const dueAt = clock.now() + question.timeoutMs;
  let cancelTimer = clock.after(question.timeoutMs, () => {
    // Timers run before sockets are read: after a stall of our own loop the answer may wait unread.
    if (clock.now() - dueAt < lateMs) stop.abort('timeout');
    else cancelTimer = clock.after(readMs, () => stop.abort('timeout'));
  });
  const withdraw = (): void => stop.abort('withdrawn');
  question.signal?.addEventListener('abort', withdraw, { once: true });
  if (question.signal?.aborted === true) withdraw();
  try {
    const response = await fetch(question.url, {
      method: question.method,
      headers: {
        accept: 'application/json, text/plain',
        ...(question.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(question.token === undefined ? {} : { authorization: `Bearer ${question.token}` }),
      },
      ...(question.body === undefined ? {} : { body: JSON.stringify(question.body) }),
      redirect: 'manual',
      signal: stop.signal,
    });
    const text = await response.text();
    return {
      ...statusEnd(response.status, text),
      text,
      retryAfterMs: retryAfter(response, clock.now()),
      serverAt: serverTime(response),
    };
  } catch (error) {
    return {
      ...failedEnd(error, stop.signal, question.timeoutMs),
      status: undefined,
      text: '',
      retryAfterMs: undefined,
    };
  } finally {
    cancelTimer();
    question.signal?.removeEventListener('abort', withdraw);
  }
}

function statusEnd(status: number, text: string): Pick<HttpEnd, 'outcome' | 'status' | 'detail'> {
  const detail = `HTTP ${status}${text === '' ? '' : `: ${scrub(text.slice(0, 120))}`}`;
  if (status >= 200 && status < 300) return { outcome: 'ok', status, detail: '' };
  if (status === 401 || status === 403) return { outcome: 'unauthorized', status, detail };
  if (status === 429) return { outcome: 'rate-limited', status, detail };
  if (status >= 500) return { outcome: 'server-error', status, detail };
  return { outcome: status >= 400 ? 'refused' : 'bad-answer', status, detail };
}

function failedEnd(
  error: unknown,
  signal: AbortSignal,
  timeoutMs: number,
): Pick<HttpEnd, 'outcome' | 'detail'> {
  if (signal.reason === 'timeout')
    return { outcome: 'timeout', detail: `no answer within ${timeoutMs / 1000} s` };
  if (signal.aborted) return { outcome: 'cancelled', detail: 'withdrawn' };
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = asText(asRaw(cause)?.['code']);
  const words = messageOf(cause) === '' ? messageOf(error) : messageOf(cause);
  return {
    outcome: 'unreachable',
    detail: scrub(code === undefined || words.includes(code) ? words : `${code} ${words}`),
  };
}

function serverTime(response: Response): number | undefined {
  const at = Date.parse(response.headers.get('date') ?? '');
  return Number.isNaN(at) ? undefined : at;
}

/** A gateway that asks for more is asked again all the same: one wrong header must not blind us for the rest of the day. */
const longestPauseMs = 15 * 60_000;

/** Seconds, or an HTTP date; undefined where it is missing or unreadable. */
function retryAfter(response: Response, now: number): number | undefined {
  const header = response.headers.get('retry-after');
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), longestPauseMs);
}

export type Envelope =
  | { readonly kind: 'success'; readonly payload: Raw }
  | { readonly kind: 'refused'; readonly errorCode: number; readonly errorMessage: string | undefined }
  | { readonly kind: 'unreadable'; readonly detail: string };

/** What a 2xx body says: `success` alone decides (reference 1 and 4.3); its absence is not success. */
export function envelope(text: string): Envelope {
  let payload: Raw | undefined;
  try {
    payload = asRaw(parseJson(text));
  } catch (error) {
    return { kind: 'unreadable', detail: `no JSON (${messageOf(error).slice(0, 80)})` };
  }
  if (payload === undefined) return { kind: 'unreadable', detail: 'JSON, but no object' };
  if (payload['success'] === true) return { kind: 'success', payload };
  if (payload['success'] !== false) return { kind: 'unreadable', detail: 'an answer without "success"' };
  return {
    kind: 'refused',
    errorCode: asNumber(payload['errorCode']) ?? 0,
    errorMessage: asText(payload['errorMessage']),
  };
}
