// Is data that becomes late told from a clock that was set, as soon as that can be known?
import { expect, it } from 'vitest';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import { feedOf } from '../../src/domain/freshness.ts';
import { startThresholds as thresholds } from '../../src/domain/thresholds.ts';
import { fakeLogin, restRecord } from '../fakes/view.ts';

const now = Date.UTC(2026, 10, 18, 15, 0, 0);
const open: MarketPhase = { kind: 'open', openedAt: now - 36_000_000, closesAt: now + 3_600_000 };

/** The newest stamp is so old while events come; answers told their time so long ago, and by how much the clocks differ. */
function lateness(lagMs: number, answeredMs: readonly number[], skewMs = 0): number | undefined {
  const rest = answeredMs.map((age) => {
    const at = now - age;
    return {
      ...restRecord(at, 'Status/ping'),
      tookMs: 40,
      serverAt: Math.floor((at + skewMs) / 1_000) * 1_000,
    };
  });
  const view = fakeLogin(now, { hostedAt: now - 3_600_000, suites: [{ instrument: 'MNQ' }], rest });
  const suites = view.suites.map((suite) => ({
    ...suite,
    streams: suite.streams.map((stream) => ({ ...stream, lastReceivedAt: now, lastExchangeAt: now - lagMs })),
  }));
  const feed = feedOf({ ...view, suites }, { now, thresholds, market: () => open });
  return feed.kind === 'judged' ? feed.contracts[0]?.lateMs : undefined;
}

it('waits for an answer from since it began, which tells whether a clock was set', () => {
  expect(lateness(12_000, [40_000, 20_000])).toBeUndefined();
  // Answered the moment before the clock was set.
  expect(lateness(12_150, [40_000, 12_000])).toBeUndefined();
  expect(lateness(12_000, [40_000, 8_000])).toBe(12_000);
  expect(lateness(12_000, [40_000, 8_000], -60_000)).toBeUndefined();
});

it('is told at the latest once the feed has failed, and where no answer tells its time', () => {
  expect(lateness(thresholds.feedFailMs, [200_000, 100_000])).toBe(thresholds.feedFailMs);
  expect(lateness(12_000, [])).toBe(12_000);
});
