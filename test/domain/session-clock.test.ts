// The session clock over whole years: the week, the daily break, both clock changes, holidays and half days.
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import type { MarketCalendar, MarketPhase } from '../../src/domain/calendar.ts';
import { cmeCalendars } from '../../src/domain/cme-calendar.ts';
import { inOpeningGrace, phaseAt, productRoot } from '../../src/domain/session-clock.ts';

const chicago = 'America/Chicago';

function ct(text: string): number {
  const instant = DateTime.fromISO(text, { zone: chicago });
  expect(instant.isValid, text).toBe(true);
  return instant.toMillis();
}

function phase(product: string, text: string): MarketPhase {
  return phaseAt(cmeCalendars, product, ct(text));
}

function words(product: string, text: string): string {
  const found = phase(product, text);
  return found.kind === 'open' ? 'open' : found.why;
}

const everyDay: MarketCalendar = {
  name: 'no holidays',
  zone: chicago,
  products: [],
  open: { hour: 17, minute: 0 },
  close: { hour: 16, minute: 0 },
  days: [],
  knownFrom: '2000-01-01',
  knownTo: '2099-12-31',
};

const roundTheClock: MarketCalendar = {
  ...everyDay,
  name: 'round the clock',
  close: everyDay.open,
  weekends: true,
};

it('a market that trades at weekends and closes when it opens is open at every instant, clock changes included', () => {
  const [from, to] = [ct('2026-01-01T00:00'), ct('2027-01-01T00:00')];
  fc.assert(
    fc.property(fc.integer({ min: from, max: to }), (at) => {
      const found = phaseAt([roundTheClock], 'MBT', at);
      return found.kind === 'open' && found.openedAt <= at && at < found.closesAt;
    }),
    { numRuns: 2_000 },
  );
});

/** The week of reference 9 written a second way, from Chicago's wall clock alone. */
function openByHand(at: number): boolean {
  const local = DateTime.fromMillis(at, { zone: chicago });
  const { weekday, hour } = local;
  if (weekday === 6) return false;
  if (weekday === 7) return hour >= 17;
  if (weekday === 5) return hour < 16;
  return hour !== 16;
}

describe('the week', () => {
  it.each([
    ['2026-03-04T10:00', 'open'],
    ['2026-03-04T15:59:59.999', 'open'],
    ['2026-03-04T16:00', 'daily-break'],
    ['2026-03-04T16:59:59.999', 'daily-break'],
    ['2026-03-04T17:00', 'open'],
    ['2026-03-06T15:59:59.999', 'open'],
    ['2026-03-06T16:00', 'weekend'],
    ['2026-03-07T12:00', 'weekend'],
    ['2026-03-08T16:59:59.999', 'weekend'],
    ['2026-03-08T17:00', 'open'],
  ])('at %s Chicago time MNQ is %s', (at, expected) => {
    expect(words('MNQ', at)).toBe(expected);
  });

  it('tells when a session opened and when it closes', () => {
    expect(phase('ES', '2026-03-04T10:00')).toEqual({
      kind: 'open',
      openedAt: ct('2026-03-03T17:00'),
      closesAt: ct('2026-03-04T16:00'),
      sessionEnd: { at: ct('2026-03-04T16:00'), isEarly: false },
    });
  });

  it('tells when a break began and when it ends', () => {
    expect(phase('ES', '2026-03-07T03:00')).toEqual({
      kind: 'closed',
      why: 'weekend',
      closedAt: ct('2026-03-06T16:00'),
      opensAt: ct('2026-03-08T17:00'),
      sessionEnd: { at: ct('2026-03-06T16:00'), isEarly: false },
    });
  });

  it('agrees with the wall clock of Chicago at any minute of any year without holidays', () => {
    const from = Date.UTC(2024, 0, 1);
    const to = Date.UTC(2030, 0, 1);
    fc.assert(
      fc.property(fc.integer({ min: from, max: to }), (at) => {
        expect(phaseAt([everyDay], 'ES', at).kind === 'open').toBe(openByHand(at));
      }),
      { numRuns: 2_000, seed: 7 },
    );
  });

  it('agrees with the wall clock in every minute around both clock changes of 2026', () => {
    for (const day of ['2026-03-08', '2026-11-01', '2026-03-29', '2026-10-25']) {
      const start = ct(day) - 2 * 86_400_000;
      for (let at = start; at < start + 4 * 86_400_000; at += 60_000) {
        if ((phaseAt([everyDay], 'ES', at).kind === 'open') !== openByHand(at)) {
          expect.fail(`differs at ${new Date(at).toISOString()}`);
        }
      }
    }
  });

  it('opens at 23:00 UTC in winter and at 22:00 UTC in summer', () => {
    expect(phaseAt(cmeCalendars, 'ES', Date.UTC(2026, 2, 8, 21, 59, 59)).kind).toBe('closed');
    expect(phaseAt(cmeCalendars, 'ES', Date.UTC(2026, 2, 8, 22, 0, 0)).kind).toBe('open');
    expect(phaseAt(cmeCalendars, 'ES', Date.UTC(2026, 10, 1, 22, 59, 59)).kind).toBe('closed');
    expect(phaseAt(cmeCalendars, 'ES', Date.UTC(2026, 10, 1, 23, 0, 0)).kind).toBe('open');
  });
});

describe('every phase over whole years', () => {
  it.each(['ES', 'CL', '6E', 'ZB'])(
    'of %s: it holds over its own span, and spans join without a hole',
    (product) => {
      let at = Date.UTC(2025, 0, 2);
      const end = Date.UTC(2029, 0, 1);
      let sessions = 0;
      while (at < end) {
        const now = phaseAt(cmeCalendars, product, at);
        if (now.kind === 'open') {
          sessions += 1;
          expect(now.openedAt).toBeLessThanOrEqual(at);
          expect(now.closesAt - now.openedAt).toBeLessThanOrEqual(23 * 3_600_000);
          const next = phaseAt(cmeCalendars, product, now.closesAt);
          expect(next.kind).toBe('closed');
          if (next.kind === 'closed') expect(next.closedAt).toBe(now.closesAt);
          at = now.closesAt;
        } else {
          expect(now.opensAt).toBeGreaterThan(at);
          const next = phaseAt(cmeCalendars, product, now.opensAt);
          expect(next.kind === 'open' && next.openedAt).toBe(now.opensAt);
          at = now.opensAt;
        }
      }
      // 1043 weekdays from 2 January 2025 to 2028, less the closed days of the list.
      expect(sessions).toBeGreaterThan(1_025);
      expect(sessions).toBeLessThan(1_040);
    },
  );

  it('answers the same whatever was asked before', () => {
    const instants = fc.array(fc.integer({ min: Date.UTC(2025, 0, 2), max: Date.UTC(2028, 11, 30) }), {
      minLength: 2,
      maxLength: 8,
    });
    fc.assert(
      fc.property(instants, (asked) => {
        for (const at of asked) {
          const fresh = structuredClone(cmeCalendars);
          expect(phaseAt(cmeCalendars, 'ES', at)).toEqual(phaseAt(fresh, 'ES', at));
        }
      }),
      { numRuns: 100, seed: 11 },
    );
  });
});

describe('holidays and half days', () => {
  it.each([
    ['ES', '2026-11-26T11:59', 'open'],
    ['ES', '2026-11-26T12:00', 'holiday'],
    ['ES', '2026-11-26T16:30', 'daily-break'],
    ['ES', '2026-11-26T17:00', 'open'],
    ['ES', '2026-11-27T12:14', 'open'],
    ['ES', '2026-11-27T12:15', 'holiday'],
    ['ES', '2026-11-27T16:00', 'weekend'],
    ['CL', '2026-11-26T13:29', 'open'],
    ['CL', '2026-11-26T13:30', 'holiday'],
    ['6E', '2026-11-26T15:00', 'open'],
    ['ZB', '2026-11-26T12:00', 'holiday'],
    ['USA', '2026-11-26T12:00', 'holiday'],
    ['ES', '2026-12-24T12:14', 'open'],
    ['ES', '2026-12-24T12:15', 'holiday'],
    ['ES', '2026-12-24T17:00', 'holiday'],
    ['ES', '2026-12-25T10:00', 'holiday'],
    ['ES', '2026-12-25T16:30', 'weekend'],
    ['ES', '2026-12-27T17:00', 'open'],
    ['ES', '2025-12-31T15:59', 'open'],
    ['ES', '2025-12-31T17:00', 'holiday'],
    ['ES', '2026-01-01T12:00', 'holiday'],
    ['ES', '2026-01-01T17:00', 'open'],
    ['ES', '2025-04-17T17:00', 'holiday'],
    ['ES', '2025-04-18T10:00', 'holiday'],
    ['ES', '2026-04-03T08:14', 'open'],
    ['ES', '2026-04-03T08:15', 'holiday'],
    ['CL', '2026-04-02T17:00', 'holiday'],
    ['ES', '2026-07-03T12:00', 'holiday'],
    ['ES', '2025-07-03T12:15', 'holiday'],
    ['ZB', '2025-07-03T12:15', 'open'],
    ['ES', '2027-12-24T10:00', 'holiday'],
    ['ES', '2025-01-20T12:00', 'holiday'],
    ['ES', '2025-01-20T17:00', 'open'],
  ])('%s at %s Chicago time is %s', (product, at, expected) => {
    expect(words(product, at)).toBe(expected);
  });

  it('names the holiday and says until when', () => {
    expect(phase('MNQ', '2026-12-25T09:00')).toEqual({
      kind: 'closed',
      why: 'holiday',
      name: 'Christmas',
      closedAt: ct('2026-12-24T12:15'),
      sessionEnd: { at: ct('2026-12-24T12:15'), isEarly: true },
      opensAt: ct('2026-12-27T17:00'),
    });
  });

  it('notes an early close while still open, and years whose holidays are not known', () => {
    expect(phase('ES', '2026-11-26T09:00')).toMatchObject({
      kind: 'open',
      note: 'closes early: Thanksgiving',
    });
    const far = phase('ES', '2031-03-05T09:00');
    expect(far.kind === 'open' && far.note).toMatch(/holidays are only known/);
  });

  it('lists every exception on a weekday and once per calendar', () => {
    for (const calendar of cmeCalendars) {
      const dates = calendar.days.map((day) => day.date);
      expect(new Set(dates).size, calendar.name).toBe(dates.length);
      for (const date of dates) {
        expect(DateTime.fromISO(date, { zone: chicago }).weekday, date).toBeLessThanOrEqual(5);
      }
    }
  });
});

describe('which calendar', () => {
  it('finds a product by exchange symbol, gateway root or contract id, whatever the case', () => {
    expect(productRoot('CON.F.US.USA.Z25')).toBe('USA');
    expect(productRoot('F.US.MNQ')).toBe('MNQ');
    const at = ct('2026-11-26T13:00');
    for (const crude of ['CL', 'cl', 'CLE', 'CON.F.US.CLE.F27', 'F.US.CLE']) {
      expect(phaseAt(cmeCalendars, crude, at).kind, crude).toBe('open');
    }
    expect(phaseAt(cmeCalendars, 'EP', at).kind).toBe('closed');
    expect(phaseAt(cmeCalendars, 'SOMETHING-NEW', at).kind).toBe('closed');
  });

  it('refuses to guess where no calendar speaks for the product', () => {
    expect(() => phaseAt([], 'ES', 0)).toThrow(/No market calendar covers ES/);
  });

  it('keeps a day session within its day', () => {
    const grains: MarketCalendar = {
      ...everyDay,
      name: 'grains by day',
      open: { hour: 8, minute: 30 },
      close: { hour: 13, minute: 20 },
    };
    expect(phaseAt([grains], 'ZC', ct('2026-03-04T08:29')).kind).toBe('closed');
    expect(phaseAt([grains], 'ZC', ct('2026-03-04T08:30')).kind).toBe('open');
    expect(phaseAt([grains], 'ZC', ct('2026-03-04T13:20'))).toMatchObject({
      kind: 'closed',
      why: 'daily-break',
    });
    expect(phaseAt([grains], 'ZC', ct('2026-03-07T10:00'))).toMatchObject({ kind: 'closed', why: 'weekend' });
  });
});

describe('the opening grace', () => {
  it('lasts for the given time after the opening and never outside a session', () => {
    const opened = ct('2026-03-04T17:00');
    const at = (ms: number): boolean =>
      inOpeningGrace(phaseAt(cmeCalendars, 'ES', opened + ms), opened + ms, 60_000);
    expect([at(0), at(59_999), at(60_000), at(-1)]).toEqual([true, true, false, false]);
  });
});
