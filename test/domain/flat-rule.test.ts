// Where an instant stands to the end of the day: by Chicago's wall clock, and not at all where there is no such rule.
import { expect, it } from 'vitest';
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
