// Thresholds, people and the calendar of the file: what they mean and what is refused.
import { describe as group, expect, it } from 'vitest';
import { calendarsWith, describe } from '../../src/config.ts';
import type { MarketCalendar } from '../../src/domain/calendar.ts';
import { phaseAt } from '../../src/domain/session-clock.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { read, refusal } from './readings.ts';

group('thresholds and grace', () => {
  it('are written with units or as milliseconds', () => {
    const { thresholds, changedThresholds } = read(
      'thresholds: { feedWarn: 5s, feedFail: 1.5m, tokenWarn: 2h, mute: 20000, shortLives: 3, rateWarnShare: 0.5 }\ngrace: { flat: 500ms }\n',
    );
    expect(thresholds).toEqual({
      ...startThresholds,
      feedWarnMs: 5_000,
      feedFailMs: 90_000,
      tokenWarnMs: 7_200_000,
      muteMs: 20_000,
      shortLives: 3,
      rateWarnShare: 0.5,
      graceFlatMs: 500,
    });
    expect(changedThresholds).toContain('graceFlatMs');
  });

  it('take one grace for all', () => {
    expect(read('grace: 0').thresholds).toMatchObject({
      graceUnprotectedMs: 0,
      graceProtectedMs: 0,
      graceFlatMs: 0,
    });
  });

  it.each([
    ['thresholds: { feedWarn: 2 min 3 }', /thresholds\.feedWarn: found "2 min 3", wanted a span/],
    ['thresholds: { feedWarn: -5 }', /found the number -5, wanted a span/],
    ['thresholds: { mute: 400h }', /at most 168 h/],
    ['thresholds: { rateWarnShare: 70 }', /wanted a share from 0 to 1/],
    ['thresholds: { shortLives: 2.5 }', /wanted a whole number/],
    ['thresholds: { feedWarn: 2m }', /feedWarn \(2 min\) is more than feedFail \(1 min\)/],
    ['thresholds: { tokenWarn: 1m }', /tokenFail \(5 min\) is more than tokenWarn \(1 min\)/],
    ['thresholds: { hostLost: 1s }', /found 1 s, wanted at least 3 s/],
    [
      'thresholds: { graceFlat: 1s }\ngrace: { flat: 2s }',
      /:2: grace\.flat: thresholds\.graceFlat sets the same/,
    ],
    ['grace: { falt: 2s }', /grace: unknown key "falt"\. Did you mean "flat"\?/],
  ])('refuse %s', (file, wanted) => {
    expect(refusal(file)).toEqual([expect.stringMatching(wanted)]);
  });
});

group('who', () => {
  it('keeps every digit of an id that was written without quotes', () => {
    expect(read('oncall: { user: 1234567890123456789 }').oncall).toEqual({
      kind: 'user',
      id: '1234567890123456789',
    });
    expect(read('roles: { lead: 1234567890123456789 }').access.roles.lead).toEqual(['1234567890123456789']);
  });

  it('is one role or one user', () => {
    expect(refusal('oncall:\n  role: "1"\n  user: "2"\n')).toEqual([
      expect.stringMatching(/^pitwatch\.yaml:3: oncall: found both role and user/),
    ]);
    expect(refusal('oncall: { role: on-call }')).toEqual([
      expect.stringMatching(/found "on-call", wanted a Discord id/),
    ]);
  });
});

group('the end of the day', () => {
  it('is 15:10 CT unless the firm has no such rule, which is said', () => {
    expect(read().calendar.flatBy).toBe('15:10');
    const config = read('calendar: { flatBy: off }');
    expect(config.calendar.flatBy).toBe('off');
    expect(describe(config).join('\n')).toContain('no alert when one is open after 15:10 CT');
    expect(refusal('calendar: { flatBy: "16:00" }')).toEqual([expect.stringMatching(/flatBy.*15:10/)]);
  });
});

group('the calendar', () => {
  const base: MarketCalendar[] = [
    {
      name: 'globex',
      zone: 'America/Chicago',
      products: [],
      open: { hour: 17, minute: 0 },
      close: { hour: 16, minute: 0 },
      days: [{ date: '2026-12-24', name: 'Christmas Eve', close: { hour: 12, minute: 15 } }],
      knownFrom: '2025-01-01',
      knownTo: '2028-12-31',
    },
  ];
  const added = read(`calendar:
  holidays:
    - { date: 2026-12-24, name: Christmas Eve, close: "11:00" }
    - { date: 2026-03-04, name: Pit closed, close: closed, products: [CL] }
  calendars:
    - { name: grains, zone: America/Chicago, products: [ZC], open: "08:30", close: "13:20", knownFrom: 2026-01-01, knownTo: 2027-12-31 }
    - { name: rice, zone: America/Chicago, products: [ZR], open: "19:00", close: "13:20", breaks: [{ from: "21:00", to: "08:30" }], knownFrom: 2026-01-01, knownTo: 2027-12-31 }
    - { name: crypto, zone: America/Chicago, products: [MBT], open: "16:00", close: "16:00", weekends: true, knownFrom: 2026-01-01, knownTo: 2027-12-31 }
`).calendar;
  const calendars = calendarsWith(base, added);
  const phase = (product: string, at: string): string => phaseAt(calendars, product, Date.parse(at)).kind;

  it('puts an added day in place of the built-in one', () => {
    expect(phase('MNQ', '2026-12-24T16:59:00Z')).toBe('open');
    expect(phase('MNQ', '2026-12-24T17:30:00Z')).toBe('closed');
  });

  it('keeps a day to the products it names', () => {
    expect(phase('CL', '2026-03-04T16:00:00Z')).toBe('closed');
    expect(phase('MNQ', '2026-03-04T16:00:00Z')).toBe('open');
    expect(phase('CL', '2026-12-24T17:30:00Z')).toBe('closed');
  });

  it('gives a product hours of its own', () => {
    expect(phase('ZC', '2026-03-04T16:00:00Z')).toBe('open');
    expect(phase('ZC', '2026-03-04T20:00:00Z')).toBe('closed');
  });

  it('gives a product two sessions a day', () => {
    expect(phase('ZR', '2026-03-04T02:00:00Z')).toBe('open');
    expect(phase('ZR', '2026-03-04T12:00:00Z')).toBe('closed');
    expect(phase('ZR', '2026-03-04T15:00:00Z')).toBe('open');
  });

  it('lets a product trade at weekends and round the clock', () => {
    expect(phase('MBT', '2026-03-07T16:00:00Z')).toBe('open');
    expect(phase('MBT', '2026-03-04T22:00:00Z')).toBe('open');
    expect(phase('ZC', '2026-03-07T16:00:00Z')).toBe('closed');
  });

  it('leaves everything as it is where nothing is added', () => {
    expect(calendarsWith(base, read().calendar)).toEqual(base);
  });

  it.each([
    ['date: 2026-02-30, name: x, close: closed', /holidays\.0\.date: found "2026-02-30", wanted a day/],
    ['date: 2026-02-03, name: x, close: "25:00"', /close: found "25:00", wanted "closed" or the time/],
    ['date: 2026-02-03, close: closed', /name: is missing, wanted the name of the holiday/],
    ['dat: 2026-02-03, name: x, close: closed', /unknown key "dat"\. Did you mean "date"\?/],
  ])('refuses a day like { %s }', (day, wanted) => {
    expect(refusal(`calendar:\n  holidays:\n    - { ${day} }\n`)).toContainEqual(
      expect.stringMatching(wanted),
    );
  });

  it('refuses a zone that does not exist', () => {
    const calendar =
      'name: x, zone: Mars/Olympus, products: [ZC], open: "8:30", close: "13:20", knownFrom: 2026-01-01, knownTo: 2025-01-01';
    expect(refusal(`calendar: { calendars: [{ ${calendar} }] }`)).toEqual([
      expect.stringMatching(/zone: found "Mars\/Olympus", wanted a time zone/),
    ]);
  });
});
