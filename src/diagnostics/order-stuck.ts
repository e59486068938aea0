// Does any order hang between two states?
import { diagnostic } from '../domain/diagnostic.ts';
import { orderWords } from '../domain/order-words.ts';
import { spanText } from '../domain/span.ts';
import { orderStuck } from '../domain/trading-findings.ts';
import { agedBooks, hasLasted, orderEvidence, toldSince, withoutBooks } from '../domain/trading-look.ts';

export default diagnostic({
  name: 'order-stuck',
  question: 'Is every order making progress?',
  severity: 'high',
  scope: 'suite',
  dependsOn: ['suite-setup', 'hub-connection', 'rest-session'],
  topics: ['orders'],
  alarms: ['order-stuck'],
  findings: { 'order-stuck': orderStuck },
  examine(suite, { now, thresholds }) {
    const skip = withoutBooks(suite);
    if (skip !== undefined) return skip;
    const { spec } = suite;
    const hanging = suite
      .orders()
      .filter(({ status }) => status === 'pending' || status === 'pending-cancellation')
      .map((order) => ({ order, sinceAt: toldSince(suite, order, (telling) => telling.status) }))
      .filter(({ sinceAt }) => hasLasted(suite, sinceAt, now, thresholds.stuckWarnMs))
      .sort((a, b) => a.sinceAt - b.sinceAt);
    const [first, ...others] = hanging;
    if (first === undefined) {
      return (
        agedBooks(suite, now) ?? {
          status: 'pass',
          summary: `${spec.name}: no order is stuck.`,
          evidence: [
            {
              label: 'orders known',
              value: String(suite.orders().length),
              source: 'user hub and REST',
              at: suite.reconciledAt ?? now,
            },
          ],
        }
      );
    }
    const { order, sinceAt } = first;
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
    return {
      status: hasLasted(suite, sinceAt, now, thresholds.stuckFailMs) ? 'fail' : 'warn',
      finding: 'order-stuck',
      sinceAt,
      summary: `${spec.name}: ${orderWords(order)} has been ${order.status.replaceAll('-', ' ')} for ${spanText(now - sinceAt)}${more}.`,
      evidence: [
        orderEvidence(
          order,
          `warn over ${spanText(thresholds.stuckWarnMs)}, fail over ${spanText(thresholds.stuckFailMs)}`,
        ),
        ...others.slice(0, 3).map((one) => orderEvidence(one.order)),
      ],
      remedy:
        'Look at the order on the platform: what it shows there counts. Cancel it there if it is not wanted.',
      hubs: ['user'],
    };
  },
});
