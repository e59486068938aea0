// Has this worker memory enough, and does it stay flat over hours?
import { diagnostic, type Evidence } from '../domain/diagnostic.ts';
import { growthAfterMs, growthOf, growthText, megabytes } from '../domain/host-look.ts';
import { heapNearlyFull, listenersPileUp, memoryGrows } from '../domain/speed-findings.ts';
import { spanText } from '../domain/span.ts';

/** The one level that counts: above it the process is about to end by itself. */
const nearlyFull = 0.9;
/** A line that explains less than this of the movement is no trend. */
const clearFit = 0.6;

export default diagnostic({
  name: 'host-memory',
  question: 'Does this worker have enough memory, and is its use stable?',
  severity: 'medium',
  scope: 'login',
  dependsOn: [],
  topics: ['memory'],
  findings: {
    'memory-grows': memoryGrows,
    'heap-nearly-full': heapNearlyFull,
    'listeners-pile-up': listenersPileUp,
  },
  examine({ login: { host, worker } }, { now, thresholds }) {
    const last = host.samples.at(-1);
    if (host.measuredSinceAt === undefined || last === undefined) {
      return { status: 'skip', reason: 'this worker does not measure its memory' };
    }
    const source = `memory of ${worker}`;
    const level: Evidence = {
      label: 'heap in use',
      value: `${megabytes(last.heapUsed)} of ${megabytes(host.heapLimit)}, ${megabytes(last.rss)} resident`,
      threshold: `fail over ${nearlyFull * 100} % of the heap`,
      source,
      at: last.at,
    };
    if (host.heapLimit > 0 && last.heapUsed >= nearlyFull * host.heapLimit) {
      return {
        status: 'fail',
        finding: 'heap-nearly-full',
        summary: `Worker ${worker} uses ${megabytes(last.heapUsed)} of ${megabytes(host.heapLimit)} heap and crashes when it is full.`,
        evidence: [level],
        remedy:
          'Restart the worker at the next quiet moment; another one, if there is one, takes its logins within seconds.',
      };
    }
    if (host.listenerWarnings > 0) {
      return {
        status: 'warn',
        finding: 'listeners-pile-up',
        summary: `Node warned ${host.listenerWarnings} times that listeners pile up in worker ${worker}.`,
        evidence: [
          {
            label: 'warnings',
            value: String(host.listenerWarnings),
            threshold: 'none',
            source: `process of ${worker}`,
            at: now,
          },
          level,
        ],
        remedy: 'Look for MaxListenersExceededWarning in the worker’s log and report it.',
      };
    }
    const heap = growthOf(host, 'heapUsed');
    const rss = growthOf(host, 'rss');
    if (heap === undefined) {
      // Nothing of a slope is claimed here: the level is what was judged so far.
      return {
        status: 'pass',
        summary: `This worker has enough heap (${megabytes(last.heapUsed)} in use); whether it grows can be seen after ${spanText(growthAfterMs)}.`,
        evidence: [level],
      };
    }
    const growth: Evidence = {
      label: 'growth',
      value: `heap ${growthText(heap)}${rss === undefined ? '' : `, resident ${growthText(rss)}`} over ${spanText(heap.spanMs)}, fit ${heap.fit.toFixed(2)}`,
      threshold: `warn over ${thresholds.memoryGrowthWarnMb} MB/h with a fit from ${clearFit}`,
      source,
      at: last.at,
    };
    if (heap.perHour > thresholds.memoryGrowthWarnMb && heap.fit >= clearFit) {
      const left = (host.heapLimit - last.heapUsed) / (heap.perHour * 1024 * 1024);
      return {
        status: 'warn',
        finding: 'memory-grows',
        summary: `The heap of worker ${worker} has grown by ${growthText(heap)} for ${spanText(heap.spanMs)}; at that pace it is full in ${spanText(left * 3_600_000)}.`,
        evidence: [growth, level],
        remedy: 'Restart the worker before that, at a quiet moment, and report the table of /memory.',
        sinceAt: last.at - heap.spanMs,
      };
    }
    return {
      status: 'pass',
      summary: `This worker’s heap changed by ${growthText(heap)} over ${spanText(heap.spanMs)}.`,
      evidence: [growth, level],
    };
  },
});
