// Can the prices be true: above zero, and without jumps that nothing bears out?
import type { MarketPhase } from '../domain/calendar.ts';
import { priceNotPositive, priceSpike } from '../domain/data-findings.ts';
import { anomalyEvidence, recent, withoutData } from '../domain/data-look.ts';
import { diagnostic } from '../domain/diagnostic.ts';

export default diagnostic({
  name: 'price-sanity',
  question: 'Are the prices plausible?',
  severity: 'high',
  scope: 'suite',
  dependsOn: ['hub-connection', 'subscriptions'],
  topics: ['data'],
  alarms: ['price-not-positive', 'price-spike'],
  findings: { 'price-not-positive': priceNotPositive, 'price-spike': priceSpike },
  examine(suite, { now, market, thresholds }) {
    const skip = withoutData(suite);
    if (skip !== undefined) return skip;
    const { data, spec } = suite;
    const low = recent(data.anomalies['not-positive'], now, thresholds.outcomeMs);
    if (low !== undefined) {
      return {
        status: 'fail',
        finding: 'price-not-positive',
        sinceAt: low.firstAt,
        lastAt: low.lastAt,
        summary: `${spec.name}: ${low.count === 1 ? 'a price' : `${low.count} prices`} at or below zero: ${low.sample}.`,
        evidence: [anomalyEvidence('prices at or below zero', low)],
        remedy: 'Stop the suite from acting on it; check that no order was triggered.',
        hubs: ['market'],
      };
    }
    const spike = recent(data.anomalies.spike, now, thresholds.outcomeMs);
    if (spike !== undefined && !inSession(spike.lastAt, market))
      return { status: 'skip', reason: `${spec.name}: quotes before an opening may jump`, hubs: ['market'] };
    if (spike !== undefined) {
      return {
        status: 'fail',
        finding: 'price-spike',
        sinceAt: spike.firstAt,
        lastAt: spike.lastAt,
        summary: `${spec.name}: ${spike.count === 1 ? 'a price' : `${spike.count} prices`} far from the market: ${spike.sample}.`,
        evidence: [anomalyEvidence('spikes', spike)],
        remedy: 'Check that it triggered no stop or entry of the suite: /orders.',
        hubs: ['market'],
      };
    }
    return {
      status: 'pass',
      summary: `${spec.name}: no price is far from those around it.`,
      evidence: [{ label: 'spikes', value: '0', source: 'market hub', at: now }],
    };
  },
});

/** Indicative quotes of a closed market go anywhere. */
function inSession(at: number, market: MarketPhase): boolean {
  return market.kind === 'open' ? at >= market.openedAt : at < market.closedAt;
}
