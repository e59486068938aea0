// Does data arrive as it happens, or held back and in lumps?
import { feedInLumps } from '../domain/data-findings.ts';
import { anomalyEvidence, recent, withoutData } from '../domain/data-look.ts';
import { diagnostic } from '../domain/diagnostic.ts';

/** One lump is a pause on the way; this many, the last of them within a minute, are a habit. */
const few = 3;
const lastWithinMs = 60_000;

export default diagnostic({
  name: 'data-lumps',
  question: 'Does data arrive as it happens?',
  severity: 'medium',
  scope: 'suite',
  dependsOn: ['hub-connection', 'subscriptions', 'data-freshness', 'host-loop', 'slow-consumer'],
  topics: ['data'],
  findings: { 'feed-in-lumps': feedInLumps },
  examine(suite, { now }) {
    const skip = withoutData(suite);
    if (skip !== undefined) return skip;
    const { data, spec } = suite;
    const lumps = recent(data.anomalies.lump, now, lastWithinMs);
    if (lumps === undefined || lumps.count < few) {
      return {
        status: 'pass',
        summary: `${spec.name}: data arrives as it happens.`,
        evidence: [
          { label: 'lumps', value: String(lumps?.count ?? 0), source: 'market hub, exchange time', at: now },
        ],
      };
    }
    return {
      status: 'warn',
      finding: 'feed-in-lumps',
      severity: 'medium',
      sinceAt: lumps.firstAt,
      summary: `${spec.name}: data is delayed on its way and arrives in lumps: ${lumps.sample}.`,
      evidence: [anomalyEvidence('lumps', lumps, `fewer than ${few}`)],
      remedy: 'The suite’s prices may be seconds old; look for what delays data between gateway and suite.',
      hubs: ['market'],
    };
  },
});
