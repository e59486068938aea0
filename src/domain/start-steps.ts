// The six steps of a start, from hosting to a running feed, told of one suite.
import type { MarketPhase } from './calendar.ts';
import type { Evidence } from './diagnostic.ts';
import type { Step } from './exhibit.ts';
import { openedHubs } from './look.ts';
import { sequence, type StepFact } from './sequence.ts';
import { closedText } from './span.ts';
import type { StartMarks } from './start-view.ts';
import type { HubName, LoginView, SuiteView } from './suite.ts';
import type { Thresholds } from './thresholds.ts';

export interface StartLook {
  readonly now: number;
  readonly market: MarketPhase;
  readonly thresholds: Pick<Thresholds, 'startupMs' | 'feedFailMs'>;
}

export function startSteps(marks: StartMarks, suite: SuiteView, look: StartLook): readonly Step[] {
  const { login } = suite;
  const wanted = suite.spec.observe === 'direct' ? openedHubs(login) : [];
  const facts = [
    environment(marks, login),
    token(marks, login),
    sockets(marks, login, wanted),
    authenticated(marks, suite, wanted),
    firstData(marks, suite, look),
    running(marks, suite, look),
  ];
  const { now, thresholds } = look;
  const from = marks.lost === undefined ? 'the start' : 'the loss';
  return sequence(facts, { beganAt: marks.beganAt, from, now, patienceMs: thresholds.startupMs });
}

function evidence(label: string, value: string, source: string, at: number | undefined): readonly Evidence[] {
  return at === undefined ? [] : [{ label, value, source, at }];
}

/** The newest of all; undefined where one is missing, or there is none. */
function last(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((at): at is number => at !== undefined);
  return known.length === 0 || known.length < times.length ? undefined : Math.max(...known);
}

function environment({ answeredAt }: StartMarks, { rest }: LoginView): StepFact {
  const newest = rest.at(-1);
  const said =
    newest === undefined
      ? 'it has not been asked yet.'
      : `${newest.path}: ${newest.outcome}. ${newest.detail}`;
  return {
    name: 'Environment',
    doneAt: answeredAt,
    done: 'Settings and key are there, and the gateway answers.',
    waits: `settings and key are there, but the gateway has not answered; ${said}`.trim(),
    evidence: evidence('first answer of the gateway', 'came', 'REST', answeredAt),
  };
}

function token({ tokenAt }: StartMarks, { session, username }: LoginView): StepFact {
  const refused =
    session.kind === 'refused'
      ? `The gateway refuses the login of ${username}: ${session.reason} (errorCode ${session.code}).`
      : session.kind === 'expired'
        ? `The token has expired: ${session.why}`
        : undefined;
  return {
    name: 'Token',
    doneAt: tokenAt,
    done: 'Logged in, the token is valid.',
    waits: 'the login has not been answered with a token.',
    fails: refused,
    evidence: evidence('session', 'active', 'REST Auth/loginKey', tokenAt),
  };
}

const byRest = 'Observed by REST: Pitwatch opens no hub.';

/** A server that refused the token, or the handshake, has at least been reached. */
function reachedAt({ hubs }: LoginView, hub: HubName): number | undefined {
  const { state } = hubs[hub];
  if (state.kind === 'auth-failed') return state.sinceAt;
  const trying = state.kind === 'connecting' || state.kind === 'reconnecting';
  return trying && state.lastReason === 'handshake-failed' ? state.sinceAt : undefined;
}

function sockets({ hubs }: StartMarks, login: LoginView, wanted: readonly HubName[]): StepFact {
  const missing = wanted.filter((hub) => (hubs[hub].openedAt ?? reachedAt(login, hub)) === undefined);
  return {
    name: 'Sockets',
    doneAt: last(wanted.map((hub) => hubs[hub].openedAt ?? reachedAt(login, hub))),
    done: `The sockets to the ${wanted.join(' and the ')} hub are open.`,
    waits: missing.map((hub) => notOpen(login, hub)).join('; '),
    skips: wanted.length === 0 ? byRest : undefined,
    evidence: wanted.flatMap((hub) =>
      evidence(`${hub} hub opened`, 'open', `${hub} hub`, hubs[hub].openedAt),
    ),
  };
}

function notOpen({ hubs }: LoginView, hub: HubName): string {
  const { state } = hubs[hub];
  if (state.kind !== 'connecting' && state.kind !== 'reconnecting') return `the ${hub} hub is ${state.kind}`;
  const why = state.lastError ?? 'no answer yet';
  return `the ${hub} hub is not open, attempt ${state.attempt}: ${why}`;
}

function authenticated({ hubs }: StartMarks, suite: SuiteView, wanted: readonly HubName[]): StepFact {
  const missing = wanted.filter((hub) => hubs[hub].subscribedAt === undefined);
  const problems = missing.map((hub) => notSubscribed(suite, hub));
  const refusals = problems.flatMap(({ final, text }) => (final ? [text] : []));
  return {
    name: 'Hubs authenticated',
    doneAt: last(wanted.map((hub) => hubs[hub].subscribedAt)),
    done: 'The token is accepted and every subscription is acknowledged.',
    waits: problems.map(({ text }) => text).join('; '),
    fails: refusals.length === 0 ? undefined : `${refusals.join('; ')}.`,
    skips: wanted.length === 0 ? byRest : undefined,
    evidence: wanted.flatMap((hub) =>
      evidence(`${hub} hub subscribed`, 'acknowledged', `${hub} hub`, hubs[hub].subscribedAt),
    ),
  };
}

function notSubscribed(
  { login, contractProblem, accountProblem }: SuiteView,
  hub: HubName,
): { readonly final: boolean; readonly text: string } {
  const { state, subscriptions } = login.hubs[hub];
  if (state.kind === 'auth-failed')
    return { final: true, text: `The ${hub} hub refuses the token: ${state.detail}` };
  if (state.kind === 'connecting' || state.kind === 'reconnecting') {
    const why = state.lastError ?? 'no answer yet';
    return { final: false, text: `the ${hub} hub took the socket but not the handshake: ${why}` };
  }
  for (const { method, state: said } of subscriptions) {
    if (said.kind === 'refused')
      return { final: true, text: `The ${hub} hub refused ${method}: ${said.error}` };
  }
  const unanswered = subscriptions.filter((one) => one.state.kind === 'waiting').map(({ method }) => method);
  if (unanswered.length > 0)
    return { final: false, text: `the ${hub} hub has not acknowledged ${unanswered.join(', ')}` };
  const problem = hub === 'market' ? contractProblem : accountProblem;
  return {
    final: false,
    text:
      problem === undefined ? `the ${hub} hub is not subscribed yet` : `nothing to subscribe to: ${problem}`,
  };
}

/** Words for data that nobody can expect; undefined = it is due. */
function notDue(suite: SuiteView, { market, now }: StartLook): string | undefined {
  if (suite.spec.observe === 'probe') return 'Observation by probe is not available yet.';
  if (market.kind === 'open') return undefined;
  return `The market is closed (${closedText(market, now)}): no data can be expected.`;
}

function firstData({ suites }: StartMarks, suite: SuiteView, look: StartLook): StepFact {
  const own = suites[suite.spec.name];
  const direct = suite.spec.observe === 'direct';
  const doneAt = direct ? own?.firstDataAt : own?.readAt;
  const contract = suite.contract?.name ?? suite.spec.instrument;
  return {
    name: 'First data',
    doneAt,
    done: direct ? `The first event of ${contract} came.` : 'Orders and positions were read over REST.',
    waits: direct
      ? `no event of ${contract} has come.`
      : `orders and positions have not been read; ${suite.accountProblem ?? suite.contractProblem ?? 'no answer yet'}`,
    skips: direct ? notDue(suite, look) : probeOnly(suite),
    patienceMs: look.thresholds.feedFailMs,
    evidence: evidence('first event', contract, direct ? 'market hub' : 'REST', doneAt),
  };
}

function probeOnly({ spec }: SuiteView): string | undefined {
  return spec.observe === 'probe' ? 'Observation by probe is not available yet.' : undefined;
}

/** Prints of a thin contract can be minutes apart, and its feed runs all the same. */
const thinMs = 5 * 60_000;

function running({ suites }: StartMarks, suite: SuiteView, look: StartLook): StepFact {
  const own = suites[suite.spec.name];
  const direct = suite.spec.observe === 'direct';
  const wanted = suite.streams.filter((stream) => stream.wanted);
  const missing = wanted.filter(({ firstOnConnectionAt }) => firstOnConnectionAt === undefined);
  const kinds = wanted.map(({ kind }) => kind).join(', ');
  const reads = own?.readAt === undefined ? ['orders and positions have not been read'] : [];
  const late = missing.map(({ kind }) => `no ${kind} has come`);
  return {
    name: 'Feed running',
    doneAt: direct ? last([own?.allDataAt, own?.readAt]) : own?.readAt,
    done: direct ? `Every kind of event flows (${kinds}), orders and positions are read.` : 'REST is polled.',
    waits: `${[...late, ...reads].join(', ') || 'not everything has come'}.`,
    skips: direct ? notDue(suite, look) : probeOnly(suite),
    patienceMs: thinMs,
    evidence: [
      ...evidence('every kind of event', kinds, 'market hub', direct ? own?.allDataAt : undefined),
      ...evidence('orders and positions', 'read', 'REST', own?.readAt),
    ],
  };
}
