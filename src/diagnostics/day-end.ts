// Is the suite flat before the platform liquidates at 15:10 Chicago time, and before a close that comes sooner?
import { diagnostic } from '../domain/diagnostic.ts';
import { beforeCloseMs, type FlatRule, flatRuleAt, flatWarnMs } from '../domain/flat-rule.ts';
import { sideWords } from '../domain/order-words.ts';
import { chicagoTime, spanText } from '../domain/span.ts';
import { holdsPosition } from '../domain/stakes.ts';
import { openTowardsClose } from '../domain/trading-findings.ts';
import { agedBooks, positionEvidence, withoutBooks } from '../domain/trading-look.ts';

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
      return agedBooks(suite, now) ?? { status: 'pass', summary, evidence: [held] };
    }
    const over = rule.kind === 'over';
    const words = wordsOf(rule, now);
    return {
      status: over ? 'fail' : 'warn',
      finding: 'open-towards-close',
      sinceAt: rule.dueAt,
      summary: over
        ? `${spec.name} still holds ${sideWords(position)}, ${words.over}.`
        : `${spec.name} holds ${sideWords(position)} and must be flat in ${spanText(rule.dueAt - now)}${words.soon}.`,
      evidence: [{ ...held, threshold: words.threshold }],
      remedy: over ? words.remedy : 'Close the position, or make sure the suite is about to.',
    };
  },
});

interface Words {
  readonly soon: string;
  readonly over: string;
  readonly threshold: string;
  readonly remedy: string;
}

function wordsOf({ dueAt, close }: Exclude<FlatRule, { kind: 'free' }>, now: number): Words {
  if (close === undefined)
    return {
      soon: '',
      over: `${spanText(now - dueAt)} after 15:10 CT`,
      threshold: 'flat: warn from 15:05 CT, fail from 15:10 CT',
      remedy: 'Close the position on the platform, or check that the platform has liquidated it.',
    };
  const time = chicagoTime(close.at);
  const [named, told] = close.isEarly
    ? ['the early close', `the market closes early today, at ${time}`]
    : ['its daily close', `its market closes at ${time}`];
  const isClosed = now >= close.at;
  return {
    soon: `: ${told}`,
    over: isClosed
      ? `${spanText(now - close.at)} after ${named} at ${time}`
      : `and ${told}, in ${spanText(close.at - now)}`,
    threshold: `flat before ${named}: warn ${spanText(beforeCloseMs + flatWarnMs)}, fail ${spanText(beforeCloseMs)} before ${time}`,
    remedy: isClosed
      ? 'Check on the platform whether it has liquidated the position; if not, it stands until the market opens again.'
      : `Close the position on the platform now: after ${time} nobody can until the market opens again.`,
  };
}
