// Is every price a whole number of ticks?
import { priceMisaligned, priceNoise } from '../domain/data-findings.ts';
import { anomalyEvidence, recent, withoutData } from '../domain/data-look.ts';
import { diagnostic } from '../domain/diagnostic.ts';

export default diagnostic({
  name: 'tick-alignment',
  question: 'Are prices on the tick grid?',
  severity: 'high',
  scope: 'suite',
  dependsOn: ['hub-connection', 'subscriptions'],
  topics: ['data'],
  findings: { 'price-misaligned': priceMisaligned, 'price-noise': priceNoise },
  examine(suite, { now, thresholds }) {
    const skip = withoutData(suite);
    if (skip !== undefined) return skip;
    const { data, contract, spec } = suite;
    const tick = contract?.tickSize.text ?? '?';
    const off = recent(data.anomalies.misaligned, now, thresholds.outcomeMs);
    if (off !== undefined) {
      return {
        status: 'fail',
        finding: 'price-misaligned',
        sinceAt: off.firstAt,
        lastAt: off.lastAt,
        summary: `${spec.name}: ${off.count} ${off.count === 1 ? 'price' : 'prices'} off the grid of ${tick}: ${off.sample}.`,
        evidence: [anomalyEvidence('prices off the grid', off, `whole ticks of ${tick}`)],
        remedy: 'Do not let the suite trade on such prices; compare with the platform.',
        hubs: ['market'],
      };
    }
    const noise = recent(data.anomalies.noise, now, thresholds.outcomeMs);
    if (noise !== undefined) {
      return {
        status: 'warn',
        finding: 'price-noise',
        severity: 'medium',
        sinceAt: noise.firstAt,
        lastAt: noise.lastAt,
        summary: `${spec.name}: ${noise.count} ${noise.count === 1 ? 'price carries' : 'prices carry'} rounding noise: ${noise.sample}.`,
        evidence: [anomalyEvidence('prices beside their tick', noise, `whole ticks of ${tick}`)],
        remedy: 'Have the suite round prices to whole ticks before it compares them.',
        hubs: ['market'],
      };
    }
    return {
      status: 'pass',
      summary: `${spec.name}: every price is a whole number of ticks of ${tick}.`,
      evidence: [{ label: 'prices off the grid', value: '0', source: 'market hub', at: now }],
    };
  },
});
