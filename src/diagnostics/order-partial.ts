// Does protection fit a position whose entry was filled only in part?
import { diagnostic } from '../domain/diagnostic.ts';
import { isStop, openSize } from '../domain/exposure.ts';
import { orderWords } from '../domain/order-words.ts';
import { entriesAhead, protecting, stopSize } from '../domain/protection.ts';
import { spanText } from '../domain/span.ts';
import { protectionTooLarge } from '../domain/trading-findings.ts';
import {
  agedBooks,
  changedAt,
  hasLasted,
  orderEvidence,
  positionEvidence,
  toldSince,
  withoutBooks,
} from '../domain/trading-look.ts';

export default diagnostic({
  name: 'order-partial',
  question: 'Does protection fit the position’s size?',
  severity: 'high',
  scope: 'suite',
  dependsOn: ['suite-setup', 'order-stuck'],
  topics: ['orders', 'positions'],
  findings: { 'protection-too-large': protectionTooLarge },
  examine(suite, { now, thresholds }) {
    const skip = withoutBooks(suite);
    if (skip !== undefined) return skip;
    const { position, spec, exposure } = suite;
    const held = positionEvidence(suite, now);
    if (position === undefined || exposure.kind === 'flat')
      return agedBooks(suite, now) ?? { status: 'pass', summary: `${spec.name} is flat.`, evidence: [held] };
    const stops = protecting(position, suite.orders()).filter(isStop);
    const size = stopSize(stops, suite.orders());
    // Of an entry that fills, its order is told before the position that it makes (reference 4.5), and its child counts at once.
    const own = position.side === 'long' ? 'buy' : 'sell';
    const entries = suite.orders().filter(({ id, side, fillVolume, size: wanted }) => {
      const isParent = stops.some((stop) => stop.parentOrderId === id);
      return isParent || (side === own && fillVolume > 0 && fillVolume < wanted);
    });
    const settledAt = Math.max(
      suite.trading.past().positions.at(-1)?.receivedAt ?? position.receivedAt,
      ...[...stops, ...entries].map((order) =>
        toldSince(suite, order, (told) => `${told.status} ${told.size} ${told.fillVolume}`),
      ),
    );
    const [first] = stops;
    // A stop for the whole of an entry that is filled in part fits what will be held before it can fill.
    const coming = entriesAhead(position, stops, suite.orders()).reduce((sum, one) => sum + openSize(one), 0);
    const isTooLarge = first !== undefined && size > position.size + coming;
    if (isTooLarge && !hasLasted(suite, settledAt, now, thresholds.nakedMs))
      return {
        status: 'skip',
        reason: `${spec.name}: position and stops changed a moment ago and do not fit each other yet; ask again`,
      };
    if (!isTooLarge)
      return (
        agedBooks(suite, now) ?? {
          status: 'pass',
          summary:
            size > position.size
              ? `${spec.name}: no stop is larger than the position and what is still to come of its entry.`
              : `${spec.name}: no stop is larger than the position.`,
          evidence: [held, ...stops.slice(0, 3).map((order) => orderEvidence(order))],
        }
      );
    // An entry of this very position: what was filled in part before it, or closed, explains nothing.
    const parts = suite.orders().filter((order) => {
      const { fillVolume, size: wanted, status, side } = order;
      const isPart = status === 'cancelled' && fillVolume > 0 && fillVolume < wanted;
      return isPart && side === own && changedAt(order) >= (position.createdAt ?? 0);
    });
    const entry = parts.at(-1);
    const because =
      entry === undefined
        ? ''
        : ` ${orderWords(entry)} was filled for only ${entry.fillVolume} and then cancelled.`;
    return {
      status: 'fail',
      finding: 'protection-too-large',
      sinceAt: settledAt,
      summary: `${spec.name}: working stops for ${size}, but the position is only ${position.side} ${position.size}.${because}`,
      evidence: [
        orderEvidence(first, `not larger than the position; settled for ${spanText(thresholds.nakedMs)}`),
        ...stops.slice(1, 3).map((order) => orderEvidence(order)),
        ...(entry === undefined ? [] : [orderEvidence(entry)]),
        held,
      ],
      remedy: 'Set the stop to the position’s size on the platform.',
    };
  },
});
