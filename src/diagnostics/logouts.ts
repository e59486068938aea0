// Did the gateway send GatewayLogout, and was it noise, a storm, or the end of the connection?
import { logoutNotice, logoutStorm, secondSession } from '../domain/access-findings.ts';
import { diagnostic, type Evidence } from '../domain/diagnostic.ts';
import { logoutsOf } from '../domain/logouts.ts';
import { hubsText, openedHubs, some, withoutHubs } from '../domain/look.ts';
import { spanText } from '../domain/span.ts';

export default diagnostic({
  name: 'logouts',
  question: 'Did the gateway log us out?',
  severity: 'critical',
  scope: 'login',
  dependsOn: [],
  topics: ['connection'],
  findings: { 'second-session': secondSession, 'logout-storm': logoutStorm, 'logout-notice': logoutNotice },
  examine({ login }, { now, thresholds }) {
    const skip = withoutHubs(login);
    if (skip !== undefined) return skip;
    const hubs = openedHubs(login);
    const seen = hubs.map((hub) => ({ hub, logouts: logoutsOf(login.hubs[hub], now, thresholds) }));
    const kicked = seen.flatMap(({ hub, logouts }) =>
      logouts.kind === 'kicked' ? [{ hub, ...logouts }] : [],
    );
    const kickedEvidence = kicked.map(
      (one): Evidence => ({
        label: `${one.hub} hub closed after GatewayLogout`,
        value: `after ${spanText(one.closedAt - one.noticeAt)}`,
        threshold: `alarm within ${spanText(thresholds.logoutToCloseMs)}`,
        source: `${one.hub} hub`,
        at: one.closedAt,
      }),
    );
    if (some(kickedEvidence)) {
      const active = kicked.some((one) => one.active);
      return {
        status: active ? 'fail' : 'warn',
        finding: 'second-session',
        summary: `The gateway announced a logout and closed the ${hubsText(kicked.map(({ hub }) => hub))} ${spanText(now - Math.max(...kicked.map((one) => one.closedAt)))} ago: probably a second session of this user.`,
        evidence: kickedEvidence,
        remedy: 'Find the other device, platform or bot signed in as this user and close one of the two.',
        hubs: kicked.map(({ hub }) => hub),
        ...(active ? {} : { severity: 'medium' as const }),
      };
    }
    const noticed = seen.flatMap(({ hub, logouts }) =>
      logouts.kind === 'storm' || logouts.kind === 'notice' ? [{ hub, ...logouts }] : [],
    );
    const storm = noticed.some(({ kind }) => kind === 'storm');
    const noticedEvidence = noticed.map(
      (one): Evidence => ({
        label: `GatewayLogout on the ${one.hub} hub`,
        value: one.notices.length === 1 ? 'once' : `${one.notices.length} times`,
        threshold: 'none',
        source: `${one.hub} hub`,
        at: one.lastAt,
      }),
    );
    if (some(noticedEvidence)) {
      return {
        status: 'warn',
        finding: storm ? 'logout-storm' : 'logout-notice',
        summary: `The gateway sent GatewayLogout on the ${hubsText(noticed.map(({ hub }) => hub))}${storm ? ' again and again' : ''}, but the connection stays up.`,
        evidence: noticedEvidence,
        remedy:
          'Check whether this user is signed in elsewhere; do not reconnect because of the notice alone.',
        severity: storm ? 'high' : 'low',
      };
    }
    return { status: 'pass', summary: 'No logout notice from the gateway.', evidence: [] };
  },
});
