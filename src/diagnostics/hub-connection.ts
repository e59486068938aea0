// How are the hubs really: down and why, connected but dead, unsubscribed, mute, or proven by data?
import {
  hubAuthFailed,
  hubCannotConnect,
  hubClosed,
  hubClosedByServer,
  hubDropped,
  hubHalfOpen,
  subscriptionsMissing,
  zombie,
} from '../domain/connection-findings.ts';
import type { DetectContext } from '../domain/detector.ts';
import { diagnostic, type Evidence } from '../domain/diagnostic.ts';
import { feedMute } from '../domain/feed-findings.ts';
import {
  dropWhy,
  dropWords,
  hubCondition,
  openGapAt,
  type DownWhy,
  type HubCondition,
} from '../domain/hub-condition.ts';
import { hubsText, lookOf, openedHubs, some, withoutHubs } from '../domain/look.ts';
import { closedText, spanText } from '../domain/span.ts';
import { awaitsData, holdsPosition, openedAt, openSuites } from '../domain/stakes.ts';
import type { HubName, HubView, LoginView } from '../domain/suite.ts';

const findings = {
  'hub-dropped': hubDropped,
  'hub-closed-by-server': hubClosedByServer,
  'hub-half-open': hubHalfOpen,
  'hub-cannot-connect': hubCannotConnect,
  'hub-auth-failed': hubAuthFailed,
  'hub-closed': hubClosed,
  'subscriptions-missing': subscriptionsMissing,
  zombie,
  'feed-mute': feedMute,
} as const;

type Label = keyof typeof findings;

const downLabels: Readonly<Record<DownWhy, Label>> = {
  dropped: 'hub-dropped',
  'closed-by-server': 'hub-closed-by-server',
  'half-open': 'hub-half-open',
  'cannot-connect': 'hub-cannot-connect',
  'auth-failed': 'hub-auth-failed',
  'closed-for-good': 'hub-closed',
};

const remedies: Readonly<Record<Label, string>> = {
  'hub-dropped':
    'Wait for the reconnect, then reconcile orders and positions; check stops on the platform meanwhile.',
  'hub-closed-by-server':
    'Check that the suite’s own client reconnected; common clients stay disconnected after this.',
  'hub-half-open':
    'Check that the suite’s own client noticed the dead link and reconnected; restart the suite if not.',
  'hub-cannot-connect':
    'Check the vendor’s status page and the hub URL; manage positions on the platform meanwhile.',
  'hub-auth-failed': 'Check the session with /connection: the hub needs a valid token.',
  'hub-closed': 'Restart the worker that hosts this login.',
  'subscriptions-missing':
    'Restart the suite’s hub connection so that it subscribes again: nothing arrives on this one.',
  zombie: 'Restart the suite’s hub connection, then reconcile orders and positions.',
  'feed-mute':
    'Do not trust the suite’s prices; restart its market connection and check the vendor’s status page.',
};

interface Sick {
  readonly hub: HubName;
  readonly label: Label;
  readonly words: string;
  readonly evidence: Evidence;
}

export default diagnostic({
  name: 'hub-connection',
  question: 'Are the hubs connected and alive?',
  severity: 'critical',
  scope: 'login',
  dependsOn: ['gateway-reachable', 'rest-session', 'hub-token', 'logouts', 'reconnect-loop'],
  topics: ['connection'],
  findings,
  examine({ login }, context) {
    const skip = withoutHubs(login);
    if (skip !== undefined) return skip;
    const { now, market } = context;
    const look = lookOf(context);
    const direct = login.suites.filter((suite) => suite.spec.observe === 'direct');
    const marketOpen = openSuites(direct, look, false).length > 0;
    const sick: Sick[] = [];
    const calm: { readonly hub: HubName; readonly words: string; readonly evidence: Evidence }[] = [];
    const waiting: string[] = [];
    for (const hub of openedHubs(login)) {
      const view = login.hubs[hub];
      const condition = hubCondition(login, hub, look);
      const evidence = evidenceOf(view, condition, now);
      const excused = !marketOpen && (hub === 'market' || !login.suites.some(holdsPosition));
      const found = sicknessOf(view, condition, now) ?? absenceOf(login, view, condition, look);
      if (found !== undefined && !excused) sick.push({ hub, evidence, ...found });
      else if (found !== undefined)
        calm.push({ hub, words: 'not connected while the market is closed', evidence });
      else if (condition.kind === 'starting') waiting.push(`${hub} hub: connecting for the first time`);
      else if (condition.kind === 'unproven' && marketOpen && hub === 'market') {
        waiting.push(
          `${hub} hub: connected for ${spanText(now - condition.sinceAt)}, waiting for first data`,
        );
      } else calm.push({ hub, words: wordsOf(view, condition, now), evidence });
    }
    const evidence = sick.map((one) => one.evidence);
    const [first] = sick;
    if (first !== undefined && some(evidence)) {
      const both = sick.length > 1;
      const summary = both
        ? `Both hubs have a problem: ${sick.map((one) => `${one.hub} hub: ${one.words}`).join('; ')}.`
        : `The ${first.hub} hub ${first.words}.`;
      return {
        status: 'fail',
        finding: first.label,
        summary,
        evidence,
        remedy: remedies[first.label],
        hubs: sick.map((one) => one.hub),
      };
    }
    if (waiting.length > 0) return { status: 'skip', reason: waiting.join('; ') };
    const closed =
      market.kind === 'closed' && !marketOpen ? ` Market closed: ${closedText(market, now)}.` : '';
    return {
      status: 'pass',
      summary: `${hubsText(calm.map((one) => one.hub))}: ${[...new Set(calm.map((one) => one.words))].join('; ')}.${closed}`,
      evidence: calm.map((one) => one.evidence),
    };
  },
});

function sicknessOf(
  view: HubView,
  condition: HubCondition,
  now: number,
): { readonly label: Label; readonly words: string } | undefined {
  switch (condition.kind) {
    case 'down': {
      const sinceAt = openGapAt(view) ?? condition.sinceAt;
      const attempt = condition.attempt > 0 ? ` (attempt ${condition.attempt})` : '';
      return {
        label: downLabels[condition.why],
        words: `has been down for ${spanText(now - sinceAt)}: ${condition.words}${attempt}`,
      };
    }
    case 'half-open':
      return {
        label: 'hub-half-open',
        words: `looks connected, but for ${spanText(now - condition.sinceAt)} ${condition.words}`,
      };
    case 'unsubscribed':
      return {
        label: 'subscriptions-missing',
        words: `has been connected for ${spanText(now - condition.sinceAt)}, but none of its ${condition.wanted} subscriptions is acknowledged`,
      };
    case 'zombie':
      return {
        label: 'zombie',
        words: `was reconnected ${spanText(now - condition.sinceAt)} ago, but no data has come on this connection`,
      };
    case 'mute':
      return {
        label: 'feed-mute',
        words: `is connected but mute: no market data for any contract for ${spanText(now - condition.sinceAt)}`,
      };
    case 'off':
    case 'starting':
    case 'unproven':
    case 'live':
      return undefined;
  }
}

/** An outage is over when data proves it (as its page says too); a cut that was mended at once gets the moment that first data takes. */
function absenceOf(
  login: LoginView,
  view: HubView,
  condition: HubCondition,
  look: DetectContext,
): { readonly label: Label; readonly words: string } | undefined {
  const drop = view.connections.findLast((life) => life.drop !== undefined)?.drop;
  const lostAt = openGapAt(view);
  if (view.hub !== 'market' || condition.kind !== 'unproven' || drop === undefined || lostAt === undefined)
    return undefined;
  const { now, thresholds } = look;
  // What was lost before the opening is missed once that is over, and where no data has to come none can be missed.
  const awaited = login.suites.filter((suite) => awaitsData(suite, look));
  const opened = openedAt(openSuites(awaited, look, true), look);
  if (opened === undefined || now - Math.max(lostAt, opened) < thresholds.feedWarnMs) return undefined;
  return {
    label: downLabels[dropWhy(drop.reason)],
    words: `was lost ${spanText(now - lostAt)} ago (${dropWords(drop.reason)}) and has been connected again for ${spanText(now - condition.sinceAt)}, but no data has come on it yet`,
  };
}

function wordsOf(view: HubView, condition: HubCondition, now: number): string {
  if (condition.kind !== 'live' && condition.kind !== 'unproven') return 'well';
  // An account in which nothing happens is told nothing: what it holds was read over REST.
  const by = view.hub === 'market' || view.eventsOnConnection > 0 ? 'by data' : 'over REST';
  const proof = view.proven ? `proven ${by}` : 'quiet, not proven by data yet';
  return `connected for ${spanText(now - condition.sinceAt)}, ${proof}`;
}

function evidenceOf(view: HubView, condition: HubCondition, now: number): Evidence {
  const detail = condition.kind === 'down' ? `: ${condition.detail}` : '';
  const events =
    view.state.kind === 'connected' ? `, ${view.eventsOnConnection} events on this connection` : '';
  return {
    label: `${view.hub} hub`,
    value: `${view.state.kind}${detail}${events}`,
    threshold: 'connected, subscribed, proven by data',
    source: `${view.hub} hub`,
    at: condition.kind === 'down' || condition.kind === 'off' ? now : (view.lastFrameAt ?? now),
  };
}
