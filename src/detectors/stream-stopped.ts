// Alarm: one kind of event of a contract stopped (quotes but no trades) while its other events flow.
import type { Detector } from '../domain/detector.ts';
import { streamStopped } from '../domain/feed-findings.ts';
import { feedOf } from '../domain/freshness.ts';
import { suiteNames } from '../domain/stakes.ts';
import { spanText } from '../domain/span.ts';

export default {
  name: 'stream-stopped',
  watches: 'login',
  findings: { 'stream-stopped': streamStopped },
  diagnostics: ['data-freshness', 'subscriptions'],
  causedBy: [
    'contract-inactive',
    'contract-mute',
    'feed-mute',
    'zombie',
    'subscriptions-missing',
    'hub-down',
    'gateway-unreachable',
  ],
  detect(login, context) {
    const feed = feedOf(login, context);
    if (feed.kind !== 'judged') return [];
    return feed.contracts.flatMap((contract) => {
      if (contract.stopped.length === 0) return [];
      const kinds = contract.stopped.map((stream) => stream.kind).join(' and ');
      const sinceAt = Math.min(...contract.stopped.map((stream) => stream.silentSinceAt));
      return [
        {
          finding: 'stream-stopped',
          place: { login: login.login, hub: 'market' as const, contract: contract.contractId },
          title: `${contract.name}: ${kinds} events stopped`,
          severity: 'high' as const,
          sinceAt,
          summary: `${contract.name}: ${kinds} events stopped ${spanText(context.now - sinceAt)} ago, while its other events flow.`,
          remedy: `Do not trust what the suite builds from ${kinds} events of ${contract.name}; have it subscribe to them again.`,
          evidence: contract.stopped.map((stream) => ({
            label: `silence of ${stream.kind}`,
            value: spanText(context.now - stream.silentSinceAt),
            threshold: `fail over ${spanText(stream.limitMs)}`,
            source: 'market hub, exchange time',
            at: context.now,
          })),
          suites: suiteNames(contract.suites),
        },
      ];
    });
  },
} satisfies Detector;
