// The stretches of a healthy market that are lived through: each with something in its calendar that a careless rule would trip over.

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

/** Far below the real ones, so that days fit into minutes: what is judged is the rhythm, not the load. */
const busy = { MNQ: 6, CL: 2, ZB: 0.5 } as const;
const usual = { MNQ: 3, CL: 1, ZB: 0.2 } as const;
const thin = { MNQ: 1, CL: 0.3, ZB: 0.1 } as const;

const span = (
  name: string,
  from: string,
  to: string,
  seed: number,
  pace: Span['pace'],
  positions = true,
): Span => ({ name, from, to, seed, pace, positions });

export const spans: readonly Span[] = [
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
];
