// Does this worker's own event loop keep up, or did it stand still?
import { diagnostic, type Evidence } from '../domain/diagnostic.ts';
import { hostStalls } from '../domain/speed-findings.ts';
import { spanText } from '../domain/span.ts';

export default diagnostic({
  name: 'host-loop',
  question: 'Does this worker keep up with its own work?',
  severity: 'medium',
  scope: 'login',
  dependsOn: [],
  topics: ['performance', 'memory'],
  findings: { 'host-stalls': hostStalls },
  examine({ login: { host, worker } }, { now, thresholds }) {
    const { loop, stalls } = host;
    if (loop === undefined)
      return { status: 'skip', reason: 'this worker has not measured its event loop yet' };
    const window = spanText(loop.windowMs);
    const evidence: Evidence = {
      label: `loop lateness in ${window}`,
      value: `p50 ${spanText(loop.p50Ms)}, p99 ${spanText(loop.p99Ms)}, worst ${spanText(loop.maxMs)}, busy ${Math.round(loop.busy * 100)} %`,
      threshold: `warn over ${spanText(thresholds.loopWarnMs)}, fail over ${spanText(thresholds.loopFailMs)}`,
      source: `event loop of ${worker}`,
      at: now,
    };
    if (loop.maxMs < thresholds.loopWarnMs) {
      return {
        status: 'pass',
        summary: `This worker’s event loop was at most ${spanText(loop.maxMs)} late in ${window}.`,
        evidence: [evidence],
      };
    }
    const stall = stalls.findLast(({ ms }) => ms === loop.maxMs);
    return {
      status: loop.maxMs >= thresholds.loopFailMs ? 'fail' : 'warn',
      finding: 'host-stalls',
      summary: `Worker ${worker} stood still for ${spanText(loop.maxMs)} in the last ${window}: nothing was read or noticed in that time.`,
      evidence: [evidence],
      remedy:
        'Give the worker a processor of its own or fewer logins; be careful with what it reported for that time.',
      ...(stall === undefined ? {} : { sinceAt: stall.at }),
    };
  },
});
