// Alarm: a hub has no live connection, from the drop until data proves the new one; both at once are one alarm.
import { hubDown } from '../domain/connection-findings.ts';
import type { DetectContext, Detector, Symptom } from '../domain/detector.ts';
import type { Evidence } from '../domain/diagnostic.ts';
import { hubCondition, hubNames, openGapAt, wantedSubscriptions, wasLost } from '../domain/hub-condition.ts';
import {
  awaitsData,
  holdsPosition,
  inStartup,
  mattersSince,
  severityAtStake,
  suiteNames,
} from '../domain/stakes.ts';
import { spanText } from '../domain/span.ts';
import type { HubName, LoginView, SuiteView } from '../domain/suite.ts';

/** A half-open link is found within 1 s by pings and after 30 s of silence without: one cut can be seen that far apart. */
const sameCutMs = 30_000;
/** What a user hub missed is asked for within our share of the requests, account by account: that it takes a while is no trouble of the hub. */
const unreadGraceMs = 30_000;

interface Down {
  readonly hub: HubName;
  readonly sinceAt: number;
  readonly words: string;
  readonly evidence: Evidence;
  readonly suites: readonly SuiteView[];
  /** Connected, every subscription acknowledged: only what it missed has not been asked for yet. */
  readonly unread: boolean;
}

export default {
  name: 'hub-down',
  watches: 'login',
  findings: { 'hub-down': hubDown },
  diagnostics: ['hub-connection', 'rest-session', 'subscriptions', 'reconnect-history', 'gateway-reachable'],
  causedBy: [
    'gateway-unreachable',
    'session-expired',
    'no-session',
    'credentials-refused',
    'agreements-not-signed',
    'api-access-missing',
    'api-key-disabled',
    'login-refused',
    'second-session',
    'reconnect-loop',
  ],
  detect(login, context) {
    const down = hubNames.flatMap((hub) => downOf(login, hub, context) ?? []);
    const [market, user] = down;
    if (market !== undefined && user !== undefined && Math.abs(market.sinceAt - user.sinceAt) <= sameCutMs) {
      return [symptomOf(login, [market, user], context)];
    }
    return down.map((one) => symptomOf(login, [one], context));
  },
} satisfies Detector;

function downOf(login: LoginView, hub: HubName, context: DetectContext): Down | undefined {
  const view = login.hubs[hub];
  const condition = hubCondition(login, hub, context);
  const suites = login.suites.filter((suite) => suite.spec.observe === 'direct');
  let words: string;
  let beganAt: number;
  let value: string;
  let unread = false;
  if (condition.kind === 'down') {
    const attempt = condition.attempt > 0 ? ` (attempt ${condition.attempt})` : '';
    words = `${condition.words}${attempt}`;
    beganAt = openGapAt(view) ?? condition.sinceAt;
    value = `${view.state.kind}: ${condition.detail}`;
  } else if (condition.kind === 'half-open') {
    words = condition.words;
    beganAt = condition.sinceAt;
    value = 'connected, dead link';
  } else {
    const gapAt = openGapAt(view);
    // Up again counts only once data came; a connection that stays without is the zombie's to tell.
    if (condition.kind === 'off' || condition.kind === 'starting' || view.proven || gapAt === undefined)
      return undefined;
    // The first connection of a host replaces none: until its data comes it is starting, after that it is mute.
    if (!wasLost(view)) return undefined;
    // Where no data has to come, none can prove it: connected again is all that can be asked for.
    if (hub === 'market' && !login.suites.some((suite) => awaitsData(suite, context))) return undefined;
    unread = hub === 'user' && wantedSubscriptions(view).every(({ state }) => state.kind === 'acknowledged');
    words = unread
      ? 'it is connected and subscribed again, but what it missed has not been read over REST yet'
      : 'it is connected again, but no data has arrived on it yet';
    beganAt = gapAt;
    value = 'connected, not proven';
  }
  if (inStartup(login, context) && view.connections.length === 0) return undefined;
  const sinceAt = relevantSince(login, hub, beganAt, context);
  if (sinceAt === undefined) return undefined;
  return {
    hub,
    sinceAt,
    words,
    suites,
    unread,
    evidence: {
      label: `${hub} hub`,
      value,
      threshold: 'connected and proven by data',
      source: `${hub} hub`,
      at: context.now,
    },
  };
}

/** Market data does not matter while every market is closed; orders and fills do while a position is held. */
function relevantSince(
  login: LoginView,
  hub: HubName,
  beganAt: number,
  context: DetectContext,
): number | undefined {
  if (hub === 'user') return mattersSince(login, beganAt, context);
  const flat: LoginView = {
    ...login,
    suites: login.suites.filter((suite) => suite.spec.observe === 'direct').map(withoutPosition),
  };
  return mattersSince(flat, beganAt, context);
}

function withoutPosition(suite: SuiteView): SuiteView {
  return holdsPosition(suite) ? { ...suite, exposure: { kind: 'flat' } } : suite;
}

function symptomOf(login: LoginView, down: readonly Down[], { now }: DetectContext): Symptom {
  const sinceAt = Math.min(...down.map((one) => one.sinceAt));
  const [first] = down;
  const suites = login.suites.filter((suite) => down.some((one) => one.suites.includes(suite)));
  const touched = suites.length > 0 ? suites : login.suites;
  const both = down.length > 1;
  const names = both
    ? 'The market hub and the user hub'
    : first?.hub === 'user'
      ? 'The user hub'
      : 'The market hub';
  const downMs = now - sinceAt;
  const lasting = both ? 'have been down' : 'has been down';
  const since = downMs < 1_000 ? (both ? 'are down' : 'is down') : `${lasting} for ${spanText(downMs)}`;
  const words = [...new Set(down.map((one) => (both ? `${one.hub} hub: ${one.words}` : one.words)))].join(
    '; ',
  );
  const unread = down.every((one) => one.unread);
  const lost = unread
    ? 'orders and fills from that time may be unknown'
    : both
      ? 'neither prices nor order events arrive'
      : first?.hub === 'user'
        ? 'order, position and fill events do not arrive'
        : 'no prices arrive';
  return {
    finding: 'hub-down',
    place: both || first === undefined ? { login: login.login } : { login: login.login, hub: first.hub },
    title: both ? 'Both hubs are down' : `${first?.hub === 'user' ? 'User' : 'Market'} hub is down`,
    severity: severityAtStake(touched),
    sinceAt,
    ...(unread ? { graceMs: unreadGraceMs } : {}),
    summary: `${names} ${since}: ${words}; ${lost}.`,
    remedy:
      first?.hub === 'market' && !both
        ? 'Check your stops on the platform now; do not trust the suite’s prices.'
        : 'Check positions and stops on the platform now; reconcile fills once the hub is back.',
    evidence: down.map((one) => one.evidence),
    suites: suiteNames(touched),
  };
}
