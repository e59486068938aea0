// Is everything a host keeps of a login within its bound?
import { diagnostic, type Evidence } from '../domain/diagnostic.ts';
import { some } from '../domain/look.ts';
import { overBound } from '../domain/speed-findings.ts';
import type { Retained } from '../domain/speed-view.ts';

export default diagnostic({
  name: 'ledger-bounds',
  question: 'Is what we keep within its bounds?',
  severity: 'low',
  scope: 'login',
  dependsOn: [],
  topics: ['memory'],
  findings: { 'over-bound': overBound },
  examine({ login }, { now }) {
    const { retained } = login.speed();
    if (retained.length === 0) return { status: 'skip', reason: 'nothing is kept of this login yet' };
    const evidence = ({ what, entries, bound }: Retained): Evidence => ({
      label: what,
      value: `${entries} of ${bound}`,
      threshold: `fail over ${bound}`,
      source: `ledger of ${login.worker}`,
      at: now,
    });
    const over = retained.filter(({ entries, bound }) => entries > bound);
    if (some(over)) {
      const [first, ...others] = over;
      return {
        status: 'fail',
        finding: 'over-bound',
        summary: `${first.what}: ${first.entries} are kept, ${first.bound} at most ought to be.`,
        evidence: [evidence(first), ...others.slice(0, 2).map(evidence)],
        remedy: 'Restart the worker at a quiet moment, and report the table of /memory.',
      };
    }
    const [fullest] = retained.toSorted((a, b) => b.entries / b.bound - a.entries / a.bound);
    const total = retained.reduce((sum, { entries }) => sum + entries, 0);
    return {
      status: 'pass',
      summary: `${total} entries are kept in ${retained.length} bounded places.`,
      evidence: fullest === undefined ? [] : [evidence(fullest)],
    };
  },
});
