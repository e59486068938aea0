// The CME Globex calendars of 2025-2028 as data: the usual week, holidays and half days per group of products.
import type { CalendarDay, MarketCalendar, WallTime } from './calendar.ts';

/*
 * Source: the exchange's public holiday calendar and its pattern since 2022 (reference 9: "public calendar: make it data").
 * Dates far ahead follow that pattern; the exchange may still change them, so the configuration can override each.
 */

const fivePastNoon: WallTime = { hour: 12, minute: 5 };
const noon: WallTime = { hour: 12, minute: 0 };
const quarterPastNoon: WallTime = { hour: 12, minute: 15 };
const quarterToOne: WallTime = { hour: 12, minute: 45 };
const halfPastOne: WallTime = { hour: 13, minute: 30 };
const jobsDay: WallTime = { hour: 10, minute: 15 };
const jobsDayEquity: WallTime = { hour: 8, minute: 15 };

/** Days on which US stocks and bonds rest and Globex halts early: US federal holidays as observed on a weekday. */
const halfDays: readonly (readonly [string, string])[] = [
  ['2025-01-20', 'Martin Luther King Jr. Day'],
  ['2025-02-17', "Presidents' Day"],
  ['2025-05-26', 'Memorial Day'],
  ['2025-06-19', 'Juneteenth'],
  ['2025-07-04', 'Independence Day'],
  ['2025-09-01', 'Labor Day'],
  ['2025-11-27', 'Thanksgiving'],
  ['2026-01-19', 'Martin Luther King Jr. Day'],
  ['2026-02-16', "Presidents' Day"],
  ['2026-05-25', 'Memorial Day'],
  ['2026-06-19', 'Juneteenth'],
  ['2026-07-03', 'Independence Day (observed)'],
  ['2026-09-07', 'Labor Day'],
  ['2026-11-26', 'Thanksgiving'],
  ['2027-01-18', 'Martin Luther King Jr. Day'],
  ['2027-02-15', "Presidents' Day"],
  ['2027-05-31', 'Memorial Day'],
  ['2027-06-18', 'Juneteenth (observed)'],
  ['2027-07-05', 'Independence Day (observed)'],
  ['2027-09-06', 'Labor Day'],
  ['2027-11-25', 'Thanksgiving'],
  ['2028-01-17', 'Martin Luther King Jr. Day'],
  ['2028-02-21', "Presidents' Day"],
  ['2028-05-29', 'Memorial Day'],
  ['2028-06-19', 'Juneteenth'],
  ['2028-07-04', 'Independence Day'],
  ['2028-09-04', 'Labor Day'],
  ['2028-11-23', 'Thanksgiving'],
];

const afterThanksgiving = ['2025-11-28', '2026-11-27', '2027-11-26', '2028-11-24'];
/** Christmas Eves on which there is a session; in 2027 the holiday itself is observed on the 24th, in 2028 it is a Sunday. */
const christmasEves = ['2025-12-24', '2026-12-24'];
/** Trading days before a 4 July on which US stocks close early. */
const beforeJuly4 = ['2025-07-03', '2028-07-03'];

const closedDays: readonly CalendarDay[] = [
  { date: '2025-01-01', name: "New Year's Day", close: 'closed' },
  { date: '2025-12-25', name: 'Christmas', close: 'closed' },
  { date: '2026-01-01', name: "New Year's Day", close: 'closed' },
  { date: '2026-12-25', name: 'Christmas', close: 'closed' },
  { date: '2027-01-01', name: "New Year's Day", close: 'closed' },
  { date: '2027-12-24', name: 'Christmas (observed)', close: 'closed' },
  { date: '2028-12-25', name: 'Christmas', close: 'closed' },
  { date: '2029-01-01', name: "New Year's Day", close: 'closed' },
];

/** With the monthly jobs report on Good Friday (first Friday of April) financial products trade into the morning. */
const goodFridays: readonly { readonly date: string; readonly jobsReport: boolean }[] = [
  { date: '2025-04-18', jobsReport: false },
  { date: '2026-04-03', jobsReport: true },
  { date: '2027-03-26', jobsReport: false },
  { date: '2028-04-14', jobsReport: false },
];

interface Pattern {
  /** Close on the half days; `undefined` = the usual close. */
  readonly halfDay: CalendarDay['close'] | undefined;
  readonly dayAfterThanksgiving: WallTime | undefined;
  readonly christmasEve: WallTime | undefined;
  readonly beforeJuly4: WallTime | undefined;
  readonly goodFridayWithJobs: WallTime | 'closed';
}

function daysOf(pattern: Pattern, extra: readonly CalendarDay[] = []): readonly CalendarDay[] {
  const early = (
    date: string,
    name: string,
    close: CalendarDay['close'] | undefined,
  ): readonly CalendarDay[] => (close === undefined ? [] : [{ date, name, close }]);
  const days = [
    ...closedDays,
    ...halfDays.flatMap(([date, name]) => early(date, name, pattern.halfDay)),
    ...afterThanksgiving.flatMap((date) =>
      early(date, 'Day after Thanksgiving', pattern.dayAfterThanksgiving),
    ),
    ...christmasEves.flatMap((date) => early(date, 'Christmas Eve', pattern.christmasEve)),
    ...beforeJuly4.flatMap((date) => early(date, 'Day before Independence Day', pattern.beforeJuly4)),
    ...goodFridays.map(({ date, jobsReport }) => ({
      date,
      name: 'Good Friday',
      close: jobsReport ? pattern.goodFridayWithJobs : ('closed' as const),
    })),
    ...extra,
  ];
  return days.sort((a, b) => a.date.localeCompare(b.date));
}

function globex(name: string, products: readonly string[], days: readonly CalendarDay[]): MarketCalendar {
  return {
    name,
    zone: 'America/Chicago',
    products,
    open: { hour: 17, minute: 0 },
    close: { hour: 16, minute: 0 },
    days,
    knownFrom: '2025-01-01',
    knownTo: '2028-12-31',
  };
}

const equity = globex(
  'CME Globex equity index',
  [...['ES', 'EP', 'MES', 'NQ', 'ENQ', 'MNQ', 'YM', 'MYM', 'RTY', 'M2K', 'EMD', 'NKD', 'NIY']],
  daysOf(
    {
      halfDay: noon,
      dayAfterThanksgiving: quarterPastNoon,
      christmasEve: quarterPastNoon,
      beforeJuly4: quarterPastNoon,
      goodFridayWithJobs: jobsDayEquity,
    },
    [{ date: '2025-01-09', name: 'National Day of Mourning', close: { hour: 8, minute: 30 } }],
  ),
);

const energyAndMetals = globex(
  'CME Globex energy and metals',
  [
    ...['CL', 'CLE', 'MCL', 'MCLE', 'QM', 'NQM', 'NG', 'NGE', 'MNG', 'QG', 'NQG', 'HO', 'HOE', 'RB', 'RBE'],
    ...['GC', 'GCE', 'MGC', 'SI', 'SIE', 'SIL', 'HG', 'CPE', 'MHG', 'PL', 'PLE', 'PA'],
  ],
  daysOf({
    halfDay: halfPastOne,
    dayAfterThanksgiving: quarterToOne,
    christmasEve: quarterToOne,
    beforeJuly4: undefined,
    goodFridayWithJobs: 'closed',
  }),
);

const currencies = globex(
  'CME Globex currencies',
  [
    ...[
      '6A',
      'DA6',
      '6B',
      'BP6',
      '6C',
      'CA6',
      '6E',
      'EU6',
      'E7',
      'EEU',
      '6J',
      'JY6',
      '6M',
      'MX6',
      '6N',
      'NE6',
    ],
    ...['6S', 'SF6', 'M6A', 'M6B', 'M6E'],
  ],
  daysOf({
    halfDay: undefined,
    dayAfterThanksgiving: quarterPastNoon,
    christmasEve: quarterPastNoon,
    beforeJuly4: undefined,
    goodFridayWithJobs: jobsDay,
  }),
);

const rates = globex(
  'CBOT Globex interest rates',
  ['ZB', 'USA', 'ZN', 'TYA', 'ZF', 'FVA', 'ZT', 'TUA', 'UB', 'ULA', 'TN', 'TNA', 'SR3', 'ZQ'],
  daysOf({
    halfDay: noon,
    dayAfterThanksgiving: quarterPastNoon,
    christmasEve: quarterPastNoon,
    beforeJuly4: undefined,
    goodFridayWithJobs: jobsDay,
  }),
);

/** On the federal holidays their pits' day session does not take place; a day that does trade is known by its prints. */
const farmDays = daysOf({
  halfDay: 'closed',
  dayAfterThanksgiving: fivePastNoon,
  christmasEve: fivePastNoon,
  beforeJuly4: fivePastNoon,
  goodFridayWithJobs: 'closed',
});

/** A night session and a day session, with the morning between them closed. */
const grains: MarketCalendar = {
  ...globex(
    'CBOT Globex grains and oilseeds',
    ['ZC', 'ZCE', 'ZS', 'ZSE', 'ZW', 'ZWA', 'KE', 'ZM', 'ZME', 'ZL', 'ZLE', 'ZO'],
    farmDays,
  ),
  open: { hour: 19, minute: 0 },
  close: { hour: 13, minute: 20 },
  breaks: [{ from: { hour: 7, minute: 45 }, to: { hour: 8, minute: 30 } }],
};

const livestock: MarketCalendar = {
  ...globex('CME Globex livestock', ['LE', 'GLE', 'HE', 'GF'], farmDays),
  open: { hour: 8, minute: 30 },
  close: { hour: 13, minute: 5 },
};

/** For products nobody names: the usual Globex week as a guess (reference 9: agricultural, crypto have their own), said to be one. */
const others: MarketCalendar = {
  ...equity,
  name: 'CME Globex, hours not known',
  products: [],
  hours: 'unknown',
};

/** The calendars known without any configuration; the last one speaks for products nobody names. */
export const cmeCalendars: readonly MarketCalendar[] = [
  energyAndMetals,
  currencies,
  rates,
  grains,
  livestock,
  equity,
  others,
];
