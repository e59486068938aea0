// How much of our share of the gateway's requests is used, and does the gateway answer 429?
import { diagnostic, type Evidence } from '../domain/diagnostic.ts';
import { spanText } from '../domain/span.ts';

/** A 429 older than this is past. */
const recentMs = 5 * 60_000;
/** Reference 3: bars have an allowance of their own. */
const bars = { path: 'History/retrieveBars', allowance: 50, window: '30 s' } as const;
/** The trading bot of the same user shares the window: a 429 this fresh hits its orders too. */
const hotMs = 60_000;

export default diagnostic({
  name: 'request-rate',
  question: 'Is the request allowance respected?',
  severity: 'high',
  scope: 'login',
  dependsOn: [],
  topics: ['connection', 'performance'],
  findings: {
    'rate-limited': {
      concern: 'upkeep',
      title: 'Gateway answers 429: too many requests',
      meaning:
        'The user’s request allowance is used up; the trading bot’s own calls, orders included, may be refused too.',
      causes: ['the suite or another program of this user calls too often', 'several monitors on one user'],
      next: [
        'Reduce the suite’s polling',
        'Stop other programs of this user',
        '/health again after a minute',
      ],
    },
    'share-spent': {
      concern: 'upkeep',
      title: 'Pitwatch’s request share is nearly used up',
      meaning:
        'Pitwatch keeps to a tenth of the allowance; near that limit its checks are delayed and what it shows gets older.',
      causes: ['many suites or questions on one login', 'many reconciliations after reconnects'],
      next: ['Ask less often', 'Spread suites over logins'],
    },
  },
  examine({ login: { meter } }, { now, thresholds }) {
    const window = spanText(meter.windowMs);
    const used: Evidence = {
      label: 'our requests',
      value: `${meter.used} of ${meter.share} in ${window}`,
      threshold: `warn from ${Math.round(thresholds.rateWarnShare * 100)} % of our share (${meter.share} of ${meter.allowance})`,
      source: 'our request meter',
      at: now,
    };
    const history: Evidence = {
      label: 'our bar requests',
      value: `${meter.historyUsed} of ${meter.historyShare}`,
      source: 'our request meter',
      at: now,
    };
    const refused = meter.tooMany.filter(({ at }) => now - at <= recentMs);
    const last = refused.at(-1);
    if (last !== undefined) {
      const asked =
        last.retryAfterMs === undefined
          ? 'without Retry-After'
          : `Retry-After ${spanText(last.retryAfterMs)}`;
      const hot = now - last.at <= hotMs;
      const own =
        last.path === bars.path
          ? `${meter.historyUsed} of the ${bars.allowance} bar requests in ${bars.window}`
          : `${meter.used} of the ${meter.allowance} requests in ${window}`;
      const spent = `ours are ${own}, so other programs of this user use the rest, or the gateway’s limit is different`;
      return {
        status: hot ? 'fail' : 'warn',
        finding: 'rate-limited',
        summary: `The gateway answered 429 ${refused.length === 1 ? 'once' : `${refused.length} times`} in the last 5 minutes, last for ${last.path}; ${spent}.`,
        evidence: [
          {
            label: '429 answers',
            value: `${refused.length}, last ${asked}`,
            threshold: 'none',
            source: `REST ${last.path}`,
            at: last.at,
          },
          used,
          history,
        ],
        remedy:
          'Reduce the calls of the suite or other programs of this user; orders may be refused until then.',
        ...(hot ? {} : { severity: 'medium' as const }),
      };
    }
    const full = Math.max(ratio(meter.used, meter.share), ratio(meter.historyUsed, meter.historyShare));
    if (full >= thresholds.rateWarnShare || meter.withheld > 0) {
      const withheld =
        meter.withheld > 0
          ? `, ${meter.withheld} of our calls ${meter.withheld === 1 ? 'was' : 'were'} put off`
          : '';
      return {
        status: 'warn',
        finding: 'share-spent',
        summary: `We used ${Math.round(full * 100)} % of our share of requests${withheld}.`,
        evidence: [
          used,
          history,
          {
            label: 'calls put off',
            value: String(meter.withheld),
            threshold: 'none',
            source: 'our request meter',
            at: now,
          },
        ],
        remedy: 'Ask less often for a minute; what is shown may be older than usual.',
        severity: 'low',
      };
    }
    return {
      status: 'pass',
      summary: `We use ${meter.used} of our ${meter.share} requests per ${window}; no 429.`,
      evidence: [used, history],
    };
  },
});

function ratio(used: number, share: number): number {
  return share > 0 ? used / share : used > 0 ? 1 : 0;
}
