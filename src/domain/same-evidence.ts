// Evidence of several answers told together: what two of them show alike is shown once.
import type { Evidence } from './diagnostic.ts';

export function eachOnce(evidence: readonly Evidence[]): readonly Evidence[] {
  return [...new Map(evidence.map((one) => [JSON.stringify(one), one])).values()];
}
