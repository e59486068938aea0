// Was any order of the last minutes rejected, or did one expire?
import { diagnostic } from '../domain/diagnostic.ts';
import { isStop } from '../domain/exposure.ts';
import { orderWords } from '../domain/order-words.ts';
import { refusalMeaning } from '../domain/refusals.ts';
import { closingSide } from '../domain/protection.ts';
import { orderExpired, orderRejected, protectionRejected } from '../domain/trading-findings.ts';
import {
  changedAt,
  orderEvidence,
  positionEvidence,
  seenSpan,
  unseenOrders,
  withoutBooks,
} from '../domain/trading-look.ts';

export default diagnostic({
  name: 'order-outcomes',
  question: 'Were the suite’s orders accepted?',
  severity: 'high',
  scope: 'suite',
  dependsOn: ['suite-setup', 'account-permission'],
  topics: ['orders'],
  alarms: ['protection-rejected'],
  findings: {
    'protection-rejected': protectionRejected,
    'order-rejected': orderRejected,
    'order-expired': orderExpired,
  },
  examine(suite, { now, market, thresholds }) {
    const skip = withoutBooks(suite);
    if (skip !== undefined) return skip;
    const { exposure, spec } = suite;
    const recent = suite
      .orders()
      .filter((order) => {
        const ended = order.status === 'rejected' || order.status === 'expired';
        return ended && now - changedAt(order) < thresholds.outcomeMs;
      })
      .sort((a, b) => changedAt(b) - changedAt(a));
    const rejected = recent.filter(({ status }) => status === 'rejected');
    const protective =
      exposure.kind === 'unprotected'
        ? rejected.find((order) => isStop(order) && order.side === closingSide(exposure.side))
        : undefined;
    const [worst] = protective === undefined ? (rejected.length > 0 ? rejected : recent) : [protective];
    if (worst === undefined) {
      const unseen = unseenOrders(suite, now, thresholds.outcomeMs);
      if (unseen !== undefined) return unseen;
      return {
        status: 'pass',
        summary: `${spec.name}: no order was rejected or expired ${seenSpan(suite, now, thresholds.outcomeMs)}.`,
        evidence: [positionEvidence(suite, now)],
      };
    }
    const meaning = refusalMeaning(worst, { market, account: suite.account, contract: suite.contract });
    const words = worst.words === undefined ? '' : ` The gateway says: “${worst.words}”.`;
    const more = recent.length === 1 ? '' : ` It is one of ${recent.length} such orders.`;
    const evidence = [
      {
        ...orderEvidence(worst, 'accepted, then filled or cancelled by the suite'),
        value: `${orderWords(worst)}, ${worst.status}: ${meaning}`,
      },
      ...recent
        .filter((order) => order !== worst)
        .slice(0, 3)
        .map((order) => orderEvidence(order)),
    ] as const;
    if (protective !== undefined) {
      return {
        status: 'fail',
        finding: 'protection-rejected',
        sinceAt: worst.updatedAt ?? worst.receivedAt,
        summary: `${spec.name}: ${orderWords(worst)} was rejected, and the position is not covered.${words}`,
        evidence: [...evidence, positionEvidence(suite, now)],
        remedy: 'Put a stop on the position on the platform now.',
      };
    }
    const isRejected = worst.status === 'rejected';
    return {
      status: 'warn',
      finding: isRejected ? 'order-rejected' : 'order-expired',
      severity: 'medium',
      sinceAt: worst.updatedAt ?? worst.receivedAt,
      summary: `${spec.name}: ${orderWords(worst)} ${isRejected ? 'was rejected' : 'expired'}.${words}${more}`,
      evidence,
      remedy: isRejected ? meaning : 'Have the suite place it again if it is still wanted.',
    };
  },
});
