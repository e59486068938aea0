// The detectors against the session: quiet while the market is closed, fair at the opening, quick when a feed goes mute.
import { describe, expect, it } from 'vitest';
import { fakeLogin, lives, lostHub, type FakeLogin } from '../fakes/view.ts';
import { dailyBreak, held, open, pages, sightings, weekend, type Seen } from './sightings.ts';

describe('outside market hours', () => {
  it.each([
    ['the daily break', dailyBreak],
    ['the weekend', weekend],
  ])('in %s a dropped hub of a flat login is the gateway’s maintenance (F30)', (_, now) => {
    const fake: FakeLogin = { market: lostHub(now - 60_000), user: lostHub(now - 60_000) };
    expect(pages(fakeLogin(now, fake), now)).toEqual([]);
  });

  it('a dropped user hub with a position is still told', () => {
    const login = fakeLogin(dailyBreak, {
      user: lostHub(dailyBreak - 60_000),
      market: lostHub(dailyBreak - 60_000),
      suites: held,
    });
    const seen = sightings(login, dailyBreak);
    expect(seen.map(({ symptom }) => symptom.place)).toEqual([{ login: 'desk-a', hub: 'user' }]);
  });

  it('a hub still down at the opening is told once the opening is over, and counts from the opening', () => {
    const opening = Date.parse('2026-03-04T23:00:00Z');
    const at = (now: number): readonly Seen[] =>
      sightings(fakeLogin(now, { market: lostHub(opening - 30 * 60_000) }), now);
    expect(at(opening + 59_000)).toEqual([]);
    expect(at(opening + 61_000).map(({ symptom }) => [symptom.finding, symptom.sinceAt])).toEqual([
      ['hub-down', opening],
    ]);
  });

  it('a drop just after the opening is told at once', () => {
    const now = Date.parse('2026-03-04T23:00:20Z');
    expect(
      pages(fakeLogin(now, { market: lostHub(now - 2_000), suites: [{ silentMs: 2_000 }] }), now),
    ).toEqual(['hub-down']);
  });

  it('no data is no news while the market is closed or has just opened', () => {
    const opening = Date.parse('2026-03-04T23:00:00Z');
    for (const now of [dailyBreak, weekend, opening + 1_000, opening + 59_000]) {
      const suites = [
        { instrument: 'MNQ', silentMs: 3_600_000 },
        { instrument: 'ES', silentMs: 3_600_000 },
      ];
      expect(pages(fakeLogin(now, { suites }), now), new Date(now).toISOString()).toEqual([]);
    }
    const late = opening + 61_000;
    expect(pages(fakeLogin(late, { suites: [{ silentMs: 3_600_000 }] }), late)).toEqual(['feed-mute']);
  });

  it('connect–drop loops of the maintenance are not told', () => {
    const fake: FakeLogin = { market: { connections: lives(dailyBreak - 1_000, 8, 2_000) } };
    expect(pages(fakeLogin(dailyBreak, fake), dailyBreak)).toEqual([]);
  });

  it('a refused login is told at the weekend too, for only a person can change it', () => {
    const fake: FakeLogin = { session: { kind: 'refused', sinceAt: weekend - 9_000, code: 3, reason: 'x' } };
    expect(pages(fakeLogin(weekend, fake), weekend)).toEqual(['credentials-refused']);
  });
});

describe('a mute feed', () => {
  it('of a liquid contract is told within 15 to 30 s', () => {
    const firesAt = (silentMs: number): boolean =>
      pages(fakeLogin(open, { suites: [{ silentMs }] }), open).includes('feed-mute');
    expect(firesAt(14_900)).toBe(false);
    expect(firesAt(15_000)).toBe(true);
  });

  it('is never first told as one contract when all stop within the same second', () => {
    for (let second = 14_000; second < 20_000; second += 100) {
      const suites = [
        { instrument: 'MNQ', silentMs: second + 900 },
        { instrument: 'ES', silentMs: second },
      ];
      expect(pages(fakeLogin(open, { suites }), open)).not.toContain('contract-mute');
    }
  });

  it('of one contract stays told while the others pause for a moment', () => {
    const suites = [
      { instrument: 'MNQ', silentMs: 60_000 },
      { instrument: 'ES', silentMs: 9_000 },
    ];
    expect(pages(fakeLogin(open, { suites }), open)).toEqual(['contract-mute']);
  });

  it('ignores contracts whose session is closed', () => {
    const now = Date.parse('2026-11-26T18:30:00Z');
    const suites = [{ instrument: 'ES', silentMs: 1_800_000 }, { instrument: 'CL' }];
    expect(pages(fakeLogin(now, { suites }), now)).toEqual([]);
  });
});
