// Alarm: every REST call but a ping fails for a while, so orders cannot be placed, cancelled or checked.
import { gatewayFailing } from '../domain/access-findings.ts';
import type { Detector } from '../domain/detector.ts';
import { isAuth, isFailure, isPing, recentRest } from '../domain/rest-outage.ts';
import { spanText } from '../domain/span.ts';
import { inStartup, mattersSince, severityAtStake, suiteNames } from '../domain/stakes.ts';

/**
 * Start values, ours: something is asked every 9.5 s at the latest, so that this is two rounds without one answer. Calls that were sent
 * together fail together: what counts is that those sent later fail too.
 */
const lastingMs = 20_000;
const apartMs = 5_000;
const failuresInRow = 3;

export default {
  name: 'rest-failing',
  watches: 'login',
  findings: { 'gateway-failing': gatewayFailing },
  diagnostics: ['gateway-reachable', 'rest-session', 'error-rate'],
  causedBy: ['gateway-unreachable', 'session-expired', 'no-session'],
  detect(login, context) {
    const { now } = context;
    if (inStartup(login, context)) return [];
    const records = recentRest(login, now).filter((record) => !isPing(record) && !isAuth(record));
    const row = records.slice(records.findLastIndex((record) => !isFailure(record)) + 1);
    const [first] = row;
    const last = row.at(-1);
    if (first === undefined || last === undefined || row.length < failuresInRow) return [];
    if (now - first.at < lastingMs || last.at - first.at < apartMs) return [];
    const sinceAt = mattersSince(login, first.at, context);
    if (sinceAt === undefined) return [];
    return [
      {
        finding: 'gateway-failing',
        place: { login: login.login },
        severity: severityAtStake(login.suites),
        sinceAt,
        title: 'REST calls fail',
        summary: `Every REST call has failed for ${spanText(now - sinceAt)} (${row.length} in a row): orders can neither be placed nor checked.`,
        remedy:
          'Do not repeat orders blindly, one may have gone through; check positions and stops on the platform.',
        evidence: [
          {
            label: 'failed calls in a row',
            value: `${row.length}, last: ${last.outcome}${last.status === undefined ? '' : ` ${last.status}`}: ${last.detail}`,
            threshold: `fail from ${failuresInRow} over ${spanText(lastingMs)}`,
            source: `REST ${last.path}`,
            at: last.at,
          },
        ],
        suites: suiteNames(login.suites),
        // Judged over a while already.
        graceMs: 0,
      },
    ];
  },
} satisfies Detector;
