// Is the gateway reachable over REST, how fast, and did recent calls fail?
import { gatewayFailing, gatewaySlow, gatewayUnreachable } from '../domain/access-findings.ts';
import { diagnostic, type Evidence, type Verdict } from '../domain/diagnostic.ts';
import { gatewayMs, isAuth, isFailure, recentRest } from '../domain/rest-outage.ts';
import { spanText } from '../domain/span.ts';
import type { RestRecord } from '../domain/suite.ts';

/** Slower than this a person waits and an order may time out (reference 11, F13: slow is 5-40 s). */
const slowWarnMs = 2_000;
const slowFailMs = 5_000;
/** So many quick answers in a row, and slowness is past. */
const quickAgain = 5;
/** An answer this young still says that the gateway is there. */
const lastWordMs = 60_000;

export default diagnostic({
  name: 'gateway-reachable',
  question: 'Is the gateway reachable?',
  severity: 'critical',
  scope: 'login',
  dependsOn: [],
  topics: ['connection'],
  findings: {
    'gateway-unreachable': gatewayUnreachable,
    'gateway-failing': gatewayFailing,
    'gateway-slow': gatewaySlow,
  },
  async examine({ login }, { now, signal }) {
    const ping = await login.reads.ping(signal);
    const recent = recentRest(login, now);
    if (ping.outcome === 'not-asked') return withoutPing(ping, recent, now);
    const pingEvidence: Evidence = {
      label: 'ping',
      value:
        ping.outcome === 'ok'
          ? spanText(ping.tookMs)
          : `${ping.outcome}${statusText(ping)} after ${spanText(ping.tookMs)}`,
      threshold: `warn over ${spanText(slowWarnMs)}, fail over ${spanText(slowFailMs)}`,
      source: 'REST Status/ping',
      at: ping.at,
    };
    if (ping.outcome === 'unreachable' || ping.outcome === 'timeout') {
      return {
        status: 'fail',
        finding: 'gateway-unreachable',
        summary:
          ping.outcome === 'timeout'
            ? `The gateway did not answer a ping within ${spanText(ping.tookMs)}.`
            : `The gateway cannot be reached: ${ping.detail}.`,
        evidence: [pingEvidence],
        remedy:
          'Manage open positions on the platform from another device; check the vendor’s status page and this worker’s network.',
      };
    }
    if (ping.outcome === 'server-error' || ping.outcome === 'bad-answer') {
      return {
        status: 'fail',
        finding: 'gateway-failing',
        summary: `The gateway answers a ping with error${statusText(ping)}: ${ping.detail}.`,
        evidence: [pingEvidence],
        remedy: 'Wait a minute and ask again; do not repeat orders blindly, one may have gone through.',
        severity: 'high',
      };
    }
    // With a ping that is answered and no session, what fails is the login: that is the session's to tell.
    const active = login.session.kind === 'active';
    const failures = recent.filter((record) => isFailure(record) && (active || !isAuth(record)));
    const failureEvidence = failures.slice(-3).map(
      (record): Evidence => ({
        label: 'failed call',
        value: `${record.outcome}${statusText(record)}: ${record.detail}`,
        source: `REST ${record.path}`,
        at: record.at,
      }),
    );
    const last = recent.findLast((record) => active || !isAuth(record));
    if (failures.length > 0 && last !== undefined) {
      // A living ping beside calls that fail to the last is an outage of what matters; failures followed by answers are past.
      const failing = failures.length >= 3 && isFailure(last);
      return {
        status: failing ? 'fail' : 'warn',
        finding: 'gateway-failing',
        summary: `The gateway answers pings, but ${failures.length} of ${recent.length} REST calls failed in the last 5 minutes (${kindsOf(failures)}).`,
        evidence: [pingEvidence, ...failureEvidence],
        remedy:
          'Do not repeat orders blindly, one may have gone through; check positions and ask again in a minute.',
        severity: 'high',
      };
    }
    const slow = slowVerdict(withPing(recent, ping), gatewayMs(ping) >= slowFailMs, [pingEvidence]);
    if (slow !== undefined) return slow;
    return {
      status: 'pass',
      summary: `The gateway answers in ${spanText(ping.tookMs)}${ping.outcome === 'ok' ? '' : ` (${ping.outcome}${statusText(ping)})`}.`,
      evidence: [pingEvidence],
    };
  },
});

/** No ping may be sent now: what other calls met lately speaks for it, and where none was made it is unknown. */
function withoutPing(ping: RestRecord, recent: readonly RestRecord[], now: number): Verdict {
  const answered = recent.findLast((record) => now - record.at <= lastWordMs);
  const failures = recent.slice(recent.findLastIndex((record) => !isFailure(record)) + 1);
  const [first] = failures;
  if (answered !== undefined && first !== undefined && failures.length >= 2) {
    return {
      status: 'fail',
      finding: 'gateway-failing',
      summary: `The last ${failures.length} REST calls failed (${kindsOf(failures)}); no ping can be sent right now.`,
      evidence: [
        {
          label: 'failed call',
          value: `${answered.outcome}${statusText(answered)}: ${answered.detail}`,
          source: `REST ${answered.path}`,
          at: answered.at,
        },
      ],
      remedy:
        'Do not repeat orders blindly, one may have gone through; check positions and ask again in a minute.',
      severity: 'high',
      sinceAt: first.at,
    };
  }
  if (answered === undefined || isFailure(answered)) {
    return { status: 'skip', reason: `no ping can be sent right now: ${ping.detail}; ask again in a minute` };
  }
  const last = answerEvidence(answered);
  const slow = slowVerdict(recent, gatewayMs(answered) >= slowFailMs, [last]);
  if (slow !== undefined) return slow;
  return {
    status: 'pass',
    summary: `The gateway answered ${answered.path} ${spanText(now - answered.at)} ago; no ping now: ${ping.detail}.`,
    evidence: [last],
  };
}

/** A ping that was answered is one of the calls; one that is given again stands where it was made. */
function withPing(recent: readonly RestRecord[], ping: RestRecord): readonly RestRecord[] {
  return recent.some(({ path, at }) => path === ping.path && at === ping.at) ? recent : [...recent, ping];
}

function answerEvidence(record: RestRecord): Evidence {
  return {
    label: 'last answer',
    value: `${record.outcome}${statusText(record)} in ${spanText(record.tookMs)}`,
    source: `REST ${record.path}`,
    at: record.at,
  };
}

/**
 * Whether the gateway is slow: an answer took longer than a person waits, and it has not been quick again and again since.
 * @param answers in the order they came, what was asked just now last
 * @param badly whether the latest of them is slow by far
 */
function slowVerdict(
  answers: readonly RestRecord[],
  badly: boolean,
  evidence: readonly [Evidence],
): Verdict | undefined {
  const isSlow = (record: RestRecord): boolean => gatewayMs(record) >= slowWarnMs;
  if (answers.length - 1 - answers.findLastIndex(isSlow) >= quickAgain) return undefined;
  const slowest = answers.reduce<RestRecord | undefined>(
    (worst, record) => (worst === undefined || gatewayMs(record) > gatewayMs(worst) ? record : worst),
    undefined,
  );
  if (slowest === undefined || gatewayMs(slowest) < slowWarnMs) return undefined;
  return {
    status: badly ? 'fail' : 'warn',
    finding: 'gateway-slow',
    summary: `The gateway is slow: ${slowest.path} took ${spanText(gatewayMs(slowest))}.`,
    evidence: [
      ...evidence,
      {
        label: 'slowest call in 5 min',
        value: spanText(gatewayMs(slowest)),
        threshold: `warn over ${spanText(slowWarnMs)}`,
        source: `REST ${slowest.path}`,
        at: slowest.at,
      },
    ],
    remedy: 'Check positions after every order: an order whose call times out may still have gone through.',
    severity: 'medium',
  };
}

function statusText({ status }: RestRecord): string {
  return status === undefined ? '' : ` ${status}`;
}

function kindsOf(records: readonly RestRecord[]): string {
  return [...new Set(records.map((record) => `${record.outcome}${statusText(record)}`))].join(', ');
}
