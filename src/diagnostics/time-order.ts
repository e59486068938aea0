// Do exchange times go forward?
import { timeBackwards } from '../domain/data-findings.ts';
import { anomalyEvidence, recent, withoutData } from '../domain/data-look.ts';
import { diagnostic } from '../domain/diagnostic.ts';

/** A feed that becomes late is behind once on each of its streams; this many within five minutes are disorder. */
const few = 6;

export default diagnostic({
  name: 'time-order',
  question: 'Do exchange times go forward?',
  severity: 'medium',
  scope: 'suite',
  dependsOn: ['hub-connection', 'subscriptions', 'clock-skew'],
  topics: ['data'],
  findings: { 'time-backwards': timeBackwards },
  examine(suite, { now, thresholds }) {
    const skip = withoutData(suite);
    if (skip !== undefined) return skip;
    const back = recent(suite.data.anomalies.backwards, now, thresholds.outcomeMs);
    if (back === undefined || back.count < few) {
      return {
        status: 'pass',
        summary: `${suite.spec.name}: exchange times go forward.`,
        evidence: [
          { label: 'events out of order', value: String(back?.count ?? 0), source: 'market hub', at: now },
        ],
      };
    }
    return {
      status: 'warn',
      finding: 'time-backwards',
      severity: 'medium',
      sinceAt: back.firstAt,
      summary: `${suite.spec.name}: ${back.count} events carry older times than the events before them: ${back.sample}.`,
      evidence: [anomalyEvidence('events out of order', back, `fewer than ${few} in 5 min`)],
      remedy: 'Check how the suite puts late events into its bars.',
      hubs: ['market'],
    };
  },
});
