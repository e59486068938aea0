// Do the hubs complete calls and answer pings as fast as they usually do?
import { diagnostic, type Evidence } from '../domain/diagnostic.ts';
import { connectedHubs, some, withoutHubs } from '../domain/look.ts';
import { invokesSlow, invokeUnanswered } from '../domain/speed-findings.ts';
import { spanText } from '../domain/span.ts';
import type { PaceView } from '../domain/speed-view.ts';

/** A completion that takes longer than this is not slow, it is missing (the wait of the vendor's own sample, reference 6.2). */
const missingMs = 10_000;
const quickMs = 250;
/** Until the usual is known, only this much cannot be called well. */
const slowMs = 2_000;
/** Pings come twice a second, calls once a minute. */
const enough = { ping: { recent: 100, before: 500 }, invoke: { recent: 5, before: 15 } } as const;

export default diagnostic({
  name: 'invoke-latency',
  question: 'Do the hubs answer as fast as usual?',
  severity: 'medium',
  scope: 'login',
  dependsOn: ['hub-connection', 'half-open', 'subscriptions', 'host-loop'],
  topics: ['performance'],
  findings: { 'hub-slower': invokesSlow, 'invoke-unanswered': invokeUnanswered },
  examine({ login }, { now, thresholds }) {
    const without = withoutHubs(login);
    if (without !== undefined) return without;
    const hubs = connectedHubs(login);
    if (hubs.length === 0) return { status: 'skip', reason: 'no hub is connected' };
    const speed = login.speed();
    for (const { hub } of hubs) {
      const sinceAt = speed.invokeWaitingSinceAt[hub];
      if (sinceAt === undefined || now - sinceAt < missingMs) continue;
      return {
        status: 'warn',
        finding: 'invoke-unanswered',
        summary: `The ${hub} hub has not completed a call for ${spanText(now - sinceAt)}, though it is connected.`,
        evidence: [
          {
            label: 'call without completion',
            value: `for ${spanText(now - sinceAt)}`,
            threshold: `warn over ${spanText(missingMs)}`,
            source: `${hub} hub`,
            at: sinceAt,
          },
        ],
        remedy: 'Check orders and positions on the platform; where data stops too, reconnect.',
        hubs: [hub],
        sinceAt,
      };
    }
    const factor = thresholds.slowerWarnFactor;
    const judged = hubs.flatMap(({ hub }) =>
      (['ping', 'invoke'] as const).flatMap((kind) => {
        const pace = kind === 'ping' ? speed.pings[hub] : speed.invokes[hub];
        const seen = judgeable(pace, enough[kind]);
        return seen === undefined ? [] : [{ hub, kind, ...seen }];
      }),
    );
    if (!some(judged)) {
      const p95 = Math.max(
        ...hubs.flatMap(({ hub }) => speed.pings[hub].recent?.p95Ms ?? []),
        ...hubs.flatMap(({ hub }) => speed.invokes[hub].recent?.p95Ms ?? []),
      );
      if (p95 < 0 || p95 > slowMs) {
        return { status: 'skip', reason: 'the hubs have not been open long enough to know what is usual' };
      }
      return {
        status: 'pass',
        summary: `The hubs answer within ${spanText(p95)} (p95); what is usual here is not known yet.`,
        evidence: [],
      };
    }
    const evidence = ({ hub, kind, recent, before }: (typeof judged)[number]): Evidence => ({
      label: `${kind === 'ping' ? 'pings' : 'calls'} p95, last minutes against before`,
      value: `${spanText(recent.p95Ms)} of ${recent.count} against ${spanText(before.p95Ms)} of ${before.count}`,
      threshold: `warn over ${factor} × and ${spanText(quickMs)}`,
      source: `${hub} hub`,
      at: now,
    });
    const slow = judged.find(
      ({ recent, before }) => recent.p95Ms > quickMs && recent.p95Ms > factor * Math.max(1, before.p95Ms),
    );
    if (slow !== undefined) {
      return {
        status: 'warn',
        finding: 'hub-slower',
        summary: `The ${slow.hub} hub is slower than usual: ${slow.kind === 'ping' ? 'a ping' : 'a call'} takes ${spanText(slow.recent.p95Ms)} (p95), before it was ${spanText(slow.before.p95Ms)}.`,
        evidence: [evidence(slow)],
        remedy: 'Expect order events and prices as late as that; check the network of this worker.',
        hubs: [slow.hub],
      };
    }
    return {
      status: 'pass',
      summary: `The ${hubs.length === 1 ? 'hub answers' : 'hubs answer'} as fast as usual.`,
      evidence: judged.map(evidence),
    };
  },
});

function judgeable(
  { recent, before }: PaceView,
  least: { readonly recent: number; readonly before: number },
) {
  return recent !== undefined &&
    before !== undefined &&
    recent.count >= least.recent &&
    before.count >= least.before
    ? { recent, before }
    : undefined;
}
