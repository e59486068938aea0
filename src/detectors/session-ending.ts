// Alarm: the session's token runs out soon and nothing has replaced it.
import { sessionExpiring } from '../domain/access-findings.ts';
import type { Detector } from '../domain/detector.ts';
import { sessionCondition } from '../domain/session-condition.ts';
import { inStartup, mattersSince, severityAtStake, suiteNames } from '../domain/stakes.ts';
import { spanText } from '../domain/span.ts';

export default {
  name: 'session-ending',
  watches: 'login',
  findings: { 'session-expiring': sessionExpiring },
  diagnostics: ['rest-session', 'hub-token', 'gateway-reachable'],
  causedBy: ['gateway-unreachable'],
  detect(login, context) {
    const { now, thresholds } = context;
    if (inStartup(login, context)) return [];
    const condition = sessionCondition(login.session, now, thresholds);
    const failing = condition.kind === 'renewal-failing' && (condition.leftMs ?? 0) < thresholds.tokenWarnMs;
    if (condition.kind !== 'expiring' && !failing) return [];
    const sinceAt = mattersSince(login, Math.min(condition.sinceAt, now), context);
    if (sinceAt === undefined) return [];
    const left = condition.leftMs === undefined ? 'an unknown time' : spanText(condition.leftMs);
    const why =
      condition.why === undefined ? 'no new token has come' : `the renewal fails (${condition.why})`;
    return [
      {
        // One word for both: the same trouble a while apart, and one key so that it is told once.
        finding: 'session-expiring',
        place: { login: login.login },
        severity: severityAtStake(login.suites),
        sinceAt,
        summary: `The session of ${login.login} ends in ${left} and ${why}.`,
        remedy:
          'Check the API key and log in to the platform; without a new token REST fails and a dropped hub cannot come back.',
        evidence: [
          {
            label: 'token time left',
            value: left,
            threshold: `fail under ${spanText(thresholds.tokenFailMs)}, with a failing renewal under ${spanText(thresholds.tokenWarnMs)}`,
            source: 'JWT exp',
            at: now,
          },
        ],
        suites: suiteNames(login.suites),
        // Judged over minutes already.
        graceMs: 0,
      },
    ];
  },
} satisfies Detector;
