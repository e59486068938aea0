// Do the gateway's clock and ours agree?
import { clockSkewed } from '../domain/data-findings.ts';
import { diagnostic } from '../domain/diagnostic.ts';
import { spanText } from '../domain/span.ts';
import type { RestRecord } from '../domain/suite.ts';

/** The `Date` header has whole seconds: half a second of it is not known, and so is half of the way. */
const headerMs = 1_000;
const lookBackMs = 10 * 60_000;
const few = 2;

/** Gateway's clock minus ours, at the middle of the call and of the header's second; undefined = it gave no time. */
function skewOf({ at, tookMs, serverAt }: RestRecord): number | undefined {
  return serverAt === undefined ? undefined : serverAt + headerMs / 2 - (at + tookMs / 2);
}

function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

export default diagnostic({
  name: 'clock-skew',
  question: 'Do the clocks agree?',
  severity: 'medium',
  scope: 'login',
  dependsOn: ['gateway-reachable'],
  topics: ['data'],
  findings: { 'clock-skewed': clockSkewed },
  examine({ login }, { now, thresholds }) {
    const recent = login.rest.filter(({ at, tookMs }) => now - at < lookBackMs && tookMs < headerMs);
    // The newest few decide: a clock that was set is told at once.
    const skews = recent.flatMap((record) => skewOf(record) ?? []).slice(-5);
    const skew = median(skews);
    if (skew === undefined || skews.length < few)
      return { status: 'skip', reason: 'the gateway’s answers have not carried its time often enough yet' };
    const apart = Math.abs(skew);
    const evidence = [
      {
        label: 'gateway’s clock minus ours',
        value: `${skew < 0 ? '-' : ''}${spanText(apart)}, of ${skews.length} answers`,
        threshold: `warn over ${spanText(thresholds.clockWarnMs)}, fail over ${spanText(thresholds.clockFailMs)}`,
        source: 'HTTP Date header',
        at: recent.at(-1)?.at ?? now,
      },
    ] as const;
    if (apart <= Math.max(thresholds.clockWarnMs, headerMs))
      return {
        status: 'pass',
        summary: `The clocks agree within ${spanText(Math.max(apart, headerMs / 2))}.`,
        evidence,
      };
    return {
      status: apart > thresholds.clockFailMs ? 'fail' : 'warn',
      finding: 'clock-skewed',
      severity: 'medium',
      summary: `The gateway’s clock is ${spanText(apart)} ${skew > 0 ? 'ahead of' : 'behind'} this machine’s.`,
      evidence,
      remedy: 'Check time synchronisation on this machine first; ages shown here are off by as much.',
    };
  },
});
