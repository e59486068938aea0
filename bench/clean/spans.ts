// The stretches of a healthy market that are lived through: those with something in the calendar that a careless rule would trip over, then the days of a year.
import { DateTime } from 'luxon';
import { sequence } from '../../src/local/gateway/random.ts';

export interface Span {
  readonly name: string;
  /** Chicago wall time. */
  readonly from: string;
  readonly to: string;
  readonly seed: number;
  /** Mean events per second and contract, in lively rhythm with quiet nights. */
  readonly pace: Readonly<Record<string, number>>;
  /** A covered position through the trader's day. */
  readonly positions: boolean;
  /** Findings that are true here. */
  readonly rightly?: readonly string[];
}

/** Below what front months show, so that days fit into minutes; at night a third of it, in a lull a twentieth. */
const busy = { MNQ: 25, CL: 10, ZB: 6 } as const;
const usual = { MNQ: 15, CL: 6, ZB: 4 } as const;
const thin = { MNQ: 6, CL: 3, ZB: 2 } as const;

const span = (
  name: string,
  from: string,
  to: string,
  seed: number,
  pace: Span['pace'],
  positions = true,
): Span => ({ name, from, to, seed, pace, positions });

export const oddities: readonly Span[] = [
  span(
    'the evening clocks have gone forward in the US',
    '2026-03-08T16:30',
    '2026-03-09T02:30',
    1,
    usual,
    false,
  ),
  span(
    'the evening clocks have gone back in the US',
    '2026-11-01T16:30',
    '2026-11-02T01:30',
    2,
    usual,
    false,
  ),
  span(
    'the evening clocks have gone forward in Europe',
    '2026-03-29T16:30',
    '2026-03-30T00:30',
    3,
    thin,
    false,
  ),
  span('Thanksgiving: half a day and its evening', '2026-11-26T10:00', '2026-11-26T18:00', 4, usual),
  span('the half day after it', '2026-11-27T10:00', '2026-11-27T14:00', 5, thin),
  {
    ...span('the evening MNQ and ZB roll', '2026-12-13T16:30', '2026-12-13T22:00', 6, usual, false),
    rightly: ['contract-rolled', 'contract-inactive'],
  },
  span('Good Friday with a jobs report', '2026-04-03T06:30', '2026-04-03T10:00', 7, usual),
  span('Christmas Eve', '2026-12-24T10:00', '2026-12-24T14:00', 8, usual),
  span('an ordinary afternoon and its daily break', '2026-01-13T12:30', '2026-01-13T19:00', 9, usual),
  span('a Friday afternoon into the weekend', '2026-01-16T12:30', '2026-01-16T18:00', 10, thin),
  span('a busy morning', '2026-09-15T06:00', '2026-09-15T11:30', 11, busy),
  span('a day and a night', '2026-01-12T16:00', '2026-01-13T12:00', 12, usual),
  // With no other contract beside it nothing shows that a silence is its own.
  span('MNQ alone, a day and a night', '2026-02-02T16:30', '2026-02-03T16:20', 13, { MNQ: 6 }),
  span('CL alone, a day and a night', '2026-02-03T16:30', '2026-02-04T16:20', 14, { CL: 3 }),
  span('ZB alone, a day and a night', '2026-02-04T16:30', '2026-02-05T16:20', 15, { ZB: 2 }),
];

const zone = 'America/Chicago';
const year = 2026;

/**
 * Every weekday of a year, from the daily break before its session to the one after it, each with a desk that has just started;
 * on Fridays on to the opening on Sunday. In a seeded order, so that as many as were lived through are a fair part of the year.
 */
export function daysOfTheYear(): readonly Span[] {
  const random = sequence(year);
  const days: { readonly span: Span; readonly order: number }[] = [];
  for (let date = DateTime.local(year, 1, 1, { zone }); date.year === year; date = date.plus({ days: 1 })) {
    if (date.weekday > 5) continue;
    const iso = (at: DateTime): string => at.toFormat("yyyy-MM-dd'T'HH:mm");
    const from = date.minus({ days: 1 }).set({ hour: 16, minute: 30 });
    const to =
      date.weekday === 5
        ? date.plus({ days: 2 }).set({ hour: 16, minute: 55 })
        : date.set({ hour: 16, minute: 20 });
    const pace = [usual, thin, busy][date.ordinal % 3] ?? usual;
    const one = span(date.toFormat('yyyy-MM-dd'), iso(from), iso(to), 1_000 + date.ordinal, pace);
    // Contracts do roll on their days; that this is told is right.
    days.push({ span: { ...one, rightly: ['contract-rolled', 'contract-inactive'] }, order: random() });
  }
  return days.sort((a, b) => a.order - b.order).map((day) => day.span);
}
