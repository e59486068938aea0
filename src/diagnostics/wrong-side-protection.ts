// Does every protective order stand on the side that closes the position?
import { diagnostic } from '../domain/diagnostic.ts';
import { orderWords } from '../domain/order-words.ts';
import { isOfTheOther, turned, wrongSide } from '../domain/protection.ts';
import { wrongSideProtection } from '../domain/trading-findings.ts';
import type { Order } from '../domain/order.ts';
import type { SuiteView } from '../domain/suite.ts';
import {
  agedBooks,
  hasLasted,
  orderEvidence,
  positionEvidence,
  toldSince,
  withoutBooks,
} from '../domain/trading-look.ts';

/**
 * What a hub told stands as of now. Where REST alone told it, position and orders are two answers, and a position that turns round
 * between them looks wrong in both: a later answer has to say the same.
 */
function isKnown(suite: SuiteView, order: Order, now: number, ms: number): boolean {
  const { trading } = suite;
  const held = trading.past().positions.at(-1);
  const orderAt = toldSince(suite, order, ({ status }) => status);
  const source = trading.story(order.id)?.tellings.find(({ receivedAt }) => receivedAt === orderAt)?.source;
  const byHub = source === 'hub' || held?.source === 'hub';
  if (trading.hubSinceAt !== undefined && byHub) return true;
  return hasLasted(suite, Math.max(orderAt, held?.receivedAt ?? 0), now, ms);
}

export default diagnostic({
  name: 'wrong-side-protection',
  question: 'Is all protection on the closing side?',
  severity: 'critical',
  scope: 'suite',
  dependsOn: ['suite-setup'],
  topics: ['orders', 'positions'],
  alarms: ['wrong-side-protection'],
  findings: { 'wrong-side-protection': wrongSideProtection },
  examine(suite, { now, thresholds }) {
    const skip = withoutBooks(suite);
    if (skip !== undefined) return skip;
    const { exposure, position, spec, trading } = suite;
    const held = positionEvidence(suite, now);
    const turn = turned(position, trading.past());
    const [first, ...others] = wrongSide(position, exposure, suite.orders())
      .filter((order) => isKnown(suite, order, now, thresholds.nakedMs))
      .filter(
        // Who turns a position round cancels its stop a moment before or after: until then it is left over, not misplaced.
        (order) =>
          turn === undefined ||
          !isOfTheOther(order, turn) ||
          hasLasted(suite, turn.turnedAt, now, thresholds.orphanMs),
      );
    if (first === undefined || position === undefined) {
      const summary =
        exposure.kind === 'flat' ? `${spec.name} is flat.` : `${spec.name}: no order is on the wrong side.`;
      return agedBooks(suite, now) ?? { status: 'pass', summary, evidence: [held] };
    }
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return {
      status: 'fail',
      finding: 'wrong-side-protection',
      sinceAt: Math.max(first.createdAt ?? first.receivedAt, turn?.turnedAt ?? 0),
      summary: `${spec.name}: ${position.side} ${position.size}, but ${orderWords(first)}${more} would add to it.`,
      evidence: [
        orderEvidence(first, `a ${position.side === 'long' ? 'sell' : 'buy'} closes it`),
        ...others.slice(0, 3).map((order) => orderEvidence(order)),
        held,
      ],
      remedy: 'On the platform now: cancel it and put a stop on the closing side.',
    };
  },
});
