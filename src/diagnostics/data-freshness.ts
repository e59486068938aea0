// Is market data fresh by exchange time, per contract and kind of event, held against the session and its usual pace?
import { zombie } from '../domain/connection-findings.ts';
import { diagnostic, type Evidence } from '../domain/diagnostic.ts';
import {
  clockAhead,
  contractMute,
  feedLate,
  feedMute,
  feedSlow,
  streamStopped,
} from '../domain/feed-findings.ts';
import { feedOf, type ContractFeed, type StreamAge } from '../domain/freshness.ts';
import { hubCondition } from '../domain/hub-condition.ts';
import { lookOf, some } from '../domain/look.ts';
import { mayHold } from '../domain/stakes.ts';
import { closedText, spanText } from '../domain/span.ts';
import type { Thresholds } from '../domain/thresholds.ts';

/**
 * A pause is worth a warning only where its own pace and its lulls hardly explain it any more: in the last quarter of the time after which it
 * is called mute. A market has lulls of twenty usual gaps every few days.
 */
const partToPause = 0.75;

export default diagnostic({
  name: 'data-freshness',
  question: 'Is market data fresh?',
  severity: 'critical',
  scope: 'suite',
  dependsOn: ['hub-connection', 'half-open', 'subscriptions', 'suite-setup'],
  topics: ['connection', 'data'],
  findings: {
    zombie,
    'feed-mute': feedMute,
    'contract-mute': contractMute,
    'stream-stopped': streamStopped,
    'feed-late': feedLate,
    'feed-slow': feedSlow,
    'clock-ahead': clockAhead,
  },
  examine(suite, context) {
    const { now, market, thresholds } = context;
    const { login, contract, spec } = suite;
    const hubs = ['market'] as const;
    const skip = (reason: string): { status: 'skip'; reason: string; hubs: typeof hubs } => ({
      status: 'skip',
      reason,
      hubs,
    });
    if (spec.observe === 'rest') return skip('observed by REST polling, no stream of market data to judge');
    if (spec.observe === 'probe') return skip('observed by a probe, which is not available yet');
    if (contract === undefined) return skip(`${spec.name}: its contract is not found`);
    if (market.kind === 'closed')
      return skip(`market closed (${closedText(market, now)}), no data is expected`);
    const look = lookOf(context);
    const condition = hubCondition(login, 'market', look);
    if (condition.kind === 'zombie') {
      return {
        status: 'fail',
        finding: 'zombie',
        summary: `The market hub was reconnected ${spanText(now - condition.sinceAt)} ago, but no data has come on this connection.`,
        evidence: [
          {
            label: 'market hub: events on this connection',
            value: String(login.hubs.market.eventsOnConnection),
            threshold: `at least 1 within ${spanText(thresholds.muteMs)}`,
            source: 'market hub',
            at: now,
          },
        ],
        remedy: 'Restart the suite’s market connection.',
        hubs,
      };
    }
    const feed = feedOf(login, look);
    if (feed.kind === 'not-judged') {
      if (feed.why === 'no-hub') return skip('the market hub is not connected');
      if (feed.why === 'opening')
        return skip('the market has just opened, first data can be late by seconds');
      return skip(`${spec.name}: nothing of it is subscribed yet`);
    }
    if (feed.mute !== undefined) {
      return {
        status: 'fail',
        finding: 'feed-mute',
        summary: `The market hub is connected but mute: no data for any contract for ${spanText(now - feed.mute.silentSinceAt)}.`,
        evidence: [
          {
            label: 'silence of all contracts',
            value: spanText(now - feed.mute.silentSinceAt),
            threshold: `fail over ${spanText(feed.mute.limitMs)}`,
            source: 'market hub, exchange time',
            at: now,
          },
        ],
        remedy:
          'Do not trust the suite’s prices; restart its market connection and check the vendor’s status page.',
        hubs,
      };
    }
    const own = feed.contracts.find((one) => one.contractId === contract.id);
    if (own === undefined) return skip('the market has just opened, first data can be late by seconds');
    return { ...verdictOf(own, now, thresholds), hubs };
  },
});

function verdictOf(own: ContractFeed, now: number, thresholds: Thresholds) {
  const streams = own.streams.map((stream) => evidenceOf(own, stream, now, thresholds));
  const evidence = some(streams) ? streams : ([noStream(own, now)] as const);
  const silentMs = now - own.silentSinceAt;
  const silent = spanText(silentMs);
  if (own.mute && own.inactive && !own.suites.some(mayHold)) {
    const reason = `${own.name} is no longer the active contract: nothing for ${silent}, and no data is expected`;
    return { status: 'skip', reason } as const;
  }
  if (own.mute) {
    return {
      status: 'fail',
      finding: 'contract-mute',
      summary: own.inactive
        ? `${own.name} is mute: nothing for ${silent}, as it is no longer the active contract.`
        : `${own.name} is mute: nothing for ${silent}, while other contracts flow.`,
      evidence,
      remedy: own.inactive
        ? `Do not trust the prices of ${own.name}; close what is left in it and move to the new contract.`
        : `Do not trust the prices of ${own.name}; check that it is the active contract and have the suite subscribe to it again.`,
    } as const;
  }
  if (own.stopped.length > 0) {
    const kinds = own.stopped.map(({ kind }) => kind).join(' and ');
    const flowing = own.streams.filter(({ kind }) => own.stopped.every((one) => one.kind !== kind));
    return {
      status: 'fail',
      finding: 'stream-stopped',
      summary: `${own.name}: no ${kinds} event for ${spanText(now - Math.min(...own.stopped.map((one) => one.silentSinceAt)))}, while ${flowing.map(({ kind }) => kind).join(' and ')} flow.`,
      evidence,
      remedy: `Do not trust what the suite builds from ${kinds} events; have it subscribe to them again.`,
      severity: 'high',
    } as const;
  }
  if (own.lateMs !== undefined) {
    return {
      status: own.lateMs >= thresholds.feedFailMs ? 'fail' : 'warn',
      finding: 'feed-late',
      summary: `${own.name}: data arrives ${spanText(own.lateMs)} late by exchange time.`,
      evidence,
      remedy:
        'Do not trade on these prices; restart the suite’s market connection and compare with the platform’s chart.',
    } as const;
  }
  if (own.aheadMs !== undefined) {
    return {
      status: 'warn',
      finding: 'clock-ahead',
      summary: `${own.name}: exchange times are ${spanText(own.aheadMs)} ahead of this worker’s clock.`,
      evidence,
      remedy: 'Check the time synchronisation of this worker; ages shown here are not reliable until then.',
      severity: 'medium',
    } as const;
  }
  const gaps = own.streams.flatMap(({ usualGapMs }) => (usualGapMs === undefined ? [] : [usualGapMs]));
  const pauseMs = Math.max(thresholds.feedWarnMs, partToPause * own.limitMs);
  if (own.hoursUnknown && silentMs >= pauseMs) {
    const product = own.suites[0]?.spec.instrument ?? own.name;
    const reason = `${own.name}: nothing for ${silent}, but the hours of ${product} are not known, so its market may be closed; give them in \`calendar\` of pitwatch.yaml`;
    return { status: 'skip', reason } as const;
  }
  if (own.streams.every(({ seenAt }) => seenAt === undefined)) {
    return { status: 'skip', reason: `${own.name}: waiting for first data for ${silent}` } as const;
  }
  // A pace that is not known yet makes no pause: only what is mute is told, and nothing is called fresh.
  if (gaps.length === 0 && silentMs >= thresholds.feedWarnMs) {
    const reason = `${own.name}: nothing for ${silent}, and too little has come to know whether that is usual`;
    return { status: 'skip', reason } as const;
  }
  if (gaps.length > 0 && silentMs >= pauseMs) {
    return {
      status: 'warn',
      finding: 'feed-slow',
      summary: `${own.name}: nothing for ${silent}, usually every ${spanText(Math.min(...gaps))}.`,
      evidence,
      remedy: 'Ask again in a few seconds: it may be a quiet market or the first sign of a dead feed.',
      severity: 'medium',
    } as const;
  }
  return {
    status: 'pass',
    summary: `${own.name}: ${own.streams.map((stream) => `${stream.kind} ${ageText(stream, now)}`).join(', ')}.`,
    evidence,
  } as const;
}

function ageText({ exchangeAt, seenAt }: StreamAge, now: number): string {
  const newest = exchangeAt ?? seenAt;
  return newest === undefined ? 'none yet' : `${spanText(now - newest)} old`;
}

function evidenceOf(own: ContractFeed, stream: StreamAge, now: number, thresholds: Thresholds): Evidence {
  const usual = stream.usualGapMs === undefined ? '' : `, usually every ${spanText(stream.usualGapMs)}`;
  return {
    label: `${own.name} ${stream.kind}`,
    value: `${ageText(stream, now)}${usual}`,
    threshold: `warn over ${spanText(thresholds.feedWarnMs)}, mute over ${spanText(own.limitMs)}, late over ${spanText(thresholds.feedFailMs)}`,
    source: stream.exchangeAt === undefined ? 'market hub, time of receipt' : 'market hub, exchange time',
    at: stream.exchangeAt ?? stream.seenAt ?? now,
  };
}

function noStream(own: ContractFeed, now: number): Evidence {
  return { label: own.name, value: 'no stream', source: 'market hub', at: now };
}
