// Alarm: a hub looks connected, but nobody is subscribed on it or no data came back after a reconnect.
import { subscriptionsMissing, zombie } from '../domain/connection-findings.ts';
import type { Detector, Symptom } from '../domain/detector.ts';
import { hubCondition, hubNames, openGapAt, wantedSubscriptions } from '../domain/hub-condition.ts';
import { mattersSince, severityAtStake, suiteNames } from '../domain/stakes.ts';
import { spanText } from '../domain/span.ts';

export default {
  name: 'zombie',
  watches: 'login',
  findings: { zombie, 'subscriptions-missing': subscriptionsMissing },
  diagnostics: ['subscriptions', 'hub-connection', 'data-freshness', 'rest-session'],
  causedBy: ['hub-down', 'gateway-unreachable', 'session-expired', 'second-session', 'reconnect-loop'],
  detect(login, context) {
    const { now } = context;
    return hubNames.flatMap((hub): readonly Symptom[] => {
      const condition = hubCondition(login, hub, context);
      if (condition.kind !== 'zombie' && condition.kind !== 'unsubscribed') return [];
      const view = login.hubs[hub];
      const sinceAt = mattersSince(login, openGapAt(view) ?? condition.sinceAt, context);
      if (sinceAt === undefined) return [];
      const wanted = wantedSubscriptions(view);
      const acknowledged = wanted.filter((one) => one.state.kind === 'acknowledged').length;
      const connected = spanText(now - condition.sinceAt);
      const suites = login.suites.filter((suite) => suite.spec.observe === 'direct');
      return [
        {
          finding: condition.kind === 'zombie' ? 'zombie' : 'subscriptions-missing',
          place: { login: login.login, hub },
          title: `${hub === 'user' ? 'User' : 'Market'} hub ${condition.kind === 'zombie' ? 'is back without data' : 'has no subscription'}`,
          severity: severityAtStake(suites),
          sinceAt,
          summary:
            condition.kind === 'zombie'
              ? `The ${hub} hub has been connected again for ${connected}, but not one event has arrived on this connection.`
              : `The ${hub} hub has been connected for ${connected}, but the gateway acknowledged none of ${wanted.length} subscriptions.`,
          remedy:
            'Restart the suite’s hub connection, then reconcile orders and positions; it only looks healthy.',
          evidence: [
            {
              label: 'events on this connection',
              value: String(view.eventsOnConnection),
              threshold: 'at least 1',
              source: `${hub} hub`,
              at: now,
            },
            {
              label: 'subscriptions acknowledged',
              value: `${acknowledged} of ${wanted.length}`,
              threshold: 'all',
              source: `${hub} hub`,
              at: now,
            },
          ],
          suites: suiteNames(suites),
        },
      ];
    });
  },
} satisfies Detector;
