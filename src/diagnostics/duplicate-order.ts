// Was any order sent twice?
import { diagnostic } from '../domain/diagnostic.ts';
import { duplicates } from '../domain/duplicates.ts';
import { orderWords } from '../domain/order-words.ts';
import { spanText } from '../domain/span.ts';
import { duplicateOrder } from '../domain/trading-findings.ts';
import {
  changedAt,
  orderEvidence,
  positionEvidence,
  seenSpan,
  unseenOrders,
  withoutBooks,
} from '../domain/trading-look.ts';

export default diagnostic({
  name: 'duplicate-order',
  question: 'Was every order placed once?',
  severity: 'high',
  scope: 'suite',
  dependsOn: ['suite-setup'],
  topics: ['orders'],
  findings: { 'duplicate-order': duplicateOrder },
  examine(suite, { now, thresholds }) {
    const skip = withoutBooks(suite);
    if (skip !== undefined) return skip;
    const { spec } = suite;
    const pairs = duplicates(suite.orders(), suite.fills(), thresholds.duplicateMs).filter(
      ({ second }) => now - changedAt(second) < thresholds.outcomeMs,
    );
    const pair = pairs.at(-1);
    if (pair === undefined) {
      const unseen = unseenOrders(suite, now, thresholds.outcomeMs);
      if (unseen !== undefined) return unseen;
      return {
        status: 'pass',
        summary: `${spec.name}: no two orders are identical ${seenSpan(suite, now, thresholds.outcomeMs)}.`,
        evidence: [positionEvidence(suite, now)],
      };
    }
    const { first, second } = pair;
    const apart = (second.createdAt ?? second.receivedAt) - (first.createdAt ?? first.receivedAt);
    return {
      status: 'warn',
      finding: 'duplicate-order',
      sinceAt: second.createdAt ?? second.receivedAt,
      summary: `${spec.name}: ${orderWords(second)} was placed twice, ${spanText(apart)} apart.`,
      evidence: [
        orderEvidence(first),
        orderEvidence(second, `no identical one within ${spanText(thresholds.duplicateMs)}`),
        positionEvidence(suite, now),
      ],
      remedy: 'Look at the size of the position on the platform: is it what the suite meant?',
    };
  },
});
