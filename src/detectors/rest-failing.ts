// Alarm: the hubs live, but every REST call fails for a minute, so orders cannot be placed, cancelled or checked.
import { gatewayFailing } from '../domain/access-findings.ts';
import type { Detector } from '../domain/detector.ts';
import { isFailure, recentRest } from '../domain/rest-outage.ts';
import { spanText } from '../domain/span.ts';
import { inStartup, mattersSince, severityAtStake, suiteNames } from '../domain/stakes.ts';

/** Start value, ours: the gateway's own restarts and single bad answers are shorter; reconciliation asks every 20 s. */
const lastingMs = 60_000;
const failuresInRow = 3;
/** Pings answer while everything behind them fails. */
const pingPath = /^Status\/ping$/i;

export default {
  name: 'rest-failing',
  watches: 'login',
  findings: { 'gateway-failing': gatewayFailing },
  diagnostics: ['gateway-reachable', 'rest-session', 'error-rate'],
  causedBy: ['gateway-unreachable', 'session-expired', 'no-session'],
  detect(login, context) {
    const { now } = context;
    if (inStartup(login, context)) return [];
    const records = recentRest(login, now).filter(({ path }) => !pingPath.test(path));
    const row = records.slice(records.findLastIndex((record) => !isFailure(record)) + 1);
    const [first] = row;
    const last = row.at(-1);
    if (first === undefined || last === undefined || row.length < failuresInRow) return [];
    if (now - first.at < lastingMs) return [];
    const sinceAt = mattersSince(login, first.at, context);
    if (sinceAt === undefined) return [];
    return [
      {
        finding: 'gateway-failing',
        place: { login: login.login },
        severity: severityAtStake(login.suites),
        sinceAt,
        title: 'REST calls fail',
        summary: `Every REST call has failed for ${spanText(now - sinceAt)} (${row.length} in a row) while the hubs are alive: orders can neither be placed nor checked.`,
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
        // Judged over a minute already.
        graceMs: 0,
      },
    ];
  },
} satisfies Detector;
