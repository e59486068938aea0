// Do the gateway's clock and ours agree?
import { clockDifference, clockResolutionMs } from '../domain/clock-difference.ts';
import { clockSkewed } from '../domain/data-findings.ts';
import { diagnostic } from '../domain/diagnostic.ts';
import { spanText } from '../domain/span.ts';

export default diagnostic({
  name: 'clock-skew',
  question: 'Do the clocks agree?',
  severity: 'medium',
  scope: 'login',
  dependsOn: ['gateway-reachable'],
  topics: ['data'],
  findings: { 'clock-skewed': clockSkewed },
  examine({ login }, { now, thresholds }) {
    const difference = clockDifference(login.rest, now);
    if (difference === undefined)
      return { status: 'skip', reason: 'the gateway’s answers have not carried its time often enough yet' };
    const { skewMs: skew, told, at } = difference;
    const apart = Math.abs(skew);
    const evidence = [
      {
        label: 'gateway’s clock minus ours',
        value: `${skew < 0 ? '-' : ''}${spanText(apart)}, of ${told.length} answers`,
        threshold: `warn over ${spanText(thresholds.clockWarnMs)}, fail over ${spanText(thresholds.clockFailMs)}`,
        source: 'HTTP Date header',
        at,
      },
    ] as const;
    if (apart <= Math.max(thresholds.clockWarnMs, clockResolutionMs))
      return {
        status: 'pass',
        summary: `The clocks agree within ${spanText(Math.max(apart, clockResolutionMs / 2))}.`,
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
