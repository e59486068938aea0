// What a recovery message can prove: since when it is well, by which evidence, and what was missed in between.
import { DateTime } from 'luxon';
import type { Alert, Recovery } from '../domain/alert.ts';
import type { MarketPhase } from '../domain/calendar.ts';
import { exposureText } from '../domain/exposure.ts';
import { timeframeMs } from '../domain/market.ts';
import { orderWords } from '../domain/order-words.ts';
import { asOne, sharing } from '../domain/shared-suites.ts';
import type { HubName, LoginView, SuiteView } from '../domain/suite.ts';

/** Named one by one in a recovery. */
const mostEnds = 4;
/** The gateway's clock and ours differ by this much at most before `clock-skew` is told; with room. */
const clocksMs = 5_000;

function clockTime(at: number): string {
  return `${DateTime.fromMillis(at, { zone: 'America/Chicago' }).toFormat('HH:mm:ss')} CT`;
}

function seconds(ms: number): string {
  return `${(Math.max(0, ms) / 1_000).toFixed(1)} s`;
}

/** The time without a proven user hub: from its own gaps where they are known, else from the alert. */
function gapOf(alert: Alert, view: LoginView, now: number): { from: number; to: number; away: boolean } {
  const gap = view.hubs.user.gaps.findLast((known) => (known.endedAt ?? now) >= alert.sinceAt);
  const from = Math.min(alert.sinceAt, gap?.startedAt ?? alert.sinceAt);
  return { from, to: gap?.endedAt ?? now, away: gap !== undefined };
}

/** Between two prints of a contract whose pace is not known, less than this is no hole (reference 12: 15 s, 20 usual gaps). */
const plainPauseMs = 15_000;

/** The time in which prints of the suite may not have come: the hub was away, or its prints paused. Bad prices and orders cost no bar. */
function unseenOf(
  alert: Alert,
  { hubs }: LoginView,
  suite: SuiteView,
  now: number,
): { from: number; to: number } | undefined {
  const gaps = hubs.market.gaps.map(({ startedAt, endedAt }) => ({ from: startedAt, to: endedAt ?? now }));
  const pauses = suite.streams.flatMap(({ kind, pause, usualGapMs }) =>
    kind === 'trade' &&
    pause !== undefined &&
    (usualGapMs !== undefined || pause.toAt - pause.fromAt >= plainPauseMs)
      ? [{ from: pause.fromAt, to: pause.toAt }]
      : [],
  );
  const spans = [...gaps, ...pauses].filter(({ to }) => to >= alert.sinceAt);
  if (spans.length === 0) return undefined;
  return { from: Math.min(...spans.map(({ from }) => from)), to: Math.max(...spans.map(({ to }) => to)) };
}

function missedBars(suite: SuiteView, span: { from: number; to: number } | undefined): string | undefined {
  const timeframe = suite.spec.timeframes[0];
  if (timeframe === undefined || span === undefined) return undefined;
  const { from, to } = span;
  const step = timeframeMs[timeframe];
  const count = Math.floor(to / step) - Math.floor(from / step) + 1;
  return `${suite.spec.name}: ${count === 1 ? 'one' : count} ${timeframe} ${count === 1 ? 'bar is' : 'bars are'} incomplete (${clockTime(Math.floor(from / step) * step)} to ${clockTime(Math.floor(to / step) * step + step)})`;
}

function missedFills(suite: SuiteView, from: number, to: number): string {
  const reconciledAt = suite.reconciledAt;
  if (reconciledAt === undefined || reconciledAt < from) {
    return `${suite.spec.name}: fills from that time have not been checked over REST yet`;
  }
  const missed = suite
    .fills()
    .filter(
      (fill) =>
        !fill.seenOn.includes('hub') &&
        fill.exchangeAt !== undefined &&
        fill.exchangeAt >= from &&
        fill.exchangeAt <= to,
    );
  const list = missed.map((fill) => `${fill.side} ${fill.size} at ${fill.price.toString()}`).join(', ');
  // No hub of ours could have told it, so none was missed by one.
  if (suite.spec.observe === 'rest')
    return missed.length === 0
      ? `${suite.spec.name}: no fill meanwhile (read over REST at ${clockTime(reconciledAt)})`
      : `${suite.spec.name}: ${missed.length === 1 ? 'one fill' : `${missed.length} fills`} meanwhile, read over REST: ${list}`;
  if (missed.length === 0)
    return `${suite.spec.name}: no fill was missed (checked over REST at ${clockTime(reconciledAt)})`;
  return `${suite.spec.name}: ${missed.length === 1 ? 'one fill was' : `${missed.length} fills were`} never seen on the hub and found over REST: ${list}`;
}

/** Orders that ended without a fill while the hub did not tell: a stop that was cancelled or rejected is what one has to hear of. */
function missedEnds(suite: SuiteView, from: number, to: number, away: boolean): string | undefined {
  if (suite.spec.observe === 'rest') return undefined;
  const { endsKnownFrom } = suite.trading;
  if (endsKnownFrom === undefined || endsKnownFrom > from)
    return away
      ? `${suite.spec.name}: how orders ended in that time has not been read: compare the platform with /orders ${askedBy(suite)}`
      : undefined;
  const ended = suite.orders().filter(
    ({ source, status, updatedAt }) =>
      source === 'rest' &&
      (status === 'rejected' || status === 'cancelled' || status === 'expired') &&
      updatedAt !== undefined &&
      // Nobody else told it, so it may lie a little beside the gap: the stamp is the gateway's.
      updatedAt >= from - clocksMs &&
      updatedAt <= to + clocksMs,
  );
  if (ended.length === 0)
    return away ? `${suite.spec.name}: no order was cancelled, rejected or expired meanwhile` : undefined;
  const shown = ended
    .slice(-mostEnds)
    .map(
      (order) =>
        `${orderWords(order)} ${order.status}${order.words === undefined ? '' : ` (“${order.words}”)`}`,
    );
  const more = ended.length > mostEnds ? ` and ${ended.length - mostEnds} more` : '';
  return `${suite.spec.name}: ${ended.length === 1 ? 'one order' : `${ended.length} orders`} ended unseen, found over REST: ${shown.join(', ')}${more}`;
}

/** Data this fresh flows, whenever the trouble ended. */
const flowingMs = 15_000;

/** What of the suites' data can be said to flow; of the rest why it does not, or for how long. */
function marketProof(
  suites: readonly SuiteView[],
  isNew: boolean,
  isClosed: boolean,
  { now, wellSinceAt }: { now: number; wellSinceAt: number },
): readonly string[] {
  const told = suites.flatMap(({ spec, contract, streams }) => {
    const receivedAt = Math.max(
      ...streams.map(({ lastReceivedAt }) => lastReceivedAt ?? -Infinity),
      -Infinity,
    );
    return Number.isFinite(receivedAt) ? [{ name: spec.name, contract, receivedAt }] : [];
  });
  const flows = ({ receivedAt }: { receivedAt: number }): boolean =>
    receivedAt >= Math.min(wellSinceAt, now - flowingMs);
  const flowing = told
    .filter(flows)
    .map(({ name, receivedAt }) => `${name} last event ${seconds(now - receivedAt)} ago`);
  const silent = told
    .filter((one) => !flows(one))
    .map(({ name, contract, receivedAt }) =>
      contract?.activeContract === false
        ? `${contract.name} is no longer the active contract: no data is expected of it`
        : `no data of ${name} for ${seconds(now - receivedAt)}`,
    );
  if (flowing.length === 0) return isClosed ? ['the market has closed; no data is expected now'] : silent;
  return [`market data flows${isNew ? ' on the new connection' : ''}: ${flowing.join(', ')}`, ...silent];
}

function userProof(view: LoginView): string {
  const acknowledged = view.hubs.user.subscriptions.filter((one) => one.state.kind === 'acknowledged').length;
  const books = view.hubs.user.proven
    ? 'orders and positions reconciled over REST'
    : 'orders and positions not checked over REST yet';
  return `user hub connected, ${acknowledged} of ${view.hubs.user.subscriptions.length} subscriptions acknowledged on this connection, ${books}`;
}

/** What is typed to ask about one of them: a suite's own name, where it is shown under the name of several. */
function askedBy({ login, contract, account, spec }: SuiteView): string {
  const own = login.suites.find(
    (one) => one.contract?.id === contract?.id && one.account?.id === account?.id,
  );
  return own?.spec.name ?? spec.name;
}

/** A position or a fill that suites share is told once, or it would read as two; by one whose hub told it, where there is one. */
function eachOnce(suites: readonly SuiteView[]): readonly SuiteView[] {
  return sharing(suites, 'position').flatMap((all) => {
    const teller = all.find(({ spec }) => spec.observe === 'direct') ?? all[0];
    return teller === undefined ? [] : [asOne(teller, all)];
  });
}

/** An answer of REST takes a moment, and what it mends is seen a moment later. */
const answerMs = 10_000;

/**
 * What is held now: that data flows again does not say that a stop is in place. Where no hub of ours tells and REST was not read since
 * it is well, that is not known: a stop may have gone meanwhile.
 */
function heldNow(suites: readonly SuiteView[], wellSinceAt: number): readonly string[] {
  const held = (of: readonly SuiteView[]): string =>
    of.map(({ spec, exposure }) => `${spec.name} ${exposureText(exposure)}`).join(', ');
  const isOld = ({ trading, reconciledAt }: SuiteView): boolean =>
    trading.hubSinceAt === undefined && reconciledAt !== undefined && reconciledAt < wellSinceAt - answerMs;
  const all = eachOnce(suites);
  const old = all.filter(isOld);
  const known = all.filter((suite) => !isOld(suite));
  const readAt = Math.min(...old.flatMap(({ reconciledAt }) => reconciledAt ?? []));
  return [
    ...(known.length === 0 ? [] : [`held now: ${held(known)}`]),
    ...(old.length === 0
      ? []
      : [`what is held now has not been read yet; at ${clockTime(readAt)} it was: ${held(old)}`]),
  ];
}

/** Pure: the recovery of a login's alert as the view shows it at `now`, well since `wellSinceAt`. */
export function recoveryOf(
  alert: Alert,
  view: LoginView,
  market: (suite: SuiteView) => MarketPhase,
  now: number,
  wellSinceAt: number,
): Recovery {
  const touched = view.suites.filter((suite) =>
    alert.suites.some((known) => known.suite === suite.spec.name),
  );
  const hubs: readonly HubName[] = alert.place.hub === undefined ? ['market', 'user'] : [alert.place.hub];
  const missed: string[] = [];
  const proof: string[] = [];
  if (hubs.includes('market')) {
    for (const suite of touched) {
      if (market(suite).kind !== 'open') continue;
      const bars = missedBars(suite, unseenOf(alert, view, suite, now));
      if (bars !== undefined) missed.push(bars);
    }
    const { state } = view.hubs.market;
    const isNew = state.kind === 'connected' && state.sinceAt >= alert.sinceAt;
    const isClosed = touched.length > 0 && touched.every((suite) => market(suite).kind === 'closed');
    // What came before a hub went away proves nothing, however lately it was.
    const isAway = state.kind !== 'connected' && state.kind !== 'off';
    if (isAway) proof.push('the market hub is not connected yet');
    else proof.push(...marketProof(touched, isNew, isClosed, { now, wellSinceAt }));
  }
  if (hubs.includes('user')) {
    const { from, to, away } = gapOf(alert, view, now);
    for (const suite of eachOnce(touched)) {
      missed.push(missedFills(suite, from, to));
      const ends = missedEnds(suite, from, to, away);
      if (ends !== undefined) missed.push(ends);
    }
    if (view.hubs.user.state.kind === 'connected') proof.push(userProof(view));
  }
  return {
    at: wellSinceAt,
    missed,
    proof: [
      ...(proof.length > 0 ? proof : [`${alert.title}: no longer seen since ${clockTime(now)}`]),
      ...heldNow(
        view.suites.filter((suite) => touched.includes(suite) || suite.exposure.kind !== 'flat'),
        wellSinceAt,
      ),
    ].join('; '),
  };
}
