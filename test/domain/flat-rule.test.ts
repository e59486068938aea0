// Where an instant stands to the end of the day: by Chicago's wall clock, and not at all where there is no such rule.
import { describe, expect, it } from 'vitest';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import { cmeCalendars } from '../../src/domain/cme-calendar.ts';
import { flatRuleAt } from '../../src/domain/flat-rule.ts';
import { phaseAt } from '../../src/domain/session-clock.ts';
import { neverCloses } from '../../src/desk.ts';

const afterTheEnd = Date.parse('2026-11-25T21:30:00Z');
const open: MarketPhase = {
  kind: 'open',
  openedAt: afterTheEnd - 3_600_000,
  closesAt: afterTheEnd + 1_800_000,
};

it('is over after 15:10 CT', () => {
  expect(flatRuleAt(afterTheEnd, open).kind).toBe('over');
});

it('is nothing where positions may stand overnight, and in a market that never closes', () => {
  expect(flatRuleAt(afterTheEnd, { ...open, dayEnd: 'none' })).toEqual({ kind: 'free' });
  expect(flatRuleAt(afterTheEnd, neverCloses(afterTheEnd))).toEqual({ kind: 'free' });
});

it('is nothing on the whole of a day without a session, also in the hour that is a break on others', () => {
  for (const clock of ['09:00', '15:07', '15:30', '16:30', '17:30']) {
    const at = Date.parse(`2025-12-25T${clock}:00-06:00`);
    expect([clock, flatRuleAt(at, phaseAt(cmeCalendars, 'MNQ', at)).kind]).toEqual([clock, 'free']);
  }
  const eve = Date.parse('2025-12-24T15:30:00-06:00');
  expect(flatRuleAt(eve, phaseAt(cmeCalendars, 'MNQ', eve)).kind).toBe('over');
});

describe('a half day', () => {
  const on = (product: string, date: string, clock: string): string => {
    const at = Date.parse(`${date}T${clock}:00-06:00`);
    return flatRuleAt(at, phaseAt(cmeCalendars, product, at)).kind;
  };
  const clocks = ['11:59', '12:00', '12:04', '12:05', '12:20', '15:30', '16:30', '17:00'];

  it('has its end before its own early close, while there is time to act', () => {
    const kinds = ['free', 'soon', 'soon', 'over', 'over', 'over', 'over', 'free'];
    for (const date of ['2026-11-27', '2026-12-24'])
      expect(clocks.map((clock) => on('MNQ', date, clock))).toEqual(kinds);
  });

  it('ends for each product by its own close, and as ever where that trades on', () => {
    expect(['12:29', '12:30', '12:35'].map((clock) => on('CL', '2026-11-27', clock))).toEqual([
      'free',
      'soon',
      'over',
    ]);
    expect(
      ['11:50', '12:30', '15:04', '15:05', '15:10'].map((clock) => on('6E', '2026-11-26', clock)),
    ).toEqual(['free', 'free', 'free', 'soon', 'over']);
  });

  it('says nothing in the morning break of the grains, nor on the evening before', () => {
    expect(['07:44', '07:50', '11:49', '11:50'].map((clock) => on('ZC', '2026-11-27', clock))).toEqual([
      'free',
      'free',
      'free',
      'soon',
    ]);
    expect(on('MNQ', '2026-11-26', '20:00')).toBe('free');
  });

  it('is a usual day where prints show that the market trades on', () => {
    const at = Date.parse('2026-11-27T13:00:00-06:00');
    expect(flatRuleAt(at, { kind: 'open', openedAt: at, closesAt: at + 1 }).kind).toBe('free');
  });
});

it('is 15:10 CT also on a half day where the hours of a product are a guess: nobody knows that it closes early', () => {
  for (const [clock, expected] of [
    ['12:10', 'free'],
    ['13:00', 'free'],
    ['15:07', 'soon'],
    ['15:30', 'over'],
  ] as const) {
    const at = Date.parse(`2026-11-27T${clock}:00-06:00`);
    const market = phaseAt(cmeCalendars, 'ZZZ', at);
    expect(market.hours).toBe('unknown');
    expect([clock, flatRuleAt(at, market).kind]).toEqual([clock, expected]);
  }
});
