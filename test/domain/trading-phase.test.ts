// Prints with the exchange's own time after the close outweigh the calendar; nothing else does.
import { describe, expect, it } from 'vitest';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import { tradingPhase } from '../../src/domain/trading-phase.ts';
import { fakeLogin, firstSuite, lostHub, type FakeLogin } from '../fakes/view.ts';

const now = Date.UTC(2026, 10, 22, 3, 0, 0);
const weekend: MarketPhase & { kind: 'closed' } = {
  kind: 'closed',
  why: 'weekend',
  closedAt: now - 3_600_000 * 5,
  opensAt: now + 3_600_000 * 20,
};
const phase = (fake: FakeLogin, calendar: MarketPhase = weekend): MarketPhase =>
  tradingPhase(calendar, firstSuite(fakeLogin(now, fake)), now);

describe('a market that the calendar calls closed', () => {
  it('is open while prints flow', () => {
    expect(phase({ suites: [{ silentMs: 300 }] })).toMatchObject({
      kind: 'open',
      note: expect.stringContaining('calendar') as string,
    });
  });

  it('is closed again after ten seconds without a print, so that its silence is never called mute', () => {
    expect(phase({ suites: [{ silentMs: 10_500 }] })).toEqual(weekend);
  });

  it('is closed while only quotes and depth move', () => {
    expect(phase({ suites: [{ silentMs: { quote: 100, depth: 100, trade: 'never' } }] })).toEqual(weekend);
  });

  it('is closed for the late prints of its last minutes', () => {
    const justClosed = { ...weekend, closedAt: now - 60_000 };
    expect(phase({ suites: [{ silentMs: 300 }] }, justClosed)).toEqual(justClosed);
  });

  it('stays open while the hub is down, if it traded when the hub went', () => {
    const down = { market: { ...lostHub(now - 60_000) }, suites: [{ silentMs: 60_500 }] };
    expect(phase(down).kind).toBe('open');
    expect(phase({ ...down, suites: [{ silentMs: 90_000 }] })).toEqual(weekend);
  });
});

it('an open market is what the calendar says', () => {
  const open: MarketPhase = { kind: 'open', openedAt: now - 1_000, closesAt: now + 1_000 };
  expect(phase({ suites: [{ silentMs: 'never' }] }, open)).toBe(open);
});
