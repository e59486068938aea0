// Alarm: one contract's data stopped while the others on the same hub flow.
import type { Detector } from '../domain/detector.ts';
import { contractMute } from '../domain/feed-findings.ts';
import { feedOf } from '../domain/freshness.ts';
import { severityAtStake, suiteNames } from '../domain/stakes.ts';
import { spanText } from '../domain/span.ts';

export default {
  name: 'contract-mute',
  watches: 'login',
  findings: { 'contract-mute': contractMute },
  diagnostics: ['data-freshness', 'subscriptions', 'suite-setup'],
  causedBy: [
    'contract-inactive',
    'feed-mute',
    'zombie',
    'subscriptions-missing',
    'hub-down',
    'gateway-unreachable',
  ],
  detect(login, context) {
    const feed = feedOf(login, context);
    if (feed.kind !== 'judged') return [];
    return feed.contracts
      .filter((contract) => contract.mute)
      .map((contract) => {
        const silent = spanText(context.now - contract.silentSinceAt);
        return {
          finding: 'contract-mute',
          place: { login: login.login, hub: 'market' as const, contract: contract.contractId },
          title: `${contract.name} feed is mute`,
          severity: severityAtStake(contract.suites),
          sinceAt: contract.silentSinceAt,
          summary: `${contract.name} is mute: no quote, trade or depth for ${silent}, ${contract.inactive ? 'as it is no longer the active contract' : contract.tradesElsewhere ? 'though REST tells new trades of it' : contract.quietElsewhere ? 'while other contracts flow, though REST tells no trade of it either' : 'while other contracts flow'}.`,
          remedy: `Check your stops on the platform now; do not trust the prices of ${contract.name}. See whether it is the active contract, and have the suite subscribe to it again.`,
          evidence: [
            {
              label: `silence of ${contract.name}`,
              value: silent,
              threshold: `fail over ${spanText(contract.limitMs)}`,
              source: 'market hub, exchange time',
              at: context.now,
            },
          ],
          suites: suiteNames(contract.suites),
        };
      });
  },
} satisfies Detector;
