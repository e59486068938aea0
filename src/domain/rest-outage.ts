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

export function recentRest(login: LoginView, now: number): readonly RestRecord[] {
  return login.rest.filter((record) => now - record.at <= recentMs);
}

export interface RestOutage {
  readonly sinceAt: number;
  readonly failures: number;
  readonly last: RestRecord;
}

/** Three or more failures in a row, with nothing answered since; undefined = no outage. */
export function restOutage(login: LoginView, now: number): RestOutage | undefined {
  const records = recentRest(login, now);
  const lastAnswered = records.findLastIndex((record) => !isFailure(record));
  const row = records.slice(lastAnswered + 1);
  const [first] = row;
  const last = row.at(-1);
  if (first === undefined || last === undefined || row.length < failuresInRow) return undefined;
  return { sinceAt: first.at, failures: row.length, last };
}
