// Are REST answers slower than they usually are on this login?
import { diagnostic, type Verdict } from '../domain/diagnostic.ts';
import { slowerThanUsual } from '../domain/speed-findings.ts';
import { spanText } from '../domain/span.ts';
import { some } from '../domain/look.ts';
import type { PaceView } from '../domain/speed-view.ts';

/** Fewer answers than this make no 95th percentile. */
const enoughRecent = 10;
const enoughBefore = 50;
/** Slower than usual and still quick hurts nobody. */
const quickMs = 500;
/** Slower than this is told by the question about the gateway itself, whatever is usual. */
const slowMs = 2_000;

export default diagnostic({
  name: 'rest-latency',
  question: 'Are REST answers as fast as usual?',
  severity: 'medium',
  scope: 'login',
  dependsOn: ['gateway-reachable', 'host-loop'],
  topics: ['performance'],
  findings: { 'rest-slower': slowerThanUsual },
  examine({ login }, { now, thresholds }) {
    const { rest, recentMs } = login.speed();
    const judged = rest.flatMap(({ name, recent, before }) =>
      recent !== undefined &&
      before !== undefined &&
      recent.count >= enoughRecent &&
      before.count >= enoughBefore
        ? [{ name, recent, before }]
        : [],
    );
    if (!some(judged)) return withoutUsual(rest, recentMs, now);
    const factor = thresholds.slowerWarnFactor;
    const evidence = ({ name, recent, before }: (typeof judged)[number]) => ({
      label: 'p95, last minutes against before',
      value: `${spanText(recent.p95Ms)} of ${recent.count} against ${spanText(before.p95Ms)} of ${before.count}`,
      threshold: `warn over ${factor} × and ${spanText(quickMs)}`,
      source: `REST ${name}`,
      at: now,
    });
    const slow = judged.filter(
      ({ recent, before }) => recent.p95Ms > quickMs && recent.p95Ms > factor * Math.max(1, before.p95Ms),
    );
    if (some(slow)) {
      const [first, ...others] = slow.toSorted(
        (a, b) => b.recent.p95Ms / b.before.p95Ms - a.recent.p95Ms / a.before.p95Ms,
      );
      const worst = first ?? slow[0];
      return {
        status: 'warn',
        finding: 'rest-slower',
        summary: `REST is slower than usual: ${worst.name} takes ${spanText(worst.recent.p95Ms)} (p95), before it was ${spanText(worst.before.p95Ms)}${others.length === 0 ? '' : `; ${others.length} more paths too`}.`,
        evidence: [evidence(worst), ...others.slice(0, 2).map(evidence)],
        remedy:
          'Check positions after every order: an order whose call times out may still have gone through.',
      };
    }
    return {
      status: 'pass',
      summary: `REST is as fast as usual on ${judged.length} ${judged.length === 1 ? 'path' : 'paths'}.`,
      evidence: judged.slice(0, 3).map(evidence),
    };
  },
});

/** What is really slow is told elsewhere; whether the rest is slower than usual cannot be said before the usual is known, and is not. */
function withoutUsual(rest: readonly PaceView[], recentMs: number, now: number): Verdict {
  const [slowest] = rest
    .flatMap(({ name, recent }) => (recent === undefined ? [] : [{ name, recent }]))
    .toSorted((a, b) => b.recent.p95Ms - a.recent.p95Ms);
  if (slowest === undefined || slowest.recent.p95Ms > slowMs) {
    return {
      status: 'skip',
      reason: `there are not yet ${enoughBefore} answers of one path from before the last ${spanText(recentMs)} to compare with`,
    };
  }
  const { name, recent } = slowest;
  return {
    status: 'pass',
    summary: `REST answers within ${spanText(recent.p95Ms)} (p95 of ${name}, the slowest); the usual pace is not known yet.`,
    evidence: [
      {
        label: 'p95, slowest path',
        value: `${spanText(recent.p95Ms)} of ${recent.count}`,
        threshold: `cannot be judged alone over ${spanText(slowMs)}`,
        source: `REST ${name}`,
        at: now,
      },
    ],
  };
}
