// How many of our REST calls got no sound answer in the last ten minutes?
import { diagnostic } from '../domain/diagnostic.ts';
import { isFailure, recentRest } from '../domain/rest-outage.ts';
import { requestsFailing } from '../domain/speed-findings.ts';
import { spanText } from '../domain/span.ts';

/** Fewer failures than this are single ones. */
const enough = 5;

export default diagnostic({
  name: 'error-rate',
  question: 'Do our REST calls get valid answers?',
  severity: 'medium',
  scope: 'login',
  dependsOn: ['gateway-reachable'],
  topics: ['performance'],
  findings: { 'requests-failing': requestsFailing },
  examine({ login }, { now, thresholds }) {
    const { rest, recentMs } = login.speed();
    const answered = rest.reduce((sum, { recent }) => sum + (recent?.count ?? 0), 0);
    const failed = rest.reduce((sum, { recentFailed }) => sum + recentFailed, 0);
    if (answered + failed === 0) {
      return { status: 'skip', reason: `no call was made in the last ${spanText(recentMs)}` };
    }
    const share = failed / (answered + failed);
    const lastAt = Math.max(0, ...rest.map(({ lastFailedAt }) => lastFailedAt ?? 0));
    const evidence = {
      label: 'calls without a valid answer',
      value: `${failed} of ${answered + failed} (${(share * 100).toFixed(1)} %)`,
      threshold: `warn from ${Math.round(thresholds.errorWarnShare * 100)} % and ${enough}, fail from ${Math.round(thresholds.errorFailShare * 100)} %`,
      source: `our REST calls of the last ${spanText(recentMs)}`,
      at: lastAt > 0 ? lastAt : now,
    };
    if (failed >= enough && share >= thresholds.errorWarnShare) {
      // The last five minutes are told by the question about the gateway itself, with the kinds of failure.
      if (recentRest(login, now).some(isFailure)) {
        return {
          status: 'skip',
          reason: `${failed} of ${answered + failed} calls failed; see gateway-reachable for the latest of them`,
        };
      }
      return {
        status: share >= thresholds.errorFailShare ? 'fail' : 'warn',
        finding: 'requests-failing',
        summary: `${failed} of ${answered + failed} REST calls of the last ${spanText(recentMs)} got no valid answer, the last one ${spanText(now - lastAt)} ago.`,
        evidence: [evidence],
        remedy:
          'The suite’s calls may have failed too: check its orders and positions of that time, one may have gone through.',
        sinceAt: lastAt,
      };
    }
    return {
      status: 'pass',
      summary: `${answered} of ${answered + failed} REST calls of the last ${spanText(recentMs)} got a valid answer.`,
      evidence: [evidence],
    };
  },
});
