// What every question about market data needs first: a contract, a stream of ours, and a market that can be judged.
import type { Anomaly } from './data-view.ts';
import type { Evidence, Verdict } from './diagnostic.ts';
import type { SuiteView } from './suite.ts';

type Skip = Extract<Verdict, { status: 'skip' }>;

/** Why nothing can be told about the suite's data; undefined = it can. */
export function withoutData({ spec, contract, data }: SuiteView): Skip | undefined {
  const skip = (reason: string): Skip => ({ status: 'skip', reason, hubs: ['market'] });
  if (spec.observe === 'rest') return skip('observed by REST polling, no stream of market data to judge');
  if (spec.observe === 'probe') return skip('observed by a probe, which is not available yet');
  if (contract === undefined) return skip(`${spec.name}: its contract is not found`);
  if (data.watchedSinceAt === undefined) return skip(`${spec.name}: no market event has come yet`);
  return undefined;
}

/** The anomaly where it is recent enough to be told. */
export function recent(anomaly: Anomaly | undefined, now: number, withinMs: number): Anomaly | undefined {
  return anomaly !== undefined && now - anomaly.lastAt < withinMs ? anomaly : undefined;
}

export function anomalyEvidence(
  what: string,
  { count, lastAt, sample }: Anomaly,
  threshold = 'none',
): Evidence {
  return { label: what, value: `${count}, last: ${sample}`, threshold, source: 'market hub', at: lastAt };
}
