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
  span('clocks go forward in the US', '2026-03-08T00:00', '2026-03-09T18:00', 1, usual),
  span('clocks go back in the US', '2026-11-01T00:00', '2026-11-02T18:00', 2, usual),
  span('Thanksgiving and the half day after it', '2026-11-25T15:00', '2026-11-27T18:00', 3, thin),
  span('a quarterly roll', '2026-12-13T16:00', '2026-12-15T12:00', 4, usual, false),
  span('Good Friday with a jobs report', '2026-04-02T12:00', '2026-04-03T18:00', 5, usual),
  span('a busy day and its night', '2026-09-15T06:00', '2026-09-16T06:00', 6, busy),
  span('a weekend', '2026-01-16T12:00', '2026-01-18T19:00', 7, thin),
  span('clocks go forward in Europe', '2026-03-29T00:00', '2026-03-30T06:00', 8, thin, false),
  span('Independence Day', '2026-07-03T06:00', '2026-07-03T20:00', 9, usual),
  span('Christmas', '2026-12-24T06:00', '2026-12-25T20:00', 10, thin, false),
  span('two ordinary days', '2026-01-12T16:00', '2026-01-14T18:00', 11, usual),
  span('the turn of the year', '2026-12-31T12:00', '2027-01-01T20:00', 12, thin),
];
