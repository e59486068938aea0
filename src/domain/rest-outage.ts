// Whether REST fails again and again right now, from the answers remembered.
import type { LoginView, RestRecord } from './suite.ts';

/** Outcomes that say something about the gateway's health; a refusal or a 429 is an answer of a living gateway. */
const failing: readonly RestRecord['outcome'][] = ['unreachable', 'timeout', 'server-error', 'bad-answer'];
const failuresInRow = 3;
/** Older answers say nothing about now. */
const recentMs = 5 * 60_000;

export function isFailure(record: RestRecord): boolean {
  return failing.includes(record.outcome);
}

/** How long the gateway took, ms: without what this process stood still meanwhile. */
export function gatewayMs({ tookMs, ownMs = 0 }: RestRecord): number {
  return Math.max(0, tookMs - ownMs);
}

export function recentRest(login: LoginView, now: number): readonly RestRecord[] {
  return login.rest.filter((record) => now - record.at <= recentMs);
}

export interface RestOutage {
  readonly sinceAt: number;
  readonly failures: number;
  readonly last: RestRecord;
}

/** Pings answer while everything behind them fails. */
const pingPath = /^Status\/ping$/i;
const authPath = /^Auth\//i;
/** While calls fail a ping is sent each 15 s, and takes 10 s to fail: an answer older than this no longer says that the gateway is there. */
const pingHoldsMs = 30_000;

export function isPing({ path }: RestRecord): boolean {
  return pingPath.test(path);
}

/** Login and renewal: where these alone fail it is the session that is in trouble, not the gateway. */
export function isAuth({ path }: RestRecord): boolean {
  return authPath.test(path);
}

/** The newest ping, where it was answered and still counts. */
export function answeredPing(login: LoginView, now: number): RestRecord | undefined {
  const ping = login.rest.findLast((record) => isPing(record) && record.outcome !== 'not-asked');
  return ping === undefined || isFailure(ping) || now - ping.at > pingHoldsMs ? undefined : ping;
}

/**
 * Three or more failures in a row, with nothing answered since; undefined = no outage. A ping that is answered in between ends none of what
 * fails, but while it holds the gateway is there: one answer now and then must not open and close the same outage again and again.
 */
export function restOutage(login: LoginView, now: number): RestOutage | undefined {
  const records = recentRest(login, now).filter((record) => !isPing(record) || isFailure(record));
  const lastAnswered = records.findLastIndex((record) => !isFailure(record));
  const row = records.slice(lastAnswered + 1);
  const [first] = row;
  const last = row.at(-1);
  if (first === undefined || last === undefined || row.length < failuresInRow) return undefined;
  const ping = answeredPing(login, now);
  if (ping !== undefined && ping.at >= first.at) return undefined;
  return { sinceAt: first.at, failures: row.length, last };
}
