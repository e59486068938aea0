// Is every open position covered by working stops, waiting bracket children counted?
import { diagnostic, type Evidence } from '../domain/diagnostic.ts';
import { isStop } from '../domain/exposure.ts';
import { protecting, stopSize } from '../domain/protection.ts';
import { spanText } from '../domain/span.ts';
import { nakedPosition, protectionUnknown } from '../domain/trading-findings.ts';
import {
  agedBooks,
  hasLasted,
  orderEvidence,
  positionEvidence,
  withoutBooks,
} from '../domain/trading-look.ts';

/** Order, trade and position of one fill come one after the other (reference 4.5): in between nothing can be said. */
const settleMs = 500;

export default diagnostic({
  name: 'naked-position',
  question: 'Is every position covered by a stop?',
  severity: 'critical',
  scope: 'suite',
  dependsOn: ['wrong-side-protection', 'order-outcomes', 'order-partial'],
  topics: ['orders', 'positions'],
  alarms: ['naked-position', 'protection-unknown'],
  findings: { 'naked-position': nakedPosition, 'protection-unknown': protectionUnknown },
  examine(suite, { now, thresholds }) {
    const skip = withoutBooks(suite);
    if (skip !== undefined) return skip;
    const { exposure, position, spec, trading } = suite;
    const held = positionEvidence(suite, now);
    if (exposure.kind === 'unknown') {
      const isHeld = position !== undefined && position.size > 0 && position.side !== 'unknown';
      const sinceAt = trading.doubtedSinceAt ?? now;
      if (!isHeld || !hasLasted(suite, sinceAt, now, thresholds.nakedMs))
        return { status: 'skip', reason: `${spec.name}: the position cannot be judged: ${exposure.why}` };
      const seen = protecting(position, suite.orders()).filter(isStop);
      return {
        status: 'fail',
        finding: 'protection-unknown',
        // Doubt is told, and weighs less than a stop that is known to be missing.
        severity: 'high',
        sinceAt,
        summary: `${spec.name}: it is not known whether ${position.side} ${position.size} has a stop: ${exposure.why}.`,
        evidence: [
          held,
          {
            label: 'stops seen',
            value: `${stopSize(seen, suite.orders())} of ${position.size}`,
            threshold: 'all of it, or known to be none',
            source: 'working orders',
            at: suite.reconciledAt ?? now,
          },
        ],
        remedy: 'Check on the platform now whether the position has a stop; if not, put one on it.',
      };
    }
    const aged = agedBooks(suite, now);
    if (exposure.kind === 'flat')
      return aged ?? { status: 'pass', summary: `${spec.name} is flat.`, evidence: [held] };
    const orders = position === undefined ? [] : protecting(position, suite.orders());
    const stops = orders.filter(isStop);
    const covered: Evidence = {
      label: 'covered by working stops',
      value: `${stopSize(stops, suite.orders())} of ${exposure.size}`,
      threshold: `all of it; fail over ${spanText(thresholds.nakedMs)}`,
      source: 'working and suspended orders',
      at: suite.reconciledAt ?? now,
    };
    if (exposure.kind === 'protected') {
      return (
        aged ?? {
          status: 'pass',
          summary: `${spec.name}: ${exposure.side} ${exposure.size} is covered by its stop.`,
          evidence: [held, covered],
        }
      );
    }
    const sinceAt = trading.nakedSinceAt ?? now;
    const nakedMs = now - sinceAt;
    if (nakedMs < settleMs) {
      return {
        status: 'skip',
        reason: `${spec.name}: the position changed a moment ago and its stop may still be on its way; ask again`,
      };
    }
    // One answer of REST may have met an entry, or a close, half way: the second is asked for when it is due.
    const isSeenOnce =
      trading.hubSinceAt === undefined && (suite.reconciledAt ?? sinceAt) - sinceAt < settleMs;
    if (isSeenOnce && nakedMs < thresholds.nakedMs) {
      return {
        status: 'skip',
        reason: `${spec.name}: REST has shown ${exposure.side} ${exposure.size} without its stop once, ${spanText(nakedMs)} ago, which may have been half of a change; it is asked again ${spanText(thresholds.nakedMs)} after that`,
      };
    }
    const some = exposure.uncovered < exposure.size ? `${exposure.uncovered} of ` : '';
    return {
      status: hasLasted(suite, sinceAt, now, thresholds.nakedMs) ? 'fail' : 'warn',
      finding: 'naked-position',
      severity: 'critical',
      sinceAt,
      summary: `${spec.name}: ${some}${exposure.side} ${exposure.size} has had no working stop for ${spanText(nakedMs)}.`,
      evidence: [held, covered, ...orders.slice(0, 4).map((order) => orderEvidence(order))],
      remedy:
        'Put a stop on it or close it now, on the platform; then see /orders for what happened to its stop.',
    };
  },
});
