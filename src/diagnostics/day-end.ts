// Is the suite flat before the platform liquidates at 15:10 Chicago time?
import { diagnostic } from '../domain/diagnostic.ts';
import { flatRuleAt } from '../domain/flat-rule.ts';
import { sideWords } from '../domain/order-words.ts';
import { spanText } from '../domain/span.ts';
import { holdsPosition } from '../domain/stakes.ts';
import { openTowardsClose } from '../domain/trading-findings.ts';
import { positionEvidence, withoutBooks } from '../domain/trading-look.ts';

export default diagnostic({
  name: 'day-end',
  question: 'Is it flat before the end of the day?',
  severity: 'high',
  scope: 'suite',
  dependsOn: ['suite-setup'],
  topics: ['positions'],
  alarms: ['open-towards-close'],
  findings: { 'open-towards-close': openTowardsClose },
  examine(suite, { now, market }) {
    const skip = withoutBooks(suite);
    if (skip !== undefined) return skip;
    const { spec, position, exposure } = suite;
    if (exposure.kind === 'unknown')
      return { status: 'skip', reason: `${spec.name}: the position cannot be judged: ${exposure.why}` };
    const rule = flatRuleAt(now, market);
    const held = positionEvidence(suite, now);
    if (rule.kind === 'free' || !holdsPosition(suite) || position === undefined) {
      const summary = holdsPosition(suite)
        ? `${spec.name}: the end of the day is not near.`
        : `${spec.name} is flat.`;
      return { status: 'pass', summary, evidence: [held] };
    }
    const over = rule.kind === 'over';
    return {
      status: over ? 'fail' : 'warn',
      finding: 'open-towards-close',
      sinceAt: rule.dueAt,
      summary: over
        ? `${spec.name} still holds ${sideWords(position)}, ${spanText(now - rule.dueAt)} after 15:10 CT.`
        : `${spec.name} holds ${sideWords(position)} and must be flat in ${spanText(rule.dueAt - now)}.`,
      evidence: [{ ...held, threshold: 'flat: warn from 15:05 CT, fail from 15:10 CT' }],
      remedy: over
        ? 'Close the position on the platform, or check that the platform has liquidated it.'
        : 'Close the position, or make sure the suite is about to.',
    };
  },
});
