// Alarm: market data arrives, but its exchange times are far behind.
import type { Detector } from '../domain/detector.ts';
import { feedLate } from '../domain/feed-findings.ts';
import { feedOf } from '../domain/freshness.ts';
import { severityAtStake, suiteNames } from '../domain/stakes.ts';
import { spanText } from '../domain/span.ts';

export default {
  name: 'feed-late',
  watches: 'login',
  findings: { 'feed-late': feedLate },
  diagnostics: ['data-freshness', 'hub-connection'],
  causedBy: ['feed-mute', 'zombie', 'hub-down', 'gateway-unreachable'],
  detect(login, context) {
    const feed = feedOf(login, context);
    if (feed.kind !== 'judged' || feed.mute !== undefined) return [];
    const late = feed.contracts.filter(
      (contract) => !contract.mute && (contract.lateMs ?? 0) >= context.thresholds.feedFailMs,
    );
    if (late.length === 0) return [];
    const worst = Math.max(...late.map((contract) => contract.lateMs ?? 0));
    const suites = late.flatMap((contract) => contract.suites);
    return [
      {
        finding: 'feed-late',
        place: { login: login.login, hub: 'market' },
        title: `${late.map((one) => one.name).join(', ')} data is late`,
        severity: severityAtStake(suites),
        sinceAt: context.now - worst,
        summary: `Market data of ${late.map((one) => one.name).join(', ')} arrives ${spanText(worst)} late by exchange time.`,
        remedy:
          'Do not trade on these prices; restart the suite’s market connection and compare with the platform’s chart.',
        evidence: [
          {
            label: 'lateness',
            value: spanText(worst),
            threshold: `fail over ${spanText(context.thresholds.feedFailMs)}`,
            source: 'market hub, exchange time against receipt',
            at: context.now,
          },
        ],
        suites: suiteNames(suites),
      },
    ];
  },
} satisfies Detector;
