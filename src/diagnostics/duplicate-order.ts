// Was any order sent twice?
import { diagnostic } from '../domain/diagnostic.ts';
import { duplicates } from '../domain/duplicates.ts';
import { orderWords } from '../domain/order-words.ts';
import type { Order } from '../domain/order.ts';
import { isFailure } from '../domain/rest-outage.ts';
import { sharers } from '../domain/shared-suites.ts';
import { spanText } from '../domain/span.ts';
import type { LoginView, RestRecord } from '../domain/suite.ts';
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
    const pair = duplicates(
      suite.orders(),
      suite.fills(),
      thresholds.duplicateMs,
      (second) => now - changedAt(second) < thresholds.outcomeMs,
    ).at(-1);
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
    const trouble = troubleAt(suite.login, first, second);
    const what = `${spec.name}: ${orderWords(second)} was placed twice, ${spanText(apart)} apart`;
    const isShared = sharers(suite).length > 0;
    const evidence = [
      orderEvidence(first),
      orderEvidence(second, `no identical one within ${spanText(thresholds.duplicateMs)}`),
      positionEvidence(suite, now),
    ] as const;
    const sinceAt = second.createdAt ?? second.receivedAt;
    const remedy = 'Look at the size of the position on the platform: is it what the suite meant?';
    if (trouble === undefined) {
      // Two equal entries that go well look the same whether they were meant or not: to be asked about, not to be alarmed about.
      return {
        status: 'warn',
        finding: 'duplicate-order',
        severity: 'low',
        sinceAt,
        summary: `${what}: ${isShared ? 'once by each suite that shares the position, ' : ''}added to on purpose, or sent again after a lost answer.`,
        evidence,
        remedy,
      };
    }
    return {
      status: 'warn',
      finding: 'duplicate-order',
      sinceAt,
      summary: `${what}, while the gateway answered badly: one is probably a retry${isShared ? ', unless each suite that shares the position sent one' : ''}.`,
      evidence: [
        ...evidence,
        {
          label: 'gateway between the two',
          value: `${trouble.outcome} after ${spanText(trouble.tookMs)}`,
          source: `REST ${trouble.path}`,
          at: trouble.at,
        },
      ],
      remedy,
    };
  },
});

/** Trouble that ended a moment before the first of them is the same. */
const aroundMs = 2_000;
/** A client gives up on an answer that takes this long (reference 11, F13: slow is 5-40 s). */
const lostMs = 5_000;

/** A call of ours that met trouble between the two: the suite's placement may have met the same. */
function troubleAt({ rest }: LoginView, first: Order, second: Order): RestRecord | undefined {
  const [from, to] = [first, second].map(({ createdAt, receivedAt }) => createdAt ?? receivedAt);
  return rest.findLast(
    (record) =>
      (isFailure(record) || record.tookMs >= lostMs) &&
      record.at <= (to ?? 0) &&
      record.at + record.tookMs >= (from ?? 0) - aroundMs,
  );
}
