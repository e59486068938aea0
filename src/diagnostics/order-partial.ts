// Does protection fit a position whose entry was filled only in part?
import { diagnostic } from '../domain/diagnostic.ts';
import { isStop } from '../domain/exposure.ts';
import { orderWords } from '../domain/order-words.ts';
import { protecting, stopSize } from '../domain/protection.ts';
import { spanText } from '../domain/span.ts';
import { protectionTooLarge } from '../domain/trading-findings.ts';
import {
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
      return { status: 'pass', summary: `${spec.name} is flat.`, evidence: [held] };
    const stops = protecting(position, suite.orders()).filter(isStop);
    const size = stopSize(stops, suite.orders());
    // Of an entry that fills, its order is told before the position that it makes (reference 4.5), and its child counts at once.
    const entries = suite.orders().filter(({ id }) => stops.some((stop) => stop.parentOrderId === id));
    const settledAt = Math.max(
      suite.trading.past().positions.at(-1)?.receivedAt ?? position.receivedAt,
      ...[...stops, ...entries].map((order) =>
        toldSince(suite, order, (told) => `${told.status} ${told.size} ${told.fillVolume}`),
      ),
    );
    const [first] = stops;
    const isTooLarge = first !== undefined && size > position.size;
    if (isTooLarge && !hasLasted(suite, settledAt, now, thresholds.nakedMs))
      return {
        status: 'skip',
        reason: `${spec.name}: position and stops changed a moment ago and do not fit each other yet; ask again`,
      };
    if (!isTooLarge)
      return {
        status: 'pass',
        summary: `${spec.name}: no stop is larger than the position.`,
        evidence: [held, ...stops.slice(0, 3).map((order) => orderEvidence(order))],
      };
    // An entry of this very position: what was filled in part before it, or closed, explains nothing.
    const parts = suite.orders().filter((order) => {
      const { fillVolume, size: wanted, status, side } = order;
      const isPart = status === 'cancelled' && fillVolume > 0 && fillVolume < wanted;
      const isEntry = side === (position.side === 'long' ? 'buy' : 'sell');
      return isPart && isEntry && changedAt(order) >= (position.createdAt ?? 0);
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
