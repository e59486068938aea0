// Alarm: the market hub is connected and proven, the session is open, and no market data of any contract comes.
import type { Detector } from '../domain/detector.ts';
import { feedMute } from '../domain/feed-findings.ts';
import { feedOf } from '../domain/freshness.ts';
import { hubCondition } from '../domain/hub-condition.ts';
import { severityAtStake, suiteNames } from '../domain/stakes.ts';
import { spanText } from '../domain/span.ts';

export default {
  name: 'feed-mute',
  watches: 'login',
  findings: { 'feed-mute': feedMute },
  diagnostics: ['data-freshness', 'hub-connection', 'subscriptions', 'half-open'],
  causedBy: [
    // Hides nothing of the whole hub, but takes in what was told before the roll was known.
    'contract-inactive',
    'zombie',
    'subscriptions-missing',
    'hub-down',
    'second-session',
    'session-expired',
    'gateway-unreachable',
  ],
  detect(login, context) {
    if (hubCondition(login, 'market', context).kind !== 'mute') return [];
    const feed = feedOf(login, context);
    if (feed.kind !== 'judged' || feed.mute === undefined) return [];
    const { silentSinceAt, limitMs } = feed.mute;
    const suites = feed.contracts.flatMap((contract) => contract.suites);
    const silent = spanText(context.now - silentSinceAt);
    const trading = feed.contracts.filter(({ tradesElsewhere }) => tradesElsewhere).map(({ name }) => name);
    return [
      {
        finding: 'feed-mute',
        place: { login: login.login, hub: 'market' },
        title: `Market feed is mute: ${feed.contracts.map((one) => one.name).join(', ')}`,
        severity: severityAtStake(suites),
        sinceAt: silentSinceAt,
        summary: `The market hub is connected but mute: no data for ${feed.contracts.map((one) => one.name).join(', ')} for ${silent} while the market is open.`,
        remedy:
          'Check your stops on the platform now; do not trust the suite’s prices, and restart its market connection.',
        evidence: [
          {
            label: 'silence of all contracts',
            value: silent,
            threshold: `fail over ${spanText(limitMs)}`,
            source: 'market hub, exchange time',
            at: context.now,
          },
          ...(feed.mute.quietElsewhere
            ? [
                {
                  label: 'trades over REST',
                  value: 'none in this silence either: the market itself may stand still',
                  source: 'REST History/retrieveBars',
                  at: context.now,
                },
              ]
            : []),
          ...trading.map((name) => ({
            label: `${name} over REST`,
            value: 'new trades in this silence',
            source: 'REST History/retrieveBars',
            at: context.now,
          })),
        ],
        suites: suiteNames(suites),
      },
    ];
  },
} satisfies Detector;
