// Does any protective order still work though its position is gone?
import { diagnostic } from '../domain/diagnostic.ts';
import { orderWords } from '../domain/order-words.ts';
import { orphans } from '../domain/protection.ts';
import { spanText } from '../domain/span.ts';
import { orphanOrder } from '../domain/trading-findings.ts';
import {
  agedBooks,
  hasLasted,
  orderEvidence,
  positionEvidence,
  withoutBooks,
} from '../domain/trading-look.ts';

export default diagnostic({
  name: 'orphan-order',
  question: 'Does every protective order have a position?',
  severity: 'critical',
  scope: 'suite',
  dependsOn: ['suite-setup', 'order-stuck'],
  topics: ['orders', 'positions'],
  alarms: ['orphan-order'],
  findings: { 'orphan-order': orphanOrder },
  examine(suite, { now, thresholds }) {
    const skip = withoutBooks(suite);
    if (skip !== undefined) return skip;
    const { exposure, spec, trading } = suite;
    const held = positionEvidence(suite, now);
    const left = orphans(exposure, trading.closed, suite.orders(), suite.fills(), trading.story).filter(
      // Whose cancellation is under way is not left behind yet; whether it hangs is the question of order-stuck.
      ({ order, sinceAt }) =>
        hasLasted(
          suite,
          sinceAt,
          now,
          order.status === 'pending-cancellation' ? thresholds.stuckFailMs : thresholds.orphanMs,
        ),
    );
    const [first, ...others] = left;
    if (first === undefined)
      return (
        agedBooks(suite, now) ?? {
          status: 'pass',
          summary: `${spec.name}: no protective order is left behind.`,
          evidence: [held],
        }
      );
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return {
      status: 'fail',
      finding: 'orphan-order',
      sinceAt: first.sinceAt,
      summary: `${spec.name} is flat, but ${orderWords(first.order)}${more} has been left working for ${spanText(now - first.sinceAt)}: if it fills, it opens a position without a stop.`,
      evidence: [
        orderEvidence(first.order, `gone ${spanText(thresholds.orphanMs)} after the position; ${first.why}`),
        ...others.slice(0, 4).map(({ order }) => orderEvidence(order)),
        held,
      ],
      remedy: 'Cancel it on the platform now.',
    };
  },
});
