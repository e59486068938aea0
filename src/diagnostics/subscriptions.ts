// Did the gateway acknowledge every wanted subscription on the very connection that is open now?
import {
  subscriptionRefused,
  subscriptionsMissing,
  subscriptionWaiting,
} from '../domain/connection-findings.ts';
import { diagnostic, type Evidence } from '../domain/diagnostic.ts';
import { wantedSubscriptions } from '../domain/hub-condition.ts';
import { connectedHubs, hubsText, some, withoutHubs } from '../domain/look.ts';
import { spanText } from '../domain/span.ts';
import type { HubName, SubscriptionView } from '../domain/suite.ts';

interface Wanted {
  readonly hub: HubName;
  readonly connectedMs: number;
  readonly one: SubscriptionView;
}

export default diagnostic({
  name: 'subscriptions',
  question: 'Are all subscriptions acknowledged on this connection?',
  severity: 'high',
  scope: 'login',
  dependsOn: ['hub-connection'],
  topics: ['connection'],
  findings: {
    'subscriptions-missing': subscriptionsMissing,
    'subscription-refused': subscriptionRefused,
    'subscription-waiting': subscriptionWaiting,
  },
  examine({ login }, { now, thresholds }) {
    const skip = withoutHubs(login);
    if (skip !== undefined) return skip;
    const hubs = connectedHubs(login);
    if (hubs.length === 0)
      return { status: 'skip', reason: 'no hub is connected, so nothing can be subscribed' };
    const wanted = hubs.flatMap((view): readonly Wanted[] => {
      const connectedMs = view.state.kind === 'connected' ? now - view.state.sinceAt : 0;
      return wantedSubscriptions(view).map((one) => ({ hub: view.hub, connectedMs, one }));
    });
    if (wanted.length === 0)
      return {
        status: 'skip',
        reason: 'nothing to subscribe to yet: contract and account are being looked up',
      };
    const evidenceOf = ({ hub, one }: Wanted): Evidence => ({
      label: `${one.method}${one.target === '' ? '' : ` ${one.target}`}`,
      value: stateText(one, now),
      threshold: `acknowledged within ${spanText(thresholds.unsubscribedMs)}`,
      source: `${hub} hub`,
      at: one.state.kind === 'refused' || one.state.kind === 'acknowledged' ? one.state.at : now,
    });
    const acknowledged = wanted.filter(({ one }) => one.state.kind === 'acknowledged');
    const bare = hubs
      .map(({ hub }) => hub)
      .filter((hub) => {
        const own = wanted.filter((subscription) => subscription.hub === hub);
        return (
          own.length > 0 &&
          own.every(
            ({ one, connectedMs }) =>
              one.state.kind === 'waiting' && connectedMs >= thresholds.unsubscribedMs,
          )
        );
      });
    const bareEvidence = wanted.filter(({ hub }) => bare.includes(hub)).map(evidenceOf);
    if (some(bareEvidence)) {
      return {
        status: 'fail',
        finding: 'subscriptions-missing',
        summary: `The ${hubsText(bare)} ${bare.length > 1 ? 'are' : 'is'} connected, but not one subscription is acknowledged on this connection.`,
        evidence: bareEvidence,
        remedy:
          'Restart the suite’s hub connection so that it subscribes again: nothing arrives on this one.',
        hubs: bare,
      };
    }
    const refused = wanted.filter(({ one }) => one.state.kind === 'refused');
    const refusedEvidence = refused.map(evidenceOf);
    if (some(refusedEvidence)) {
      return {
        status: 'fail',
        finding: 'subscription-refused',
        summary: `The gateway refused ${refused.length} of ${wanted.length} subscriptions: ${refused.map(({ one }) => `${one.method}${one.target === '' ? '' : ` ${one.target}`}: ${stateText(one, now).replace(/\.$/, '')}`).join('; ')}.`,
        evidence: refusedEvidence,
        remedy: 'Read the gateway’s error; check the contract, account and entitlement of what it refused.',
        hubs: hubsOf(refused),
      };
    }
    const overdue = wanted.filter(
      ({ one, connectedMs }) =>
        one.state.kind === 'waiting' &&
        Math.min(connectedMs, now - one.state.sinceAt) >= thresholds.unsubscribedMs,
    );
    const overdueEvidence = overdue.map(evidenceOf);
    if (some(overdueEvidence)) {
      return {
        status: 'fail',
        finding: 'subscription-waiting',
        summary: `${overdue.length} of ${wanted.length} subscriptions have not been acknowledged for over ${spanText(thresholds.unsubscribedMs)}.`,
        evidence: overdueEvidence,
        remedy: 'Those events do not arrive; restart the suite’s hub connection if this persists.',
        hubs: hubsOf(overdue),
      };
    }
    const open = wanted.length - acknowledged.length;
    if (open > 0)
      return {
        status: 'skip',
        reason: `${open} of ${wanted.length} subscriptions were sent moments ago and are not answered yet`,
      };
    return {
      status: 'pass',
      summary: `All ${wanted.length} subscriptions are acknowledged on this connection.`,
      evidence: hubs.map(({ hub }) => ({
        label: `${hub} hub subscriptions`,
        value: `${wanted.filter((one) => one.hub === hub).length} acknowledged`,
        threshold: 'all',
        source: `${hub} hub`,
        at: now,
      })),
    };
  },
});

function hubsOf(wanted: readonly Wanted[]): readonly HubName[] {
  return [...new Set(wanted.map(({ hub }) => hub))];
}

function stateText({ state }: SubscriptionView, now: number): string {
  switch (state.kind) {
    case 'acknowledged':
      return `acknowledged in ${Math.round(state.tookMs)} ms`;
    case 'refused':
      return `refused: ${state.error}`;
    case 'waiting':
      return `waiting for ${spanText(now - state.sinceAt)}`;
    case 'off':
      return 'off';
  }
}
