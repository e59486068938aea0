// Was every fill that REST tells also told by the user hub?
import { diagnostic } from '../domain/diagnostic.ts';
import { fillWords } from '../domain/order-words.ts';
import { spanText } from '../domain/span.ts';
import type { SuiteView } from '../domain/suite.ts';
import type { Fill } from '../domain/order.ts';
import { fillMissed } from '../domain/trading-findings.ts';
import { positionEvidence, withoutEvents } from '../domain/trading-look.ts';

/**
 * A fill counts as missed only where an earlier REST answer, asked on this very connection, did not have it yet: what
 * happened before the subscription, or was found when reconciling after it, the hub could not tell. Clocks play no part in that.
 */
function missedFills(suite: SuiteView, hubSinceAt: number, now: number, patienceMs: number): readonly Fill[] {
  return suite.fills().filter(({ seenOn, restAt, restBeforeAt, voided }) => {
    if (seenOn.includes('hub') || restAt === undefined || voided) return false;
    return restBeforeAt !== undefined && restBeforeAt >= hubSinceAt && now - restAt >= patienceMs;
  });
}

export default diagnostic({
  name: 'fill-missed',
  question: 'Did the hub report every fill?',
  severity: 'critical',
  scope: 'suite',
  dependsOn: ['hub-connection', 'subscriptions', 'rest-session'],
  topics: ['orders', 'positions'],
  alarms: ['fill-missed'],
  findings: { 'fill-missed': fillMissed },
  examine(suite, { now, thresholds }) {
    const skip = withoutEvents(suite);
    if (skip !== undefined) return skip;
    const { spec, trading, reconciledAt = now } = suite;
    const hubSinceAt = trading.hubSinceAt ?? now;
    // The event may still be on its way when REST tells the fill; most of the patience is over by the time REST is asked.
    const missed = missedFills(suite, hubSinceAt, now, thresholds.fillMissedMs / 2);
    const [first] = missed;
    const checked = {
      label: 'fills checked over REST',
      value: `${suite.fills().length} known, ${missed.length} not seen on the hub`,
      threshold: `each within ${spanText(thresholds.fillMissedMs)}`,
      source: 'REST Trade/search',
      at: reconciledAt,
    };
    if (first === undefined) {
      return {
        status: 'pass',
        summary: `${spec.name}: the hub reported every fill in the last ${spanText(now - hubSinceAt)}.`,
        evidence: [checked],
      };
    }
    const more = missed.length === 1 ? 'a fill' : `${missed.length} fills`;
    const child = suite.orders().some(({ parentOrderId }) => parentOrderId === first.orderId);
    return {
      status: 'fail',
      finding: 'fill-missed',
      sinceAt: first.exchangeAt ?? first.restAt ?? now,
      summary: `${spec.name}: the hub never reported ${more} that REST lists: ${fillWords(first)}${child ? ', the entry of a bracket' : ''}.`,
      evidence: [
        {
          label: `fill ${first.id} of order ${first.orderId}`,
          value: `${fillWords(first)}, listed by REST, never reported by the user hub`,
          source: 'REST Trade/search',
          at: first.restAt ?? now,
        },
        ...missed.slice(1, 4).map((fill) => ({
          label: `fill ${fill.id}`,
          value: fillWords(fill),
          source: 'REST Trade/search',
          at: fill.restAt ?? now,
        })),
        checked,
        positionEvidence(suite, now),
      ],
      remedy: 'Compare the suite’s own position with /positions; restart the suite if they differ.',
      hubs: ['user'],
    };
  },
});
