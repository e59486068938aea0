// Alarm: REST fails again and again and no hub can connect, so the way to the gateway itself is cut.
import { gatewayUnreachable } from '../domain/access-findings.ts';
import type { Detector } from '../domain/detector.ts';
import { restOutage } from '../domain/rest-outage.ts';
import { hubCondition, hubNames } from '../domain/hub-condition.ts';
import { inStartup, mattersSince, severityAtStake, suiteNames } from '../domain/stakes.ts';
import { spanText } from '../domain/span.ts';

export default {
  name: 'gateway-unreachable',
  watches: 'login',
  findings: { 'gateway-unreachable': gatewayUnreachable },
  diagnostics: ['gateway-reachable', 'rest-session', 'hub-connection'],
  causedBy: [],
  detect(login, context) {
    const { now } = context;
    const outage = restOutage(login, now);
    if (outage === undefined || inStartup(login, context)) return [];
    const hubs = hubNames.map((hub) => hubCondition(login, hub, context)).filter((hub) => hub.kind !== 'off');
    if (!hubs.every((hub) => hub.kind === 'down' || hub.kind === 'half-open' || hub.kind === 'starting'))
      return [];
    const beganAt = Math.min(outage.sinceAt, ...hubs.map((hub) => hub.sinceAt));
    const sinceAt = mattersSince(login, beganAt, context);
    if (sinceAt === undefined) return [];
    return [
      {
        finding: 'gateway-unreachable',
        place: { login: login.login },
        severity: severityAtStake(login.suites),
        sinceAt,
        summary: `The gateway has not been reachable for ${spanText(now - sinceAt)}: ${outage.failures} REST calls in a row failed and no hub is connected.`,
        remedy:
          'Manage open positions on the platform from another device now; then check the vendor’s status page and this worker’s network.',
        evidence: [
          {
            label: 'REST failures in a row',
            value: `${outage.failures}, last: ${outage.last.detail}`,
            threshold: 'fail from 3',
            source: `REST ${outage.last.path}`,
            at: outage.last.at,
          },
        ],
        suites: suiteNames(login.suites),
      },
    ];
  },
} satisfies Detector;
