// Alarm: the gateway announced a logout and closed the connection or stopped the data within half a minute.
import { secondSession } from '../domain/access-findings.ts';
import type { DetectContext, Detector, Symptom } from '../domain/detector.ts';
import { feedOf } from '../domain/freshness.ts';
import { hubNames } from '../domain/hub-condition.ts';
import { logoutsOf } from '../domain/logouts.ts';
import { mattersSince, severityAtStake, suiteNames } from '../domain/stakes.ts';
import { spanText } from '../domain/span.ts';
import type { HubName, LoginView } from '../domain/suite.ts';

export default {
  name: 'second-session',
  watches: 'login',
  findings: { 'second-session': secondSession },
  diagnostics: ['logouts', 'hub-connection', 'reconnect-history', 'rest-session'],
  causedBy: ['gateway-unreachable'],
  detect(login, context): readonly Symptom[] {
    const { logoutToCloseMs } = context.thresholds;
    const thrown = hubNames.flatMap((hub) => thrownOut(login, hub, context) ?? []);
    const [first] = thrown;
    if (first === undefined) return [];
    const both = thrown.length === hubNames.length;
    const sinceAt = mattersSince(login, Math.min(...thrown.map((one) => one.sinceAt)), context);
    if (sinceAt === undefined) return [];
    const suites = login.suites.filter((suite) => suite.spec.observe === 'direct');
    return [
      {
        finding: 'second-session',
        place: both ? { login: login.login } : { login: login.login, hub: first.hub },
        severity: severityAtStake(suites),
        sinceAt,
        summary: `The gateway logged us out of ${both ? 'both hubs' : `the ${first.hub} hub`} and ${first.what} ${spanText(first.afterMs)} later: probably a second session of this user.`,
        remedy:
          'Check your stops, then find the other device, platform or bot signed in as this user and close one of the two.',
        evidence: thrown.map((one) => ({
          label: `GatewayLogout on the ${one.hub} hub`,
          value: `${one.what} after ${spanText(one.afterMs)}`,
          threshold: `alarm within ${spanText(logoutToCloseMs)}`,
          source: `${one.hub} hub`,
          at: one.noticeAt,
        })),
        suites: suiteNames(suites),
      },
    ];
  },
} satisfies Detector;

interface Thrown {
  readonly hub: HubName;
  readonly noticeAt: number;
  readonly sinceAt: number;
  readonly afterMs: number;
  readonly what: string;
}

function thrownOut(login: LoginView, hub: HubName, context: DetectContext): Thrown | undefined {
  const view = login.hubs[hub];
  const { logoutToCloseMs } = context.thresholds;
  const logouts = logoutsOf(view, context.now, context.thresholds);
  if (logouts.kind === 'kicked') {
    if (!logouts.active) return undefined;
    const { noticeAt, closedAt } = logouts;
    return { hub, noticeAt, sinceAt: closedAt, afterMs: closedAt - noticeAt, what: 'closed the connection' };
  }
  if (logouts.kind === 'none' || hub !== 'market') return undefined;
  const feed = feedOf(login, context);
  if (feed.kind !== 'judged' || feed.mute === undefined) return undefined;
  const stoppedAt = feed.mute.silentSinceAt;
  const noticeAt = view.logoutNotices.findLast(
    (at) => stoppedAt - at <= logoutToCloseMs && at - stoppedAt <= logoutToCloseMs,
  );
  if (noticeAt === undefined) return undefined;
  return {
    hub,
    noticeAt,
    sinceAt: stoppedAt,
    afterMs: Math.max(0, stoppedAt - noticeAt),
    what: 'the data stopped',
  };
}
